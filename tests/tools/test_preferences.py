import json
from math import inf

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted, from_json, to_json

FULL = Preferences(
    about="trains at night",
    anchors=("lantern",),
    require=(Wanted("kinds", ("Horror",)), Wanted("kinds", ("Space", "Racing"))),
    exclude=(Value("kinds", "Family"), Value("text", "spiders")),
    prefer=(Value("moods", "Tense"),),
    ranges=(Range("rounds", high=12, words="under 13 rounds"), Range("year", 1990, 1999)),
    tones=(ToneWish("dark", 2, 0.25, "darker", "Lantern Road"),),
    seen=("ledger",),
    disliked=("orchard",),
    loved=("twin-a",),
    order=Order("rating", True, "best rated"),
)


@given(st.data())
def test_preferences_come_back_from_their_json(
    wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    written = to_json(wanted)
    again = from_json(json.loads(json.dumps(written)))
    assert to_json(again) == written
    assert set(again.require) == set(wanted.require)
    assert set(again.exclude) == set(wanted.exclude)
    assert set(again.prefer) == set(wanted.prefer)
    assert again.ranges == wanted.ranges
    assert again.tones == wanted.tones
    assert (again.anchors, again.seen, again.order) == (wanted.anchors, wanted.seen, wanted.order)
    assert (again.disliked, again.loved) == (wanted.disliked, wanted.loved)


def test_the_json_names_items_and_leaves_out_what_is_empty() -> None:
    assert to_json(FULL, {"lantern": "Lantern Road"}.get) == {  # type: ignore[arg-type]
        "about": "trains at night",
        "anchors": [{"id": "lantern", "title": "Lantern Road"}],
        "require": {"kinds": ["Horror", {"any": ["Space", "Racing"]}]},
        "exclude": {"kinds": ["Family"], "text": ["spiders"]},
        "prefer": {"moods": ["Tense"]},
        "ranges": {
            "rounds": {"high": 12, "words": "under 13 rounds"},
            "year": {"low": 1990, "high": 1999},
        },
        "tones": {
            "dark": {"steps": 2, "than": 0.25, "words": "darker", "reference": "Lantern Road"}
        },
        "seen": [{"id": "ledger", "title": None}],
        "disliked": [{"id": "orchard", "title": None}],
        "loved": [{"id": "twin-a", "title": None}],
        "order": {"number": "rating", "highest": True, "words": "best rated"},
    }
    assert to_json(Preferences()) == {}


def test_vetoes_are_what_outlives_a_new_request() -> None:
    kept = FULL.vetoes()
    assert (kept.exclude, kept.seen, kept.disliked) == (FULL.exclude, FULL.seen, FULL.disliked)
    assert not kept.wishes()
    assert FULL.wishes()


def test_a_range_holds_its_ends_and_no_unknown_figure() -> None:
    bound = Range("rounds", 2, 4)
    assert [bound.holds(figure) for figure in (1, 2, 3, 4, 5, None)] == [
        False, True, True, True, False, False,
    ]  # fmt: skip
    assert Range("rounds", -inf, inf).holds(0)
    assert not Range("rounds").holds(None)


def test_one_number_has_one_range_and_one_axis_one_wish() -> None:
    again = FULL.with_range(Range("rounds", 5)).with_tone(ToneWish("dark", -1))
    assert [bound.number for bound in again.ranges] == ["year", "rounds"]
    assert again.range("rounds") == Range("rounds", 5)
    assert again.tone("dark") == ToneWish("dark", -1)
    assert again.range("price") is None
    assert again.tone("calm") is None
