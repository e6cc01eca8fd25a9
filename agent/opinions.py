"""What a turn says of items, from how it altered the preferences: it goes onto the shelf."""

from collections.abc import Iterator

from data.catalogue import Catalogue
from graph.memory import Kind, Opinions
from tools.change import Change
from tools.preferences import Preferences

LASTING: tuple[Kind, ...] = ("seen", "loved", "disliked")


def opinions(
    catalogue: Catalogue, before: Preferences, after: Preferences, change: Change, again: bool
) -> Opinions:
    """Return what is said now and was not before, and what no longer is.

    Starting over clears a conversation's wishes; what a person has seen or loved stays true. Nor
    does an item become unsaid because the catalogue dropped it.
    """
    unsaid = () if change.reset else tuple(_beyond(after, before))
    return Opinions(
        said=tuple(_beyond(before, after)),
        unsaid=tuple(each for each in unsaid if each[0] in catalogue),
        undone=change.undo or again,
    )


def _beyond(some: Preferences, more: Preferences) -> Iterator[tuple[str, Kind]]:
    for kind in LASTING:
        there = getattr(some, kind)
        yield from ((item, kind) for item in getattr(more, kind) if item not in there)
