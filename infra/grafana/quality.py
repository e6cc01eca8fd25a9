"""Conversation quality: do people get what they asked for, and is it true."""

from infra.grafana.boards import Board
from infra.grafana.panels import BAD, GOOD, WARN, Panel, Query
from infra.grafana.promql import buckets, grown, or_none, quantile, rate, total
from infra.names import (
    ACTIONS,
    FEEDBACK,
    RELAXED,
    REMOVED,
    SHOWN,
    SIMILARITY,
    THRESHOLD,
    TURNS,
)

LISTS = 'outcome=~"answered|relaxed"'
WANTED = 'action=~"love|watch|link"'


def share(part: str, whole: str) -> Query:
    """Return one growth as a share of another."""
    return Query(f"{or_none(grown(part))} / {grown(whole)}")


SHARES = (
    Panel(
        "Answered in full",
        "Lists that gave up none of the wishes, of all turns that asked for one.",
        (
            share(
                total(TURNS, 'outcome="answered"'),
                total(TURNS, 'outcome=~"answered|relaxed|abstained"'),
            ),
        ),
        "stat",
        "percentunit",
        6,
        4,
        ((None, BAD), (0.5, WARN), (0.7, GOOD)),
        1,
    ),
    Panel(
        "Claims removed",
        "Claims that verification took out, for each list shown. The person never saw them; many "
        "mean that a model invents.",
        (share(total(REMOVED), total(TURNS, LISTS)),),
        "stat",
        "percentunit",
        6,
        4,
        ((None, GOOD), (0.05, WARN), (0.2, BAD)),
        1,
    ),
    Panel(
        "Thumbs up",
        "Of all thumbs given. Few people give any: read it over days.",
        (share(total(FEEDBACK, 'verdict="up"'), total(FEEDBACK)),),
        "stat",
        "percentunit",
        6,
        4,
        ((None, BAD), (0.5, WARN), (0.75, GOOD)),
        0,
    ),
    Panel(
        "Conversion",
        "Items loved, put on the watch list or followed by their link, of all items shown.",
        (share(total(ACTIONS, WANTED), total(SHOWN)),),
        "stat",
        "percentunit",
        6,
        4,
        decimals=1,
    ),
)
GIVEN_UP = (
    Panel(
        "How turns end",
        "Share of each outcome.",
        (
            Query(
                f"{rate(total(TURNS), 'outcome')} / on() group_left() {rate(total(TURNS))}",
                "{{outcome}}",
            ),
        ),
        unit="percentunit",
        stacked=True,
        highest=1,
    ),
    Panel(
        "Wishes given up",
        "What had to be relaxed to find a match, an hour, by kind. A kind that leads for days "
        "shows what the catalogue lacks or what is read too strictly.",
        (Query(f"3600 * {rate(total(RELAXED), 'kind')}", "{{kind}}"),),
    ),
    Panel(
        "Claims removed, an hour",
        "By verification, before the answer counted as said.",
        (Query(f"3600 * {or_none(rate(total(REMOVED)))}", "claims"),),
    ),
    Panel(
        "Evidence against the threshold",
        "Best similarity that requests reached: median and tenth part, and the threshold above "
        "which they count as grounded. When the tenth part sinks to it, people ask for what the "
        "catalogue does not have.",
        (
            Query(quantile(0.5, SIMILARITY), "median"),
            Query(quantile(0.1, SIMILARITY), "lowest tenth"),
            Query(f"max by (catalogue) ({THRESHOLD.prometheus})", "threshold of {{catalogue}}"),
        ),
        highest=1,
    ),
)
PEOPLE = (
    Panel(
        "What people do with items",
        "Actions an hour on items shown.",
        (Query(f"3600 * {rate(total(ACTIONS), 'action')}", "{{action}}"),),
        stacked=True,
    ),
    Panel(
        "Thumbs, an hour",
        "Verdicts on answers.",
        (Query(f"3600 * {rate(total(FEEDBACK), 'verdict')}", "{{verdict}}"),),
        stacked=True,
    ),
    Panel(
        "Best similarity, spread",
        "How many requests reached which similarity.",
        (Query(rate(buckets(SIMILARITY), "le"), "{{le}}", buckets=True),),
        "heatmap",
        width=24,
    ),
)

QUALITY = Board(
    "osusume-quality",
    "Osusume / Conversation quality",
    "Do people get what they asked for, and is it true?",
    (
        ("In the time shown", SHARES),
        ("What was given up", GIVEN_UP),
        ("What people make of it", PEOPLE),
    ),
)
