"""What a person said of items: the latest word counts, over all conversations."""

from collections.abc import Iterator
from typing import Any

import pytest

from graph.memory import Entry, Kind, Memory, Opinions, Session, Shelf, Taste


@pytest.fixture
def memory(store: Any) -> Iterator[Memory]:
    opened: Memory = store.open()
    yield opened


@pytest.fixture
def shelf(memory: Memory) -> Shelf:
    return memory.shelf("ann", "games")


def kinds(shelf: Shelf, item: str) -> set[str]:
    return {entry.kind for entry in shelf.entries() if entry.item == item}


def hear(memory: Memory, session: Session, **words: Any) -> None:
    with memory._database.writing() as connection:
        memory.shelf(session.user, "games").hear(connection, session, Opinions(**words))


def test_an_empty_shelf_is_no_taste(shelf: Shelf) -> None:
    assert not shelf.taste()
    assert shelf.taste() == Taste()
    assert shelf.entries() == []


def test_what_was_said_makes_up_a_taste(shelf: Shelf) -> None:
    shelf.put("ledger", "seen", 7)
    shelf.put("orchard", "loved")
    shelf.put("single", "disliked", 2)
    shelf.put("bare", "watch")
    taste = shelf.taste()
    assert dict(taste.ratings) == {"ledger": 7.0, "single": 2.0}
    assert taste.seen == {"ledger"}
    assert taste.loved == {"orchard"}
    assert taste.disliked == {"single"}
    assert taste.watch == {"bare"}
    assert taste.hidden == {"ledger", "orchard", "single"}
    assert [each.item for each in shelf.entries()] == ["bare", "single", "orchard", "ledger"]
    assert [each.item for each in shelf.entries("watch")] == ["bare"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("loved disliked", {"disliked"}),
        ("disliked loved", {"loved"}),
        ("watch seen", {"seen"}),
        ("watch disliked", {"disliked"}),
        ("seen loved", {"seen", "loved"}),
        ("seen watch", {"seen", "watch"}),
        ("loved disliked loved", {"loved"}),
    ],
)
def test_the_latest_word_counts(shelf: Shelf, words: str, left: set[str]) -> None:
    kind: Any
    for kind in words.split():
        shelf.put("ledger", kind)
    assert kinds(shelf, "ledger") == left


def test_a_rating_stays_until_another_one_is_given(shelf: Shelf) -> None:
    shelf.put("ledger", "seen", 7)
    shelf.put("ledger", "seen")
    assert shelf.taste().ratings["ledger"] == 7
    shelf.put("ledger", "seen", 8.5)
    assert shelf.taste().ratings["ledger"] == 8.5


@pytest.mark.parametrize("rating", [0, 0.5, 10.5, -1, float("nan"), float("inf")])
def test_a_rating_out_of_range_is_refused(shelf: Shelf, rating: float) -> None:
    with pytest.raises(ValueError, match="between 1 and 10"):
        shelf.put("ledger", "seen", rating)
    assert not shelf.taste()


def test_what_is_taken_away_is_gone(shelf: Shelf) -> None:
    shelf.put("ledger", "seen", 7)
    shelf.put("ledger", "loved")
    shelf.take("ledger", "loved")
    assert kinds(shelf, "ledger") == {"seen"}
    shelf.take("ledger")
    assert not shelf.taste()


def test_shelves_are_of_one_person_and_one_catalogue(memory: Memory, shelf: Shelf) -> None:
    shelf.put("ledger", "seen")
    assert not memory.shelf("bob", "games").taste()
    assert not memory.shelf("ann", "anime").taste()


def test_an_import_counts_what_is_new(shelf: Shelf) -> None:
    many = [Entry(f"item {number}", "seen", 1 + number % 10) for number in range(1500)]
    assert shelf.put_all(many) == 1500
    assert shelf.put_all(many) == 0
    assert shelf.put_all([Entry("item 3", "seen", 9), Entry("item 4", "seen")]) == 1
    assert shelf.taste().ratings["item 3"] == 9
    assert len(shelf.taste().seen) == 1500


def test_a_change_by_another_process_is_seen_at_once(store: Any) -> None:
    here, there = store.open().shelf("ann", "games"), store.open().shelf("ann", "games")
    here.put("ledger", "seen")
    assert there.taste().seen == {"ledger"}
    here.put("orchard", "loved")
    assert there.taste().loved == {"orchard"}
    here.take("ledger")
    assert there.taste().seen == set()


def test_undo_takes_back_only_what_the_same_conversation_said(memory: Memory, shelf: Shelf) -> None:
    one, other = memory.begin("ann"), memory.begin("ann")
    said: tuple[tuple[str, Kind], ...] = (("ledger", "seen"),)
    shelf.put("ledger", "seen", 7)
    hear(memory, one, said=said)
    hear(memory, one, unsaid=said, undone=True)
    assert shelf.taste().ratings == {"ledger": 7.0}
    hear(memory, one, said=said)
    hear(memory, other, unsaid=said)
    assert not shelf.taste()


def test_undo_brings_back_what_was_said_before(memory: Memory, shelf: Shelf) -> None:
    session = memory.begin("ann")
    shelf.put("ledger", "loved")
    hear(memory, session, said=(("ledger", "disliked"),))
    assert kinds(shelf, "ledger") == {"disliked"}
    hear(memory, session, unsaid=(("ledger", "disliked"),), undone=True)
    assert kinds(shelf, "ledger") == {"loved"}


def test_what_was_said_in_a_conversation_outlives_it(memory: Memory, shelf: Shelf) -> None:
    session = memory.begin("ann")
    hear(memory, session, said=(("ledger", "loved"),))
    memory.delete(session)
    assert shelf.taste().loved == {"ledger"}
