"""Questions to the person over one index: what the operator demands, and what narrows best."""

from collections.abc import Collection, Sequence

from data.index import Index
from tools.asking import best_split
from tools.candidates import Candidate
from tools.inquiry import Inquiry
from tools.policies import confirmation, slot
from tools.preferences import Preferences

BEST_KNOWN = 60
"""Items, beside those of a list, that somebody without a wish may have in mind."""


class CatalogueInquirer:
    """Find questions over one index."""

    def __init__(self, index: Index) -> None:
        self._catalogue = index.catalogue
        self._policies = index.catalogue.profile.policies

    def slot(self, wanted: Preferences, asked: Collection[str]) -> Inquiry | None:
        """Return the question after a slot that the operator demands."""
        return slot(self._policies, wanted, asked)

    def confirmation(
        self, chosen: Sequence[Candidate], confirmed: Collection[str]
    ) -> Inquiry | None:
        """Return the question whether what was chosen is all right."""
        items = [self._catalogue[each.id] for each in chosen if each.id in self._catalogue]
        return confirmation(self._policies, items, confirmed)

    def split(self, wanted: Preferences, chosen: Sequence[Candidate]) -> Inquiry | None:
        """Return the question between two values, where nothing is wished."""
        if wanted.wishes() or not chosen:
            return None
        known = {value.value for value in (*wanted.prefer, *wanted.exclude)}
        order = (-self._catalogue.renown).argsort()[:BEST_KNOWN]
        pool = [each.id for each in chosen] + [self._catalogue.items[p].id for p in order]
        found = best_split(self._catalogue, pool, known)
        return Inquiry("split", found.facet, found.values) if found else None
