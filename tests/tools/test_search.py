from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from data.index import Index
from tools import search as searching
from tools import signals
from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted
from tools.search import Search, tone_fit
from tools.selection import allowed


@pytest.fixture(scope="session")
def search(small_index: Index) -> Search:
    return Search(small_index)


@given(st.data())
def test_every_candidate_meets_every_hard_wish(
    small_index: Index,
    search: Search,
    wishes: SearchStrategy[Preferences],
    data: st.DataObject,
) -> None:
    wanted = data.draw(wishes)
    ids = st.sampled_from([item.id for item in small_index.catalogue.items])
    shown = data.draw(st.lists(ids, max_size=10))
    found = search(wanted, shown)
    mask = allowed(small_index, wanted, shown)
    assert found.matching == mask.sum()
    assert all(mask[small_index.catalogue.position[each.id]] for each in found.candidates)
    assert len({each.id for each in found.candidates}) == len(found.candidates)
    assert bool(found.candidates) == bool(found.matching)
    scores = [each.score for each in found.candidates]
    assert scores == sorted(scores, reverse=True)
    assert np.isfinite(scores).all()


@given(st.data())
def test_the_pool_of_a_large_catalogue_finds_what_scoring_everything_finds(
    small_index: Index,
    search: Search,
    wishes: SearchStrategy[Preferences],
    data: st.DataObject,
) -> None:
    wanted = replace(data.draw(wishes), ranges=())
    everything = search(wanted).candidates
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "EXHAUSTIVE", 0)
        pooled = search(wanted).candidates
    assert {each.id for each in pooled} == {each.id for each in everything}
    scores = {each.id: each.score for each in everything}
    assert all(each.score == pytest.approx(scores[each.id], abs=1e-4) for each in pooled)


def test_the_franchise_of_an_anchor_is_absent(search: Search) -> None:
    found = {each.id for each in search(Preferences(anchors=("lantern",))).candidates}
    assert found
    assert not found & {"lantern", "lantern-2"}


def test_seen_disliked_and_shown_are_absent(search: Search) -> None:
    wanted = Preferences(seen=("ledger",), disliked=("orchard",))
    found = {each.id for each in search(wanted, ["single"]).candidates}
    assert not found & {"ledger", "orchard", "single"}


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_tone_moves_the_list(small_index: Index, search: Search, steps: int) -> None:
    def darkness(wanted: Preferences) -> float:
        ids = [each.id for each in search(wanted).candidates[:10]]
        return float(small_index.tone("dark")[[position[each] for each in ids]].mean())

    position = small_index.catalogue.position
    plain = Preferences(about="a trading game")
    toned = replace(plain, tones=(ToneWish("dark", steps),))
    assert (darkness(toned) - darkness(plain)) * steps > 0.1


def test_a_favoured_value_and_free_text_come_to_the_top(small_index: Index, search: Search) -> None:
    tense = search(Preferences(prefer=(Value("moods", "Tense"),))).candidates[:5]
    assert all("Tense" in small_index.catalogue[each.id].facets["moods"] for each in tense)
    farms = search(Preferences(about="farming game")).candidates[:5]
    assert sum("Farming" in small_index.catalogue[each.id].facets["kinds"] for each in farms) >= 4


@pytest.mark.parametrize("highest", [True, False])
def test_an_order_puts_the_known_extreme_first_and_the_unknown_last(
    small_index: Index, search: Search, highest: bool
) -> None:
    wanted = Preferences(order=Order("minutes", highest))
    ranked = [small_index.catalogue[each.id] for each in search(wanted).candidates]
    figures = [item.numbers["minutes"] for item in ranked if "minutes" in item.numbers]
    best = sorted(figures, reverse=highest)[:15]
    assert all(item.numbers.get("minutes") in best for item in ranked[:5])
    unknown = [rank for rank, item in enumerate(ranked) if "minutes" not in item.numbers]
    assert unknown
    assert min(unknown) > len(ranked) // 2


def test_free_text_is_grounded_by_likeness_and_named_wishes_by_themselves(
    search: Search,
) -> None:
    assert search(Preferences(anchors=("lantern",))).evidence == 1
    near = search(Preferences(about="farming for silly")).evidence
    far = search(Preferences(about="quarterly revenue spreadsheet")).evidence
    assert near > far


def test_nothing_allowed_is_nothing_found(search: Search) -> None:
    found = search(Preferences(require=(Wanted("kinds", ("Opera",)),)))
    assert (found.candidates, found.matching) == ((), 0)
    assert search(Preferences(ranges=(Range("rounds", 99),))).matching == 0


def test_the_same_wishes_find_the_same(search: Search) -> None:
    wanted = Preferences(about="a tense game", tones=(ToneWish("calm", -1),))
    assert search(wanted) == search(wanted)


def test_a_score_is_the_sum_of_its_parts(search: Search) -> None:
    for each in search(Preferences(about="space", anchors=("lantern",))).candidates[:5]:
        assert each.score == pytest.approx(sum(each.contributions.values()))
        assert -1 <= each.similarity <= 1.0001


def test_a_tone_against_the_wish_weighs_twice_and_beyond_it_no_more() -> None:
    fits = tone_fit(np.array([-1, -0.25, 0, 0.25, 0.5, 1], np.float32), 0.0, 1)
    assert fits.tolist() == pytest.approx([-2, -1, 0, 0.5, 1, 1])
    assert tone_fit(np.array([-0.5], np.float32), 0.0, -1).tolist() == pytest.approx([1])


def test_many_texts_are_remembered_within_bounds(
    small_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "REMEMBERED", 3)
    search = Search(small_index)
    first = search(Preferences(about="text 0"))
    for number in range(10):
        search(Preferences(about=f"text {number}"))
    assert search(Preferences(about="text 0")) == first
