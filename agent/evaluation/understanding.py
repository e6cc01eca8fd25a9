"""Suite `understanding`: how messages that the reader never learned from are read.

The test part of the corpus, by language and domain; and, for what the bundled catalogue knows by
name, the side on which it ends in the change of preferences: wanted, not wanted, neither. Of the
latter the rules are measured too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from tokenizers import Tokenizer

from agent.evaluation.study import Study, say
from agent.evaluation.tables import Measure, Row, Table, measured
from agent.rules.reader import RulesMind
from agent.understanding.annotations import Mark, read_corpus
from agent.understanding.mind import UnderstandingMind
from agent.understanding.reader import FOLDER, LearnedReader
from agent.understanding.training.measuring import tallied
from agent.understanding.training.parts import CORPUS, Pair, split
from agent.understanding.vocabulary import NEGATIVE, POSITIVE
from data.catalogue import Catalogue
from tools.change import Change
from tools.preferences import Preferences
from tools.scene import Scene
from tools.titles import Titles

MOST_QUICK = 200
SHOWN = {
    "roles": 0.90, "sides": None, "fields": None, "intents": None, "acts": None, "messages": 0.75,
}  # fmt: skip
INVERTED = 0.005


def run(study: Study) -> list[Table]:
    """Measure the shipped reader on the corpus' test part, and the rules beside it."""
    if not CORPUS.is_dir():
        say(f"SKIPPED understanding: no corpus at {CORPUS}. Clone the repository to have it.")
        return []
    pairs = study.few(split(read_corpus(CORPUS))["test"], MOST_QUICK)
    return [_reading(pairs), _sides(study, pairs)]


def _reading(pairs: Sequence[Pair]) -> Table:
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, tally in tallied(FOLDER, tokenizer, pairs):
        for name in ("all", pair.language, pair.domain):
            tallies[name] += tally
    rows = [Row(name, tuple(_measures(tally))) for name, tally in sorted(tallies.items())]
    notes = (
        "roles: of annotated mentions; sides: of all that the anime catalogue's finder saw, "
        "ordinary words among it; messages: every mention of it right.",
    )
    return Table("understanding", f"{len(pairs):,} messages of the test part", tuple(rows), notes)


def _measures(tally: Counter[str]) -> Iterator[Measure]:
    for name, reach in SHOWN.items():
        right = tally[f"{name} right"]
        yield measured(name, _ones(right, tally[name]), reach)
    yield measured("inverted", _ones(tally["inverted"], tally["roles"]), INVERTED, least=True)


def _ones(right: int, count: int) -> list[float]:
    return [1.0] * right + [0.0] * (count - right)


Read = Callable[[str], Change]


def _sides(study: Study, pairs: Sequence[Pair]) -> Table:
    """Compare the learned reader and the rules by where known names and labels end."""
    titles = Titles(study.catalogue)
    rules = RulesMind(study.index, titles)
    mind = UnderstandingMind(study.index, titles, LearnedReader(), rules)
    known = _Known(study.catalogue, titles)
    readers: dict[str, Read] = {
        "learned": lambda text: mind.read(text, Preferences(), Scene()).change,
        "rules": lambda text: rules.read(text, Preferences(), Scene()).change,
    }
    asked = [pair for pair in pairs if pair.domain == study.catalogue.profile.name]
    rows = []
    for name, read in readers.items():
        right: dict[str, list[float]] = defaultdict(list)
        inverted: list[float] = []
        for pair in asked:
            for meant, heard in known.sides(pair, read(pair.message.text)):
                right[pair.language].append(float(meant == heard))
                inverted.append(float(meant * heard < 0))
        every = [each for few in right.values() for each in few]
        languages = [measured(code, few) for code, few in sorted(right.items())]
        turned = measured("inverted", inverted, INVERTED, least=True)
        rows.append(Row(name, (measured("all", every), *languages, turned)))
    return Table("understanding", "sides of known names and labels in the change", tuple(rows))


class _Known:
    """Tell on which side of a change what the catalogue knows by name stands."""

    def __init__(self, catalogue: Catalogue, titles: Titles) -> None:
        self._values = {
            value.casefold(): (facet, value)
            for facet, values in catalogue.facets.items()
            for value in values
        }
        self._titles = titles

    def sides(self, pair: Pair, change: Change) -> Iterator[tuple[int, int]]:
        """Yield, for each known mention, the side that is meant and the one that is heard."""
        for mark in pair.message.marks:
            said = pair.message.text[mark.start : mark.end]
            if mark.kind == "value" and said.casefold() in self._values:
                yield _meant(mark), self._of_value(self._values[said.casefold()], change)
            elif mark.kind == "title" and (item := self._titles.resolve(said).item):
                yield _meant(mark), self._of_title(item, change)

    def _of_value(self, value: tuple[str, str], change: Change) -> int:
        wanted = {(group.facet, each) for group in change.require for each in group.any_of}
        wanted |= {(each.facet, each.value) for each in change.prefer}
        unwanted = {(each.facet, each.value) for each in change.exclude}
        return (value in wanted) - (value in unwanted)

    def _of_title(self, item: str, change: Change) -> int:
        liked = self._items((*change.like, *change.loved))
        return (item in liked) - (item in self._items((*change.unlike, *change.disliked)))

    def _items(self, names: Iterable[str]) -> set[str]:
        return {self._titles.resolve(name).item for name in names}


def _meant(mark: Mark) -> int:
    return (mark.role in POSITIVE) - (mark.role in NEGATIVE)
