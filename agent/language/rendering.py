"""From a stream of a model's text to what a person sees: verified, titles from the catalogue."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.language.claims import MARKER
from agent.language.markup import bare, normalised
from agent.language.material import Material
from agent.language.names import Names
from agent.language.sentences import Cutter, Sentence
from agent.language.verification import Verification
from agent.templates.markdown import escape
from data.catalogue import Catalogue
from data.items import Item, fold
from tools.wording import figure

LONGEST_ANSWER = 6000  # characters
MOST_REMOVED = 12  # sentences in a row; whoever writes so many is not worth reading on
REPEATS = 2  # times one sentence may come before the model is cut off
CARD = 2  # figures beside a title at its first mention
LONGEST_TOLD = 160
_CARD_AFTER = re.compile(r"\s*\([^()]*\d[^()]*\)")
_PIECE = re.compile(r"\S+\s*|\s+")


@dataclass(slots=True)
class Telling:
    """One answer on its way: feed pieces, get what may be seen.

    `removed` tells what was taken out and why; `mentioned` which markers were said; `cut` that the
    model's text is not worth waiting for any more.
    """

    names: Names
    material: Material
    removed: list[str] = field(default_factory=list)
    mentioned: list[str] = field(default_factory=list)
    cut: bool = False
    _cutter: Cutter = field(default_factory=Cutter)
    _said: Counter[str] = field(default_factory=Counter)
    _spoken_of: tuple[str, ...] = ()
    _breaks: int = 0
    _length: int = 0
    _orphans: bool = False
    _in_a_row: int = 0
    _place: int = 0
    _verification: Verification = field(init=False)

    def __post_init__(self) -> None:
        """Prepare to judge."""
        self._verification = Verification(self.names, self.material)

    def feed(self, piece: str) -> Iterator[str]:
        """Yield what can be shown once a piece has come."""
        for sentence in self._cutter.feed(piece):
            if self.cut:
                return
            yield from self._told(sentence)

    def finish(self, broken: bool = False) -> Iterator[str]:
        """Yield what is left; half a sentence is dropped, and so is all that a break cut off."""
        for sentence in self._cutter.finish():
            if sentence.whole and not broken and not self.cut:
                yield from self._told(sentence)
            else:
                self.removed.append("half a sentence")

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the markers of the candidates that were not spoken of."""
        return tuple(each for each in self.material.candidates if each not in self.mentioned)

    @property
    def shown(self) -> bool:
        """Tell whether anything was let through."""
        return self._length > 0

    def _told(self, sentence: Sentence) -> Iterator[str]:
        self._breaks = max(self._breaks, min(2, sentence.breaks))
        if sentence.breaks or sentence.bullet:
            self._orphans = False
        text = normalised(sentence.text)
        markers = tuple(dict.fromkeys(found[1] for found in MARKER.finditer(text)))
        if reason := self._reason(sentence, text, markers):
            self._remove(reason, text)
            return
        if not fold(text):
            return
        self._orphans, self._in_a_row = False, 0
        self._spoken_of = markers or self._spoken_of
        shown = self._lead(sentence, markers) + self._rendered(text)
        self._length += len(shown)
        self.cut = self._length > LONGEST_ANSWER
        yield from (piece.group() for piece in _PIECE.finditer(shown))

    def _reason(self, sentence: Sentence, text: str, markers: tuple[str, ...]) -> str:
        """Return why a sentence is not shown, or ""."""
        self._said[fold(text)] += 1
        if sentence.overlong or self._said[fold(text)] > REPEATS:
            self.cut = True
            return "a text without end"
        if self._said[fold(text)] > 1 and fold(text):
            return "a repetition"
        if self._orphans and not markers:
            return "a sentence that leans on a removed one"
        if sentence.bullet and not set(markers) & set(self.material.candidates):
            return "a list item that is no candidate"
        return self._verification.fault(text, self._spoken_of)

    def _remove(self, reason: str, text: str) -> None:
        secret = "instructions" in reason or reason.startswith(("a link", "code"))
        told = "" if secret else f": {text[:LONGEST_TOLD]}"
        self.removed.append(f"{reason}{told}")
        self._orphans = True
        self._in_a_row += 1
        self.cut = self.cut or self._in_a_row >= MOST_REMOVED

    def _lead(self, sentence: Sentence, markers: tuple[str, ...]) -> str:
        """Return what stands between this sentence and the one before it."""
        breaks, self._breaks = self._breaks, 0
        gap = "" if not self._length else "\n" * breaks or " "
        if not sentence.bullet:
            return gap
        own = markers[0] if markers and markers[0].isdigit() else ""
        follows = own and int(own) == self._place + 1 and own not in self.mentioned
        if sentence.bullet == "-" or not follows:
            return f"{gap}- "
        if not self._place and breaks < 2 and self._length:
            gap = "\n\n"  # a list that begins right below a line would be taken for its end
        self._place = int(own)
        return f"{gap}{own}. "

    def _rendered(self, text: str) -> str:
        """Return a sentence with its markers as titles, everything else as plain text."""
        told: list[str] = []
        last = 0
        for found in MARKER.finditer(text):
            told += [escape(bare(text[last : found.start()])), self._title(found[1])]
            last = found.end()
            if after := _CARD_AFTER.match(text, last):
                last = after.end()
        return "".join([*told, escape(bare(text[last:]))])

    def _title(self, marker: str) -> str:
        item = self.material.items[marker]
        if marker not in self.material.candidates:
            return escape(item.title)
        if marker in self.mentioned:
            return f"**{escape(item.title)}**"
        self.mentioned.append(marker)
        return titled(self.material.catalogue, item)


def titled(catalogue: Catalogue, item: Item) -> str:
    """Return a title as it is first mentioned: bold, with its year and length."""
    card = _card(catalogue, item)
    return f"**{escape(item.title)}**" + (f" ({escape(card)})" if card else "")


def _card(catalogue: Catalogue, item: Item) -> str:
    numbers = catalogue.profile.numbers
    shown = [
        figure(number, item.numbers[name])
        for name in catalogue.profile.card
        if (number := numbers.get(name)) and name in item.numbers and number.state
    ]
    return ", ".join(shown[:CARD])
