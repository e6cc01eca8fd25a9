import pytest

from data.catalogue import Catalogue
from data.index import Index
from data.items import Item
from data.profile import Profile
from tools.titles import Resolution, Titles


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Lantern Road", "lantern"),
        ("  lantern ROAD!! ", "lantern"),
        ("lanternroad", "lantern"),
        ("Lantern Rode", "lantern"),
        ("Lanten Road", "lantern"),
        ("Lantern Road: The Return", "lantern-2"),
        ("the red orchard", "orchard"),
        ("Oni no Ringoen", "orchard"),
        ("Demon Orchard", "orchard"),
        ("demonorchard", "orchard"),
        ("nightledger", "ledger"),
        ("night-ledger", "ledger"),
        ("the Night Ledger game", None),
        ("Night Ledger game", "ledger"),
        ("Quillón", "bare"),
    ],
)
def test_a_name_is_taken_as_title_alias_short_form_joined_or_misspelt(
    titles: Titles, written: str, meant: str | None
) -> None:
    resolution = titles.resolve(written)
    assert resolution.item == (meant or "")
    assert resolution.asked == written


@pytest.mark.parametrize("written", ["Xyzzy Plugh", "Lantern", "Orchid Daemon", "Ledger of Days"])
def test_an_unknown_name_takes_no_title_and_offers_the_nearest(
    titles: Titles, written: str
) -> None:
    resolution = titles.resolve(written)
    assert resolution.item == ""
    assert not resolution.ambiguous
    assert len(resolution.nearest) <= 3


def test_the_nearest_titles_of_an_unknown_name_look_like_it(titles: Titles) -> None:
    assert "lantern" in titles.resolve("Lantern Boat").nearest


def test_two_equally_near_names_are_both_offered(titles: Titles) -> None:
    resolution = titles.resolve("Barrowfield")
    assert resolution.item == ""
    assert resolution.ambiguous
    assert set(resolution.nearest) == {"twin-a", "twin-b"}


def test_of_two_items_with_one_name_the_famous_one_is_meant(titles: Titles) -> None:
    assert titles.resolve("Echo").item == "echo-known"


@pytest.mark.parametrize("written", ["", "   ", "!?", "×", "\N{DRAGON FACE}", "a", "zz"])
def test_a_name_without_letters_or_too_short_to_guess_stands_for_nothing(
    titles: Titles, written: str
) -> None:
    assert titles.resolve(written) == Resolution(written)


def test_every_title_of_the_catalogue_is_found_by_its_own_name(
    titles: Titles, small_index: Index
) -> None:
    catalogue = small_index.catalogue
    for item in catalogue.items:
        found = titles.resolve(item.title).item
        assert catalogue[found].title == item.title


def test_popular_short_names_of_the_bundled_catalogue_are_known(bundled_index: Index) -> None:
    titles = Titles(bundled_index.catalogue)
    for written in ("naruto", "Naruoto", "deathnote", "FMA Brotherhood", "Cowboy Beebop", "AoT"):
        assert titles.resolve(written).item, written


def test_a_catalogue_of_one_item_resolves_names(bundled_index: Index) -> None:
    only = Catalogue(bundled_index.catalogue.profile, bundled_index.catalogue.items[:1])
    titles = Titles(only)
    assert titles.resolve(only.items[0].title).item == only.items[0].id
    assert titles.resolve("something else entirely").item == ""


def shop(*names: str) -> Titles:
    """Return the titles of a shop, where names describe."""
    noun = {"one": "lamp", "many": "lamps"}
    profile = Profile.model_validate({"name": "shop", "noun": noun, "card": [], "examples": []})
    items = [Item(id=str(place), title=name) for place, name in enumerate(names)]
    return Titles(Catalogue(profile, items))


LAMPS = [f"Brass {kind} Lamp for the {room}" for kind in ("Floor", "Desk") for room in "abcde"]


def test_part_of_a_describing_name_finds_its_item() -> None:
    titles = shop(*LAMPS, "Lumio QX20 Brass Desk Lamp for the Hall")
    assert titles.resolve("the Lumio QX20 lamp").item == "10"
    assert titles.resolve("Brass Desk Lamp").item == ""


def test_part_of_a_proper_name_finds_nothing(titles: Titles) -> None:
    assert titles.resolve("Road Return").item == ""
