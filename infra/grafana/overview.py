"""The dashboard to open first: are people answered, fast and at what cost."""

from infra.grafana.boards import Board
from infra.grafana.panels import BAD, GOOD, WARN, Panel, Query
from infra.grafana.promql import (
    ABSTAINED,
    AVAILABILITY,
    FIRST_TOKEN_P95,
    RANGE,
    TURN_P95,
    failed,
    grown,
    or_none,
    quantile,
    rate,
    total,
)
from infra.names import COST, FIRST_TOKEN, RUNNING, SESSIONS, TURN_DURATION, TURNS

ABSTENTIONS = 'outcome="abstained"'

SLO = (
    Panel(
        "Availability",
        "Share of turns that did not fail, over the time shown. Turns that people cancelled do "
        f"not count. Objective: {AVAILABILITY:.1%} over 30 days.",
        (Query(f"1 - {failed(RANGE)}"),),
        "stat",
        "percentunit",
        4,
        4,
        ((None, BAD), (0.99, WARN), (AVAILABILITY, GOOD)),
        2,
        highest=1,
    ),
    Panel(
        "Error budget left",
        "What is left of the failures that the objective allows in 30 days. Below zero the "
        "objective is missed.",
        (Query("osusume:error_budget:left_30d"),),
        "stat",
        "percentunit",
        4,
        4,
        ((None, BAD), (0.0, WARN), (0.5, GOOD)),
        0,
        lowest=None,
    ),
    Panel(
        "Turn, p95",
        f"95 of 100 turns were done within this time. Objective: {TURN_P95:g} s.",
        (Query(quantile(0.95, TURN_DURATION, window=RANGE)),),
        "stat",
        "s",
        4,
        4,
        ((None, GOOD), (TURN_P95 / 2, WARN), (TURN_P95, BAD)),
    ),
    Panel(
        "Abstained",
        "Share of turns that ended in an honest 'nothing fits' and a question in place of a list.",
        (Query(f"{or_none(grown(total(TURNS, ABSTENTIONS)))} / {grown(total(TURNS))}"),),
        "stat",
        "percentunit",
        4,
        4,
        ((None, GOOD), (ABSTAINED / 2, WARN), (ABSTAINED, BAD)),
        1,
    ),
    Panel(
        "Turns",
        "Turns that ended in the time shown, however they ended.",
        (Query(grown(total(TURNS))),),
        "stat",
        width=4,
        height=4,
        decimals=0,
    ),
    Panel(
        "Cost",
        "What chat models cost in the time shown; the offline mind costs nothing.",
        (Query(or_none(grown(total(COST)))),),
        "stat",
        "currencyUSD",
        4,
        4,
        decimals=4,
    ),
)
FLOW = (
    Panel(
        "Turns by outcome",
        "Turns a second. Abstained: nothing fits, said so. Failed: the person got an error.",
        (Query(rate(total(TURNS), "outcome"), "{{outcome}}"),),
        unit="reqps",
        stacked=True,
    ),
    Panel(
        "Turn latency",
        "Dots are exemplars: click one to open that very turn's trace.",
        tuple(
            Query(quantile(of, TURN_DURATION), f"p{100 * of:g}", exemplars=of == 0.95)
            for of in (0.5, 0.95, 0.99)
        ),
        unit="s",
        steps=((None, GOOD), (TURN_P95, BAD)),
    ),
    Panel(
        "Error budget burn",
        "How many times faster than allowed the budget is spent. At 1 it lasts exactly 30 days. "
        "14.4 over an hour wakes somebody, 6 over six hours makes a ticket.",
        (
            Query("osusume:error_budget:burn_1h", "over 1 h"),
            Query("osusume:error_budget:burn_6h", "over 6 h"),
        ),
        steps=((None, GOOD), (1, WARN), (14.4, BAD)),
    ),
    Panel(
        "Until the first words",
        f"p95 of the wait for an answer's first piece, by who writes. Goal: {FIRST_TOKEN_P95:g} s.",
        (Query(quantile(0.95, FIRST_TOKEN, "mind"), "{{mind}}", exemplars=True),),
        unit="s",
        steps=((None, GOOD), (FIRST_TOKEN_P95, BAD)),
    ),
    Panel(
        "What people want",
        "Turns a second by intent.",
        (Query(rate(total(TURNS), "intent"), "{{intent}}"),),
        unit="reqps",
        stacked=True,
    ),
    Panel(
        "Sessions and turns under way",
        "Sessions with a turn in the last 15 minutes, and turns running now.",
        (
            Query(f"sum({SESSIONS.prometheus})", "active sessions"),
            Query(f"sum({RUNNING.prometheus})", "turns running"),
        ),
    ),
)
ALERTS = Panel(
    "Alerts",
    "What fires or is about to. Each alert has a runbook in docs/runbooks.",
    kind="alertlist",
    width=24,
    height=5,
)

OVERVIEW = Board(
    "osusume-overview",
    "Osusume / Overview",
    "Are people answered, how fast, and what does it cost?",
    (("Objectives", SLO), ("Traffic", FLOW), ("Alerts", (ALERTS,))),
)
