from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agent.answers.wording import Wording
from data.index import Index
from data.profile import Number, Profile
from tools.preferences import Preferences, Range, ToneWish, Value, Wanted
from tools.relaxing import WIDENINGS, Relaxed, offers, relax, widened
from tools.selection import allowed


@pytest.fixture(scope="session")
def profile(small_index: Index) -> Profile:
    return small_index.catalogue.profile


def sentences(profile: Profile, relaxed: Relaxed) -> list[str]:
    wording = Wording(profile)
    return [wording.reason(each, "relaxed") for each in relaxed.reasons]


def relaxed_until_found(index: Index, wanted: Preferences) -> Relaxed | None:
    def matches(preferences: Preferences) -> bool:
        return bool(allowed(index, preferences).any())

    return relax(index.catalogue.profile, wanted, matches)


@given(st.data())
def test_a_veto_survives_every_relaxation(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    relaxed = relaxed_until_found(small_index, wanted)
    if relaxed:
        assert relaxed.preferences.vetoes() == wanted.vetoes()
        assert relaxed.preferences.anchors == wanted.anchors


@given(st.data())
def test_hard_wishes_survive_every_relaxation(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    relaxed = relaxed_until_found(small_index, wanted)
    if relaxed:
        assert relaxed.preferences.ranges == wanted.ranges
        assert relaxed.preferences.require == wanted.require


@given(st.data())
def test_an_offer_brings_what_it_says(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)

    def count(preferences: Preferences) -> int:
        return int(allowed(small_index, preferences).sum())

    for offer in offers(small_index.catalogue.profile, wanted, count):
        assert offer.count > 0
        if offer.wider is not None:
            assert offer.bound is not None
            assert offer.wider.low <= offer.bound.low
            assert offer.wider.high >= offer.bound.high
            assert count(wanted.with_range(offer.wider)) == offer.count


@given(st.data())
def test_what_is_relaxed_matches_and_says_what_was_given_up(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    relaxed = relaxed_until_found(small_index, wanted)
    if relaxed and not allowed(small_index, wanted).any():
        assert allowed(small_index, relaxed.preferences).any()
        assert relaxed.reasons
        assert relaxed.preferences != wanted


@given(st.data())
def test_relaxing_ends_even_where_nothing_ever_matches(
    profile: Profile, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    asked: list[Preferences] = []

    def never(preferences: Preferences) -> bool:
        asked.append(preferences)
        return False

    assert relax(profile, wanted, never) is None
    assert len(asked) <= 2 + len(wanted.tones)
    assert all(each.vetoes() == wanted.vetoes() for each in asked)


EVERYTHING = Preferences(
    about="a tense night",
    prefer=(Value("moods", "Tense"),),
    tones=(ToneWish("dark", 1, words="darker"),),
    ranges=(Range("rounds", high=10), Range("year", 2000)),
    require=(Wanted("kinds", ("Horror",)), Wanted("kinds", ("Space", "Racing"))),
    exclude=(Value("kinds", "Family"),),
)


def test_wishes_are_given_up_in_a_fixed_order(profile: Profile) -> None:
    seen: list[Preferences] = []

    def watch(preferences: Preferences) -> bool:
        seen.append(preferences)
        return False

    relax(profile, EVERYTHING, watch)
    order = [(not p.prefer, not p.about, not p.tones) for p in seen]
    assert order == sorted(order)
    assert all(order[-1])


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (lambda p: not p.prefer, "I no longer favoured Tense"),
        (lambda p: not p.about, "I left out “a tense night”, since nothing here comes close to it"),
        (lambda p: not p.tones, "I dropped “darker”"),
    ],
)
def test_only_what_was_in_the_way_is_given_up(profile: Profile, needs: object, said: str) -> None:
    relaxed = relax(profile, EVERYTHING, needs)  # type: ignore[arg-type]
    assert relaxed is not None
    assert sentences(profile, relaxed) == [said]


def test_a_bound_is_widened_no_further_than_needed(profile: Profile) -> None:
    wanted = Preferences(ranges=(Range("rounds", high=10),))
    (offer,) = offers(profile, wanted, lambda p: int(p.ranges[0].high >= 14))
    assert offer.wider is not None
    assert offer.wider.high == 17


def test_a_bound_that_no_widening_helps_is_offered_to_go(profile: Profile) -> None:
    wanted = Preferences(ranges=(Range("rounds", high=10),))
    (offer,) = offers(profile, wanted, lambda p: 3 * (not p.ranges))
    assert (offer.wider, offer.count) == (None, 3)


def test_a_later_value_is_offered_before_an_earlier_one(profile: Profile) -> None:
    wanted = replace(EVERYTHING, ranges=())
    found = offers(profile, wanted, lambda p: len(p.require) < 2)
    assert [offer.values for offer in found] == [("Space", "Racing"), ("Horror",)]


def test_free_text_that_is_all_there_is_is_not_given_up(profile: Profile) -> None:
    assert relax(profile, Preferences(about="tax forms"), lambda p: not p.about) is None


def test_a_widened_bound_no_longer_bears_the_words_of_the_narrow_one(profile: Profile) -> None:
    wanted = Preferences(ranges=(Range("rounds", high=10, words="under 11 rounds"),))
    (offer,) = offers(profile, wanted, lambda p: int(p.ranges[0].high > 10))
    assert offer.wider is not None
    assert offer.wider.words == ""


@given(
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.integers(0, 3),
    st.floats(0.001, 1.0),
    st.sampled_from(["both", "low", "high"]),
)
def test_widened_bounds_contain_the_narrow_ones_and_reach_further(
    one: float, other: float, decimals: int, step: float, sides: str
) -> None:
    low, high = sorted((round(one, decimals), round(other, decimals)))
    bound = Range(
        "n", low if sides != "high" else -inf, high if sides != "low" else inf, words="so"
    )
    number = Number.model_validate({"label": "n", "decimals": decimals, "step": step})
    wider = bound
    for _ in range(WIDENINGS):
        narrower, wider = wider, widened(number, wider)
        assert wider.low <= narrower.low
        assert wider.high >= narrower.high
        if sides != "low":
            assert wider.high > narrower.high
