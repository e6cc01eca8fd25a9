"""A made-up catalogue of films for an evening, whose operator asks, confirms and discloses."""

from collections.abc import Iterator
from typing import Any

PROFILE = """
name: filmnight
noun: {one: film, many: films, also: [movie, movies]}
facets:
  genres: {label: genre, synonyms: {Comedy: [funny, comedies], Horror: [scary], Drama: [dramas]}}
  services: {label: service, ask: "Which streaming services do you have?"}
  rating: {label: age rating, single: true, guess: false}
  promoted: {label: promotion, single: true, guess: false, weight: 0}
numbers:
  year: {label: year, kind: year}
  minutes: {label: minutes, one: minute, many: minutes, units: {minutes: 1, min: 1, hours: 60},
    more: [longer], less: [shorter]}
  score: {label: rating, kind: score, decimals: 1}
sources:
  - match: [id, title, plot]
    id: id
    title: title
    description: plot
    facets: {genres: genres, services: streams, rating: rated, promoted: promoted}
    numbers: {year: year, minutes: minutes, score: score}
card: [year, minutes, score, genres]
examples: [a comedy under 100 minutes, something scary]
policies:
  ask_first: [services]
  confirm: {rating: [R]}
  disclose: {promoted: advertised}
  one_at_a_time: true
"""
GENRES = ("Comedy", "Horror", "Drama", "Crime")
SERVICES = ("Lumenflix", "Parapet", "Wavebox", "Northlight")
RATINGS = ("PG", "PG-13", "R")
PLACES = ("harbour", "orchard", "lighthouse", "railway", "museum", "bakery")


def films() -> Iterator[dict[str, Any]]:
    """Yield 72 films: every genre on every service, of several lengths, ratings and scores."""
    for number in range(72):
        genre, place = GENRES[number % 4], PLACES[number % 6]
        yield {
            "id": f"f{number}",
            "title": f"The {place.title()} Affair {number + 1}",
            "plot": f"A {genre.lower()} about a {place} and the people who keep it going.",
            "genres": [genre],
            "streams": [SERVICES[(number // 4) % 4]],
            "rated": RATINGS[(number // 3) % 3],
            "promoted": str(number % 5 == 0),
            "year": 1990 + number % 30,
            "minutes": 80 + 5 * (number % 13),
            "score": 5 + (number % 9) / 2,
        }
