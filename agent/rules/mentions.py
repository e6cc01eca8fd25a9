"""Titles and references in a message: "like X and Y", "the second one", "#3", "that one"."""

from functools import cached_property

from agent.rules.lexicon import FacetSense, Lexicon
from agent.rules.utterance import Utterance, phrases
from agent.rules.words import LIKE_CUES, NUMBER_WORDS, ORDINALS, STOPWORDS, TITLE_JOINTS, TITLE_STOPS
from tools.applying import THIS
from tools.change import Mention
from tools.titles import Titles

LONGEST_TITLE = 14  # words looked at after "like"
LONGEST_MISSPELT = 6  # words of a title that is recognised without a cue though misspelt
POINTERS = phrases(
    "that one", "this one", "that show", "this show", "that anime", "this anime", "that title",
    "this title", "that movie", "that film", "that", "this", "it", "them", "those", "these",
)
SMALL = frozenset("the a an of on in to and for no x with is it at".split())
CONTEXT_NOUNS = frozenset("anime animes show shows series movie movies film films cartoon story the".split())
RENOWNED = 0.8  # share of the catalogue that must be less known for an uncued lower-case title


class Mentions:
    """Find titles and references, taking their tokens."""

    def __init__(self, titles: Titles, lexicon: Lexicon, renown: dict[int, float] | None = None) -> None:
        self._titles = titles
        self._lexicon = lexicon
        self._renown = renown or {}

    @cached_property
    def _cues(self) -> list[list[str]]:
        nouns = self._lexicon.nouns | CONTEXT_NOUNS
        more = [f"{noun} like" for noun in nouns if " " not in noun]
        return phrases(*LIKE_CUES, *more, "more like")

    def references(self, message: Utterance) -> list[tuple[int, int, tuple[Mention, ...]]]:
        """Return where the message points at what was shown, taking the tokens."""
        found = []
        for place in range(len(message.tokens)):
            reference = self.reference_at(message, place)
            if reference:
                end, mentions = reference
                message.take(place, end)
                found.append((place, end, mentions))
        return found

    def reference_at(
        self, message: Utterance, place: int
    ) -> tuple[int, tuple[Mention, ...]] | None:
        """Return where the reference ends that begins at a place, and what it points at."""
        words = message.words
        if not message.free(place, place + 1):
            return None
        start = place + (words[place] in {"the", "number", "nr", "no", "option", "title"})
        start += words[start : start + 1] == ["."]
        if words[start : start + 1] == ["#"]:
            start += 1
            if start < len(words) and words[start].isdigit():
                return start + 1, (f"#{int(words[start])}",)
            return None
        if words[place] in {"number", "nr", "option"} and words[start : start + 1]:
            figure = words[start]
            count = int(figure) if figure.isdigit() else NUMBER_WORDS.get(figure)
            return (start + 1, (f"#{int(count)}",)) if count else None
        word = words[start] if start < len(words) else ""
        if word in ORDINALS and (start > place or self._alone(message, start)):
            return self._ordinal(words, start)
        if words[place : place + 2] == ["both", "of"] or words[place] == "both":
            return place + 1, ("#1", "#2")
        return None

    def _alone(self, message: Utterance, place: int) -> bool:
        following = message.words[place + 1 : place + 2]
        return following in (["one"], ["two"], ["three"], []) or message.tokens[place].is_number

    def _ordinal(self, words: list[str], start: int) -> tuple[int, tuple[Mention, ...]] | None:
        place = ORDINALS[words[start]]
        after = words[start + 1] if start + 1 < len(words) else ""
        count = int(NUMBER_WORDS.get(after, 0)) if after not in {"one", "a", "an"} else 0
        if count and place == 1:
            return start + 2, tuple(f"#{n}" for n in range(1, count + 1))
        if count and place == -1:
            return start + 2, tuple(f"#{-n}" for n in range(count, 0, -1))
        if self._lexicon.at([after])[0] and after not in {"one"} and after not in CONTEXT_NOUNS:
            return None
        end = start + 2 if after in {"one", "ones", *CONTEXT_NOUNS} else start + 1
        return end, (f"#{place}",)

    def pointer(self, message: Utterance, start: int = 0) -> tuple[int, int] | None:
        """Return where the message says "that one" or "it"."""
        return message.find(POINTERS, start)

    def after_cues(self, message: Utterance) -> list[Mention]:
        """Return the titles named after "like", "a mix of" and their kin, taking the tokens."""
        found: list[Mention] = []
        place = 0
        while (cue := message.find(self._cues, place)) is not None:
            start, end = cue
            titles, last = self._titles_from(message, end)
            if titles:
                begin = start
                message.take(begin, last)
                found += titles
            place = max(last, end)
        return found

    def _titles_from(self, message: Utterance, start: int) -> tuple[list[Mention], int]:
        """Return the titles that stand in a row from a place on, and where the row ends."""
        titles: list[Mention] = []
        place = start
        while True:
            title = self._title_at(message, place, first=not titles)
            if title is None:
                return titles, place if not titles else last
            mention, last = title
            titles.append(mention)
            joint = next((j for j in _JOINTS if message.starts_with(last, j)), None)
            if joint is None:
                return titles, last
            place = last + len(joint)

    def _title_at(
        self, message: Utterance, start: int, first: bool
    ) -> tuple[Mention, int] | None:
        """Return the title that begins at a place: exact if there is one, else misspelt or unknown."""
        words = message.words
        reference = self.reference_at(message, start)
        if reference and len(reference[1]) == 1:
            return reference[1][0], reference[0]
        if (only := self.pointer_at(message, start)) is not None:
            return THIS, only
        exact = self.exact_at(message, start)
        while exact is None and start < len(words) and words[start] in CONTEXT_NOUNS | {"both"}:
            start += 1
            exact = self.exact_at(message, start)
        if exact:
            return message.written(start, exact), exact
        limit = self._limit(message, start)
        for end in self._ends(words, start, limit):
            name = message.written(start, end)
            if not self._is_vocabulary(words[start:end]) and self._titles.resolve(name).item:
                return name, end
        end = next(iter(reversed(self._ends(words, start, limit))), start)
        if end == start or not self._looks_like_a_title(message, start, end, first):
            return None
        return message.written(start, end), end

    def pointer_at(self, message: Utterance, start: int) -> int | None:
        """Return where "that one" or "it" ends if it begins at a place."""
        for pointer in POINTERS:
            if message.starts_with(start, pointer):
                return start + len(pointer)
        return None

    def title_at(
        self, message: Utterance, start: int
    ) -> tuple[tuple[Mention, ...], int] | None:
        """Return the known title that begins at a place, misspelt or not, and where it ends."""
        while message.words[start : start + 1] and message.words[start] in CONTEXT_NOUNS - {"the"}:
            start += 1
        exact = self.exact_at(message, start)
        if exact:
            return (message.written(start, exact),), exact
        limit = self._limit(message, start)
        for end in self._ends(message.words, start, limit):
            words = message.words[start:end]
            if not self._is_vocabulary(words) and self._titles.resolve(message.written(start, end)).item:
                return (message.written(start, end),), end
        return None

    def exact_at(self, message: Utterance, start: int) -> int | None:
        """Return where the longest title ends that begins at a place, or None."""
        limit = min(len(message.tokens), start + LONGEST_TITLE)
        for end in range(limit, start, -1):
            if not message.free(start, end):
                continue
            name = message.written(start, end)
            plain = end == start + 1 and message.words[start] in STOPWORDS
            if not plain and not message.tokens[end - 1].is_break and self._titles.exact(name):
                return end
        return None

    def _limit(self, message: Utterance, start: int) -> int:
        limit = start
        while limit < min(len(message.tokens), start + 9) and message.free(limit, limit + 1):
            if message.tokens[limit].text in ",;?!":
                break
            limit += 1
        return limit

    def _ends(self, words: list[str], start: int, limit: int) -> list[int]:
        """Return where a name may end: at the limit or before a stop word; longest first."""
        stops = [at for at in range(start + 1, limit) if words[at] in TITLE_STOPS]
        return [limit, *reversed(stops)] if limit > start else []

    def _is_vocabulary(self, words: list[str]) -> bool:
        """Tell whether words are wishes rather than a name: "sports drama"."""
        place = 0
        while place < len(words):
            length, senses = self._lexicon.at(words[place:])
            known = words[place] in SMALL | self._lexicon.nouns | STOPWORDS
            if not senses and not known:
                return False
            place += max(1, length)
        return True

    def _looks_like_a_title(
        self, message: Utterance, start: int, end: int, first: bool
    ) -> bool:
        words = message.words[start:end]
        if self._is_vocabulary(words) or not first:
            return False
        capital = any(
            t.text[:1].isupper() for t in message.tokens[start:end] if t.word not in SMALL
        )
        described = words[0] in {"a", "an", "the", "when", "what", "to", "how", "where", "my", "watching"}
        return capital or not described

    def anywhere(self, message: Utterance) -> list[tuple[int, int, Mention]]:
        """Return titles that stand without a cue: quoted, capitalised, whole, or well known."""
        found: list[tuple[int, int, Mention]] = []
        phrased = self._phrases(message)
        place = 0
        while place < len(message.tokens):
            end = self.exact_at(message, place) if message.free(place, place + 1) else None
            inside = any(a <= place and (end or 0) <= b and b - a > (end or 0) - place for a, b in phrased)
            if end and not inside and self._stands_out(message, place, end):
                found.append((place, end, message.written(place, end)))
                message.take(place, end)
                place = end
            else:
                place += 1
        return found

    def _phrases(self, message: Utterance) -> list[tuple[int, int]]:
        """Return where phrases of the vocabulary stand that have several words."""
        lengths = [self._lexicon.at(message.words[place:])[0] for place in range(len(message.tokens))]
        return [(place, place + length) for place, length in enumerate(lengths) if length > 1]

    def misspelt(self, message: Utterance) -> list[Mention]:
        """Return titles among what no rule has taken, where a word is foreign to the catalogue."""
        found: list[Mention] = []
        for start, end in list(message.rest()):
            while start < end and message.words[start] in STOPWORDS | self._lexicon.nouns:
                start += 1
            while end > start and message.words[end - 1] in STOPWORDS | self._lexicon.nouns:
                end -= 1
            foreign = any(not self._lexicon.knows(word) for word in message.words[start:end])
            if not foreign or end - start > LONGEST_MISSPELT:
                continue
            name = message.written(start, end)
            if self._titles.resolve(name).item:
                message.take(start, end)
                found.append(name)
        return found

    def _stands_out(self, message: Utterance, start: int, end: int) -> bool:
        words = message.words[start:end]
        whole = start == 0 and end == len([t for t in message.tokens if not t.is_break])
        length, senses = self._lexicon.at(words)
        if length == len(words) and not whole:
            return False
        if whole and length == len(words) and any(not isinstance(s, FacetSense) for s in senses):
            return False
        quoted = start and message.tokens[start - 1].text in "\"“'"
        named = [t for t in message.tokens[start:end] if t.word not in SMALL]
        capital = bool(named) and all(t.text[:1].isupper() for t in named)
        if whole or quoted or (capital and (start > 0 or len(named) > 1)):
            return True
        if self._is_vocabulary(words):
            return False
        places = self._titles.exact(message.written(start, end))
        known = max((self._renown.get(place, 0.0) for place in places), default=0.0)
        return known >= RENOWNED and (len(named) > 1 or (start == 0 and capital) or known >= 0.97)


_JOINTS = phrases(*TITLE_JOINTS)

