"""The collaborative model: what it learns, keeps, says and refuses."""

import random
from dataclasses import replace
from pathlib import Path
from statistics import mean
from time import perf_counter

import numpy as np
import pytest

from data import fitting
from data.catalogue import Catalogue
from data.collaborative import (
    Card,
    Collaborative,
    Fitted,
    load_collaborative,
    onto,
    read_model,
    trained_file,
    write_model,
)
from data.fitting import EVIDENCE, fit
from data.items import Item
from data.profile import Profile, load_profile
from data.ratings import Ratings
from infra.errors import IndexUnusableError, SourceError

CARD = Card("games", "osusume train", "2026-01-31", "00", 80, 800, 30, {"NDCG@10": 0.5})


def two_tastes(people: int = 80, seed: int = 3) -> Ratings:
    """Return people who rate either the items a0…a14 or b0…b14, and one item too rare to use."""
    chance = random.Random(seed)
    given = {}
    for person in range(people):
        taste = "ab"[person % 2]
        given[f"p{person}"] = {
            f"{taste}{each}": float(chance.randint(6, 10)) for each in chance.sample(range(15), 10)
        }
    given["p0"]["rare"] = 10.0
    return Ratings(given)


@pytest.fixture(scope="module")
def model() -> Fitted:
    return Fitted(fit(two_tastes()))


def test_a_person_is_offered_what_people_of_the_same_taste_like(model: Fitted) -> None:
    scores = model.fold_in({"a0": 9, "a1": 8})
    best = [model.items[place] for place in np.argsort(-scores)[:8]]
    assert {item[0] for item in best} == {"a"}


def test_items_with_too_little_evidence_are_not_learned(model: Fitted) -> None:
    assert "rare" not in model.position
    assert len(model.items) == 30


def test_unknown_ids_say_nothing(model: Fitted) -> None:
    assert not model.fold_in({"nothing": 9}).any()
    assert not model.fold_in({}).any()
    assert model.neighbours("nothing", 3) == []
    assert model.contributions({"a0": 9}, "nothing") == []
    for said in (model.likeness, model.likeness_to, model.together):
        assert not said("nothing").any()
    assert np.array_equal(model.fold_in({"a0": 9, "nothing": 9}), model.fold_in({"a0": 9}))


def test_the_scale_of_the_ratings_does_not_change_the_order(model: Fitted) -> None:
    ten = model.fold_in({"a0": 10, "a1": 6, "b2": 8})
    five = model.fold_in({"a0": 5, "a1": 3, "b2": 4})
    assert np.allclose(ten, 2 * five, atol=1e-6)


def test_contributions_add_up_to_the_score(model: Fitted) -> None:
    ratings = {"a0": 9.0, "a1": 4.0, "b0": 7.0}
    scores = model.fold_in(ratings)
    for item in ("a5", "b5"):
        shares = model.contributions(ratings, item)
        assert sum(share for _, share in shares) == pytest.approx(scores[model.position[item]])
        assert [share for _, share in shares] == sorted((s for _, s in shares), reverse=True)
        assert {source for source, _ in shares} <= set(ratings)


def test_neighbours_are_of_the_same_taste_and_sorted(model: Fitted) -> None:
    found = model.neighbours("b3", 5)
    assert {item[0] for item, _ in found} == {"b"}
    assert [weight for _, weight in found] == sorted((w for _, w in found), reverse=True)


def test_likeness_reads_the_same_weights_from_both_ends(model: Fitted) -> None:
    for one, other in (("a0", "a1"), ("a3", "a9"), ("b1", "b2")):
        there = model.likeness(one)[model.position[other]]
        assert there == pytest.approx(model.likeness_to(other)[model.position[one]])


def test_the_cosine_is_the_share_of_common_raters() -> None:
    everybody = {f"p{person}": {"x": 8.0, "y": 8.0} for person in range(EVIDENCE)}
    model = Fitted(fit(Ratings(everybody | {"one": {"x": 8.0}, "two": {"x": 8.0}})))
    wanted = EVIDENCE / np.sqrt(EVIDENCE * (EVIDENCE + 2))
    assert model.together("x")[model.position["y"]] == pytest.approx(wanted, abs=0.005)
    assert model.together("y")[model.position["x"]] == pytest.approx(wanted, abs=0.005)


def test_no_item_speaks_for_itself(model: Fitted) -> None:
    for item in model.items:
        assert model.likeness(item)[model.position[item]] == 0
        assert model.together(item)[model.position[item]] == 0


def test_large_and_small_catalogues_are_solved_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = Fitted(fit(two_tastes()))
    monkeypatch.setattr(fitting, "DENSE", 0)
    one_by_one = Fitted(fit(two_tastes()))
    ratings = {"a0": 9.0, "a4": 7.0}
    assert np.allclose(at_once.fold_in(ratings), one_by_one.fold_in(ratings), atol=1e-3)


def test_too_few_ratings_are_refused_in_a_sentence() -> None:
    with pytest.raises(SourceError, match="too few to learn from"):
        fit(Ratings({"ann": {"x": 9.0, "y": 8.0}}))


def test_progress_ends_at_the_whole() -> None:
    done: dict[str, int] = {}

    def progress(step: str, more: int, total: int) -> None:
        assert total == 30
        done[step] = done.get(step, 0) + more

    fit(two_tastes(), progress)
    assert done == {"neighbours": 30, "weights": 30}


def test_a_written_model_says_the_same_when_read(model: Fitted, tmp_path: Path) -> None:
    path = tmp_path / "made" / "model.npz"
    write_model(path, model.weights, CARD)
    read = Collaborative(path)
    assert (read.card, read.items) == (CARD, model.items)
    assert np.array_equal(read.fold_in({"a0": 9}), model.fold_in({"a0": 9}))
    assert list(path.parent.iterdir()) == [path]


def test_a_model_is_read_only_when_it_is_used(tmp_path: Path) -> None:
    model = Collaborative(tmp_path / "absent.npz")
    with pytest.raises(IndexUnusableError, match="cannot be read"):
        model.fold_in({"a0": 9})


@pytest.mark.parametrize("damage", ["cut", "empty", "foreign"])
def test_a_damaged_model_is_refused_with_its_remedy(
    model: Fitted, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "model.npz"
    write_model(path, model.weights, CARD)
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "foreign": b"PK??"}[damage])
    with pytest.raises(IndexUnusableError, match="Train it again with 'osusume train"):
        read_model(path)


def test_a_model_of_another_format_is_refused(model: Fitted, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    write_model(path, model.weights, replace(CARD, format=0))
    with pytest.raises(IndexUnusableError, match="format 0 where 1 is read"):
        read_model(path)


def test_a_model_trained_here_goes_before_the_bundled_one(state: Path, model: Fitted) -> None:
    profile = load_profile("anime")
    bundled = load_collaborative(profile)
    assert bundled is not None and bundled.path.parent == profile.folder
    write_model(trained_file(profile), model.weights, CARD)
    own = load_collaborative(profile)
    assert own is not None and own.path.is_relative_to(state)


def test_scores_are_laid_onto_a_catalogue_by_id(model: Fitted, games: Profile) -> None:
    catalogue = Catalogue(games, [Item("b1", "One"), Item("new", "Two"), Item("a1", "Three")])
    places = onto(model, catalogue)
    assert (places[model.position["b1"]], places[model.position["a1"]]) == (0, 2)
    assert (places >= 0).sum() == 2


def test_the_bundled_model_is_small_and_quick_and_knows_well_known_titles(state: Path) -> None:
    model = load_collaborative(load_profile("anime"))
    assert model is not None
    assert model.path.stat().st_size < 4_000_000
    assert "6114" in {item for item, _ in model.neighbours("19", 20)}  # Monster leads to Rainbow
    ratings = {item: 8.0 for item in model.items[:200]}
    model.fold_in(ratings)
    took = []
    for _ in range(9):
        began = perf_counter()
        model.fold_in(ratings)
        took.append(perf_counter() - began)
    assert min(took) < 0.005


def test_the_bundled_model_states_where_it_comes_from(state: Path) -> None:
    model = load_collaborative(load_profile("anime"))
    assert model is not None
    card = model.card
    assert (card.catalogue, card.items) == ("anime", len(model.items))
    assert card.command.startswith("osusume train --ratings ")
    assert card.metrics["NDCG@10"] >= 0.47
    assert card.metrics["Recall@20"] >= 0.475


@pytest.mark.slow
def test_people_never_learned_from_are_served(shared_data: Path) -> None:
    from data.heldout import cases, users_of
    from data.ratings import read_ratings
    from data.tables import Report

    ratings = read_ratings(shared_data / "ratings" / "ratings.csv", Report())
    model = Fitted(fit(ratings.of(users_of(ratings, "train"))))
    hits = []
    for case in list(cases(ratings, "tune"))[:150]:
        scores = model.fold_in(case.given)
        for item in case.given:
            if item in model.position:
                scores[model.position[item]] = -1
        listed = {model.items[place] for place in np.argsort(-scores)[:20]}
        hits.append(len(listed & case.wanted) / min(20, len(case.wanted)))
    assert mean(hits) >= 0.45
