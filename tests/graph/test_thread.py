"""What stays on the table, what is put aside, what is new."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from graph.protocols import Context
from graph.thread import are_new, last_shown, put_aside, staying
from tools.change import Bounds, Change, Critique, Reading
from tools.preferences import Value

Begin = Callable[..., Any]


def state(reading: Reading, *listed: str, **more: Any) -> Any:
    table = [{"id": each} for each in listed]
    turns = [{"shown": [*listed, "picked"]}, {"shown": []}]
    return {"reading": reading, "listed": table, "history": turns, "aside": ["old"], **more}


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        (Change(seen=("a",)), True),
        (Change(disliked=("#2",)), True),
        (Change(loved=("a",), exclude=(Value("kinds", "Horror"),)), True),
        (Change(bounds=(Bounds("rounds", high=12),)), True),
        (Change(tones=(Critique("dark", 1),)), False),
        (Change(about="trains"), False),
        (Change(forget=("rounds",)), False),
        (Change(seen=("a",), about="trains"), False),
        (Change(), False),
    ],
)
def test_what_only_takes_away_leaves_the_rest_in_place(change: Change, stays: bool) -> None:
    assert staying(state(Reading("refine", change), "a", "b")) == (("a", "b") if stays else ())
    assert staying(state(Reading("recommend", change), "a", "b")) == ()


def test_others_and_a_message_that_alters_nothing_put_the_table_aside() -> None:
    for reading, altered in ((Reading("refine", others=True), True), (Reading("refine"), False)):
        assert put_aside(state(reading, "a", "b"), reading, altered) == ["old", "a", "b", "picked"]
    for reading, altered in ((Reading("refine"), True), (Reading("lookup"), False)):
        assert put_aside(state(reading, "a", "b"), reading, altered) == ["old"]
    assert last_shown({"history": []}) == []  # type: ignore[typeddict-item]


def test_only_what_joins_titles_that_stay_is_new() -> None:
    refined, fresh = Reading("refine"), Reading("recommend")
    assert are_new(state(refined, "a", "b"), ["a", "c"]) == {"c"}
    assert are_new(state(refined, "a", "b"), ["c", "d"]) == set()
    assert are_new(state(fresh, "a", "b"), ["a", "c"]) == set()


def test_a_refinement_keeps_what_fits_and_marks_what_is_new(talk: Begin, fakes: Context) -> None:
    begun = talk(fakes)
    first = begun.say("trains")["listed"]
    again = begun.say("without", Change(seen=(first[0]["id"],)))["listed"]
    assert again[0]["id"] == first[1]["id"]
    assert [each["new"] for each in first] == [False, False]
    assert [each["new"] for each in again] == [False, True]


def test_one_title_is_picked_from_the_table(talk: Begin, fakes: Context) -> None:
    script = {"trains": Reading("recommend", Change(about="trains"))}
    script["pick"] = Reading("refine", pick=True)
    begun = talk(replace(fakes, reader=type(fakes.reader)(script)))  # type: ignore[call-arg]
    table = [each["id"] for each in begun.say("trains")["listed"]]
    state = begun.say("pick")
    assert [each["id"] for each in state["listed"]] == table[:1]
    assert state["aside"] == []


def test_a_profile_may_show_first_what_was_not_shown_yet(talk: Begin, fakes: Context) -> None:
    begun = talk(replace(fakes, repeat="demote"))
    first = {each["id"] for each in begun.say("trains")["listed"]}
    assert not first & {each["id"] for each in begun.say("boats")["listed"]}
    few = {each["id"] for _ in range(4) for each in begun.say("ships and boats")["listed"]}
    assert few


def test_a_conversation_from_before_goes_on(talk: Begin, fakes: Context) -> None:
    begun = talk(fakes)
    shown = {each["id"] for each in begun.say("trains")["listed"]}
    assert not shown & {each["id"] for each in begun.say("trains")["listed"]}
    assert begun.remembered()["aside"]
