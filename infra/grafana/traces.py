"""Searches of traces: the questions an operator asks of single turns."""

from infra.grafana.boards import Board, Choice
from infra.grafana.panels import Panel, Search
from infra.names import SERVICE, Attribute, Span

TURN = f'resource.service.name = "{SERVICE}" && name = "{Span.TURN}"'


def span(attribute: Attribute) -> str:
    """Return an attribute of a span in TraceQL."""
    return f"span.{attribute}"


def turns(condition: str, *shown: Attribute) -> str:
    """Return the search for turns of a kind, and what is told of each."""
    columns = ", ".join(span(each) for each in (Attribute.INTENT, Attribute.OUTCOME, *shown))
    return f"{{ {TURN} && {condition} }} | select({columns})"


SLOW = turns("duration > $slower", Attribute.FIRST_TOKEN, Attribute.FALLBACKS)
UNGROUNDED = turns(f"{span(Attribute.GROUNDED)} = false", Attribute.SIMILARITY, Attribute.THRESHOLD)
REMOVED = turns(f"{span(Attribute.REMOVED)} > 0", Attribute.REMOVED, Attribute.SHOWN)
FALLBACKS = turns(f"{span(Attribute.FALLBACKS)} > 0", Attribute.FALLBACKS, Attribute.RETRIES)
FAILED = turns("status = error", Attribute.ERROR, Attribute.CONVERSATION)
RELAXED = turns(f"{span(Attribute.RELAXED)} > 0", Attribute.RELAXED, Attribute.SIMILARITY)
DEAR_TURNS = turns(f"{span(Attribute.COST)} > $dearer", Attribute.COST, Attribute.CONVERSATION)
DEAR_SESSIONS = (
    f"{{ {TURN} && {span(Attribute.COST)} > 0 }}"
    f" | sum_over_time({span(Attribute.COST)}) by ({span(Attribute.CONVERSATION)}) | topk(10)"
)
SLOW_CALLS = (
    f'{{ resource.service.name = "{SERVICE}" && {span(Attribute.OPERATION)} = "chat"'
    f" && duration > $slower }}"
    f" | select({span(Attribute.REQUEST_MODEL)}, {span(Attribute.OUTPUT_TOKENS)},"
    f" {span(Attribute.ROLE)})"
)


def table(title: str, about: str, query: str) -> Panel:
    """Return a panel with a row for each span that a search finds."""
    return Panel(title, about, (Search(query),), "table", height=9)


TRACES = Board(
    "osusume-traces",
    "Osusume / Traces",
    "Single turns that deserve a look. A row's trace id opens the whole turn, step by step.",
    (
        (
            "Slow",
            (
                table(
                    "Slow turns",
                    "Turns that took longer than chosen above. In the trace the longest bar is "
                    "the step to blame.",
                    SLOW,
                ),
                table(
                    "Slow calls of models",
                    "Calls that took longer than chosen above: many tokens, or a slow provider.",
                    SLOW_CALLS,
                ),
            ),
        ),
        (
            "Ungrounded",
            (
                table(
                    "Ungrounded answers",
                    "Turns whose evidence lay below the threshold: nothing was recommended, and "
                    "the person was asked.",
                    UNGROUNDED,
                ),
                table(
                    "Claims removed",
                    "Turns in which verification took something out of the answer.",
                    REMOVED,
                ),
                table(
                    "Wishes given up",
                    "Turns that found a match only after relaxing.",
                    RELAXED,
                ),
            ),
        ),
        (
            "Models",
            (
                table(
                    "Fallbacks",
                    "Turns in which another model, or the rules, had to step in.",
                    FALLBACKS,
                ),
                table(
                    "Failed turns", "The person got an error. The span's event says why.", FAILED
                ),
            ),
        ),
        (
            "Cost",
            (
                Panel(
                    "Dear sessions",
                    "The ten conversations that cost most, in US dollars.",
                    (Search(DEAR_SESSIONS),),
                    "bargauge",
                    "currencyUSD",
                    height=9,
                    decimals=4,
                ),
                table("Dear turns", "Turns that cost more than chosen above.", DEAR_TURNS),
            ),
        ),
    ),
    (
        Choice("slower", "Slower than", ("2s", "500ms", "1s", "5s", "10s")),
        Choice("dearer", "Dearer than, US dollars", ("0.001", "0.0001", "0.01", "0.1")),
    ),
)
