"""Chat models: what they take, cost, and how often another has to step in."""

from infra.grafana.boards import Board, Choice
from infra.grafana.panels import BAD, GOOD, WARN, Panel, Query
from infra.grafana.promql import (
    COST_A_DAY,
    FALLBACKS,
    JOB,
    count,
    grown,
    or_none,
    quantile,
    rate,
    summed,
    total,
)
from infra.names import BREAKER, CALL_DURATION, CALL_TOKENS, COST, RETRIES, TURNS
from infra.names import FALLBACKS as TAKEN_OVER

MODEL = 'model=~"$model"'
OF_MODEL = f'{JOB}, gen_ai_request_model=~"$model"'
CALLED = count(CALL_DURATION, OF_MODEL)
WRONG = count(CALL_DURATION, f'{OF_MODEL}, error_type!=""')
PACE = f"86400 * {or_none(rate(total(COST, MODEL), window='1h'))}"

MONEY = (
    Panel(
        "Cost",
        "In the time shown, by the prices in the settings. Where a provider sends no usage, tokens "
        "are estimated.",
        (Query(or_none(grown(total(COST, MODEL)))),),
        "stat",
        "currencyUSD",
        4,
        4,
        decimals=4,
    ),
    Panel(
        "Pace a day",
        "What a day costs if it goes on as in the last hour.",
        (Query(PACE),),
        "stat",
        "currencyUSD",
        4,
        4,
        ((None, GOOD), (COST_A_DAY / 2, WARN), (COST_A_DAY, BAD)),
        2,
    ),
    Panel(
        "Cost of 1,000 turns",
        "Over the time shown, turns without a model included.",
        (Query(f"1000 * {or_none(grown(total(COST, MODEL)))} / {grown(total(TURNS))}"),),
        "stat",
        "currencyUSD",
        4,
        4,
        decimals=3,
    ),
    Panel(
        "Calls",
        "To chat models, retries included, in the time shown.",
        (Query(or_none(grown(CALLED))),),
        "stat",
        width=4,
        height=4,
        decimals=0,
    ),
    Panel(
        "Calls that failed",
        "Share of calls that ended in an error. Most are tried again or taken over: people "
        "notice only the wait.",
        (Query(f"{or_none(grown(WRONG))} / {grown(CALLED)}"),),
        "stat",
        "percentunit",
        4,
        4,
        ((None, GOOD), (0.02, WARN), (0.1, BAD)),
        1,
    ),
    Panel(
        "Taken over",
        "Calls that the next model, or the rules, had to answer, of all calls.",
        (Query(f"{or_none(grown(total(TAKEN_OVER, MODEL)))} / {grown(CALLED)}"),),
        "stat",
        "percentunit",
        4,
        4,
        ((None, GOOD), (FALLBACKS / 4, WARN), (FALLBACKS, BAD)),
        1,
    ),
)
SPENT = (
    Panel(
        "Cost an hour",
        "By model and by what it was called for.",
        (Query(f"3600 * {rate(total(COST, MODEL), 'model', 'role')}", "{{role}} {{model}}"),),
        unit="currencyUSD",
        stacked=True,
    ),
    Panel(
        "Tokens a second",
        "In: prompts. Out: answers, with a model's reasoning.",
        (
            Query(
                rate(summed(CALL_TOKENS, OF_MODEL), "gen_ai_request_model", "gen_ai_token_type"),
                "{{gen_ai_token_type}} {{gen_ai_request_model}}",
            ),
        ),
        stacked=True,
    ),
)
CALLS = (
    Panel(
        "Calls a second",
        "By model.",
        (Query(rate(CALLED, "gen_ai_request_model"), "{{gen_ai_request_model}}"),),
        unit="reqps",
    ),
    Panel(
        "Call latency, p95",
        "By model, from sending to the last piece. Dots are exemplars that open the trace.",
        (
            Query(
                quantile(0.95, CALL_DURATION, "gen_ai_request_model", where=OF_MODEL),
                "{{gen_ai_request_model}}",
                exemplars=True,
            ),
        ),
        unit="s",
    ),
    Panel(
        "Errors a second",
        "By kind.",
        (
            Query(
                rate(WRONG, "gen_ai_request_model", "error_type"),
                "{{error_type}} {{gen_ai_request_model}}",
            ),
        ),
        unit="reqps",
    ),
    Panel(
        "Taken over, an hour",
        "By the model that could not answer, and why.",
        (
            Query(
                f"3600 * {rate(total(TAKEN_OVER, MODEL), 'model', 'reason')}",
                "{{reason}} {{model}}",
            ),
        ),
        stacked=True,
    ),
    Panel(
        "Tried again, an hour",
        "By model and why. Retries cost people seconds.",
        (
            Query(
                f"3600 * {rate(total(RETRIES, MODEL), 'model', 'reason')}", "{{reason}} {{model}}"
            ),
        ),
        stacked=True,
    ),
    Panel(
        "Held back",
        "Red while calls to a model are held back because too many in a row failed.",
        (Query(f"max by (model) ({BREAKER.prometheus}{{{MODEL}}})", "{{model}}"),),
        "state-timeline",
        steps=((None, GOOD), (1, BAD)),
        highest=1,
    ),
)

MODELS = Board(
    "osusume-models",
    "Osusume / Models and cost",
    "What chat models take and cost, and how often another has to step in.",
    (("In the time shown", MONEY), ("Cost", SPENT), ("Calls", CALLS)),
    (
        Choice(
            "model",
            "Model",
            query=f"label_values({count(CALL_DURATION, JOB)}, gen_ai_request_model)",
        ),
    ),
)
