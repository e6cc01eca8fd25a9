"""What the names of items may share: stems of titles, as keys, without their order markers."""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum

from data.items import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BREAK = re.compile(r"\s*[:：(（\[【~〜]\s*|[)）\]】]\s*|\s+[-–—]\s+|[!?]+\s+|/")  # noqa: RUF001
PLAIN = re.compile(r"[a-z0-9]+")
ORDER = re.compile(r"\d{1,2}|(19|20)\d\d|\d+(st|nd|rd|th)|[ivx]{1,4}")
MARKERS = _words(
    "season seasons part cour series episode episodes ep vol volume chapter stage act movie movies "
    "film gekijouban ova oad ona tv special specials sp recap recaps picture drama omake pilot "
    "preview prologue epilogue extra extras digest pv cm cms mini short shorts summary bonus petit "
    "collection edition version remake final first second third fourth fifth sixth last next the "
    "animation new music original video zoku kai r r2 s a ni san shi go ren zwei hen"
)
BEFORE = _words("the re zoku shin new neo motto eiga gekijouban zan saraba super")
PARTICLES = _words("a an and de e ga in ni no o of on the to wa wo x")
LINKS = _words("x vs tai and")  # "A vs. B" is one of A's, and does not tie A to B
SAYS_NOTHING = MARKERS | BEFORE | PARTICLES


class Kind(IntEnum):
    """What a key is of the name it was taken from."""

    END = 0  # Mahou no Princess [Minky Momo]
    START = 1  # [Dragon Ball] Z
    TAIL = 2  # Boruto: [Naruto] the Movie
    HEAD = 3  # [Bleach]: Memories in the Rain
    WHOLE = 4  # [Bleach] Movie 1


def says_nothing(key: str) -> bool:
    """Tell whether a key is made of markers and particles only."""
    return SAYS_NOTHING.issuperset(key.split())


def _marks(word: str) -> bool:
    return word in MARKERS or ORDER.fullmatch(word) is not None


def _stem(words: Sequence[str]) -> str:
    end = len(words)
    while end > 1 and _marks(words[end - 1]):
        end -= 1
    return " ".join(words[:end])


def _folded(part: str) -> list[str]:
    """Return the words of `fold`, by a way that is four times as fast where that is safe."""
    if part.isascii() and "&" not in part:
        return PLAIN.findall(part.lower().replace("'", "").replace("`", ""))
    return fold(part).split()


def keys_of(name: str) -> Iterator[tuple[str, Kind]]:
    """Yield the keys by which a name may meet another; one may come as several kinds."""
    pieces = [words for part in BREAK.split(name) if part and (words := _folded(part))]
    words = [word for piece in pieces for word in piece]
    for count in range(1, len(words)):
        if words[count - 1] not in PARTICLES and (count == 1 or not _marks(words[count - 1])):
            yield " ".join(words[:count]), Kind.START
    count = 0
    for piece in pieces:
        count += len(piece)
        ends = all(map(_marks, words[count:]))
        yield _stem(words[:count]), Kind.WHOLE if ends else Kind.HEAD
        if piece is not pieces[0]:
            yield _stem(piece), Kind.TAIL
    if pieces and name.isascii():
        yield from _endings(pieces[0])


def _endings(words: Sequence[str]) -> Iterator[tuple[str, Kind]]:
    for count in range(1, len(words)):
        if words[count - 1] in LINKS:
            return
        led = count == 1 and words[0] in BEFORE
        yield _stem(words[count:]), Kind.TAIL if led else Kind.END
