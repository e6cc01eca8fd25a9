"""Find candidates: dense, lexical, facet and crowd neighbours, fused, then scored exactly."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.collaborative import Collaborative, load_collaborative
from data.index import Index
from infra.names import Attribute, Span
from infra.telemetry import span
from tools.candidates import Candidate, Found
from tools.crowd import crowd_of
from tools.judging import SEQUEL, WEIGHTS, Judge, held, left_out, summed, weighted
from tools.likeness import Likeness
from tools.preferences import Preferences
from tools.selection import allowed
from tools.signals import Signals, tone_fit
from tools.taste import Taste, Told

__all__ = ["Search", "tone_fit"]

Floats = NDArray[np.float32]
Places = NDArray[np.intp]
PER_SOURCE = 200  # candidates a source may bring; more adds time and, past the first 100, noise
SIEVED = 400  # candidates that are compared with a named title; they hold 9 of 10 good answers
EXHAUSTIVE = 1500  # when so few items are allowed at all, every one of them is a candidate
FORETOLD = 100  # candidates that a person's taste brings
NOTHING_TOLD = Told()
RRF_CONSTANT = 60  # Cormack, Clarke and Büttcher 2009


class Search:
    """Search one index by preferences."""

    def __init__(self, index: Index, model: Collaborative | None = None) -> None:
        """Search by the catalogue's own collaborative model, if it has one, or by another."""
        self._index = index
        model = model or load_collaborative(index.catalogue.profile)
        self.taste = Taste(index, model)
        self._likeness = Likeness(index, crowd_of(model, index.catalogue))
        self._signals = Signals(index, self._likeness)
        self._judge = Judge(index, self._likeness, self._signals)

    def __call__(
        self,
        preferences: Preferences,
        shown: Iterable[str] = (),
        limit: int = PER_SOURCE,
        told: Told = NOTHING_TOLD,
    ) -> Found:
        """Return the best candidates that meet every hard wish, best first.

        Where a person told of their taste, also the candidates in the order that it makes of them.
        """
        mask = allowed(self._index, preferences, shown)
        matching = int(mask.sum())
        grounds = self.evidence(preferences)
        if not matching:
            return Found((), 0, grounds)
        known = [each for each in preferences.anchors if each in self._index.catalogue]
        compared = {each: self._likeness.signals(each) for each in known}
        asked, tones = self._signals.asked(preferences), self._signals.tones(preferences)
        places = self._pool(preferences, mask, compared, asked, tones)
        foretold = self.taste.foretold(told) if told else None
        if foretold is not None:
            places = _with_best(places, foretold, mask)
        with span(Span.RANKING, {Attribute.CANDIDATES: len(places)}):
            shares = self._shares(preferences, places, compared, asked, tones)
            best = self._best(preferences, places, shares, limit)
            if foretold is None:
                return Found(best, matching, grounds)
            shares["taste"] = WEIGHTS["taste"] * held(foretold[places])
            personal = self._best(preferences, places, shares, limit)
            return Found(best, matching, grounds, personal)

    def _shares(
        self,
        preferences: Preferences,
        places: Places,
        compared: Mapping[str, Mapping[str, Floats]],
        asked: Mapping[str, Floats],
        tones: Mapping[str, Floats],
    ) -> dict[str, Floats]:
        """Return what each part of the wishes adds to the score of each candidate."""
        shares = weighted(asked, places) | _toned(tones, places)
        shares = summed(shares, self._judge(preferences, compared, places))
        if not compared:
            shares |= weighted(self._signals.priors(), places)
            shares["sequel"] = SEQUEL * self._signals.follows[places]
        return {name: column for name, column in shares.items() if name not in left_out()}

    def compared(self, preferences: Preferences) -> tuple[Places, dict[str, Floats]]:
        """Return the candidates for one anchor, best guess first, and their figures."""
        anchor = preferences.anchors[0]
        mask = allowed(self._index, preferences)
        signals = self._likeness.signals(anchor)
        places = self._sieved({anchor: signals}, {}, mask)
        return places, self._likeness.features(anchor, places, signals)

    def evidence(self, preferences: Preferences) -> float:
        """Return how well the free text is grounded; named items and facets ground themselves."""
        return self._signals.about(preferences.about)[1] if preferences.about else 1.0

    def warm(self) -> None:
        """Compute what the first search would otherwise wait for."""
        self._index.embed("warm")
        self._likeness.warm()
        self.taste.warm()
        _ = self._by_prior, self._signals.follows

    def _best(
        self, preferences: Preferences, places: Places, shares: Mapping[str, Floats], limit: int
    ) -> tuple[Candidate, ...]:
        query = self._signals.query(preferences)
        total = np.sum(list(shares.values()), axis=0)
        rows = np.argsort(-total, kind="stable")[:limit]
        nearness = self._index.vectors[places[rows]] @ query if query is not None else None
        return tuple(
            Candidate(
                self._index.catalogue.items[places[row]].id,
                float(nearness[rank]) if nearness is not None else 0.0,
                {name: float(column[row]) for name, column in shares.items()},
            )
            for rank, row in enumerate(rows)
        )

    def _pool(
        self,
        preferences: Preferences,
        mask: NDArray[np.bool_],
        compared: Mapping[str, Mapping[str, Floats]],
        asked: Mapping[str, Floats],
        tones: Mapping[str, Floats],
    ) -> Places:
        """Return the positions to score: all that are allowed if few, else each source's best."""
        sieved = self._sieved(compared, tones, mask) if compared else np.empty(0, np.intp)
        if compared and not (preferences.about or preferences.prefer or preferences.order):
            return sieved
        everything = np.flatnonzero(mask)
        if len(everything) <= EXHAUSTIVE:
            return everything
        sources = [sieved, *self._sources(preferences, mask, everything, asked)]
        return _fused(sources, 3 * PER_SOURCE)

    def _sieved(
        self,
        compared: Mapping[str, Mapping[str, Floats]],
        tones: Mapping[str, Floats],
        mask: NDArray[np.bool_],
    ) -> Places:
        """Return the allowed items most like the anchors by a linear guess, best first."""
        guess = np.sum([self._likeness.sieve(signals) for signals in compared.values()], axis=0)
        guess = guess / len(compared) + np.sum(list(tones.values()), axis=0)
        guess = np.where(mask, guess, -np.inf)
        count = min(SIEVED, int(mask.sum()))
        best = np.argpartition(-guess, count - 1)[:count]
        return best[np.argsort(-guess[best], kind="stable")]

    def _sources(
        self,
        preferences: Preferences,
        mask: NDArray[np.bool_],
        everything: Places,
        asked: Mapping[str, Floats],
    ) -> list[Places]:
        ranked = [self._by_prior[mask[self._by_prior]][:PER_SOURCE]]
        for name in ("order", "facets"):
            if name in asked:
                ordered = everything[np.argsort(-asked[name][everything], kind="stable")]
                ranked.append(ordered[:PER_SOURCE])
        query = self._signals.query(preferences)
        if query is not None:
            ranked.append(self._nearest(query, mask))
        if preferences.about:
            words, _ = self._index.matching(preferences.about, PER_SOURCE)
            ranked.append(words[mask[words]])
        return ranked

    def _nearest(self, query: Floats, mask: NDArray[np.bool_]) -> Places:
        """Return allowed neighbours; exact search steps in where the filter leaves too few."""
        found = self._index.nearest(query, PER_SOURCE)
        kept = found[mask[found]]
        if len(kept) >= PER_SOURCE // 4:
            return kept
        similarity = np.where(mask, self._index.vectors @ query, -1.0)
        return np.argsort(-similarity)[: min(PER_SOURCE, int(mask.sum()))]

    @cached_property
    def _by_prior(self) -> Places:
        priors = self._signals.priors()
        total = np.sum([WEIGHTS[name] * column for name, column in priors.items()], axis=0)
        return np.argsort(-total, kind="stable")


def _with_best(places: Places, foretold: Floats, mask: NDArray[np.bool_]) -> Places:
    """Return candidates and, after them, the allowed items that would please most."""
    count = min(FORETOLD, int(mask.sum()))
    pleasing = np.argpartition(-np.where(mask, foretold, -np.inf), count - 1)[:count]
    return np.concatenate([places, np.setdiff1d(pleasing, places)])


def _toned(tones: Mapping[str, Floats], places: Places) -> dict[str, Floats]:
    return {name: WEIGHTS["tone"] * fit[places] for name, fit in tones.items()}


def _fused(ranked: Sequence[Places], limit: int) -> Places:
    """Return the positions of several rankings as one, by reciprocal rank fusion."""
    scores: dict[int, float] = {}
    for ranking in ranked:
        for rank, place in enumerate(ranking.tolist()):
            scores[place] = scores.get(place, 0.0) + 1 / (RRF_CONSTANT + rank)
    best = sorted(scores, key=lambda place: -scores[place])
    return np.array(best[:limit], np.intp)
