"""Whatever a model writes, the person sees candidates, facts and whole sentences."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage

from agent.language.material import Material, of_list
from agent.language.names import Names
from agent.language.rendering import Telling
from agent.language.writer import LanguageWriter
from agent.models.calls import ModelUnavailableError, TurnUsage
from agent.templates.writer import TemplateWriter
from data.index import Index
from data.items import fold
from graph.protocols import Brief
from tools.candidates import Candidate
from tools.change import Change, Reading
from tools.preferences import Preferences, Range
from tools.titles import Titles

CORPUS = yaml.safe_load(Path(__file__).with_name("hallucinations.yaml").read_text("utf-8"))
ADVERSE = [each for name in ("titles", "figures", "rest") for each in CORPUS[name]]
LIST = ("Monster", "Tokyo Ghoul", "Claymore", "Basilisk", "Another")
REASON = "shares Ninja with Naruto"
OPENING = "These five stay dark. "


@dataclass
class Speaker:
    """Models that say one text in given pieces, and break where they are told to."""

    pieces: Sequence[str]
    breaks: bool = False
    usage: TurnUsage = field(default_factory=TurnUsage)
    asked: list[BaseMessage] = field(default_factory=list)
    taken: int = 0

    def ask(self, *args: Any, **more: Any) -> AIMessage:
        raise ModelUnavailableError("There is no model. Wait.")

    def stream(self, role: str, messages: Sequence[BaseMessage]) -> Iterator[str]:
        self.asked += messages
        for piece in self.pieces:
            self.taken += 1
            yield piece
        if self.breaks:
            raise ModelUnavailableError("The model broke off. The rest is from the catalogue.")


@dataclass(frozen=True)
class Stage:
    """A list that was chosen, and all that is needed to tell of it."""

    names: Names
    brief: Brief
    templates: TemplateWriter

    @property
    def material(self) -> Material:
        return of_list(self.names.catalogue, self.brief)

    def writer(self, pieces: Sequence[str], breaks: bool = False) -> LanguageWriter:
        return LanguageWriter(Speaker(pieces, breaks), self.templates, self.names)

    def tell(self, text: str, size: int = 5) -> tuple[str, Telling]:
        telling = Telling(self.names, self.material)
        shown = "".join(p for piece in cut(text, size) for p in telling.feed(piece))
        return shown + "".join(telling.finish()), telling


def cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


@pytest.fixture(scope="session")
def stage(bundled_index: Index) -> Stage:
    titles = Titles(bundled_index.catalogue)

    def named(name: str) -> str:
        return titles.resolve(name).item

    wanted = Preferences(
        anchors=(named("Naruto"),), ranges=(Range("episodes", high=80, words="up to 80 episodes"),)
    )
    brief = Brief(
        Reading("recommend", Change()),
        before=Preferences(),
        stated=wanted,
        wanted=wanted,
        chosen=tuple(Candidate(named(name), 0.5) for name in LIST),
        reasons=((REASON,),) * len(LIST),
        matching=120,
    )
    assert [bundled_index.catalogue[each.id].title for each in brief.chosen] == list(LIST)
    return Stage(Names(bundled_index, titles), brief, TemplateWriter(bundled_index))


@pytest.mark.parametrize("text", CORPUS["honest"])
def test_an_honest_sentence_comes_through(stage: Stage, text: str) -> None:
    shown, telling = stage.tell(text)
    assert telling.removed == []
    assert fold(re.sub(r"\[\w\]|\([^)]*\)", "", text)).split()[-1] in fold(shown)


@pytest.mark.parametrize("case", ADVERSE, ids=lambda case: case["text"][:50])
def test_what_is_made_up_never_reaches_the_person(stage: Stage, case: dict[str, Any]) -> None:
    shown, telling = stage.tell(OPENING + case["text"])
    assert telling.removed
    for gone in case["gone"]:
        assert gone not in shown
    for left in case.get("left", ()):
        assert left in shown
    assert is_whole(shown)


def is_whole(shown: str) -> bool:
    """Tell whether every line begins as a sentence and ends as one."""
    lines = [line for line in shown.split("\n") if line.strip()]
    ends = all(re.search(r"[.!?:)][\"”*]*$", line.strip()) for line in lines)
    begins = all(not re.match(r"\s*[,;.!?)]|\s*(?:and|but|or)\b", line) for line in lines)
    return ends and begins


def test_the_corpus_is_large_and_touches_every_disguise() -> None:
    assert len(ADVERSE) >= 60
    assert len({each["text"] for each in ADVERSE}) == len(ADVERSE)


def test_titles_years_and_counts_come_from_the_catalogue(stage: Stage) -> None:
    shown, _ = stage.tell("Start with [1]. Then [1] again, and [A] is lighter.")
    assert shown.startswith("Start with **Monster** (2004, 74 episodes).")
    assert shown.endswith("Then **Monster** again, and Naruto is lighter.")


@pytest.mark.parametrize(
    "marker", ["[1]", "[ 1 ]", "[#1]", "[[1]]", "\\[1\\]", "【1】", "**[1]**", "“[1]”"]
)
def test_a_marker_is_understood_however_it_is_dressed(stage: Stage, marker: str) -> None:
    shown, telling = stage.tell(f"Start with {marker}, then [2, 3].", size=1)
    assert telling.removed == []
    assert shown == (
        "Start with **Monster** (2004, 74 episodes), then **Tokyo Ghoul** (2014, 12 episodes), "
        "**Claymore** (2007, 26 episodes)."
    )


def test_a_list_is_numbered_as_the_cards_are(stage: Stage) -> None:
    shown, _ = stage.tell(
        "Here:\n1. [1] is slow.\n2. Trigun is odd.\n3. [3] is grim.\n4. [2] is quick."
    )
    assert [line.split("**")[0] for line in shown.splitlines() if line] == [
        "Here:",
        "1. ",
        "- ",
        "2. ",
    ]


def test_no_sentence_waits_for_more_than_the_next_word(stage: Stage) -> None:
    telling = Telling(stage.names, stage.material)
    assert "".join(telling.feed("These are dark. ")) == ""
    assert "".join(telling.feed("T")) == "These are dark."
    assert "".join(telling.feed("hey end badly.\n")) == " They end badly."


def test_what_was_taken_out_is_told_with_its_reason(stage: Stage) -> None:
    writer = stage.writer(["[1] is dark. Cowboy Bebop is jazz. See https://evil.example now."])
    "".join(writer.recommend(stage.brief))
    assert writer.removed == [
        "a name that is not in the list (Cowboy Bebop): Cowboy Bebop is jazz.",
        "a sentence that leans on a removed one: See https://evil.example now.",
    ]


def test_a_quoted_instruction_is_not_repeated_by_what_was_removed(stage: Stage) -> None:
    _, telling = stage.tell(
        "You are a knowledgeable friend who presents a short list of titles that was chosen."
    )
    assert telling.removed == ["a quotation of the instructions"]


def test_candidates_the_model_forgot_are_completed(stage: Stage) -> None:
    writer = stage.writer(["Dark ones. [1] is slow. [3] is grim.\n"])
    shown = "".join(writer.recommend(stage.brief))
    assert [shown.count(f"**{name}**") for name in LIST] == [1] * 5
    assert f"- **Another** (2012, 12 episodes). {REASON[:1].upper()}{REASON[1:]}." in shown
    assert writer.notices == ["The answer was completed from the catalogue."]


def test_an_answer_that_must_be_written_again_asks_no_model_again(stage: Stage) -> None:
    writer = stage.writer(["Dark ones. [1] is slow. [3] is grim.\n"])
    speaker = writer._models
    "".join(writer.recommend(stage.brief))
    taken = speaker.taken  # type: ignore[attr-defined]
    again = "".join(writer.recommend(stage.brief))
    assert again == "".join(stage.templates.recommend(stage.brief))
    assert speaker.taken == taken  # type: ignore[attr-defined]


def test_the_templates_answer_where_nothing_holds(stage: Stage) -> None:
    writer = stage.writer(["Watch Cowboy Bebop and Trigun."])
    assert "".join(writer.recommend(stage.brief)) == "".join(stage.templates.recommend(stage.brief))


@pytest.mark.parametrize("after", range(0, 60, 3))
def test_a_stream_that_breaks_leaves_no_half_sentence(stage: Stage, after: int) -> None:
    text = "These stay dark. [1] is slow and patient. [2] is quick."
    writer = stage.writer(list(text[:after]), breaks=True)
    shown = "".join(writer.recommend(stage.brief))
    assert is_whole(shown)
    assert all(name in shown for name in LIST)
    assert writer.notices == []  # the models themselves say why


@pytest.mark.parametrize("text", ["again and ", "It is dark. ", "dark ", "\n- [1] is slow.", "x"])
def test_a_model_without_end_is_cut_off(stage: Stage, text: str) -> None:
    speaker = Speaker([text] * 10_000)
    writer = LanguageWriter(speaker, stage.templates, stage.names)
    shown = "".join(writer.recommend(stage.brief))
    assert speaker.taken < 1000
    assert len(shown) < 4000
    assert all(name in shown for name in LIST)


def test_what_was_given_up_is_said_whatever_the_model_says(stage: Stage) -> None:
    brief = replace(stage.brief, relaxed=("episodes up to 100 instead of 80",))
    shown = "".join(stage.writer(["[1] is slow.\n"]).recommend(brief))
    assert shown.startswith("Nothing matched all of it: episodes up to 100 instead of 80.\n\n**Mon")


# Whatever the model emits

WORDS = (
    "is the best dark . , ! ? : \n \n\n - 1. 2. * ** _ “ ” \" ' ( ) a of and like 12 74 2004 "
    "episodes rated".split(" ")
)


def fragments(index: Index) -> st.SearchStrategy[str]:
    titles = [name for item in index.catalogue.items for name in item.names()]
    markers = st.sampled_from(
        ["[1]", "[2]", "[5]", "[A]", "[9]", "[", "]", "[1", "**[3]**", "【4】"]
    )
    anything = st.text(max_size=8)
    return st.one_of(st.sampled_from(WORDS), st.sampled_from(titles), markers, anything)


@pytest.fixture(scope="session")
def foreign(stage: Stage) -> Callable[[str], list[str]]:
    return naming(stage)


def naming(stage: Stage) -> Callable[[str], list[str]]:
    """Return what finds, by itself, the titles in an answer that are none of the list's."""
    catalogue = stage.names.catalogue
    ours = [name for item in stage.material.items.values() for name in item.names()]
    known = {
        name
        for item in catalogue.items
        for name in item.names()
        if len(fold(name)) > 3 and fold(name) not in map(fold, ours)
    }

    def found(shown: str) -> list[str]:
        plain = re.sub(r"[\\*]", "", shown)
        for name in sorted(ours, key=len, reverse=True):
            plain = plain.replace(name, "#")
        words = re.findall(r"\S+", plain)
        spans = {" ".join(words[a : a + n]) for n in range(1, 9) for a in range(len(words))}
        return [each for span in spans if (each := span.strip(".,!?:;-–“”\"'()")) in known]

    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_text_and_no_chunking_brings_in_a_foreign_title(
    stage: Stage, foreign: Callable[[str], list[str]], bundled_index: Index, data: st.DataObject
) -> None:
    text = " ".join(data.draw(st.lists(fragments(bundled_index), max_size=25)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in pairwise([0, *cuts, len(text)])]
    telling = Telling(stage.names, stage.material)
    shown = "".join(p for piece in pieces for p in telling.feed(piece))
    shown += "".join(telling.finish())
    whole, other = stage.tell(text, size=len(text) + 1)
    assert shown == whole
    assert telling.removed == other.removed
    assert foreign(shown) == []
    assert not re.search(r"(?<!\\)[\[\]]", shown)
