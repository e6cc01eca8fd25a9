"""Retrieval: where a turn's time goes, and what the index holds."""

from infra.grafana.boards import Board
from infra.grafana.panels import BAD, GOOD, WARN, Panel, Query
from infra.grafana.promql import (
    INDEX_AGE,
    count,
    grown,
    or_none,
    quantile,
    rate,
    summed,
    total,
)
from infra.names import CACHE, INDEX_ITEMS, SIMILARITY, STEP_DURATION, THRESHOLD
from infra.names import INDEX_AGE as AGE

SEARCHING = 'step=~"retrieve|ground|rank|relax"'
HIT = 'result="hit"'

INDEX = (
    Panel(
        "Items",
        "In the index that serves.",
        (Query(f"max by (catalogue) ({INDEX_ITEMS.prometheus})", "{{catalogue}}"),),
        "stat",
        width=6,
        height=4,
        decimals=0,
    ),
    Panel(
        "Age",
        "Since the index that serves was built: 'osusume index' builds a new one beside it.",
        (Query(f"max by (catalogue) ({AGE.prometheus})", "{{catalogue}}"),),
        "stat",
        "s",
        6,
        4,
        ((None, GOOD), (INDEX_AGE / 2, WARN), (INDEX_AGE, BAD)),
    ),
    Panel(
        "Threshold",
        "Similarity from which a request counts as grounded, calibrated when the index was built.",
        (Query(f"max by (catalogue) ({THRESHOLD.prometheus})", "{{catalogue}}"),),
        "stat",
        width=6,
        height=4,
        decimals=3,
    ),
    Panel(
        "From caches",
        "Share of what was sought in a cache and found there, in the time shown.",
        (Query(f"{or_none(grown(total(CACHE, HIT)))} / {grown(total(CACHE))}"),),
        "stat",
        "percentunit",
        6,
        4,
        decimals=0,
    ),
)
TIME = (
    Panel(
        "Steps, p95",
        "Each step of the state machine. Dots are exemplars that open the trace.",
        (Query(quantile(0.95, STEP_DURATION, "step"), "{{step}}", exemplars=True),),
        unit="s",
    ),
    Panel(
        "Where the time goes",
        "Seconds of work a second, by step.",
        (Query(rate(summed(STEP_DURATION), "step"), "{{step}}"),),
        unit="s",
        stacked=True,
    ),
    Panel(
        "Searching, median and p99",
        "The steps that search and rank; no chat model is in them, so they should stay flat.",
        (
            Query(quantile(0.5, STEP_DURATION, "step", where=SEARCHING), "{{step}} p50"),
            Query(quantile(0.99, STEP_DURATION, "step", where=SEARCHING), "{{step}} p99"),
        ),
        unit="s",
    ),
    Panel(
        "Steps a second",
        "How often each step runs: many 'relax' or 'clarify' mean that wishes are not met.",
        (Query(rate(count(STEP_DURATION), "step"), "{{step}}"),),
        unit="ops",
    ),
)
EVIDENCE = (
    Panel(
        "Best similarity",
        "What requests reached, by parts of ten, against the threshold.",
        (
            *(Query(quantile(of, SIMILARITY), f"p{100 * of:g}") for of in (0.1, 0.5, 0.9)),
            Query(f"max by (catalogue) ({THRESHOLD.prometheus})", "threshold of {{catalogue}}"),
        ),
        highest=1,
    ),
    Panel(
        "Cache requests",
        "A second, by cache and result.",
        (Query(rate(total(CACHE), "cache", "result"), "{{cache}} {{result}}"),),
        unit="reqps",
        stacked=True,
    ),
)

RETRIEVAL = Board(
    "osusume-retrieval",
    "Osusume / Retrieval",
    "Where a turn's time goes, how good the evidence is, and what the index holds.",
    (("Index", INDEX), ("Time", TIME), ("Evidence", EVIDENCE)),
)
