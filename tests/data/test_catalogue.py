import numpy as np
import pytest

from data.catalogue import Catalogue, percentiles
from data.items import Item, fold
from data.profile import Profile


@pytest.fixture
def catalogue(games: Profile) -> Catalogue:
    return Catalogue(
        games,
        [
            Item("a", "Rails!", aliases=("The Trains",), facets={"kinds": ("Family",)}),
            Item("b", "The Trains", facets={"kinds": ("Family", "Horror")}, numbers={"price": 5}),
            Item("c", "Café", aliases=("RAILS",), numbers={"price": 9}, franchise="cafe"),
            Item("d", "Café 2", numbers={"price": 9, "rating": 7}, franchise="cafe", entry=2),
        ],
    )


def test_items_are_found_by_id_and_place(catalogue: Catalogue) -> None:
    assert len(catalogue) == 4
    assert "b" in catalogue and "z" not in catalogue
    assert catalogue["c"].title == "Café"
    assert catalogue.position["d"] == 3
    with pytest.raises(KeyError):
        catalogue["z"]


def test_names_are_folded_and_titles_come_before_aliases(catalogue: Catalogue) -> None:
    assert catalogue.by_name["rails"] == [0, 2]
    assert catalogue.by_name["the trains"] == [1, 0]
    assert catalogue.by_name["cafe"] == [2]


def test_columns_hold_what_is_known(catalogue: Catalogue) -> None:
    assert catalogue.numbers["price"][1:].tolist() == [5, 9, 9]
    assert np.isnan(catalogue.numbers["price"][0])
    assert {value: places.tolist() for value, places in catalogue.facets["kinds"].items()} == {
        "Family": [0, 1],
        "Horror": [1],
    }
    assert next(iter(catalogue.facets["kinds"])) == "Family"
    assert catalogue.quantile("price", 0.5) == 9
    assert catalogue.quantile("minutes", 0.5) == 0


def test_a_franchise_has_one_number(catalogue: Catalogue) -> None:
    numbers = catalogue.franchises.tolist()
    assert numbers[2] == numbers[3]
    assert len(set(numbers)) == 3


def test_ranks_are_shares_and_equal_figures_rank_alike() -> None:
    ranks = percentiles(np.array([5, np.nan, 1, 5, 9], np.float32))
    assert ranks.tolist() == pytest.approx([0.5, 0.3, 0, 0.5, 1])
    assert percentiles(np.array([7], np.float32)).tolist() == [0]
    assert percentiles(np.array([np.nan], np.float32)).tolist() == pytest.approx([0.3])
    assert percentiles(np.array([], np.float32)).tolist() == []


def test_acclaim_follows_the_score_and_renown_is_level_without_popularity(
    catalogue: Catalogue,
) -> None:
    assert catalogue.acclaim.tolist() == pytest.approx([0.3, 0.3, 0.3, 0])
    assert catalogue.renown.tolist() == [0.5] * 4


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Pokémon: Best Wishes!", "pokemon best wishes"),
        ("HUNTER×HUNTER", "hunter x hunter"),
        ("Tom & Jerry's", "tom and jerrys"),
        ("Lucky★Star", "lucky star"),
        ("進撃の巨人", "進撃の巨人"),
        ("!!!", ""),
    ],
)
def test_names_are_compared_without_case_accents_and_punctuation(written: str, folded: str) -> None:
    assert fold(written) == folded
