"""Every way a turn can take, over fakes: the routes, what is remembered, and what is not."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from graph.memory import Memory
from graph.protocols import Context
from graph.state import KEPT_TURNS, KEPT_UNDOS, Conversation
from tools.change import Change, Question, Reading
from tools.preferences import Value
from tools.taste import Person

Begin = Callable[..., Any]
UNDO, RESET = Reading("refine", Change(undo=True)), Reading("reset", Change(reset=True))
SEARCH = ["rewrite", "retrieve", "ground"]


def scripted(fakes: Context, **script: Reading) -> Context:
    return replace(fakes, reader=type(fakes.reader)(script))  # type: ignore[call-arg]


def altered(fakes: Context, part: str, **fields: Any) -> Context:
    return replace(fakes, **{part: type(getattr(fakes, part))(**fields)})


def test_a_request_is_searched_ranked_answered_and_verified(talk: Begin, fakes: Context) -> None:
    begun = talk(fakes)
    state = begun.say("trains")
    assert begun.steps == [*SEARCH, "rank", "answer", "verify"]
    assert begun.told == ["recommend: ", "lantern ", "ledger "]
    assert state["answer"] == "".join(begun.told)
    assert [each["id"] for each in state["listed"]] == ["lantern", "ledger"]
    assert state["grounded"]
    assert fakes.trace.steps == begun.steps  # type: ignore[attr-defined]


def test_weak_evidence_is_relaxed_searched_again_and_said(talk: Begin, fakes: Context) -> None:
    context = altered(fakes, "retriever", weak=("snow",))
    context = altered(context, "wishes", relaxable=("snow",))
    begun = talk(context)
    state = begun.say("snow")
    assert begun.steps == [*SEARCH, "relax", "retrieve", "ground", "rank", "answer", "verify"]
    assert state["relaxed"] == ("I left out “snow”",)
    assert state["preferences"]["about"] == "snow"


def test_what_cannot_be_relaxed_is_clarified(talk: Begin, fakes: Context) -> None:
    begun = talk(altered(fakes, "retriever", weak=("snow",)))
    state = begun.say("snow")
    assert begun.steps == [*SEARCH, "relax", "clarify"]
    assert not state["grounded"]
    assert state["listed"] == []


def test_relaxing_is_tried_once(talk: Begin, fakes: Context) -> None:
    context = altered(fakes, "retriever", weak=("snow", ""))
    begun = talk(altered(context, "wishes", relaxable=("snow",)))
    begun.say("snow")
    assert begun.steps == [*SEARCH, "relax", "retrieve", "ground", "clarify"]


def test_foreign_words_are_refused_and_leave_no_wish(talk: Begin, fakes: Context) -> None:
    begun = talk(altered(fakes, "retriever", far=("tax forms",)))
    begun.say("trains")
    before = begun.remembered()
    state = begun.say("tax forms")
    assert begun.steps == [*SEARCH, "clarify"]
    assert state["reading"].intent == "out_of_scope"
    after = begun.remembered()
    for name in ("preferences", "undo", "listed", "shown"):
        assert after[name] == before[name]


def test_foreign_words_that_alter_nothing_take_back_nothing(talk: Begin, fakes: Context) -> None:
    begun = talk(fakes)
    begun.say("trains")
    begun.say("snow")
    before = begun.remembered()
    far = talk(altered(fakes, "retriever", far=("snow",)))
    far.say("snow")
    assert far.remembered()["preferences"] == before["preferences"]
    assert far.remembered()["undo"] == before["undo"]


def test_a_name_that_nothing_bears_is_told_beside_a_list(talk: Begin, fakes: Context) -> None:
    begun = talk(scripted(fakes, xyzzy=Reading("recommend", Change(like=("Xyzzy",)))))
    state = begun.say("xyzzy")
    assert begun.steps == [*SEARCH, "rank", "answer", "verify"]
    assert [each.asked for each in state["unresolved"]] == ["Xyzzy"]
    assert state["preferences"] == {}


def test_vetoes_beside_an_unknown_name_are_kept(talk: Begin, fakes: Context) -> None:
    change = Change(like=("Xyzzy",), seen=("ledger",), exclude=(Value("kinds", "Horror"),))
    begun = talk(scripted(fakes, xyzzy=Reading("recommend", change)))
    begun.say("trains")
    begun.say("xyzzy")
    state = begun.remembered()
    assert state["preferences"]["about"] == "trains"
    begun.thread["configurable"]["thread_id"] = "another"
    state = begun.say("xyzzy")
    assert [each["id"] for each in state["preferences"]["seen"]] == ["ledger"]
    assert state["preferences"]["exclude"] == {"kinds": ["Horror"]}


def test_a_question_goes_to_the_tools_until_it_can_be_answered(talk: Begin, fakes: Context) -> None:
    question = Reading("lookup", question=Question("details", ("ledger", "orchard")))
    begun = talk(scripted(fakes, which=question))
    begun.say("trains")
    state = begun.say("which")
    assert begun.steps == ["rewrite", *["inspect", "tools"] * 2, "inspect", "verify"]
    assert state["answer"] == "inspect ledgerorchard"
    assert state["focus"] == "ledger"
    assert [each["id"] for each in state["listed"]] == ["lantern", "ledger"]


def test_small_talk_is_answered_and_alters_nothing(talk: Begin, fakes: Context) -> None:
    begun = talk(scripted(fakes, hello=Reading("converse", small_talk="greeting")))
    begun.say("trains")
    before = begun.remembered()
    begun.say("hello")
    assert begun.steps == ["rewrite", "converse"]
    after = begun.remembered()
    assert after["preferences"] == before["preferences"]
    assert after["listed"] == before["listed"]
    assert len(after["history"]) == 2


def test_starting_over_clears_all_but_what_was_seen(talk: Begin, fakes: Context) -> None:
    everything = Reading("reset", Change(reset=True, forget=("seen", "disliked", "loved")))
    seen = Reading("feedback", Change(seen=("ledger",)))
    begun = talk(scripted(fakes, over=RESET, everything=everything, seen=seen))
    begun.say("trains")
    begun.say("seen")
    begun.say("over")
    assert begun.steps == ["rewrite", "converse"]
    state = begun.remembered()
    assert set(state["preferences"]) == {"seen"}
    assert (state["listed"], state["shown"], state["undo"]) == ([], [], [])
    begun.say("everything")
    assert begun.remembered()["preferences"] == {}


def test_undo_returns_the_wishes_and_the_titles_of_before(talk: Begin, fakes: Context) -> None:
    begun = talk(scripted(fakes, undo=UNDO))
    first = begun.say("trains")
    begun.say("snow")
    state = begun.say("undo")
    assert begun.steps == [*SEARCH, "rank", "answer", "verify"]
    assert state["preferences"] == first["preferences"]
    assert [each["id"] for each in state["listed"]] == [each["id"] for each in first["listed"]]


def test_undo_with_nothing_to_undo_keeps_what_there_is(talk: Begin, fakes: Context) -> None:
    seen = Reading("feedback", Change(seen=("ledger",)))
    begun = talk(scripted(fakes, undo=UNDO, over=RESET, seen=seen))
    begun.say("seen")
    begun.say("over")
    begun.say("undo")
    assert [each["id"] for each in begun.remembered()["preferences"]["seen"]] == ["ledger"]


def test_a_click_alters_the_wishes_without_being_read(talk: Begin, fakes: Context) -> None:
    begun = talk(fakes)
    state = begun.say("Remove: trains", Change(exclude=(Value("kinds", "Horror"),)))
    assert state["reading"].intent == "refine"
    assert state["preferences"] == {"exclude": {"kinds": ["Horror"]}}
    assert begun.say("snow")["preferences"]["about"] == "snow"


def test_nothing_is_shown_twice_until_all_is_shown(talk: Begin, fakes: Context) -> None:
    begun = talk(fakes)
    shown = [each["id"] for _ in range(4) for each in begun.say("trains")["listed"]]
    assert len(shown[:7]) == len(set(shown[:7]))
    begun.say("trains")
    assert begun.steps == [*SEARCH, "relax", "clarify"]


@pytest.mark.parametrize("smuggled", ["nowhere", "lantern"])
def test_what_a_faulty_ranker_brings_in_is_taken_out_and_counted(
    talk: Begin, fakes: Context, smuggled: str
) -> None:
    talk(fakes).say("trains")
    others = scripted(fakes, more=Reading("refine", others=True))
    begun = talk(altered(others, "ranker", smuggled=(smuggled,)))
    state = begun.say("more")
    assert state["removed"] == (f"{smuggled} does not hold",)
    assert [each["id"] for each in state["listed"]] == ["orchard", "single"]
    assert smuggled not in state["answer"]
    assert state["history"][-1]["answer"] == state["answer"]


def test_where_nothing_holds_the_answer_says_so(talk: Begin, fakes: Context) -> None:
    class Nothing(type(fakes.verifier)):  # type: ignore[misc]
        def verify(self, chosen: Any, wanted: Any, shown: Any) -> Any:
            return (), tuple(each.id for each in chosen)

    begun = talk(replace(fakes, verifier=Nothing()))
    state = begun.say("trains")
    assert state["answer"].startswith("clarify")
    assert state["listed"] == []


def test_only_plain_json_is_remembered(talk: Begin, fakes: Context) -> None:
    begun = talk(fakes)
    begun.say("trains")
    begun.say("more", Change(seen=("ledger",)))
    state = begun.remembered()
    assert json.loads(json.dumps(state)) == state
    working = {"reading", "wanted", "before", "found", "chosen", "results", "answer", "change"}
    assert not working & set(state)
    assert set(state) <= set(Conversation.__annotations__) | {"message"}


def test_a_checkpoint_on_disk_holds_no_working_value(
    talk: Begin, fakes: Context, memory: Memory
) -> None:
    talk(fakes).say("trains")
    with closing(sqlite3.connect(memory.where)) as connection:
        stored = connection.execute("SELECT checkpoint FROM checkpoints").fetchall()
    assert len(stored) == 1
    for name in (b"Candidate", b"Reading", b"Preferences(", b"tools."):
        assert name not in stored[0][0]


def test_history_is_trimmed_by_whole_turns(talk: Begin, fakes: Context) -> None:
    begun = talk(scripted(fakes, hello=Reading("converse")))
    for number in range(KEPT_TURNS + 5):
        begun.say("hello" if number % 2 else f"wish {number}")
    state = begun.remembered()
    assert len(state["history"]) == KEPT_TURNS
    assert all(set(turn) == {"message", "intent", "answer", "shown"} for turn in state["history"])
    assert state["history"][0]["message"] == "hello"
    assert len(state["undo"]) <= KEPT_UNDOS
    assert state["turns"] == KEPT_TURNS + 5


def tasting(fakes: Context, *loved: str, hidden: tuple[str, ...] = ()) -> Context:
    person = Person(loved=frozenset(loved), hidden=frozenset((*loved, *hidden)))
    return replace(fakes, person=person)


def test_a_second_list_follows_a_known_taste_and_repeats_nothing(
    talk: Begin, fakes: Context
) -> None:
    others = scripted(fakes, others=Reading("refine", others=True))
    begun = talk(tasting(others, "bare"))
    state = begun.say("trains")
    assert [each["id"] for each in state["listed"]] == ["lantern", "ledger"]
    assert [each["id"] for each in state["picked"]] == ["twin-b", "twin-a"]
    assert state["shown"] == ["lantern", "ledger", "twin-b", "twin-a"]
    assert state["history"][-1]["shown"] == state["shown"]
    later = begun.say("others")
    assert not {*state["shown"]} & {each["id"] for each in (*later["listed"], *later["picked"])}


def test_without_a_taste_there_is_no_second_list(talk: Begin, fakes: Context) -> None:
    assert talk(fakes).say("trains")["picked"] == []


def test_who_asks_for_their_taste_gets_it_as_the_only_list(talk: Begin, fakes: Context) -> None:
    asking = scripted(fakes, mine=Reading("recommend", Change(personal=True)))
    state = talk(tasting(asking, "bare")).say("mine")
    assert [each["id"] for each in state["listed"]] == ["twin-b", "twin-a"]
    assert state["picked"] == []
    unknown = talk(asking, thread="t2").say("mine")
    assert [each["id"] for each in unknown["listed"]] == ["lantern", "ledger"]


def test_what_the_shelf_hides_is_in_no_list(talk: Begin, fakes: Context) -> None:
    state = talk(tasting(fakes, "bare", hidden=("lantern", "twin-b"))).say("trains")
    told = [each["id"] for each in (*state["listed"], *state["picked"])]
    assert told == ["ledger", "orchard", "twin-a", "single"]


def test_what_is_hidden_survives_relaxing_and_smuggling(talk: Begin, fakes: Context) -> None:
    context = tasting(altered(fakes, "ranker", smuggled=("lantern",)), hidden=("lantern",))
    state = talk(context).say("trains")
    assert [each["id"] for each in state["listed"]] == ["ledger", "orchard"]
    assert state["removed"] == ("lantern does not hold",)
