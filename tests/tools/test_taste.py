from collections.abc import Sequence

import numpy as np
import pytest

from agent.answers.wording import Wording
from data.collaborative import Fitted
from data.fitting import fit
from data.index import Index
from data.ratings import Ratings
from tools import search as searching
from tools.preferences import Preferences, ToneWish, Value
from tools.reasons import Reason
from tools.search import Search
from tools.taste import LOVED, Person, Taste, Told, liked

RATED = ("lantern", "ledger", "orchard", "single", "twin-a", "twin-b", "bare", "told")


@pytest.fixture(scope="module")
def model() -> Fitted:
    """Return a model of people of two kinds: who likes the first four, and who the others."""
    given = {
        f"p{number}": dict.fromkeys(RATED[:4] if number % 2 else RATED[4:], 8.0 + number % 3)
        for number in range(40)
    }
    return Fitted(fit(Ratings(given)))


@pytest.fixture(scope="module")
def search(small_index: Index, model: Fitted) -> Search:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "load_collaborative", lambda profile: model)
        return Search(small_index)


def ids(candidates: Sequence[object]) -> list[str]:
    return [each.id for each in candidates]  # type: ignore[attr-defined]


def test_who_rates_alike_decides_what_is_foretold(small_index: Index, model: Fitted) -> None:
    foretold = Taste(small_index, model).foretold(Told({"lantern": 9, "ledger": 8}))
    places = small_index.catalogue.position
    assert foretold[places["orchard"]] > foretold[places["bare"]]
    assert foretold.shape == (len(small_index.catalogue),)


def test_without_a_model_contents_decide(small_index: Index) -> None:
    taste = Taste(small_index, None)
    foretold = taste.foretold(Told({"lantern": 9}))
    assert small_index.catalogue.items[int(np.argmax(foretold))].id == "lantern"
    (reason,) = taste.because(Told({"lantern": 9}), "lantern-2")
    said = Wording(small_index.catalogue.profile).reason(reason)
    assert said == "in content close to Lantern Road, which you rated 9"


def test_what_the_catalogue_does_not_have_says_nothing(small_index: Index, model: Fitted) -> None:
    for taste in (Taste(small_index, None), Taste(small_index, model)):
        assert not taste.foretold(Told({"gone": 10})).any()
        assert taste.because(Told({"gone": 10}), "ledger") == (Reason("best_loved"),)


def test_reasons_tell_ratings_from_praise(small_index: Index, model: Fitted) -> None:
    told = Told({"lantern": 8, "single": LOVED}, {"single"})
    (reason,) = Taste(small_index, model).because(told, "ledger")
    said = Wording(small_index.catalogue.profile).reason(reason)
    assert said == "because you rated Lantern Road 8 and loved Solstice Sitting"


def test_what_was_rated_far_below_the_own_mean_speaks_for_nothing() -> None:
    assert liked({"a": 9, "b": 8, "c": 2}) == {"a": 9, "b": 8}


def test_praise_counts_beside_ratings_and_what_is_rejected_here_does_not() -> None:
    person = Person({"a": 7, "b": 9}, loved=frozenset({"b", "c"}))
    told = person.told(Preferences(loved=("d",), disliked=("a",)))
    assert told.ratings == {"b": 9, "c": LOVED, "d": LOVED}
    assert set(told.loved) == {"c", "d"}
    assert not Person().told(Preferences())


def test_one_ranking_makes_both_lists(search: Search) -> None:
    wanted = Preferences(about="a game of trading")
    found = search(wanted, told=Told({"single": 9}))
    assert set(ids(found.personal)) == set(ids(found.candidates))
    plain = {each.id: each for each in found.candidates}
    for each in found.personal:
        shares = dict(each.contributions)
        del shares["taste"]
        assert shares == pytest.approx(plain[each.id].contributions)
    assert ids(found.candidates) == ids(search(wanted).candidates)
    assert not search(wanted).personal


def test_both_lists_keep_to_hard_wishes_and_vetoes(search: Search, small_index: Index) -> None:
    wanted = Preferences(exclude=(Value("kinds", "Horror"),), seen=("lantern",))
    found = search(wanted, ["single"], told=Told({"lantern": 9, "ledger": 8}))
    for each in found.personal:
        assert "Horror" not in small_index.catalogue[each.id].facets.get("kinds", ())
        assert each.id not in {"lantern", "lantern-2", "single"}


def test_taste_does_not_turn_a_tone_around(search: Search, small_index: Index) -> None:
    wanted = Preferences(tones=(ToneWish("dark", -1, -0.2),))
    found = search(wanted, told=Told({"lantern": 9, "orchard": 9}))
    best = [small_index.catalogue.position[each.id] for each in found.personal[:5]]
    assert float(small_index.tone("dark")[best].mean()) < -0.2
