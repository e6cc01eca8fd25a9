"""Questions about what was shown, about a title, or about the catalogue as a whole."""

from agent.rules import question_words as asked
from agent.rules.lexicon import Lexicon
from agent.rules.mentions import Mentions
from agent.rules.references import ALL, References
from agent.rules.utterance import Phrases, Utterance
from agent.rules.words import STOPWORDS
from agent.understanding.senses import OrderSense
from tools.change import Mention, Question
from tools.scene import THIS

_TELL = Phrases(asked.TELL)
LATEST_CUE = 3  # words that may stand before "tell me about"
BEING = {"be", "something", "anything"}  # before "more about" they make it a wish
MOST_COMPARED = 4
LONGEST_ASIDE = 4  # words beside the question itself where no title is named


class Questions:
    """Read questions; what is none is left to the wishes."""

    def __init__(self, lexicon: Lexicon, mentions: Mentions, references: References) -> None:
        """Look titles and references up with these."""
        self._lexicon = lexicon
        self._mentions = mentions
        self._references = references
        self._filling = asked.FIELD_FILLING | frozenset(lexicon.numbers_by_word)

    def read(self, message: Utterance, listed: int) -> Question | None:
        """Return the question a message asks; `listed` is how many items were just shown."""
        said = message.said
        if asked.WHY.search(said):
            items = self._pointed(message, figures=True) or self._in_passing(message)
            return Question("why", items or _places(listed))
        if asked.COMPARE.search(said):
            return self._compare(message, listed)
        return (
            self._listing(said)
            or self._best(said, listed)
            or self._field(message, said)
            or self._count(said)
            or self._details(message, said, listed)
        )

    def _count(self, said: str) -> Question | None:
        found = asked.COUNT.match(said)
        return Question("count") if found and self._is_of_catalogue(found["of"]) else None

    def _is_of_catalogue(self, rest: str) -> bool:
        said = rest.split()
        nouns = self._lexicon.nouns | asked.COUNTED
        known = any(self._lexicon.at(said[place:])[1] for place in range(len(said)))
        return known or any(word in nouns for word in said)

    def _listing(self, said: str) -> Question | None:
        found = asked.LIST.search(said)
        facet = self._facet(found["facet"]) if found else ""
        return Question("list", field=facet) if facet else None

    def _facet(self, named: str) -> str:
        """Return the facet whose name ends a phrase such as "all the themes"."""
        word = named.split()[-1].rstrip("s")
        for name, facet in self._lexicon.profile.facets.items():
            if word in {name.rstrip("s"), facet.label.rstrip("s"), facet.label.split()[-1]}:
                return name
        return ""

    def _best(self, said: str, listed: int) -> Question | None:
        """Return "which is the shortest": of the list, or of the catalogue."""
        which = asked.WHICH.match(said)
        rest = said[which.end() :].split() if which else []
        kinds = [word for word in rest if word in self._references.nouns]
        skipped = asked.BEST_FILLING | self._references.nouns
        start = next((place for place, word in enumerate(rest) if word not in skipped), len(rest))
        length, senses = self._lexicon.at(rest[start:])
        order = next((sense for sense in senses if isinstance(sense, OrderSense)), None)
        if order is None:
            return None
        ends = asked.OF_THE_LIST.match(" ".join(rest[start + length :]))
        shown = bool(listed and ends) and not kinds
        return Question("best", (ALL,) if shown else (), order.number, order.highest)

    def _field(self, message: Utterance, said: str) -> Question | None:
        known = {*self._lexicon.profile.facets, *self._lexicon.profile.numbers}
        for field, pattern in asked.FIELDS:
            found = pattern.search(said) if field in known else None
            if found is None:
                continue
            items = self._pointed(message) or self._in_passing(message) or self._named(message)
            aside = [w for w in said.replace(found[0], "").split() if w not in STOPWORDS]
            if items or len(aside) <= LONGEST_ASIDE:
                return Question("field", items or (THIS,), field)
        return None

    def _named(self, message: Utterance) -> tuple[Mention, ...]:
        """Return the title that ends the message: "how many episodes does monster have"."""
        last = max((p for p, w in enumerate(message.words) if w in asked.FIELD_VERBS), default=-1)
        for place in (p for p in range(last, -1, -1) if message.words[p] in asked.FIELD_VERBS):
            if (end := self._mentions.exact_at(message, place + 1)) is not None:
                return (message.written(place + 1, end),)
        for place in (p for p in range(last, -1, -1) if message.words[p] in asked.FIELD_VERBS):
            rest = [w for w in message.words[place + 1 :] if w not in self._filling]
            if rest:
                plain = all(word in STOPWORDS for word in rest)
                return () if plain else (" ".join(rest),)
        return ()

    def _details(self, message: Utterance, said: str, listed: int) -> Question | None:
        if asked.MORE_OF_ONE.match(said):
            return Question("details", (THIS,))
        if (only := self._only_a_place(message, listed)) is not None:
            return Question("details", only)
        cue = _TELL.find(message)
        if cue is None or cue[0] > LATEST_CUE or message.word(cue[0] - 1) in BEING:
            return None
        about = asked.ABOUT_AT_END.match(said)
        plain = " ".join(message.words[cue[0] : cue[1]]) in asked.WHAT_IS and not about
        items = self._pointed(message, figures=not plain)
        if not items and (end := self._mentions.exact_at(message, cue[1])):
            items = (message.written(cue[1], end),)
        if items or plain:
            return Question("details", items) if items else None
        return Question("details", (self._rest_of(message, cue[1]) or THIS,))

    def _only_a_place(self, message: Utterance, listed: int) -> tuple[Mention, ...] | None:
        """Return the place of the list where a message is nothing but it: "3", "#3"."""
        place = int(message.word(0) == "#")
        word = message.word(place)
        bare = len(message) == place + 1 and word.isdecimal() and 0 < int(word) <= listed
        return (f"#{int(word)}",) if bare else None

    def _rest_of(self, message: Utterance, start: int) -> str:
        end = len(message)
        while end > start and (
            message.tokens[end - 1].is_break or message.words[end - 1] in asked.TELL_TAIL
        ):
            end -= 1
        return message.written(start, end)

    def _compare(self, message: Utterance, listed: int) -> Question | None:
        items = [*self._by_place(message, figures=True), *self._mentions.anywhere(message)]
        if len(items) < 2:
            items += self._between_joints(message)
        if len(items) < 2:
            items = list(_places(listed))
        return Question("compare", tuple(dict.fromkeys(items))[:MOST_COMPARED])

    def _between_joints(self, message: Utterance) -> list[Mention]:
        """Return the names that "and", "with" or "vs" part, whatever is written."""
        pointers = self._references.pointer(message)
        names: list[list[str]] = [[]]
        for place, token in enumerate(message.tokens):
            if token.word in asked.COMPARE_JOINTS:
                names.append([])
            elif pointers and pointers[0] <= place < pointers[1]:
                continue
            elif not message.taken[place] and not token.is_mark:
                names[-1] += [token.text] if token.word not in asked.COMPARE_FILLING else []
        return [" ".join(name) for name in names if name]

    def _pointed(self, message: Utterance, figures: bool = False) -> tuple[Mention, ...]:
        """Return what a question points at: places of the list, else "it"."""
        found = self._by_place(message, figures)
        if found:
            return tuple(found)
        pointer = self._references.pointer(message)
        if pointer is None or message.words[pointer[0]] in {"them", "those", "these"}:
            return ()
        return (THIS,)

    def _by_place(self, message: Utterance, figures: bool) -> list[Mention]:
        found = self._references.read(message)
        for place in range(len(message) if figures else 0):
            if reference := self._references.plain_figure(message, place):
                message.take(place, reference[0])
                found += reference[1]
        return list(dict.fromkeys(found))

    def _in_passing(self, message: Utterance) -> tuple[Mention, ...]:
        return tuple(self._mentions.anywhere(message))


def _places(listed: int) -> tuple[Mention, ...]:
    return tuple(f"#{place}" for place in range(1, listed + 1))
