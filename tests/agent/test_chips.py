"""Wishes as chips, and cards as the profile declares them."""

from typing import Any

import pytest

from agent.answers.wording import Wording
from agent.cards import make_cards
from agent.chips import bounds_in_words, chips
from data.index import Index
from tools.applying import Applier
from tools.change import Change
from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted
from tools.scene import Scene
from tools.titles import Titles

EVERYTHING = Preferences(
    about="found family",
    anchors=("20",),
    require=(Wanted("genres", ("Action", "Drama")),),
    exclude=(Value("genres", "Romance"),),
    prefer=(Value("themes", "Ninja"),),
    ranges=(Range("episodes", high=25), Range("year", low=2005)),
    tones=(ToneWish("dark", 1), ToneWish("funny", -2)),
    seen=("19",),
    disliked=("1535",),
    order=Order("score", True, "best rated"),
)


def labels(index: Index, preferences: Preferences) -> list[str]:
    return [chip.label for chip in chips(index.catalogue, preferences)]


def test_every_wish_has_a_chip_in_plain_words(bundled_index: Index) -> None:
    assert labels(bundled_index, EVERYTHING) == [
        "like Naruto",
        "“found family”",
        "Action or Drama",
        "Ninja",
        "darker",
        "more serious still",
        "up to 25 episodes",
        "from 2005 on",
        "best rated first",
        "no Romance",
        "seen: Monster",
        "not: Death Note",
    ]


def test_chips_speak_the_pages_language(bundled_index: Index) -> None:
    said = [chip.label for chip in chips(bundled_index.catalogue, EVERYTHING, "de")]
    assert {"etwas wie Naruto", "düsterer", "bis zu 25 Folgen", "gesehen: Monster"} <= set(said)


def test_a_chip_takes_back_its_own_wish_and_no_other(bundled_index: Index) -> None:
    applier = Applier(bundled_index, Titles(bundled_index.catalogue), Scene())
    before = chips(bundled_index.catalogue, EVERYTHING)
    for chip in before:
        after = applier.apply(chip.change, EVERYTHING).preferences
        left = [each.name for each in chips(bundled_index.catalogue, after)]
        assert left == [each.name for each in before if each.name != chip.name]


def test_a_value_both_required_and_favoured_has_one_chip(bundled_index: Index) -> None:
    action = Value("genres", "Action")
    twice = Preferences(require=(Wanted("genres", ("Action",)),), prefer=(action,))
    assert labels(bundled_index, twice) == ["Action"]


def test_a_value_that_the_free_text_says_shares_its_chip(bundled_index: Index) -> None:
    cooking = Preferences(about="cooking with friends", prefer=(Value("themes", "Cooking"),))
    assert labels(bundled_index, cooking) == ["“cooking with friends”"]
    applier = Applier(bundled_index, Titles(bundled_index.catalogue), Scene())
    only = chips(bundled_index.catalogue, cooking)[0]
    assert applier.apply(only.change, cooking).preferences == Preferences()


@pytest.mark.parametrize(
    ("name", "less", "more"),
    [
        ("episodes", "up to 19 episodes", "up to 31 episodes"),
        ("year", "from 2001 on", "from 2009 on"),
        ("dark", None, "darker still"),
        ("funny", "more serious", "more serious still"),
    ],
)
def test_a_measure_moves_by_steps(
    bundled_index: Index, name: str, less: str | None, more: str
) -> None:
    applier = Applier(bundled_index, Titles(bundled_index.catalogue), Scene())

    def after(change: Change | None) -> str | None:
        assert change is not None
        moved = applier.apply(change, EVERYTHING).preferences
        found = {each.name: each.label for each in chips(bundled_index.catalogue, moved)}
        return found.get(name)

    chip = next(each for each in chips(bundled_index.catalogue, EVERYTHING) if each.name == name)
    assert (after(chip.less), after(chip.more)) == (less, more)


def test_a_chip_tells_the_words_it_came_from(bundled_index: Index) -> None:
    wish = Preferences(
        ranges=(Range("episodes", high=73, words="fewer", reference="Monster (74)"),)
    )
    assert chips(bundled_index.catalogue, wish)[0].origin == "“fewer” · Monster (74)"


def test_many_seen_titles_share_a_chip(bundled_index: Index) -> None:
    many = Preferences(seen=tuple(item.id for item in bundled_index.catalogue.items[:7]))
    assert labels(bundled_index, many) == ["seen: 7 titles"]


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (Range("episodes", high=25), "up to 25 episodes"),
        (Range("episodes", 10, 13), "10 to 13 episodes"),
        (Range("year", 1990, 1999), "from 1990 to 1999"),
        (Range("year", 2011, 2011), "2011"),
        (Range("members", high=9000, words="hidden gems"), "hidden gems"),
    ],
)
def test_bounds_are_said_as_people_say_them(bundled_index: Index, bound: Range, words: str) -> None:
    assert bounds_in_words(Wording(bundled_index.catalogue.profile), bound) == words


def test_a_card_shows_what_the_profile_declares(bundled_index: Index) -> None:
    listed: list[dict[str, Any]] = [{"id": "gone"}, {"id": "20", "because": ["it has ninja"]}]
    card = make_cards(bundled_index, listed)[0]
    assert (card.title, card.because) == ("Naruto", ("it has ninja",))
    assert card.facts[:3] == ("TV", "2002", "220 episodes")
    assert "Action" in card.tags and len(card.tags) <= 4
    assert card.score and card.story and -1 <= card.shade <= 1
