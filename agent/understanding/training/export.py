"""The trained network as an ONNX file with 8-bit weights, its tokenizer and its card."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from agent.understanding.training.network import Network
from agent.understanding.vocabulary import HEADS

FILES = ("reader.onnx", "tokenizer.json")


class _Ordered(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        said = self.network(ids, mask)
        return tuple(said[name] for name in HEADS)


def write_model(network: Network, tokenizer: Tokenizer, folder: Path) -> None:
    """Write `reader.onnx` and `tokenizer.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    network.eval()
    full = folder / "full.onnx"
    ids = torch.ones(1, 9, dtype=torch.int64)
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        _Ordered(network),
        (ids, torch.ones_like(ids)),
        str(full),
        input_names=["ids", "mask"],
        output_names=list(HEADS),
        dynamic_axes={
            "ids": axes, "mask": axes, "tag": axes, "role": axes, "field": axes,
            "intent": {0: "batch"}, "acts": {0: "batch"},
        },
        opset_version=17,
        dynamo=False,
    )  # fmt: skip
    quantize_dynamic(
        full,
        folder / "reader.onnx",
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gather", "Gemm"],
    )
    full.unlink()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def write_card(folder: Path, told: Mapping[str, Any]) -> None:
    """Write `card.json`: what is told of a model, and the checksums of its files."""
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    card = {**told, "sha256": sums}
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False), "utf-8")
