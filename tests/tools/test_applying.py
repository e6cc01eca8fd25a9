from collections.abc import Callable
from math import inf
from typing import Literal

import pytest

from data.index import Index
from tools.applying import Applied, known
from tools.change import Bounds, Change, Critique
from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted
from tools.scene import Scene, point

Apply = Callable[..., Applied]


def critique(
    name: str, direction: Literal[-1, 1], than: str = "", also: tuple[str, ...] = ()
) -> Change:
    return Change(numbers=(Critique(name, direction, "as said", than, also=also),))


def darker(than: str = "", relative: bool = True) -> Change:
    return Change(tones=(Critique("dark", 1, "darker", than, relative),))


def test_a_critique_is_against_the_named_title(apply: Apply) -> None:
    bound = apply(critique("rounds", -1, "Lantern Road")).preferences.range("rounds")
    assert bound == Range("rounds", -inf, 23, "as said", "Lantern Road (24)")


def test_a_critique_is_against_the_anchor_where_no_title_is_named(apply: Apply) -> None:
    after = apply(critique("rounds", 1), Preferences(anchors=("lantern",))).preferences
    assert after.range("rounds") == Range("rounds", 25, inf, "as said", "Lantern Road (24)")


def test_a_critique_is_against_the_median_of_what_was_just_shown(
    apply: Apply, small_index: Index
) -> None:
    shown = ("lantern", "lantern-2", "single")
    bound = apply(critique("rounds", -1), scene=Scene(shown)).preferences.range("rounds")
    assert bound == Range("rounds", -inf, 11, "as said", "the titles just shown (12)")


@pytest.mark.parametrize(("direction", "expected"), [(-1, (-inf, 11)), (1, (25, inf))])
def test_of_anchor_and_list_the_stricter_counts(
    apply: Apply, direction: Literal[-1, 1], expected: tuple[float, float]
) -> None:
    before = Preferences(anchors=("lantern",))
    after = apply(critique("rounds", direction), before, Scene(("lantern-2",))).preferences
    bound = after.range("rounds")
    assert bound is not None
    assert (bound.low, bound.high) == expected


def test_with_nothing_to_compare_the_middle_of_the_catalogue_counts(
    apply: Apply, small_index: Index
) -> None:
    bound = apply(critique("rounds", -1)).preferences.range("rounds")
    assert bound is not None
    assert bound.high == pytest.approx(small_index.catalogue.quantile("rounds", 0.5), abs=1.5)
    assert bound.reference == "the middle of the catalogue"


def test_a_repeated_critique_of_a_number_moves_further(apply: Apply) -> None:
    scene, preferences = Scene(("lantern",)), Preferences()
    highs = []
    for _ in range(4):
        preferences = apply(critique("rounds", -1), preferences, scene).preferences
        bound = preferences.range("rounds")
        assert bound is not None
        highs.append(bound.high)
    assert highs == [23, 22, 21, 20]


def test_a_critique_keeps_the_other_bound_only_where_both_can_hold(apply: Apply) -> None:
    scene = Scene(("lantern",))
    roomy = apply(critique("rounds", -1), Preferences(ranges=(Range("rounds", 5),)), scene)
    tight = apply(critique("rounds", -1), Preferences(ranges=(Range("rounds", 24),)), scene)
    assert roomy.preferences.ranges == (Range("rounds", 5, 23, "as said", "Lantern Road (24)"),)
    assert tight.preferences.ranges == (Range("rounds", -inf, 23, "as said", "Lantern Road (24)"),)


def test_what_has_one_round_is_made_shorter_by_its_minutes(apply: Apply) -> None:
    change = critique("rounds", -1, also=("minutes",))
    after = apply(change, scene=Scene(("single",))).preferences
    assert after.range("rounds") is None
    assert after.range("minutes") == Range(
        "minutes", -inf, 109, "as said", "Solstice Sitting (110)"
    )


def test_money_moves_by_cents(apply: Apply, small_index: Index) -> None:
    item = next(item for item in small_index.catalogue.items if "price" in item.numbers)
    bound = apply(critique("price", -1, item.title)).preferences.range("price")
    assert bound is not None
    assert bound.high == pytest.approx(item.numbers["price"] - 0.01)


def test_a_large_figure_is_named_in_full(apply: Apply) -> None:
    bound = apply(critique("players", -1, "Lantern Road")).preferences.range("players")
    assert bound is not None
    assert bound.reference == "Lantern Road (900000)"


def test_a_critique_against_an_unknown_title_alters_nothing_and_names_it_once(
    apply: Apply,
) -> None:
    change = critique("rounds", -1, "Xyzzy Plugh", also=("minutes",))
    applied = apply(change, Preferences(about="trains"))
    assert applied.preferences == Preferences(about="trains")
    assert [each.asked for each in applied.unresolved] == ["Xyzzy Plugh"]


def test_a_tone_is_against_the_named_title_or_the_stricter_of_anchors_and_list(
    apply: Apply, small_index: Index
) -> None:
    dark = small_index.tone("dark")
    place = small_index.catalogue.position

    def wish(change: Change, before: Preferences, scene: Scene) -> ToneWish | None:
        return apply(change, before, scene).preferences.tone("dark")

    anchored, scene = Preferences(anchors=("lantern",)), Scene(("ledger", "single"))
    named = wish(darker("Night Ledger"), anchored, scene)
    assert named is not None
    assert (named.than, named.reference) == (
        round(float(dark[place["ledger"]]), 3),
        "Night Ledger",
    )
    by_anchor = wish(darker(), anchored, Scene())
    assert by_anchor is not None
    assert by_anchor.reference == "Lantern Road"
    stricter = wish(darker(), anchored, scene)
    assert stricter is not None
    assert stricter.reference == "the titles just shown"
    assert stricter.than > by_anchor.than
    by_list = wish(darker(), Preferences(), scene)
    assert by_list is not None
    assert by_list.reference == "the titles just shown"
    plain = wish(darker(), Preferences(), Scene())
    assert plain is not None
    assert (plain.than, plain.reference) == (0.0, "")


def test_two_anchors_are_both_named_as_the_reference(apply: Apply) -> None:
    after = apply(darker(), Preferences(anchors=("lantern", "ledger"))).preferences
    assert after.tones[0].reference == "Lantern Road and Night Ledger"


def test_a_repeated_tone_moves_further_and_its_opposite_turns_around(apply: Apply) -> None:
    scene, preferences = Scene(("lantern",)), Preferences()
    steps = []
    for _ in range(6):
        preferences = apply(darker(), preferences, scene).preferences
        steps.append(preferences.tones[0].steps)
    assert steps == [1, 2, 3, 4, 4, 4]
    lighter = Change(tones=(Critique("dark", -1, "lighter"),))
    assert apply(lighter, preferences, scene).preferences.tones[0].steps == -1


def test_a_plain_dark_without_any_reference_means_the_dark_end(apply: Apply) -> None:
    wish = apply(darker(relative=False)).preferences.tones[0]
    assert wish.than > 0
    assert wish.reference == ""


def test_a_new_request_drops_wishes_but_no_vetoes_and_compares_with_no_list(
    apply: Apply,
) -> None:
    before = Preferences(
        about="trains",
        anchors=("ledger",),
        ranges=(Range("rounds", high=10),),
        exclude=(Value("kinds", "Horror"),),
        seen=("orchard",),
    )
    fresh = Change(fresh=True, like=("Lantern Road",), numbers=(Critique("rounds", 1),))
    after = apply(fresh, before, Scene(("single",))).preferences
    assert after.about == ""
    assert after.anchors == ("lantern",)
    assert after.ranges == (Range("rounds", 25, inf, "", "Lantern Road (24)"),)
    assert after.vetoes() == before.vetoes()


def test_the_latest_word_wins_between_wanting_and_excluding(apply: Apply) -> None:
    horror = Value("kinds", "Horror")
    wanted = Preferences(require=(Wanted("kinds", ("Horror", "Space")),), prefer=(horror,))
    excluded = apply(Change(exclude=(horror,)), wanted).preferences
    assert excluded.require == (Wanted("kinds", ("Space",)),)
    assert excluded.prefer == ()
    assert excluded.exclude == (horror,)
    again = apply(Change(require=(Wanted("kinds", ("Horror",)),)), excluded).preferences
    assert again.exclude == ()
    assert Wanted("kinds", ("Horror",)) in again.require
    assert apply(Change(prefer=(horror,)), excluded).preferences.exclude == ()


def test_excluding_the_only_required_value_drops_the_requirement(apply: Apply) -> None:
    before = Preferences(require=(Wanted("kinds", ("Horror",)),))
    after = apply(Change(exclude=(Value("kinds", "Horror"),)), before).preferences
    assert after.require == ()


def test_what_is_rejected_is_no_longer_loved(apply: Apply) -> None:
    after = apply(Change(disliked=("Night Ledger",)), Preferences(loved=("ledger",))).preferences
    assert (after.loved, after.disliked) == ((), ("ledger",))


def test_bounds_keep_the_other_side_unless_it_contradicts(apply: Apply) -> None:
    before = Preferences(ranges=(Range("year", 1990, 1999),))
    later = apply(Change(bounds=(Bounds("year", low=1995, words="w"),)), before).preferences
    newer = apply(Change(bounds=(Bounds("year", low=2010, words="w"),)), before).preferences
    assert later.ranges == (Range("year", 1995, 1999, "w"),)
    assert newer.ranges == (Range("year", 2010, inf, "w"),)


def test_free_text_grows_and_is_not_repeated(apply: Apply) -> None:
    once = apply(Change(about="trains"), Preferences(about="snow")).preferences
    assert once.about == "snow, trains"
    assert apply(Change(about="Trains"), once).preferences.about == "snow, trains"


FULL = Preferences(
    about="trains",
    anchors=("lantern", "ledger"),
    require=(Wanted("kinds", ("Horror", "Space")),),
    exclude=(Value("kinds", "Family"), Value("moods", "Silly")),
    prefer=(Value("moods", "Tense"),),
    ranges=(Range("rounds", high=9), Range("year", 1990)),
    tones=(ToneWish("dark", 1), ToneWish("calm", 1)),
    seen=("orchard", "single"),
    disliked=("twin-a",),
    loved=("twin-b",),
    order=Order("rating", True),
)


@pytest.mark.parametrize(
    ("name", "field", "left"),
    [
        ("about", "about", ""),
        ("anchors", "anchors", ()),
        ("lantern", "anchors", ("ledger",)),
        ("require", "require", ()),
        ("Horror", "require", (Wanted("kinds", ("Space",)),)),
        ("kinds:horror", "require", (Wanted("kinds", ("Space",)),)),
        ("exclude", "exclude", ()),
        ("Silly", "exclude", (Value("kinds", "Family"),)),
        ("moods:Tense", "prefer", ()),
        ("prefer", "prefer", ()),
        ("rounds", "ranges", (Range("year", 1990),)),
        ("ranges", "ranges", ()),
        ("dark", "tones", (ToneWish("calm", 1),)),
        ("tones", "tones", ()),
        ("seen", "seen", ()),
        ("seen:orchard", "seen", ("single",)),
        ("disliked:twin-a", "disliked", ()),
        ("loved:twin-b", "loved", ()),
        ("loved", "loved", ()),
        ("order", "order", None),
        ("rating", "order", None),
    ],
)
def test_forgetting_drops_what_is_named_and_nothing_else(
    apply: Apply, name: str, field: str, left: object
) -> None:
    after = apply(Change(forget=(name,)), FULL).preferences
    assert getattr(after, field) == left
    others = set(Preferences.__dataclass_fields__) - {field}
    if name not in {"Silly", "moods:Tense"}:
        assert all(getattr(after, each) == getattr(FULL, each) for each in others)


def test_forgetting_a_whole_facet_drops_all_its_wishes(apply: Apply) -> None:
    after = apply(Change(forget=("kinds",)), FULL).preferences
    assert after.require == ()
    assert after.exclude == (Value("moods", "Silly"),)


def test_places_in_the_list_stand_for_items_and_beyond_it_for_none(apply: Apply) -> None:
    scene = Scene(("lantern", "ledger"))
    applied = apply(Change(seen=("#2", "#3"), disliked=("#-2",)), scene=scene)
    assert applied.preferences.seen == ("ledger",)
    assert applied.preferences.disliked == ("lantern",)
    assert applied.beyond == ("#3",)
    assert applied.unresolved == ()


@pytest.mark.parametrize(
    ("mention", "scene", "meant"),
    [
        ("#1", Scene(("a", "b")), "a"),
        ("#-1", Scene(("a", "b")), "b"),
        ("#0", Scene(("a", "b")), ""),
        ("#3", Scene(("a", "b")), ""),
        ("#-3", Scene(("a", "b")), ""),
        ("#1", Scene(("a",), offered=("c", "d")), "c"),
        ("this", Scene(("a", "b"), focus="b"), "b"),
        ("this", Scene(("a", "b")), "a"),
        ("this", Scene(), ""),
        ("a", Scene(("a",)), "a"),
        ("#²", Scene(("a", "b")), None),
        ("#--1", Scene(("a", "b")), None),
        ("#", Scene(("a",)), None),
        ("Lantern Road", Scene(("a",)), None),
    ],
)
def test_a_pointer_means_a_place_the_focus_or_no_item(
    mention: str, scene: Scene, meant: str | None
) -> None:
    assert point(mention, scene) == meant


def test_unknown_names_are_collected_and_the_known_ones_kept(apply: Apply) -> None:
    applied = apply(Change(like=("Lantern Road", "Xyzzy Plugh", "Barrowfield")))
    assert applied.preferences.anchors == ("lantern",)
    assert [(each.asked, each.ambiguous) for each in applied.unresolved] == [
        ("Xyzzy Plugh", False),
        ("Barrowfield", True),
    ]


def test_what_a_newer_index_no_longer_has_is_dropped(small_index: Index) -> None:
    gone = Preferences(
        about="trains",
        anchors=("lantern", "gone"),
        require=(Wanted("genres", ("Drama",)), Wanted("kinds", ("Horror",))),
        exclude=(Value("text", "spiders"), Value("genres", "Drama")),
        prefer=(Value("genres", "Drama"),),
        ranges=(Range("episodes", high=3), Range("rounds", high=3)),
        tones=(ToneWish("funny", 1), ToneWish("dark", 1)),
        seen=("gone", "ledger"),
        order=Order("episodes", True),
    )
    assert known(small_index.catalogue, gone) == Preferences(
        about="trains",
        anchors=("lantern",),
        require=(Wanted("kinds", ("Horror",)),),
        exclude=(Value("text", "spiders"),),
        ranges=(Range("rounds", high=3),),
        tones=(ToneWish("dark", 1),),
        seen=("ledger",),
    )


def test_a_list_of_items_that_are_gone_is_no_reference(apply: Apply) -> None:
    scene = Scene(("gone", "lantern"), focus="gone")
    applied = apply(Change(numbers=(Critique("rounds", -1),), seen=("this",)), scene=scene)
    assert applied.preferences.ranges[0].reference == "Lantern Road (24)"
    assert applied.preferences.seen == ()


def test_another_maker_or_kind_takes_the_place_of_the_last(apply: Apply) -> None:
    def maker(name: str) -> Change:
        return Change(require=(Wanted("maker", (name,)), Wanted("kinds", (name,))))

    before = apply(maker("Anvil"), Preferences()).preferences
    after = apply(maker("Birch"), before).preferences
    assert [each.any_of[0] for each in after.require if each.facet == "maker"] == ["Birch"]
    assert [each.any_of[0] for each in after.require if each.facet == "kinds"] == ["Anvil", "Birch"]
