"""Find candidates: dense, lexical and facet neighbours, fused, then rescored exactly."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.catalogue import percentiles
from data.embedding import unit
from data.grounding import evidence
from data.index import Index
from tools.candidates import Candidate, Found
from tools.preferences import Order, Preferences
from tools.selection import allowed, bearers

Floats = NDArray[np.float32]
PER_SOURCE = 200  # candidates a source may bring; more adds time and, past the first 100, noise
EXHAUSTIVE = 1500  # when so few items are allowed at all, every one of them is a candidate
RRF_CONSTANT = 60  # Cormack, Clarke and Büttcher 2009
FURTHEST = 3.0  # standard deviations: one signal alone must not carry a title to the top
PREFERRED = 0.5  # what a favoured value adds, where likeness to an anchor is 0…1
LOVED_WEIGHT = 0.5  # what was loved steers less than what is named now

REMEMBERED = 256  # texts whose vectors are kept
SEQUEL = -0.8  # of one work, the entry to start with is shown unless a later one fits far better
SIDE_WORK = 0.4  # an entry with a smaller share of its main work's audience is no start
# Weights of the standardised signals. Without the two priors unknown shorts answer everything.
WEIGHTS = {
    "meaning": 1.0,
    "words": 0.45,
    "facets": 1.2,
    "liked": 0.6,
    "tone": 1.6,
    "order": 4.0,
    "acclaim": 0.35,
    "renown": 0.6,
}
# Where a title is named. Tuned on 46 of 269 titles with "if you liked X" answers of people; on the
# other 223 the ten best have NDCG 0.178 and hold an answer in 70 % of cases (before: 0.152, 62 %).
# Twice the renown would gain another 0.004, and every list would hold the same blockbusters.
ANCHORED_WEIGHTS = WEIGHTS | {"meaning": 0.6, "facets": 1.0, "acclaim": 0.5, "renown": 1.5}


class Search:
    """Search one index by preferences."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._embedded: dict[str, tuple[Floats, float]] = {}

    def __call__(
        self, preferences: Preferences, shown: Iterable[str] = (), limit: int = PER_SOURCE
    ) -> Found:
        """Return the best candidates that meet every hard wish, best first."""
        mask = allowed(self._index, preferences, shown)
        matching = int(mask.sum())
        query = self._query(preferences)
        grounds = self.evidence(preferences)
        if not matching:
            return Found((), 0, grounds)
        places = self._pool(preferences, query, mask)
        signals = self._signals(preferences, query, places)
        weighted = {name: WEIGHTS[name] * _standardised(column) for name, column in signals.items()}
        weighted |= self._tones(preferences, places)
        weighted["sequel"] = SEQUEL * self._follows[places]
        total = np.sum(list(weighted.values()), axis=0)
        order = np.argsort(-total, kind="stable")[:limit]
        similarity = self._index.vectors[places] @ query if query is not None else None
        candidates = tuple(
            Candidate(
                self._index.catalogue.items[places[row]].id,
                float(similarity[row]) if similarity is not None else 0.0,
                {name: float(column[row]) for name, column in weighted.items()},
            )
            for row in order
        )
        return Found(candidates, matching, grounds)

    def _query(self, preferences: Preferences) -> Floats | None:
        """Return the unit vector that the wishes point to, or None where none has a meaning."""
        vectors = [self._vector(each) for each in preferences.anchors]
        if preferences.about:
            vectors.append(self._about(preferences.about)[0])
        if not vectors:
            vectors = [LOVED_WEIGHT * self._vector(each) for each in preferences.loved]
        return unit(np.sum(vectors, axis=0)) if vectors else None

    def _vector(self, item_id: str) -> Floats:
        row: Floats = self._index.vectors[self._index.catalogue.position[item_id]]
        return row

    def _about(self, text: str) -> tuple[Floats, float]:
        """Return a text's vector and its evidence; a turn asks for the same one several times."""
        known = self._embedded.get(text)
        if known is None:
            if len(self._embedded) >= REMEMBERED:
                self._embedded.clear()
            vector = self._index.embed(text)
            known = self._embedded[text] = (vector, evidence(self._index.vectors @ vector))
        return known

    def evidence(self, preferences: Preferences) -> float:
        """Return how well the free text is grounded; named items and facets ground themselves."""
        if not preferences.about:
            return 1.0
        return self._about(preferences.about)[1]

    def _pool(
        self, preferences: Preferences, query: Floats | None, mask: NDArray[np.bool_]
    ) -> NDArray[np.intp]:
        """Return the positions to score: all that are allowed if few, else each source's best."""
        everything = np.flatnonzero(mask)
        if len(everything) <= EXHAUSTIVE:
            return everything
        ranked = [self._by_prior[mask[self._by_prior]][:PER_SOURCE]]
        if preferences.order:
            column = self._index.catalogue.numbers[preferences.order.number][everything]
            turned = -column if preferences.order.highest else column
            ranked.append(everything[np.argsort(turned, kind="stable")][:PER_SOURCE])
        if query is not None:
            ranked.append(self._nearest(query, mask))
        if preferences.about:
            words, _ = self._index.matching(preferences.about, PER_SOURCE)
            ranked.append(words[mask[words]])
        wished = self._facet_scores(preferences)
        if wished is not None:
            best = everything[np.argsort(-wished[everything], kind="stable")]
            ranked.append(best[:PER_SOURCE])
        return _fused(ranked, 3 * PER_SOURCE)

    def _nearest(self, query: Floats, mask: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return allowed neighbours; exact search steps in where the filter leaves too few."""
        found = self._index.nearest(query, PER_SOURCE)
        kept = found[mask[found]]
        if len(kept) >= PER_SOURCE // 4:
            return kept
        similarity = np.where(mask, self._index.vectors @ query, -1.0)
        return np.argsort(-similarity)[: min(PER_SOURCE, int(mask.sum()))]

    def _signals(
        self, preferences: Preferences, query: Floats | None, places: NDArray[np.intp]
    ) -> dict[str, Floats]:
        catalogue = self._index.catalogue
        signals: dict[str, Floats] = {
            "acclaim": catalogue.acclaim[places],
            "renown": catalogue.renown[places],
        }
        if query is not None:
            signals["meaning"] = self._centred[places] @ unit(query - self._centre)
        if preferences.about:
            signals["words"] = self._words(preferences.about)[places]
        wished = self._facet_scores(preferences)
        if wished is not None:
            signals["facets"] = wished[places]
        if preferences.order:
            signals["order"] = self._ordered(preferences.order)[places]
        if preferences.loved:
            loved = [self._vector(each) for each in preferences.loved]
            signals["liked"] = self._index.vectors[places] @ np.mean(loved, axis=0)
        return signals

    def _ordered(self, order: Order) -> Floats:
        """Return how far up an order puts each item, an unknown figure last; shape (items,)."""
        column = self._index.catalogue.numbers[order.number]
        ranks = percentiles(column if order.highest else -column)
        return np.where(np.isnan(column), 0.0, ranks).astype(np.float32)

    def _words(self, text: str) -> Floats:
        scores = np.zeros(len(self._index.catalogue), np.float32)
        places, found = self._index.matching(text, PER_SOURCE)
        scores[places] = found
        return scores

    def _tones(self, preferences: Preferences, places: NDArray[np.intp]) -> dict[str, Floats]:
        return {
            f"tone:{wish.axis}": WEIGHTS["tone"]
            * tone_fit(self._index.tone(wish.axis)[places], wish.than, wish.steps)
            for wish in preferences.tones
        }

    def _facet_scores(self, preferences: Preferences) -> Floats | None:
        """Return each item's likeness in facets to anchors and preferred values, idf-weighted."""
        if not preferences.anchors and not preferences.prefer:
            return None
        scores = np.zeros(len(self._index.catalogue), np.float32)
        for anchor in preferences.anchors:
            scores += self._facet_likeness(anchor) / len(preferences.anchors)
        for value in preferences.prefer:
            scores[bearers(self._index, value)] += PREFERRED
        return scores

    def _facet_likeness(self, item_id: str) -> Floats:
        """Return the cosine of each item's facet values to one item's; shape (items,)."""
        catalogue = self._index.catalogue
        shared = np.zeros(len(catalogue), np.float32)
        for facet, values in catalogue[item_id].facets.items():
            for value in values:
                weight = self._value_weights.get((facet, value), 0.0)
                shared[catalogue.facets[facet][value]] += weight**2
        own = self._facet_lengths[catalogue.position[item_id]]
        likeness: Floats = shared / np.maximum(self._facet_lengths * own, 1e-9)
        return likeness

    @cached_property
    def _value_weights(self) -> dict[tuple[str, str], float]:
        """Map every facet value to its weight: rare values say more (idf), so do weighty facets."""
        catalogue = self._index.catalogue
        return {
            (name, value): float(declared.weight * np.log(len(catalogue) / len(places)))
            for name, declared in catalogue.profile.facets.items()
            for value, places in catalogue.facets[name].items()
            if declared.weight
        }

    @cached_property
    def _facet_lengths(self) -> Floats:
        """Return the length of each item's weighted facet values; shape (items,)."""
        squares = np.zeros(len(self._index.catalogue), np.float32)
        for (facet, value), weight in self._value_weights.items():
            squares[self._index.catalogue.facets[facet][value]] += weight**2
        lengths: Floats = np.sqrt(squares)
        return lengths

    def warm(self) -> None:
        """Compute what the first search would otherwise wait for."""
        self._index.embed("warm")
        _ = self._centred, self._by_prior, self._facet_lengths, self._follows

    @cached_property
    def _follows(self) -> Floats:
        """Return 1 for sequels and side works, 0 for where to start; shape (items,)."""
        catalogue = self._index.catalogue
        audience = np.nan_to_num(catalogue.audience)
        largest = np.zeros(catalogue.franchises.max() + 1, np.float32)
        np.maximum.at(largest, catalogue.franchises, audience)
        entries = np.array([item.entry for item in catalogue.items])
        side = audience < SIDE_WORK * largest[catalogue.franchises]
        return np.where(entries > 0, entries > 1, side).astype(np.float32)

    @cached_property
    def _centre(self) -> Floats:
        centre: Floats = np.asarray(self._index.vectors).mean(axis=0)
        return centre

    @cached_property
    def _centred(self) -> Floats:
        """Return the vectors around their mean: what all items share says nothing about one."""
        return unit(np.asarray(self._index.vectors) - self._centre)

    @cached_property
    def _by_prior(self) -> NDArray[np.intp]:
        catalogue = self._index.catalogue
        prior = WEIGHTS["acclaim"] * catalogue.acclaim + WEIGHTS["renown"] * catalogue.renown
        return np.argsort(-prior, kind="stable")


TONE_STEP = 0.3  # what one "darker" asks for, on a scale of −1…1


def tone_fit(tones: Floats, than: float, steps: int) -> Floats:
    """Return how well tones meet a wish: 0 at the reference, 1 a full step beyond, −2 against it.

    Going against the wish weighs twice: a person who asks for darker must not get lighter.
    """
    direction = 1 if steps > 0 else -1
    moved = (tones - than) * direction / (TONE_STEP * abs(steps))
    fit: Floats = np.clip(np.where(moved < 0, 2 * moved, moved), -2, 1).astype(np.float32)
    return fit


def _fused(ranked: Sequence[NDArray[np.intp]], limit: int) -> NDArray[np.intp]:
    """Return the positions of several rankings as one, by reciprocal rank fusion."""
    scores: dict[int, float] = {}
    for ranking in ranked:
        for rank, place in enumerate(ranking.tolist()):
            scores[place] = scores.get(place, 0.0) + 1 / (RRF_CONSTANT + rank)
    best = sorted(scores, key=lambda place: -scores[place])
    return np.array(best[:limit], np.intp)


def _standardised(column: Floats) -> Floats:
    """Return a signal with mean 0 and deviation 1, its outliers held back."""
    deviation = float(column.std())
    if deviation < 1e-9:
        return np.zeros_like(column)
    held: Floats = np.clip((column - column.mean()) / deviation, -FURTHEST, FURTHEST)
    return held
