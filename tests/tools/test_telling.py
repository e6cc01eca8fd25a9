"""What of a list is told of each item."""

from data.index import Index
from tools.candidates import Candidate
from tools.evidence import without_doubles
from tools.preferences import Preferences, Range, Wanted
from tools.reasons import Figure, Reason, Values
from tools.search import Search
from tools.telling import telling

HORROR = Preferences(require=(Wanted("kinds", ("Horror",)),))


def told(index: Index, wanted: Preferences) -> list[list[Reason]]:
    return telling(index, Search(index)(wanted).candidates[:5], wanted)


def test_what_the_opening_says_is_not_told_of_each(small_index: Index) -> None:
    for reasons in told(small_index, HORROR):
        for reason in reasons:
            values = reason.slots.get("values")
            assert not (isinstance(values, Values) and "Horror" in values.values)


def test_figures_that_stand_beside_the_title_are_not_told_again(small_index: Index) -> None:
    wanted = Preferences(ranges=(Range("rounds", high=30, words="at most 30 rounds"),))
    for reasons in told(small_index, wanted):
        assert not any(
            reason.kind in {"asked", "figure", "rated"}
            and isinstance(reason.slots.get("figure"), Figure)
            for reason in reasons
        )


def test_no_two_items_are_told_of_alike(small_index: Index) -> None:
    lists = [repr(reasons) for reasons in told(small_index, HORROR) if reasons]
    assert len(set(lists)) == len(lists)


def test_what_every_item_has_in_common_is_left_out(small_index: Index) -> None:
    found = told(small_index, Preferences(about="horror harvest"))
    common = set.intersection(*({repr(each) for each in reasons} for reasons in found))
    assert common == set()


def test_one_item_is_told_of_too(small_index: Index) -> None:
    (reasons,) = telling(small_index, [Candidate("ledger", 0.0)], HORROR)
    assert reasons


def test_a_value_is_not_said_twice_in_other_letters() -> None:
    assert without_doubles(["Super Power", "Superpowers", "Demons", "Demon"]) == [
        "Super Power",
        "Demons",
    ]
