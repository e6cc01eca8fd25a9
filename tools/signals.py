"""What speaks for each item apart from its likeness to a named one: columns over all items."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.catalogue import percentiles
from data.embedding import unit
from data.grounding import evidence
from data.index import Index
from tools.likeness import Likeness, standardised
from tools.preferences import Order, Preferences
from tools.selection import TEXT, bearers

Floats = NDArray[np.float32]
MATCHED = 200  # items whose words are compared with a text
PREFERRED = 0.5  # what a favoured value adds
LOVED_WEIGHT = 0.5  # what was loved steers less than what is named now
REMEMBERED = 256  # texts whose vectors are kept
STANDS_FOR = 0.8  # pull from which a value stands for a tone: comedies are funny
SIDE_WORK = 0.4  # an entry with a smaller share of its main work's audience is no start
TONE_STEP = 0.5  # what one "darker" asks for, on a scale of −1…1; at 0.3 lists moved less


class Signals:
    """Score every item of an index by the parts of a wish."""

    def __init__(self, index: Index, likeness: Likeness) -> None:
        self._index = index
        self._likeness = likeness
        self._embedded: dict[str, tuple[Floats, float]] = {}

    def query(self, preferences: Preferences) -> Floats | None:
        """Return the unit vector that the wishes point to, or None where none has a meaning."""
        vectors = [self.vector(each) for each in preferences.anchors]
        if preferences.about:
            vectors.append(self.about(preferences.about)[0])
        if not vectors:
            vectors = [LOVED_WEIGHT * self.vector(each) for each in preferences.loved]
        return unit(np.sum(vectors, axis=0)) if vectors else None

    def vector(self, item_id: str) -> Floats:
        """Return an item's unit vector."""
        row: Floats = self._index.vectors[self._index.catalogue.position[item_id]]
        return row

    def about(self, text: str) -> tuple[Floats, float]:
        """Return a text's vector and its evidence; a turn asks for the same one several times."""
        known = self._embedded.get(text)
        if known is None:
            if len(self._embedded) >= REMEMBERED:
                self._embedded.clear()
            vector = self._index.embed(text)
            known = self._embedded[text] = (vector, evidence(self._index.vectors @ vector))
        return known

    def asked(self, preferences: Preferences) -> dict[str, Floats]:
        """Return a column for each soft wish but anchors and tones."""
        columns: dict[str, Floats] = {}
        if preferences.about:
            vector = unit(self.about(preferences.about)[0] - self._likeness.centre)
            columns["meaning"] = self._likeness.centred @ vector
            columns["words"] = self._words(preferences.about)
        if preferences.require:
            typical = self._typical(preferences)
            if typical is not None:
                columns["typical"] = typical
        if preferences.prefer:
            columns["facets"] = self._favoured(preferences)
        if preferences.order:
            columns["order"] = self._ordered(preferences.order)
        if preferences.loved:
            loved = np.mean([self.vector(each) for each in preferences.loved], axis=0)
            columns["liked"] = self._likeness.centred @ unit(loved - self._likeness.centre)
        if preferences.unlike:
            alike = [self._likeness.centred @ self._centred(each) for each in preferences.unlike]
            columns["unlike"] = -np.maximum.reduce(alike)
        return columns

    def _typical(self, preferences: Preferences) -> Floats | None:
        """Return how typical each item is of what is required: a comedy first of all, or beside.

        The nearness of its text to the middle of all that bear the value, and the tone that the
        value stands for: of comedies the funny ones.
        """
        columns = [
            standardised(self._likeness.centred @ middle) + self._toned(group.facet, value)
            for group in preferences.require
            if group.facet != TEXT and not self._index.catalogue.profile.facets[group.facet].single
            for value in group.any_of
            if (middle := self._middle(group.facet, value)) is not None
        ]
        return np.mean(columns, axis=0).astype(np.float32) if columns else None

    def _toned(self, facet: str, value: str) -> Floats | float:
        """Return how much of the tones an item has that a value stands for."""
        tones = self._index.catalogue.profile.tones
        columns = [
            standardised(self._index.tone(axis))
            for axis, tone in tones.items()
            if tone.facets.get(f"{facet}:{value}", 0.0) >= STANDS_FOR
        ]
        return np.mean(columns, axis=0) if columns else 0.0

    def _middle(self, facet: str, value: str) -> Floats | None:
        places = self._index.catalogue.facets.get(facet, {}).get(value)
        if places is None or not len(places):
            return None
        key = f"\0{facet}:{value}"
        known = self._embedded.get(key)
        if known is None:
            middle = unit(self._likeness.centred[places].mean(axis=0))
            known = self._embedded[key] = (middle, 1.0)
        return known[0]

    def _centred(self, item_id: str) -> Floats:
        return unit(self.vector(item_id) - self._likeness.centre)

    def tones(self, preferences: Preferences) -> dict[str, Floats]:
        """Return how well each item meets each wish on an axis."""
        return {
            f"tone:{wish.axis}": tone_fit(self._index.tone(wish.axis), wish.than, wish.steps)
            for wish in preferences.tones
        }

    def priors(self) -> dict[str, Floats]:
        """Return how well rated and how well known each item is."""
        return {"acclaim": self._index.catalogue.acclaim, "renown": self._index.catalogue.renown}

    def _words(self, text: str) -> Floats:
        scores = np.zeros(len(self._index.catalogue), np.float32)
        places, found = self._index.matching(text, MATCHED)
        scores[places] = found
        return scores

    def _favoured(self, preferences: Preferences) -> Floats:
        scores = np.zeros(len(self._index.catalogue), np.float32)
        for value in preferences.prefer:
            scores[bearers(self._index, value)] += PREFERRED
        return scores

    def _ordered(self, order: Order) -> Floats:
        """Return how far up an order puts each item, an unknown figure last; shape (items,)."""
        column = self._index.catalogue.numbers[order.number]
        ranks = percentiles(column if order.highest else -column)
        return np.where(np.isnan(column), 0.0, ranks).astype(np.float32)

    @cached_property
    def follows(self) -> Floats:
        """Return 1 for sequels and side works, 0 for where to start; shape (items,)."""
        catalogue = self._index.catalogue
        audience = np.nan_to_num(catalogue.audience)
        largest = np.zeros(catalogue.franchises.max() + 1, np.float32)
        np.maximum.at(largest, catalogue.franchises, audience)
        entries = np.array([item.entry for item in catalogue.items])
        side = audience < SIDE_WORK * largest[catalogue.franchises]
        return np.where(entries > 0, entries > 1, side).astype(np.float32)


def tone_fit(tones: Floats, than: float, steps: int) -> Floats:
    """Return how well tones meet a wish: 0 at the reference, 1 a full step beyond, −2 against it.

    Going against the wish weighs twice: a person who asks for darker must not get lighter.
    """
    direction = 1 if steps > 0 else -1
    moved = (tones - than) * direction / (TONE_STEP * abs(steps))
    fit: Floats = np.clip(np.where(moved < 0, 2 * moved, moved), -2, 1).astype(np.float32)
    return fit
