"""The learned reader: what role each mention of a message plays, and what the message asks."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from agent.understanding.marking import Marked, Span, mark
from agent.understanding.vocabulary import (
    ACTS,
    FIELDS,
    INTENTS,
    NEGATIVE,
    NO_ROLE,
    POSITIVE,
    ROLE_NAMES,
    TAGS,
)
from infra.errors import OsusumeError

FOLDER = Path(__file__).parent / "model"
LONGEST = 250
"""Tokens that are read at once; longer messages are read in pieces."""

MOST_PIECES = 12
SURE_OUTSIDE = 0.6
"""Chance from which a token is in no mention."""

_UNDIVIDED = frozenset({"title", "person"})
"""Names: two of them never stand side by side without a mark or a word between them."""

_SENTENCE_ENDS = ".!?。！？\n;；"
Floats = npt.NDArray[np.float32]


class ReaderUnusableError(OsusumeError):
    """The reader's model is missing or is not the one that its card names."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a mention is for: the likeliest role, and how sure that is.

    `certainty` is the chance that the direction (wanted, not wanted, neither) is right; `field`
    is what a figure counts.
    """

    name: str
    certainty: float
    chance: float
    field: str = ""

    @property
    def positive(self) -> bool:
        """Tell whether the mention is wanted."""
        return self.name in POSITIVE

    @property
    def negative(self) -> bool:
        """Tell whether the mention is not wanted."""
        return self.name in NEGATIVE


@dataclass(frozen=True, slots=True)
class Spotted:
    """A mention that the reader found by itself: where it stands, its kind and its role."""

    start: int
    end: int
    kind: str
    role: Role


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a message was read: a role for each span given, mentions beside them, intent, acts."""

    roles: tuple[Role, ...]
    spotted: tuple[Spotted, ...]
    intent: str
    sure: float
    acts: frozenset[str]


class LearnedReader:
    """Run the model."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the model that is shipped, or the one in a folder.

        Raises ReaderUnusableError where a file is missing or is not the one of the card.
        """
        folder = folder or FOLDER
        card = _card(folder)
        model = folder / "reader.onnx"
        _checked(model, card)  # opened by its path: a session keeps the bytes it is given
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_buffer(_checked(folder / "tokenizer.json", card))
        self._names = [output.name for output in self._session.get_outputs()]

    def read(self, text: str, spans: Sequence[Span], *, listed: bool, asked: bool) -> Judgement:
        """Judge a message; `spans` are its known mentions, in order and apart."""
        pieces = self._pieces(text, spans, listed, asked)
        read = [self._read(text, piece, few, listed, asked) for piece, few in pieces]
        return read[0] if len(read) == 1 else _joined(read)

    def is_word(self, written: str) -> bool:
        """Tell whether a word is common in one of the languages: then it is one piece."""
        return len(self._tokenizer.encode(written, add_special_tokens=False).ids) == 1

    def _pieces(
        self, text: str, spans: Sequence[Span], listed: bool, asked: bool
    ) -> list[tuple[tuple[int, int], list[Span]]]:
        whole = mark(text, spans, listed=listed, asked=asked)
        if len(whole.text) < LONGEST or len(self._tokenizer.encode(whole.text).ids) <= LONGEST:
            return [((0, len(text)), list(spans))]
        pieces = _cut(text, spans, LONGEST * 2)
        half = MOST_PIECES // 2
        kept = pieces if len(pieces) <= MOST_PIECES else [*pieces[:half], *pieces[-half:]]
        return [
            ((start, end), [s for s in spans if start <= s.start and s.end <= end])
            for start, end in kept
        ]

    def _read(
        self,
        text: str,
        piece: tuple[int, int],
        spans: Sequence[Span],
        listed: bool,
        asked: bool,
    ) -> Judgement:
        start, end = piece
        moved = [Span(s.start - start, s.end - start, s.kind, s.hidden) for s in spans]
        laid = mark(text[start:end], moved, listed=listed, asked=asked)
        encoding = self._tokenizer.encode(laid.text)
        ids = np.array([encoding.ids[: LONGEST + 6]], np.int64)
        scores = dict(
            zip(
                self._names,
                self._session.run(None, {"ids": ids, "mask": np.ones_like(ids)}),
                strict=True,
            )
        )
        offsets = encoding.offsets[: LONGEST + 6]
        roles = _softmax(scores["role"][0])
        fields = scores["field"][0]
        at = {first: place for place, (first, last) in enumerate(offsets) if last > first}
        places = [at.get(position) for position in laid.markers]
        judged = tuple(
            _role(roles[place], fields[place]) if place is not None else _role(None, None)
            for place in places
        )
        spotted = _spotted(laid, offsets, scores["tag"][0], roles, fields, moved)
        intent = _softmax(scores["intent"])[0]
        acts = frozenset(ACTS[k] for k in np.flatnonzero(scores["acts"][0] > 0))
        return Judgement(
            judged,
            tuple(Spotted(s.start + start, s.end + start, s.kind, s.role) for s in spotted),
            INTENTS[int(intent.argmax())],
            float(intent.max()),
            acts,
        )


_POSITIVE = np.array([name in POSITIVE for name in ROLE_NAMES])
_NEGATIVE = np.array([name in NEGATIVE for name in ROLE_NAMES])
RARELY_NONE = 1.0
"""How much "none" counts of a name the catalogue knows: in training plain words were marked far
more often."""

_WEIGHT = np.array([RARELY_NONE if name == NO_ROLE else 1.0 for name in ROLE_NAMES], np.float32)


def _role(chances: Floats | None, fields: Floats | None) -> Role:
    if chances is None or fields is None:
        return Role("none", 0.0, 0.0)
    chances = chances * _WEIGHT
    chances = chances / chances.sum()
    best = int(chances.argmax())
    sides = (_POSITIVE, _NEGATIVE, ~(_POSITIVE | _NEGATIVE))
    side = next(each for each in sides if each[best])
    return Role(
        ROLE_NAMES[best],
        float(chances[side].sum()),
        float(chances[best]),
        FIELDS[int(fields.argmax())],
    )


def _spotted(
    laid: Marked,
    offsets: Sequence[tuple[int, int]],
    tags: Floats,
    roles: Floats,
    fields: Floats,
    spans: Sequence[Span],
) -> list[Spotted]:
    """Return the spans that the tags name, those apart only by a known mention joined."""
    runs: list[tuple[str, list[int], list[int]]] = []
    known = {place for span in spans for place in range(span.start, span.end)}
    before = -1
    for place, (first, last) in enumerate(offsets):
        origins = [o for o in laid.origin[first:last] if o >= 0]
        if not origins or origins[-1] in known:
            continue
        tag = _tag(tags[place])
        if tag == "O":
            before = -1
            continue
        begins, kind = tag[0] == "B", tag[2:]
        near = before >= 0 and all(o in known for o in range(before + 1, origins[0]))
        follows = not begins or before < 0 or kind in _UNDIVIDED
        joins = bool(runs) and runs[-1][0] == kind and follows and near
        if not joins:
            runs.append((kind, [], []))
        runs[-1][1].append(place)
        runs[-1][2].extend(origins)
        before = origins[-1]
    return [
        Spotted(
            min(origins),
            max(origins) + 1,
            kind,
            _role(roles[places].mean(0), fields[places].mean(0)),
        )
        for kind, places, origins in runs
    ]


def _tag(scores: Floats) -> str:
    """Return a token's tag; outside only where that is clearly likelier than any span."""
    chances = _softmax(scores)
    if chances[0] >= SURE_OUTSIDE:
        return TAGS[0]
    return TAGS[1 + int(chances[1:].argmax())]


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    result: Floats = shifted / shifted.sum(-1, keepdims=True)
    return result


def _cut(text: str, spans: Sequence[Span], size: int) -> list[tuple[int, int]]:
    """Return pieces of a text of at most `size` characters, cut after sentences if possible."""
    inside = {place for span in spans for place in range(span.start + 1, span.end)}
    pieces: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + size)
        if end < len(text):
            ends = [k + 1 for k in range(start, end) if text[k] in _SENTENCE_ENDS]
            blanks = [k + 1 for k in range(start, end) if text[k].isspace()]
            cuts = [k for k in (ends or blanks) if k not in inside and k > start + size // 4]
            end = cuts[-1] if cuts else end
        pieces.append((start, end))
        start = end
    return pieces


def _joined(read: Sequence[Judgement]) -> Judgement:
    """Return pieces of one message as one judgement; what is asked comes from its surest piece."""
    asking = [each for each in read if each.intent not in {"converse", "feedback", "out_of_scope"}]
    chief = max(asking or read, key=lambda each: each.sure)
    return Judgement(
        tuple(role for each in read for role in each.roles),
        tuple(spot for each in read for spot in each.spotted),
        chief.intent,
        chief.sure,
        chief.acts,
    )


def _card(folder: Path) -> dict[str, object]:
    try:
        card: dict[str, object] = json.loads((folder / "card.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReaderUnusableError(
            f"The reader's card {folder / 'card.json'} cannot be read ({error}). Install again."
        ) from error
    return card


def _checked(path: Path, card: Mapping[str, object]) -> bytes:
    """Return a file's bytes, which must be those whose sum the card has."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReaderUnusableError(
            f"The reader's file {path} cannot be read ({error.strerror}). Install again."
        ) from error
    sums = card.get("sha256", {})
    wanted = sums.get(path.name) if isinstance(sums, dict) else None
    found = hashlib.sha256(data).hexdigest()
    if found != wanted:
        raise ReaderUnusableError(
            f"The reader's file {path} has SHA-256 {found[:12]}… instead of {str(wanted)[:12]}…. "
            "Install again."
        )
    return data
