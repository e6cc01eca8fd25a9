"""Cut streamed text into whole sentences, whatever the pieces it comes in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.language.fence import visible

LONGEST = 700  # characters; a model that writes more without an end has lost its way
_END = re.compile(r"[.!?…。！？]+[)\"'”’»\]*_]*\s+(?=\S)")
_SHORT = re.compile(
    r"(?:^|[\s(“\"'*])(?:vs|mr|mrs|ms|dr|st|no|vol|ep|eps|approx|feat|ft|incl|resp|cf|etc|e\.g|i\.e"
    r"|[a-z]|(?:[a-z]\.)+[a-z])\.[)\"'”’»*]*\s*$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[ \t]*(?:(?P<number>\d{1,3})[.)]|[-*+•–—·‣▪●])[ \t]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole sentence: its text, the line breaks before it, the item it opens.

    `bullet` is "-" or the item's number where it opens a list item; `whole` is false for an end of
    text without an end of sentence; `overlong` for text that had to be cut.
    """

    text: str
    breaks: int = 0
    bullet: str = ""
    whole: bool = True
    overlong: bool = False


class Cutter:
    """Collect pieces and give out sentences as soon as their end is certain."""

    def __init__(self) -> None:
        self._held = ""
        self._breaks = 0
        self._opens = True

    def feed(self, piece: str) -> Iterator[Sentence]:
        """Yield the sentences that a piece completes."""
        self._held += visible(piece)
        while (sentence := self._next()) is not None:
            yield sentence
            if sentence.overlong:
                self._held = ""

    def finish(self) -> Iterator[Sentence]:
        """Yield what is left when the text has ended."""
        whole = bool(re.search(r"[.!?…。！？][)\"'”’»\]*_]*\s*$", self._held))
        self._strip()
        if self._held:
            yield self._sentence(self._held, whole=whole)
        self._held = ""

    def _next(self) -> Sentence | None:
        self._strip()
        line, newline, _ = self._held.partition("\n")
        if (end := self._end(line)) is not None:
            text, self._held = self._held[:end], self._held[end:]
            return self._sentence(text)
        if len(line) > LONGEST:
            return self._sentence(line[:LONGEST], overlong=True)
        if newline:
            self._held = self._held[len(line) :]
            return self._sentence(line)
        return None

    def _strip(self) -> None:
        """Take blanks off the front, counting the line breaks among them."""
        rest = self._held.lstrip()
        breaks = self._held[: len(self._held) - len(rest)].count("\n")
        self._breaks += breaks
        self._opens = self._opens or breaks > 0
        self._held = rest

    def _end(self, line: str) -> int | None:
        """Return where the first sentence of a line ends, if it goes on behind it."""
        start = bullet.end() if self._opens and (bullet := _BULLET.match(line)) else 0
        for found in _END.finditer(line, start):
            following = line[found.end() : found.end() + 1]
            if not following.islower() and not _SHORT.search(line[start : found.end()]):
                return found.end() if found.end() <= LONGEST else None
        return None

    def _sentence(self, text: str, whole: bool = True, overlong: bool = False) -> Sentence:
        bullet = _BULLET.match(text) if self._opens else None
        label = (bullet["number"] or "-") if bullet else ""
        body = text[bullet.end() :] if bullet else text
        breaks, self._breaks, self._opens = self._breaks, 0, False
        return Sentence(body.strip(), breaks, label, whole, overlong)
