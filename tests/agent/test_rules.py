"""The corpus of utterances, and what no message may do to the rules."""

import time
from math import inf
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.rules.reader import RulesMind
from data.index import Index
from data.items import fold
from tools.change import Critique, Reading
from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted
from tools.scene import Scene
from tools.titles import Titles

CORPUS = yaml.safe_load(Path(__file__).with_name("utterances.yaml").read_text("utf-8"))
PLACES = ("nothing", "list", "title", "offer", "large")
CASES = [
    pytest.param(
        place,
        case,
        id=f"{place}: {case['say'][:60]}",
        marks=[pytest.mark.slow] if place == "large" else [],
    )
    for place in PLACES
    for case in CORPUS[place]
]
Case = dict[str, Any]
Said = dict[str, Any]
"""What a message alters in a form that compares: only what is not empty, order of values aside."""


class Reader:
    """A mind over one index, and what each context of the corpus is for it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.titles = Titles(index.catalogue)
        self.mind = RulesMind(index, self.titles)
        self.contexts = {name: self._context(c) for name, c in CORPUS["contexts"].items()}

    def named(self, mention: str) -> str:
        """Return the id of a title, so that every spelling of it compares equal."""
        if mention.startswith("#") or mention == "this":
            return mention
        return self.titles.resolve(mention).item or fold(mention)

    def read(self, message: str, place: str = "nothing") -> Reading:
        return self.mind.read(message, *self.contexts[place])

    def _context(self, declared: Case) -> tuple[Preferences, Scene]:
        said = declared.get("before", {})
        before = Preferences(
            anchors=tuple(map(self.named, said.get("like", ()))),
            require=tuple(_wanted(each) for each in said.get("require", ())),
            prefer=tuple(_value(each) for each in said.get("prefer", ())),
            exclude=tuple(_value(each) for each in said.get("exclude", ())),
            ranges=tuple(Range(n, *_ends(each)) for n, each in said.get("bounds", {}).items()),
            tones=tuple(_tone_wish(each) for each in said.get("tones", ())),
        )
        shown, offered = (
            tuple(map(self.named, declared.get(key, ()))) for key in ("shown", "offered")
        )
        return before, Scene(shown, self.named(declared.get("focus", "")), offered)


@pytest.fixture(scope="session")
def reader(bundled_index: Index) -> Reader:
    return Reader(bundled_index)


@pytest.fixture(scope="session")
def large_reader(large_index: Index) -> Reader:
    return Reader(large_index)


@pytest.mark.parametrize(("place", "case"), CASES)
def test_an_utterance_means_what_a_person_would_expect(
    place: str, case: Case, request: pytest.FixtureRequest
) -> None:
    if "beyond" in case:
        request.applymarker(pytest.mark.xfail(reason=case["beyond"], strict=True))
    reader: Reader = request.getfixturevalue("large_reader" if place == "large" else "reader")
    found, expected = answers(place, case, reader)
    assert found == expected


def test_nearly_every_utterance_is_read_as_expected(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [(place, case) for place in PLACES if place != "large" for case in CORPUS[place]]
    pairs = [answers(place, case, reader) for place, case in cases]
    agreed = sum(found == expected for found, expected in pairs)
    with capsys.disabled():
        print(f"\n{agreed} of {len(pairs)} utterances are read as expected")
    assert agreed >= 0.99 * len(pairs)


@given(text=st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_rules(reader: Reader, text: str) -> None:
    for place in ("nothing", "list", "offer"):
        assert isinstance(reader.read(text, place), Reading)


PIECES = st.sampled_from(
    sorted({word for place in PLACES for case in CORPUS[place] for word in case["say"].split()})
)


@given(pieces=st.lists(PIECES, max_size=25))
@settings(max_examples=200, deadline=None)
def test_no_muddle_of_known_words_breaks_the_rules(reader: Reader, pieces: list[str]) -> None:
    message = " ".join(pieces)
    reading = reader.read(message, "list")
    assert reading == reader.read(message, "list")


@pytest.mark.parametrize(
    "message",
    [
        "",
        " \t\n",
        "\x00\x07\x1b[31mdarker\x00",
        "<script>alert('x')</script>",
        "'; DROP TABLE items; --",
        "{{7*7}} ${HOME} %s %n",
        "🔥🔥🔥👩‍👩‍👧‍👦",
        "أنمي مثل ناروتو لكن أكثر قتامة",
        "진격의 거인 같은 애니",
        "‮evil‬ text",
        "# # # ##3 #-1 #999999999999999999999999",
        "under " * 200,
        "²³ ½ ٣ १२ episodes",
        "ﬁlm \uff2e\uff21\uff32\uff35\uff34\uff2f",
    ],
)
def test_odd_input_is_read_without_harm(reader: Reader, message: str) -> None:
    assert isinstance(reader.read(message), Reading)
    assert isinstance(reader.read(message, "list"), Reading)


@pytest.mark.parametrize(
    "filling", ["word ", "naruto and bleach, no horror ", "the last 13 of ", "x"]
)
def test_no_pattern_runs_away_on_a_long_message(reader: Reader, filling: str) -> None:
    message = (filling * 4000)[:4000]
    reader.read(message)
    spent = []
    for _ in range(3):
        begun = time.thread_time()
        reader.read(message)
        spent.append(time.thread_time() - begun)
    assert min(spent) < 2  # seconds; a tenth of one is usual, and machines are shared


def test_reading_is_the_same_every_time_and_leaves_what_it_was_given(reader: Reader) -> None:
    before, scene = reader.contexts["list"]
    kept = repr((before, scene))
    said = [case["say"] for case in CORPUS["list"]]
    first = [reader.mind.read(message, before, scene) for message in said]
    again = [reader.mind.read(message, before, scene) for message in reversed(said)]
    assert first == again[::-1]
    assert repr((before, scene)) == kept


def answers(place: str, case: Case, reader: Reader) -> tuple[Said, Said]:
    """Return how a case is read, and what it expects."""
    context = "nothing" if place == "large" else place
    found = said_by(reader.read(case["say"], context), reader)
    expected = said_in(case, context, reader)
    for name, ends in expected.get("bounds", {}).items():
        if ends == "any" and name in found.get("bounds", {}):
            expected["bounds"][name] = found["bounds"][name]
    if found["intent"] not in {"recommend", "refine"}:
        found["fresh"] = expected["fresh"]
    return found, expected


def said_in(case: Case, context: str, reader: Reader) -> Said:
    """Return what a case of the corpus expects."""
    usual = "refine" if context in {"list", "title"} else "recommend"
    intent = case.get("intent", usual)
    bounds = {
        name: ends if ends == "any" else _ends(ends)
        for name, ends in case.get("bounds", {}).items()
    }
    question = (
        case.get("ask", ""),
        tuple(map(reader.named, case.get("of", ()))),
        case.get("field", ""),
        not case.get("lowest", False),
    )
    fields = {
        "like": [reader.named(each) for each in case.get("like", ())],
        "about": _plain(case.get("about", "")),
        "require": sorted(_told(_wanted(each)) for each in case.get("require", ())),
        "exclude": sorted(_told(_value(each)) for each in case.get("exclude", ())),
        "prefer": sorted(_told(_value(each)) for each in case.get("prefer", ())),
        "bounds": bounds,
        "numbers": sorted(_critique(each, reader) for each in case.get("numbers", ())),
        "tones": sorted(_critique(each, reader) for each in case.get("tones", ())),
        "seen": [reader.named(each) for each in case.get("seen", ())],
        "disliked": [reader.named(each) for each in case.get("disliked", ())],
        "loved": [reader.named(each) for each in case.get("loved", ())],
        "forget": [reader.named(each) for each in case.get("forget", ())],
        "order": case.get("order", ""),
        "undo": case.get("undo", False),
        "reset": case.get("reset", False),
        "question": question if case.get("ask") else (),
        "talk": case.get("talk", ""),
    }
    present = {name: value for name, value in fields.items() if value}
    return {"intent": intent, "fresh": case.get("fresh", intent == "recommend"), **present}


def said_by(reading: Reading, reader: Reader) -> Said:
    """Return what a reading says, in the form of the corpus."""
    change, question = reading.change, reading.question
    asked = question and (
        question.kind,
        tuple(map(reader.named, question.items)),
        question.field,
        question.highest,
    )
    fields = {
        "like": [reader.named(each) for each in change.like],
        "about": _plain(change.about),
        "require": sorted(map(_told, change.require)),
        "exclude": sorted(map(_told, change.exclude)),
        "prefer": sorted(map(_told, change.prefer)),
        "bounds": {each.number: (each.low, each.high) for each in change.bounds},
        "numbers": sorted(_compared(each, reader) for each in change.numbers),
        "tones": sorted(_compared(each, reader) for each in change.tones),
        "seen": [reader.named(each) for each in change.seen],
        "disliked": [reader.named(each) for each in change.disliked],
        "loved": [reader.named(each) for each in change.loved],
        "forget": [reader.named(each) for each in change.forget],
        "order": _order(change.order),
        "undo": change.undo,
        "reset": change.reset,
        "question": asked or (),
        "talk": reading.small_talk,
    }
    present = {name: value for name, value in fields.items() if value}
    return {"intent": reading.intent, "fresh": change.fresh, **present}


def _plain(text: str) -> str:
    """Return free text for comparison: folded, without a leading article."""
    folded = fold(text)
    return next((folded[len(a) :] for a in ("a ", "an ", "the ") if folded.startswith(a)), folded)


def _facet(text: str) -> tuple[str, str]:
    facet, _, value = text.rpartition(":") if ":" in text else ("genres", "", text)
    return facet, value


def _wanted(text: str) -> Wanted:
    facet, values = _facet(text)
    return Wanted(facet, tuple(values.split("|")))


def _value(text: str) -> Value:
    return Value(*_facet(text))


def _told(wish: Wanted | Value) -> tuple[str, str]:
    values = wish.any_of if isinstance(wish, Wanted) else (wish.value,)
    return wish.facet, "|".join(sorted(values))


def _ends(text: str) -> tuple[float, float]:
    low, _, high = text.partition("..")
    return float(low or -inf), float(high or inf)


def _tone_wish(text: str) -> ToneWish:
    more, axis = text.split()
    return ToneWish(axis, 1 if more == "more" else -1, 0.0, text)


def _critique(text: str, reader: Reader) -> tuple[str, int, bool, str]:
    said, _, than = text.partition(" than ")
    how, _, name = said.rpartition(" ")
    direction = -1 if how in {"less", "not"} else 1
    return name, direction, how in {"more", "less"}, reader.named(than) if than else ""


def _compared(critique: Critique, reader: Reader) -> tuple[str, int, bool, str]:
    than = reader.named(critique.than) if critique.than else ""
    return critique.name, critique.direction, critique.relative, than


def _order(order: Order | None) -> str:
    return f"{'highest' if order.highest else 'lowest'} {order.number}" if order else ""
