from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from langchain_core.tools import BaseTool

from data.index import Index
from tools import lookup
from tools.preferences import Preferences, Range, Value, Wanted, to_json
from tools.selection import allowed
from tools.titles import Titles
from tools.toolbox import make_tools


def test_details_are_what_the_catalogue_says(small_index: Index) -> None:
    told = lookup.details(small_index, "lantern")
    item = small_index.catalogue["lantern"]
    assert (told["id"], told["title"], told["facts"]["rounds"]) == ("lantern", "Lantern Road", 24)
    assert told["facts"]["kinds"] == list(item.facets.get("kinds", ()))
    assert told["description"] == item.description
    assert [each["id"] for each in told["franchise"]] == ["lantern", "lantern-2"]
    assert told["tones"]["dark"] < 0


def test_an_item_that_stands_alone_has_no_franchise(small_index: Index) -> None:
    assert lookup.details(small_index, "ledger")["franchise"] == []


def test_alike_titles_are_of_other_franchises_and_differ(small_index: Index) -> None:
    for item in small_index.catalogue.items:
        alike = lookup.alike(small_index, item)
        assert len(alike) == 3
        families = [small_index.catalogue[each].franchise or each for each in alike]
        assert len({*families, item.franchise or item.id}) == 4


def test_a_comparison_shows_facts_side_by_side_and_what_all_share(small_index: Index) -> None:
    told = lookup.compare(small_index, ["lantern", "ledger", "orchard"])
    assert [each["id"] for each in told["items"]] == ["lantern", "ledger", "orchard"]
    all_of_them = (
        set(each["facts"].get("kinds", []) + each["facts"].get("moods", []))
        for each in told["items"]
    )
    assert set(told["shared"]) == set.intersection(*all_of_them)
    pair = lookup.compare(small_index, ["ledger", "orchard"])
    assert "Horror" in pair["shared"]


@given(st.data())
def test_a_count_is_that_of_the_filter(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    items = small_index.catalogue.items
    mask = allowed(small_index, wanted)
    favoured = [
        place
        for place in np.flatnonzero(mask).tolist()
        if all(v.value in items[place].facets.get(v.facet, ()) for v in wanted.prefer)
    ]
    assert lookup.count(small_index, wanted) == len(favoured)


@pytest.mark.parametrize("highest", [True, False])
def test_the_best_are_in_order_and_ties_go_to_the_better_known(
    small_index: Index, highest: bool
) -> None:
    catalogue = small_index.catalogue
    wanted = Preferences(require=(Wanted("kinds", ("Trading",)),))
    found = lookup.best(small_index, "year", highest, wanted)
    keys = [
        (
            each["facts"]["year"] * (-1 if highest else 1),
            -catalogue.renown[catalogue.position[each["id"]]],
        )
        for each in found
    ]
    assert len(found) == 5
    assert keys == sorted(keys)
    assert all("Trading" in each["facts"].get("kinds", []) for each in found)
    extreme = (max if highest else min)(
        item.numbers["year"]
        for item in catalogue.items
        if "Trading" in item.facets.get("kinds", ())
    )
    assert found[0]["facts"]["year"] == extreme


def test_best_of_a_few_compares_only_these_and_skips_the_unknown(small_index: Index) -> None:
    among = ["lantern", "lantern-2", "single"]
    found = lookup.best(small_index, "rounds", True, Preferences(), among)
    assert [each["id"] for each in found] == among
    unknown = [i.id for i in small_index.catalogue.items if "price" not in i.numbers]
    assert unknown
    assert lookup.best(small_index, "price", True, Preferences(), unknown) == []


def test_a_vocabulary_counts_every_value(small_index: Index) -> None:
    told = lookup.vocabulary(small_index, "kinds")
    assert list(told.values()) == sorted(told.values(), reverse=True)
    for value, count in told.items():
        bearing = [i for i in small_index.catalogue.items if value in i.facets.get("kinds", ())]
        assert len(bearing) == count


@pytest.fixture(scope="session")
def tools(small_index: Index, titles: Titles) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in make_tools(small_index, titles)}


WISHES = Preferences(ranges=(Range("rounds", high=12),), exclude=(Value("kinds", "Horror"),))


@pytest.mark.parametrize("name", ["details", "compare"])
def test_tools_take_names_and_ids_and_say_which_are_unknown(
    small_index: Index, tools: dict[str, BaseTool], name: str
) -> None:
    plain: Any = {
        "details": {"items": [lookup.details(small_index, x) for x in ("lantern", "ledger")]},
        "compare": lookup.compare(small_index, ["lantern", "ledger"]),
    }[name]
    told = tools[name].invoke({"titles": ["lantern road", "id:ledger", "Lantern Road", "Xyzzy"]})
    assert told == {**plain, "unknown": [{"name": "Xyzzy", "nearest": []}]}


def test_a_name_near_others_is_answered_with_their_titles(tools: dict[str, BaseTool]) -> None:
    told = tools["details"].invoke({"titles": ["Barrowfield"]})
    assert told["items"] == []
    assert set(told["unknown"][0]["nearest"]) == {"Marrowfield", "Harrowfield"}


def test_one_known_title_is_no_comparison(tools: dict[str, BaseTool]) -> None:
    told = tools["compare"].invoke({"titles": ["Lantern Road", "Xyzzy"]})
    assert (told["items"], told["shared"]) == ([], [])


def test_tools_equal_the_plain_functions(small_index: Index, tools: dict[str, BaseTool]) -> None:
    wishes = to_json(WISHES)
    assert tools["count"].invoke({"preferences": wishes}) == {
        "count": lookup.count(small_index, WISHES),
        "of": len(small_index.catalogue),
    }
    assert tools["vocabulary"].invoke({"facet": "moods"}) == {
        "facet": "moods",
        "values": lookup.vocabulary(small_index, "moods"),
    }
    asked = {"number": "rating", "highest": False, "preferences": wishes, "among": []}
    assert tools["best"].invoke(asked) == {
        "items": lookup.best(small_index, "rating", False, WISHES),
        "number": "rating",
        "highest": False,
        "unknown": [],
    }


def test_every_tool_says_what_it_does_and_takes(tools: dict[str, BaseTool]) -> None:
    assert set(tools) == {"details", "compare", "count", "best", "vocabulary"}
    assert all(tool.description and tool.args for tool in tools.values())
