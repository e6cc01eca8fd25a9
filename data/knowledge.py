"""What a catalogue's own files say of a title, joined to the same title in another source.

A table of bare facts has no themes, no short names and no stated tones; the profile's own entries
have them for the titles that most people ask about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from data.items import Item, fold
from data.profile import Profile
from data.sources import merged, read_items
from data.tables import Report


def own_files(profile: Profile, paths: Sequence[Path]) -> list[Path]:
    """Return the profile's own files where another source is indexed, else none."""
    if not paths:
        return []
    return sorted({file for name in profile.files for file in profile.folder.glob(name)})


def with_own_knowledge(profile: Profile, items: Sequence[Item], files: list[Path]) -> list[Item]:
    """Return the items with their gaps filled from the profile's own files; facts stay."""
    if not files:
        return list(items)
    known = {item.id: item for item in read_items(profile, files, Report())}
    return [_joined(item, known.get(item.id)) for item in items]


def _joined(item: Item, known: Item | None) -> Item:
    """Return an item with what is known of it; the same number on another title says nothing."""
    if known is None or not _names(item.names()) & _names(known.names()):
        return item
    return replace(merged(item, known), description=item.description or known.description)


def _names(names: Iterable[str]) -> set[str]:
    return {folded for name in names if (folded := fold(name))}
