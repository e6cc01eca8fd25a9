"""Messages to a shop whose catalogue has names, brands and prices, and nothing else."""

import pytest

from agent.rules.reader import RulesMind
from agent.understanding.mind import UnderstandingMind
from agent.understanding.reader import LearnedReader
from data.index import Index
from tools.change import Change
from tools.preferences import Preferences
from tools.scene import Scene
from tools.selection import TEXT
from tools.titles import Titles


@pytest.fixture(scope="module")
def shop(shop_index: Index) -> UnderstandingMind:
    titles = Titles(shop_index.catalogue)
    return UnderstandingMind(shop_index, titles, LearnedReader(), RulesMind(shop_index, titles))


def read(shop: UnderstandingMind, message: str) -> Change:
    return shop.read(message, Preferences(), Scene()).change


def things(change: Change) -> set[str]:
    return {value for group in change.require if group.facet == TEXT for value in group.any_of}


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("looking for a desk lamp", "lamp"),
        ("i need a wall clock for my kitchen", "clock"),
        ("ich suche eine decke", "blanket"),
        ("wireless router", "router"),
        ("do you have any coffee mugs?", "mug"),
    ],
)
def test_what_a_thing_is_is_required(shop: UnderstandingMind, message: str, thing: str) -> None:
    assert things(read(shop, message)) == {thing}


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("a lamp, budget is 40", None, 40),
        ("i've got 60 to spend on running shoes", None, 60),
        ("a watch, can't go above 150", None, 150),
        ("shoes for no more than 80 euros", None, 80),
        ("a wool blanket between 30 and 90", 30, 90),
    ],
)
def test_a_budget_is_a_bound_of_the_price(
    shop: UnderstandingMind, message: str, low: float | None, high: float
) -> None:
    bounds = {bound.number: bound for bound in read(shop, message).bounds}
    assert set(bounds) == {"price"}
    assert bounds["price"].high == high
    assert low is None or bounds["price"].low == low


@pytest.mark.parametrize(
    ("message", "wearer"),
    [
        ("a watch for my sister", "womens"),
        ("running shoes for my dad", "mens"),
        ("a shirt for my nephew, he likes blue", "boys"),
        ("eine Uhr für meine Schwester", "womens"),
    ],
)
def test_for_whom_a_thing_is_is_searched_for_as_names_say_it(
    shop: UnderstandingMind, shop_index: Index, message: str, wearer: str
) -> None:
    assert shop_index.catalogue.describing
    about = read(shop, message).about
    assert wearer.rstrip("s") in about


@pytest.mark.parametrize(
    ("message", "brand"), [("anything but Alder", "Alder"), ("no Cinder please", "Cinder")]
)
def test_a_brand_that_is_not_wanted_is_excluded(
    shop: UnderstandingMind, message: str, brand: str
) -> None:
    change = read(shop, message)
    assert brand in {value.value for value in change.exclude}
    assert not any(brand in group.any_of for group in change.require)
