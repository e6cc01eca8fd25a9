"""How a message is laid before the reader: each mention behind a marker of its kind.

Titles, persons and most values are hidden behind their marker, so that the reader judges what is
said *about* them and learns no catalogue; words that carry meaning themselves (tones, figures,
orders) and names spelt like ordinary words stay in sight, between a marker and a closing one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.understanding.vocabulary import KINDS

HIDDEN = {kind: f"<{kind}>" for kind in ("title", "value", "person")}
SHOWN = {kind: f"<{kind}:>" for kind in KINDS}
CLOSE = "</>"
LISTED, ASKED = "<listed>", "<asked>"
MARKERS = (*HIDDEN.values(), *SHOWN.values(), CLOSE, LISTED, ASKED)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a message, what kind of mention they are, and if hidden."""

    start: int
    end: int
    kind: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A message with its markers, and where each thing went.

    `markers` holds the position in `text` of each span's marker; `origin` the position in the
    message of each character of `text` (−1 for markers).
    """

    text: str
    markers: tuple[int, ...]
    origin: tuple[int, ...]


def mark(message: str, spans: Sequence[Span], *, listed: bool, asked: bool) -> Marked:
    """Lay out a message; `spans` are in order and do not overlap."""
    pieces: list[str] = []
    origin: list[int] = []
    markers: list[int] = []

    def put(text: str, start: int = -1) -> None:
        pieces.append(text)
        origin.extend(range(start, start + len(text)) if start >= 0 else [-1] * len(text))

    if listed:
        put(LISTED)
    if asked:
        put(ASKED)
    last = 0
    for span in spans:
        put(message[last : span.start], last)
        markers.append(len(origin))
        if span.hidden:
            put(HIDDEN[span.kind])
        else:
            put(SHOWN[span.kind])
            put(message[span.start : span.end], span.start)
            put(CLOSE)
        last = span.end
    put(message[last:], last)
    return Marked("".join(pieces), tuple(markers), tuple(origin))
