"""What a message mentions: titles, values, tones, figures and orders that the catalogue knows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.understanding.capitals import capital_names
from agent.understanding.figures import Figure, Figures
from agent.understanding.lexicon import Lexicon
from agent.understanding.marking import Span
from agent.understanding.senses import (
    FacetSense,
    FieldSense,
    NounSense,
    NumberSense,
    OrderSense,
    Sense,
    ShortcutSense,
    ToneSense,
    UnknownSense,
    WordSense,
)
from agent.understanding.tokens import Token, tokens, unspaced
from tools.titles import Titles

LONGEST_TITLE = 14
_AROUND = ((1, 0), (2, 0), (0, 1), (1, 1), (3, 0))
"""How many words before and after a misspelt name are tried with it."""

LONGEST_UNSPACED = 20
LONGEST_CUE = 4
MOST_COUNTED = 10
"""Up to which a bare figure may count what is named behind it."""

SHORTEST_ODD = 5
MOST_ODD = 4
"""Words that are none, of this length and so many, around which misspelt names are looked for."""

_BESIDE = ((0, 2), (1, 1), (0, 1), (1, 0), (0, 0))
_OPENING, _CLOSING = "“\"'«「『《‘", "”\"'»」』》’"


@dataclass(frozen=True, slots=True)
class Mention:
    """A piece of the message and what the catalogue knows of it.

    `kind` as in the corpus; `hidden` lays it before the reader as a bare marker, for names that
    are no ordinary words.
    """

    start: int
    end: int
    kind: str
    words: str
    senses: tuple[Sense, ...] = ()
    figure: Figure | None = None
    hidden: bool = False
    proper: bool = False
    """Written as a name within a sentence: it counts before a value that is spelt alike."""

    def span(self) -> Span:
        """Return where it stands, for the reader."""
        return Span(self.start, self.end, self.kind, self.hidden)


@dataclass(frozen=True, slots=True)
class Found:
    """A message's tokens, its mentions in order, the names of fields in it, and `beside`.

    That are the facets beside whose values a noun of the message stands: "series" beside films.
    """

    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    fields: tuple[tuple[int, str], ...] = field(default=())
    beside: frozenset[str] = frozenset()


class Finder:
    """Find the mentions of a message in one language."""

    def __init__(
        self, lexicon: Lexicon, titles: Titles, is_word: Callable[[str], bool] = lambda word: False
    ) -> None:
        """Find by a lexicon and names; what `is_word` knows for a real word is not misspelt."""
        self._is_word = is_word
        self.lexicon = lexicon
        self._titles = titles
        self._figures = Figures(lexicon)
        self._plain = lexicon.language.plain

    def find(self, text: str, listed: bool = False) -> Found:
        """Return all mentions, none overlapping another; places only where a list is `listed`."""
        said = tokens(text)
        names = list(self._names(text, said))
        names += self._misspelt_names(text, said, names)
        figures = self._figures.find(text, said)
        phrases, fields, beside = self._phrases(text, said)
        company = self._company(text, said)
        pointed = self._pointed(text, said) if listed else []
        counted = [_of_figure(text, figure) for figure in figures]
        within = capital_names(text, said, self.lexicon)
        limits = set(self._limits(said, figures))
        labels = [
            each
            for each in (*phrases, *company)
            if not _inside(each, within) and (each.start, each.end) not in limits
        ]
        taken = apart([*names, *counted, *labels, *pointed])
        return Found(text, tuple(said), taken, tuple(fields), frozenset(beside))

    def _limits(
        self, said: Sequence[Token], figures: Sequence[Figure]
    ) -> Iterator[tuple[int, int]]:
        """Yield where words right behind a figure say what it limits: "2000 tops", not "3 tops"."""
        cues = self.lexicon.language.cues_after
        for figure in figures:
            if figure.bare and figure.high <= MOST_COUNTED:
                continue
            after = [token for token in said if token.start >= figure.end][:LONGEST_CUE]
            for length in range(len(after), 0, -1):
                if tuple(token.word for token in after[:length]) in cues:
                    yield after[0].start, after[length - 1].end
                    break

    def _company(self, text: str, said: Sequence[Token]) -> list[Mention]:
        """Return who is spoken of: "my grandma", "the whole family"."""
        language = self.lexicon.language
        return _matches(text, said, {**language.wearers, **language.audience}, "audience")

    def _pointed(self, text: str, said: Sequence[Token]) -> list[Mention]:
        """Return the places of a list that ordinals name."""
        return _matches(text, said, self.lexicon.language.ordinals, "place")

    def is_plain(self, word: str) -> bool:
        """Tell whether a word names nothing by itself."""
        return word in self._plain

    def figure(self, text: str, start: int, end: int, said: Sequence[Token]) -> Figure | None:
        """Return the figure in a span."""
        return self._figures.read(text, start, end, said)

    def names(self, text: str) -> bool:
        """Tell whether a text is the name of an item."""
        return bool(self._titles.resolve(text).item)

    def named(self, found: Found, start: int, end: int) -> tuple[int, int]:
        """Return the span of a known name at or around a span; itself where there is none."""
        if self.names(found.text[start:end]):
            return start, end
        inside = [k for k, t in enumerate(found.tokens) if start <= t.start and t.end <= end]
        if not inside:
            return start, end
        for left, right in _AROUND:
            first, last = inside[0] - left, inside[-1] + right
            if first < 0 or last >= len(found.tokens):
                continue
            begin, stop = found.tokens[first].start, found.tokens[last].end
            if self.names(found.text[begin:stop]):
                return begin, stop
        return start, end

    def senses(self, text: str) -> list[tuple[int, int, list[Sense]]]:
        """Return the known phrases within a piece of text: start, end, senses."""
        phrases, _, _ = self._phrases(text, tokens(text))
        return [(each.start, each.end, list(each.senses)) for each in phrases]

    def _names(self, text: str, said: Sequence[Token]) -> Iterable[Mention]:
        place = 0
        while place < len(said):
            end = self._name_at(text, said, place)
            if end is None:
                place += 1
                continue
            start, stop = said[place].start, said[end - 1].end
            yield self._titled(text, said[place:end], start, _with_year(text, stop))
            place = end

    def _misspelt_names(
        self, text: str, said: Sequence[Token], names: Sequence[Mention]
    ) -> list[Mention]:
        """Return names around words that are no words of a language: "stiens gate".

        A word that may be a misspelt label counts beside others alone: "demon slyer".
        """
        taken = [(each.start, each.end) for each in names]
        odd = [
            place
            for place, token in enumerate(said)
            if len(token.word) >= SHORTEST_ODD
            and token.word.isascii()
            and token.word.isalpha()
            and not self._is_word(text[token.start : token.end])
            and not self.lexicon.knows(token.word)
            and not any(start <= token.start < end for start, end in taken)
        ]
        mended = {place: self.lexicon.mend(said[place].word) for place in odd}
        strange = [place for place in odd if mended[place] == said[place].word]
        labels = [
            place
            for place in odd
            if mended[place] != said[place].word and mended[place] not in self._plain
        ]
        found: list[Mention] = []
        for place in [*strange, *labels][:MOST_ODD]:
            if any(each.start <= said[place].start < each.end for each in found):
                continue
            name = self._name_around(text, said, place, alone=place in strange)
            found += [name] if name is not None else []
        return found

    def _name_around(
        self, text: str, said: Sequence[Token], place: int, *, alone: bool
    ) -> Mention | None:
        for left, right in _BESIDE if alone else _BESIDE[:-1]:
            first, last = place - left, place + right
            if first < 0 or last >= len(said):
                continue
            start, end = said[first].start, said[last].end
            if self._titles.resolve(text[start:end]).item:
                return Mention(start, end, "title", text[start:end], hidden=True)
        return None

    def _name_at(self, text: str, said: Sequence[Token], place: int) -> int | None:
        """Return after which token the longest title ends that begins at a place."""
        first = said[place]
        if not first.is_word or first.word not in self._titles.first_words:
            return None
        limit = LONGEST_UNSPACED if unspaced(first.word) else LONGEST_TITLE
        for end in range(min(len(said), place + limit), place, -1):
            if not said[end - 1].is_word and text[said[end - 1].start] != "!":
                continue
            if end == place + 1 and (len(first.word) < 2 or first.word in self._plain):
                continue
            if (
                end - place == 2
                and all(unspaced(token.word) for token in said[place:end])
                and (not self._alone(text, said, place, end))
            ):
                continue
            if self._titles.exact(text[first.start : said[end - 1].end]):
                return end
        return None

    def _alone(self, text: str, said: Sequence[Token], place: int, end: int) -> bool:
        """Tell whether two signs of an unspaced script stand in quotes or by themselves."""
        before = text[said[place].start - 1 : said[place].start]
        after = text[said[end - 1].end : said[end - 1].end + 1]
        return not (before.isalnum() and after.isalnum())

    def _titled(self, text: str, said: Sequence[Token], start: int, end: int) -> Mention:
        words = [token.word for token in said if token.is_word]
        written = text[start:end]
        quoted = (
            text[start - 1 : start] in _OPENING and start > 0 and text[end : end + 1] in _CLOSING
        )
        shouted = text.isupper()
        capital = not shouted and start > 0 and any(p[:1].isupper() for p in written.split())
        length, senses = self.lexicon.at(words)
        ordinary = all(self._ordinary(word) for word in words)
        known = length == len(words)
        hidden = quoted or (not known and (not ordinary or (capital and len(words) > 1)))
        senses = list(senses) if known else []
        return Mention(start, end, "title", written, tuple(senses), hidden=hidden, proper=capital)

    def _ordinary(self, word: str) -> bool:
        return self.lexicon.knows(word) or self._titles.is_common(word)

    def _phrases(
        self, text: str, said: Sequence[Token]
    ) -> tuple[list[Mention], list[tuple[int, str]], set[str]]:
        """Return the known phrases, where names of fields stand, and what nouns stand beside."""
        words = [self._mended(token, text) for token in said]
        found: list[Mention] = []
        fields: list[tuple[int, str]] = []
        beside: set[str] = set()
        place = 0
        while place < len(said):
            length, senses = self._at(said, words, place)
            stop = said[place + length - 1].end if length else said[place].end
            if not length and said[place].is_word and len(said[place].word) > 6:
                letters, senses = self.lexicon.part(words[place])
                length, stop = (1, said[place].start + letters) if letters else (0, stop)
            if not length:
                place += 1
                continue
            start = said[place].start
            fields += [(start, s.name) for s in senses if isinstance(s, FieldSense)]
            beside |= {s.beside for s in senses if isinstance(s, NounSense) and s.beside}
            kind = kind_of_senses(senses)
            if kind:
                kept = tuple(s for s in senses if not isinstance(s, FieldSense | NounSense))
                found.append(Mention(start, stop, kind, text[start:stop], kept))
            place += length
        return found, fields, beside

    def _mended(self, token: Token, text: str) -> str:
        real = not token.is_word or self._is_word(text[token.start : token.end])
        return token.word if real else self.lexicon.mend(token.word)

    def _at(
        self, said: Sequence[Token], words: Sequence[str], place: int
    ) -> tuple[int, list[Sense]]:
        """Return the longest phrase at a place; hyphens and apostrophes within it are passed."""
        if not said[place].is_word:
            return 0, []
        run: list[str] = []
        ends: list[int] = []
        for after in range(place, min(len(said), place + 2 * self.lexicon.longest)):
            if said[after].is_word:
                run.append(words[after])
                ends.append(after + 1)
            elif said[after].word not in "-'’‐" or len(said[after].word) != 1:
                break
        length, senses = self.lexicon.at(run)
        if length == 1 and unspaced(run[0]):
            return 0, []
        return (ends[length - 1] - place, senses) if length else (0, [])


def kind_of_senses(senses: Sequence[Sense]) -> str:
    """Return the kind of mention that a phrase with these senses is, "" for none."""
    for sense in senses:
        if isinstance(sense, FacetSense) and sense.guess:
            return "value"
        if isinstance(sense, ToneSense | NumberSense | ShortcutSense):
            return "tone"
        if isinstance(sense, OrderSense):
            return "order"
        if isinstance(sense, UnknownSense | WordSense):
            return "value"
    return "value" if any(isinstance(sense, FacetSense) for sense in senses) else ""


def _matches(
    text: str, said: Sequence[Token], known: Mapping[tuple[str, ...], object], kind: str
) -> list[Mention]:
    """Return the phrases of a text that a table knows, longest first."""
    found: list[Mention] = []
    longest = max(map(len, known), default=0)
    place = 0
    while place < len(said):
        for length in range(min(longest, len(said) - place), 0, -1):
            piece = said[place : place + length]
            if tuple(token.word for token in piece) in known:
                start, end = piece[0].start, piece[-1].end
                found.append(Mention(start, end, kind, text[start:end]))
                place += length
                break
        else:
            place += 1
    return found


def _inside(mention: Mention, spans: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a mention is a part of one of the spans."""
    size = mention.end - mention.start
    return any(
        start <= mention.start and mention.end <= end and size < end - start for start, end in spans
    )


def _of_figure(text: str, figure: Figure) -> Mention:
    words = text[figure.start : figure.end]
    return Mention(figure.start, figure.end, "figure", words, figure=figure)


def _with_year(text: str, end: int) -> int:
    """Return where a title ends with the year that stands in brackets behind it."""
    rest = text[end : end + 8]
    stripped = rest.lstrip()
    if stripped[:1] in "(（" and stripped[1:5].isdecimal() and stripped[5:6] in ")）":
        return end + len(rest) - len(stripped) + 6
    return end


def apart(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return mentions in order; of two that overlap the longer stays, of equals the first."""
    kept: list[Mention] = []
    for each in sorted(mentions, key=_weight):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return tuple(sorted(kept, key=lambda each: each.start))


def _weight(mention: Mention) -> tuple[int, int]:
    """Order by length; a title spelt like a value is a value, unless it is surely a name."""
    length = mention.end - mention.start
    bare = mention.figure is not None and mention.figure.bare
    named = mention.kind == "title"
    sure = named and (mention.hidden or mention.proper)
    rank = 0 if sure else 3 if bare else 2 if named else 1
    return -length, rank
