"""Another site's tags: labels that no part of the product was built from."""

import csv
from pathlib import Path

from data.catalogue import Catalogue

Labels = dict[str, frozenset[str]]
# Tags at either end of an axis. A title with tags of both ends belongs to neither.
AXES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    axis: (frozenset(high.split("|")), frozenset(low.split("|")))
    for axis, high, low in (
        (
            "dark",
            "Dark Fantasy|Horror|Psychological|Thriller|Human Experimentation|Death of a Loved One"
            "|Play or Die|Mental Illness|Survival|Noir|Dystopia|Post-apocalyptic",
            "Family Friendly|Iyashikei|Slice of Life|Gag|Slapstick|Comedy|Romantic Comedy",
        ),
        ("funny", "Comedy|Gag|Parody|Slapstick|Satire", "Melancholy|War|Horror|Thriller"),
        (
            "mature",
            "Seinen|Josei|Adult Couples|Work Life|Mature Romance|Political|Noir",
            "Family Friendly|Child Protagonists|Shounen|Shoujo|School Life",
        ),
        (
            "fast",
            "Action|Tournaments|Racing|Hand to Hand Combat|Superpowers",
            "Iyashikei|Slice of Life|Melancholy|Countryside",
        ),
        (
            "romantic",
            "Romance|Love Triangle|Romantic Comedy|Mature Romance|Unrequited Love",
            "War|Mecha|Sports|Gag|Military",
        ),
        (
            "violent",
            "Horror|War|Guns|Swordplay|Gangs|Play or Die|Hand to Hand Combat|Military",
            "Iyashikei|Family Friendly|Slice of Life|Romantic Comedy",
        ),
        (
            "sad",
            "Melancholy|Death of a Loved One|Drama|Mental Illness|Loneliness",
            "Gag|Family Friendly|Parody|Slapstick|Comedy",
        ),
        (
            "complex",
            "Psychological|Conspiracy|Political|Mind Games|Time Travel|High Stakes Games|Abstract",
            "Family Friendly|Gag|Short Episodes|Sanrio Characters",
        ),
    )
}


def read_tags(path: Path, catalogue: Catalogue) -> Labels:
    """Return the tags of each title that the catalogue has."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["mal_id"]: frozenset(row["tags"].split("|"))
            for row in csv.DictReader(file)
            if row["mal_id"] in catalogue
        }


def side(tags: frozenset[str], axis: str) -> int:
    """Return 1 or −1 for a title at one end of an axis, 0 for one at neither or both."""
    high, low = AXES[axis]
    return int(bool(tags & high)) - int(bool(tags & low))
