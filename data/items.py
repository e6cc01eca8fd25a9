"""The words of a catalogue: an item and its values."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be recommended.

    `facets` maps a facet's name to its values, `numbers` a number's name to its figure (absent
    when unknown), `tones` an axis to −1…1 where the catalogue states it by hand.
    """

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    suits: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    tones: Mapping[str, float] = field(default_factory=dict)
    franchise: str = ""
    entry: int = 0
    link: str = ""
    image: str = ""

    def names(self) -> tuple[str, ...]:
        """Return the title and every alias."""
        return (self.title, *self.aliases)


def fold(text: str) -> str:
    """Return text for comparison: no case, accents, punctuation or doubled blanks.

    Scripts other than Latin are kept; `×` and `&` are read as words.
    """
    text = text.replace("&", " and ").replace("×", " x ").replace("★", " ").replace("☆", " ")
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (
        character if character.isalnum() else "" if character in "'’`" else " "
        for character in decomposed
        if not unicodedata.combining(character)
    )
    return " ".join("".join(kept).split())
