from dataclasses import replace
from math import inf

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from data.index import Index
from data.items import Item
from data.words import words_of
from tools.preferences import Preferences, Range, Value, Wanted
from tools.selection import TEXT, allowed, within


def items(index: Index, preferences: Preferences, shown: tuple[str, ...] = ()) -> list[Item]:
    places = np.flatnonzero(allowed(index, preferences, shown))
    return [index.catalogue.items[place] for place in places.tolist()]


@given(st.data())
def test_every_allowed_item_meets_every_hard_wish(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    for item in items(small_index, wanted):
        for bound in wanted.ranges:
            assert bound.holds(item.numbers.get(bound.number))
        for group in wanted.require:
            assert set(group.any_of) & set(item.facets.get(group.facet, ()))
        for value in wanted.exclude:
            borne = item.facets.get(value.facet, ())
            assert value.value not in borne
            if value.facet == TEXT:
                assert value.value not in words_of(item.description)
        met = {*wanted.seen, *wanted.loved, *wanted.disliked, *wanted.anchors}
        assert item.id not in met


@given(st.data())
def test_what_is_allowed_is_exactly_what_nothing_speaks_against(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    parts = [Preferences(require=(each,)) for each in wanted.require]
    parts += [Preferences(ranges=(each,)) for each in wanted.ranges]
    parts += [Preferences(exclude=(each,)) for each in wanted.exclude]
    told = Preferences(seen=wanted.seen, disliked=wanted.disliked, loved=wanted.loved)
    parts += [replace(told, anchors=wanted.anchors)]
    together = np.all([allowed(small_index, each) for each in parts], axis=0)
    assert (together == allowed(small_index, wanted)).all()


def test_a_franchise_of_which_one_entry_was_met_is_hidden_whole(small_index: Index) -> None:
    for wanted, shown in (
        (Preferences(seen=("lantern-2",)), ()),
        (Preferences(disliked=("lantern-2",)), ()),
        (Preferences(anchors=("lantern-2",)), ()),
        (Preferences(), ("lantern-2",)),
    ):
        found = {item.id for item in items(small_index, wanted, shown)}
        assert not found & {"lantern", "lantern-2"}


def test_what_is_loved_is_known_and_not_shown(small_index: Index) -> None:
    found = {item.id for item in items(small_index, Preferences(loved=("ledger",)))}
    assert "ledger" not in found


def test_an_unknown_figure_lies_in_no_range(small_index: Index) -> None:
    everything = within(small_index, Range("price", -inf, inf))
    known = [("price" in item.numbers) for item in small_index.catalogue.items]
    assert everything.tolist() == known


def test_a_value_nobody_bears_vetoes_nothing_and_requires_the_impossible(
    small_index: Index,
) -> None:
    count = len(small_index.catalogue)
    assert len(items(small_index, Preferences(exclude=(Value("kinds", "Opera"),)))) == count
    assert items(small_index, Preferences(require=(Wanted("kinds", ("Opera",)),))) == []


def test_a_bound_at_a_figure_of_the_catalogue_includes_it(small_index: Index) -> None:
    """Columns are float32, bounds float64: neither side may lose the item at the bound."""
    for item in small_index.catalogue.items:
        if "rating" in item.numbers:
            figure = item.numbers["rating"]
            for bound in (Range("rating", figure), Range("rating", high=figure)):
                assert within(small_index, bound)[small_index.catalogue.position[item.id]]


def test_a_share_of_the_catalogue_as_a_bound_holds_for_the_items_within_it(
    small_index: Index,
) -> None:
    for share in np.linspace(0, 1, 41):
        bound = Range("rating", small_index.catalogue.quantile("rating", float(share)))
        for place in np.flatnonzero(within(small_index, bound)).tolist():
            assert bound.holds(small_index.catalogue.items[place].numbers["rating"])


def test_a_veto_reaches_the_text_of_items_that_state_nothing_of_the_facet(
    small_index: Index,
) -> None:
    wanted = Preferences(exclude=(Value("kinds", "Horror"),))
    left = {item.id for item in items(small_index, wanted)}
    assert "told" not in left
    assert "stated" in left  # it says what it is; a word of its story does not count
