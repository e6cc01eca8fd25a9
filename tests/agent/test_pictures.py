"""What pictures show: the tones of a list, the spread of numbers, the map of a catalogue."""

from math import inf

import numpy as np
import pytest

from agent.finding import find_titles, well_known
from agent.pictures import bin_label, histograms, tone_bars
from agent.tastemap import BACKDROP, Marks, make_map
from data.index import Index
from tools.preferences import Preferences, Range, ToneWish

NARUTO, MONSTER, BEBOP, BERSERK = "20", "19", "1", "33"


def test_a_list_is_compared_with_its_anchors_on_every_tone(bundled_index: Index) -> None:
    wishes = Preferences(anchors=(NARUTO,), tones=(ToneWish("sad", -1),))
    bars = tone_bars(bundled_index, [MONSTER, BEBOP, "gone"], wishes)
    assert {bar.axis for bar in bars} == set(bundled_index.manifest.axes)
    assert (bars[0].axis, bars[0].wanted) == ("sad", -1)
    dark = next(bar for bar in bars if bar.axis == "dark")
    assert [title for title, _ in dark.places] == ["Monster", "Cowboy Bebop"]
    assert dark.mean == pytest.approx(sum(value for _, value in dark.places) / 2)
    assert dark.anchor is not None and dark.anchor < dark.mean


def test_without_a_list_there_is_nothing_to_compare(bundled_index: Index) -> None:
    assert tone_bars(bundled_index, [], Preferences()) == []
    bars = tone_bars(bundled_index, [MONSTER], Preferences())
    assert all(bar.anchor is None and not bar.wanted for bar in bars)


def test_the_bars_of_a_number_hold_every_title_once(bundled_index: Index) -> None:
    for drawn in histograms(bundled_index, Preferences()):
        assert sum(each.count for each in drawn.bins) == drawn.known == drawn.inside
        assert not drawn.bounded
        edges = [each.low for each in drawn.bins]
        assert edges == sorted(set(edges)) and len(edges) <= 30


@pytest.mark.parametrize(
    ("bound", "beyond"),
    [
        (Range("episodes", high=29), 30),
        (Range("year", low=2003), 2002),
        (Range("score", low=7.3, high=8.1), 9),
        (Range("minutes", low=20, high=26), 5),
    ],
)
def test_the_bars_within_a_range_hold_what_it_leaves(
    bundled_index: Index, bound: Range, beyond: float
) -> None:
    drawn = next(
        each
        for each in histograms(bundled_index, Preferences(ranges=(bound,)))
        if each.name == bound.number
    )
    assert drawn.bounded
    assert 0 < drawn.inside < drawn.known
    assert sum(each.count for each in drawn.bins if each.inside) == drawn.inside
    outside = next(each for each in drawn.bins if each.low <= beyond < each.high)
    assert not outside.inside


def test_every_bounded_number_is_drawn_of_any_catalogue(small_index: Index) -> None:
    ranges = (Range("price", high=40), Range("rating", low=6), Range("rounds", -inf, 12))
    drawn = histograms(small_index, Preferences(ranges=ranges))
    assert [each.name for each in drawn] == ["price", "rating", "rounds"]
    for each in drawn:
        assert sum(one.count for one in each.bins if one.inside) == each.inside
    number = small_index.catalogue.profile.numbers["price"]
    assert bin_label(number, drawn[0].bins[0]).startswith("€")


def test_the_map_marks_what_titles_are_to_a_person(bundled_index: Index) -> None:
    marks = Marks(
        anchors=[NARUTO],
        shown=[MONSTER, BEBOP],
        loved=[BEBOP],
        rejected=[BERSERK, "gone"],
        earlier=[MONSTER, "5114"],
    )
    drawn = make_map(bundled_index, marks)
    assert [spot.title for spot in drawn.of("anchor")] == ["Naruto"]
    assert {spot.id for spot in drawn.of("shown")} == {MONSTER, BEBOP}
    assert drawn.of("loved") == []
    assert [spot.id for spot in drawn.of("rejected")] == [BERSERK]
    assert [spot.id for spot in drawn.of("earlier")] == ["5114"]
    assert len({spot.id for spot in drawn.spots}) == len(drawn.spots)
    assert all(abs(spot.x) <= 1 and abs(spot.y) <= 1 for spot in drawn.spots)
    assert drawn.spots[-1].kind == "anchor"


def test_the_map_names_regions_that_are_mostly_what_they_say(bundled_index: Index) -> None:
    assert bundled_index.projection is not None
    regions = make_map(bundled_index, Marks()).regions
    assert len(regions) >= 5
    for region in regions:
        near = np.abs(bundled_index.projection - [region.x, region.y]).max(axis=1) < 0.05
        bearing = bundled_index.catalogue.facets["genres"][region.name]
        assert np.isin(np.flatnonzero(near), bearing).mean() >= 0.5


def test_a_large_map_shows_the_best_known_and_whatever_is_meant(
    bundled_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.tastemap.BACKDROP", 50)
    obscure = bundled_index.catalogue.items[int(bundled_index.catalogue.renown.argmin())].id
    drawn = make_map(bundled_index, Marks(anchors=[obscure]))
    assert len(drawn.spots) == 51 < BACKDROP
    assert [spot.id for spot in drawn.of("anchor")] == [obscure]
    assert drawn.size == len(bundled_index.catalogue)


def test_an_index_without_a_map_has_an_empty_one(small_index: Index) -> None:
    assert small_index.projection is not None
    bare = Index.__new__(Index)
    bare.__dict__.update({**small_index.__dict__, "projection": None})
    assert make_map(bare, Marks()).spots == ()


def test_titles_are_found_by_their_names(bundled_index: Index) -> None:
    catalogue = bundled_index.catalogue
    titles = [catalogue[each].title for each in find_titles(bundled_index, "cowboy", 5)]
    assert titles[0] == "Cowboy Bebop"
    assert find_titles(bundled_index, "kimetsu no yaiba", 3)
    assert find_titles(bundled_index, "  ", 5) == find_titles(bundled_index, "qqqq", 5) == []


def test_well_known_titles_are_of_many_kinds_and_no_franchise_twice(bundled_index: Index) -> None:
    found = well_known(bundled_index, 12)
    items = [bundled_index.catalogue[each] for each in found]
    assert len({item.franchise or item.id for item in items}) == 12
    assert len({genre for item in items for genre in item.facets["genres"]}) >= 12
