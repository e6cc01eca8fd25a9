from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agent.answers.wording import Wording
from data.index import Index
from data.profile import Number, Profile
from tools.preferences import Preferences, Range, ToneWish, Value, Wanted
from tools.relaxing import WIDENINGS, Relaxed, relax, widened
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
def test_a_range_is_never_left_unless_relaxed_says_so(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    relaxed = relaxed_until_found(small_index, wanted)
    if relaxed is None:
        return
    profile = small_index.catalogue.profile
    for bound in wanted.ranges:
        now = relaxed.preferences.range(bound.number)
        assert now is not None
        assert now.low <= bound.low
        assert now.high >= bound.high
        if (now.low, now.high) != (bound.low, bound.high):
            told = f"I widened “{Wording(profile).range(bound)}” to “{Wording(profile).range(now)}”"
            assert told in sentences(profile, relaxed)


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
    assert len(asked) <= 2 + len(wanted.tones) + 4 * len(wanted.ranges) + len(wanted.require)
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
    rounds, year = EVERYTHING.ranges
    order = [
        (
            not p.prefer,
            not p.about,
            not p.tones,
            p.range("rounds") != rounds,
            p.range("year") != year,
            len(p.require) < 2,
            not p.require,
        )
        for p in seen
    ]
    assert order == sorted(order)
    assert all(order[-1])


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (lambda p: not p.prefer, "I no longer favoured Tense"),
        (lambda p: not p.about, "I left out “a tense night”, since nothing here comes close to it"),
        (lambda p: not p.tones, "I dropped “darker”"),
        (
            lambda p: p.range("rounds").high >= 11,
            "I widened “up to 10 rounds” to “up to 13 rounds”",
        ),
        (lambda p: p.range("year").low <= 1990, "I widened “from 2000 on” to “from 1988 on”"),
        (lambda p: len(p.require) < 2, "I no longer insisted on Space or Racing"),
    ],
)
def test_only_what_was_in_the_way_is_given_up(profile: Profile, needs: object, said: str) -> None:
    relaxed = relax(profile, EVERYTHING, needs)  # type: ignore[arg-type]
    assert relaxed is not None
    assert sentences(profile, relaxed) == [said]


def test_a_bound_is_widened_no_further_than_needed(profile: Profile) -> None:
    wanted = Preferences(ranges=(Range("rounds", high=10),))
    relaxed = relax(profile, wanted, lambda p: p.ranges[0].high >= 14)
    assert relaxed is not None
    assert relaxed.preferences.ranges[0].high == 17


def test_free_text_that_is_all_there_is_is_not_given_up(profile: Profile) -> None:
    assert relax(profile, Preferences(about="tax forms"), lambda p: not p.about) is None


def test_a_widened_bound_no_longer_bears_the_words_of_the_narrow_one(profile: Profile) -> None:
    wanted = Preferences(ranges=(Range("rounds", high=10, words="under 11 rounds"),))
    relaxed = relax(profile, wanted, lambda p: p.ranges[0].high > 10)
    assert relaxed is not None
    assert relaxed.preferences.ranges[0].words == ""


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
