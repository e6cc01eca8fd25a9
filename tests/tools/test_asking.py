from data.catalogue import Catalogue
from data.index import Index
from data.items import Item
from tools.asking import ENOUGH, Split, best_split


def made(small_index: Index, *kinds: tuple[str, ...]) -> tuple[Catalogue, list[str]]:
    items = [Item(str(n), f"Game {n}", facets={"kinds": few}) for n, few in enumerate(kinds)]
    catalogue = Catalogue(small_index.catalogue.profile, items)
    return catalogue, [item.id for item in items]


def test_the_split_parts_the_candidates_most_evenly(small_index: Index) -> None:
    catalogue, ids = made(small_index, *[("Space",)] * 4, *[("Horror",)] * 4, ("Family", "Space"))
    split = best_split(catalogue, ids)
    assert split is not None
    assert (split.facet, set(split.values)) == ("kinds", {"Space", "Horror"})


def test_values_that_go_together_part_nothing(small_index: Index) -> None:
    together = [("Space", "Horror")] * 5 + [("Family",)] * 3
    catalogue, ids = made(small_index, *together)
    split = best_split(catalogue, ids)
    assert split is not None
    assert "Family" in split.values


def test_what_is_settled_is_not_asked(small_index: Index) -> None:
    catalogue, ids = made(small_index, *[("Space",)] * 4, *[("Horror",)] * 4, *[("Family",)] * 3)
    split = best_split(catalogue, ids, known={"Space"})
    assert split == Split("kinds", ("Horror", "Family"))


def test_few_candidates_or_one_value_need_no_question(small_index: Index) -> None:
    catalogue, ids = made(small_index, *[("Space",)] * 3, *[("Horror",)] * 3)
    assert best_split(catalogue, ids[: ENOUGH - 1]) is None
    alike, same = made(small_index, *[("Space",)] * 10)
    assert best_split(alike, same) is None
