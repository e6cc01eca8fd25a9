from pathlib import Path

import pytest

from data.items import Item
from data.knowledge import own_files, with_own_knowledge
from data.profile import Profile, load_profile


@pytest.fixture(scope="module")
def anime() -> Profile:
    return load_profile("anime")


@pytest.fixture(scope="module")
def own(anime: Profile) -> list[Path]:
    return own_files(anime, [Path("elsewhere.csv")])


def test_a_bare_title_gains_what_the_bundled_catalogue_says(
    anime: Profile, own: list[Path]
) -> None:
    bare = Item("5114", "Fullmetal Alchemist: Brotherhood", numbers={"score": 1.5})
    (item,) = with_own_knowledge(anime, [bare], own)
    assert item.facets["themes"] and item.tones and item.aliases
    assert item.numbers["score"] == 1.5
    assert item.title == bare.title


def test_the_same_number_on_another_title_says_nothing(anime: Profile, own: list[Path]) -> None:
    other = Item("5114", "The Accountant of Trondheim")
    assert with_own_knowledge(anime, [other], own) == [other]


def test_a_description_stays_as_the_source_has_it(anime: Profile, own: list[Path]) -> None:
    told = Item("5114", "Fullmetal Alchemist: Brotherhood", description="Short.")
    (item,) = with_own_knowledge(anime, [told], own)
    assert item.description == "Short."


def test_the_catalogue_itself_needs_no_joining(anime: Profile) -> None:
    assert own_files(anime, []) == []
    bare = Item("5114", "Fullmetal Alchemist: Brotherhood")
    assert with_own_knowledge(anime, [bare], []) == [bare]
