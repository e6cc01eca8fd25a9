"""Every name that telemetry uses, in one place: dashboards, alerts and docs are held to it.

Attributes and metrics of model calls follow OpenTelemetry's semantic conventions for generative
AI; what is our own begins with `osusume.`. In Prometheus a metric's dots are underscores, with
the unit and `_total` at its end.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

SERVICE = "osusume"


class Span(StrEnum):
    """Spans of a turn beside its steps, which are named as the nodes of the state machine."""

    TURN = "turn"
    EMBED = "embed"
    VECTOR_QUERY = "chroma.query"
    RANKING = "ranking"
    CHAT = "chat"  # followed by the model's name, as the conventions say
    TOOL = "execute_tool"  # followed by the tool's name


class Attribute(StrEnum):
    """Attributes of spans."""

    OPERATION = "gen_ai.operation.name"
    PROVIDER = "gen_ai.provider.name"
    REQUEST_MODEL = "gen_ai.request.model"
    RESPONSE_MODEL = "gen_ai.response.model"
    TEMPERATURE = "gen_ai.request.temperature"
    MAX_TOKENS = "gen_ai.request.max_tokens"
    INPUT_TOKENS = "gen_ai.usage.input_tokens"
    OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
    CONVERSATION = "gen_ai.conversation.id"
    TOOL_NAME = "gen_ai.tool.name"
    DATABASE = "db.system.name"
    COLLECTION = "db.collection.name"
    ERROR = "error.type"
    CATALOGUE = "osusume.catalogue"
    INTENT = "osusume.intent"
    OUTCOME = "osusume.outcome"
    CANDIDATES = "osusume.candidates"
    SHOWN = "osusume.shown"
    SIMILARITY = "osusume.best_similarity"
    THRESHOLD = "osusume.threshold"
    GROUNDED = "osusume.grounded"
    MODEL = "osusume.model"  # which one spoke last, or `offline`
    TURN = "osusume.turn"
    RELAXED = "osusume.relaxed"
    REMOVED = "osusume.removed"
    COST = "osusume.cost_usd"
    ROLE = "osusume.role"
    FALLBACKS = "osusume.fallbacks"
    RETRIES = "osusume.retries"
    FIRST_TOKEN = "osusume.first_token_ms"
    MESSAGE = "osusume.message"  # recorded only where the settings say so
    ANSWER = "osusume.answer"  # likewise


Kind = Literal["counter", "histogram", "gauge"]
SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "gauge": ("",),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as OpenTelemetry knows it; `labels` are few and bounded."""

    name: str
    unit: str
    about: str
    labels: tuple[str, ...] = ()
    kind: Kind = "counter"
    buckets: tuple[float, ...] = ()

    @property
    def prometheus(self) -> str:
        """Return the name in Prometheus, without the suffix that its kind adds."""
        suffix = {"s": "_seconds", "usd": "_usd", "By": "_bytes"}.get(self.unit, "")
        return self.name.replace(".", "_") + suffix

    @property
    def exposed(self) -> tuple[str, ...]:
        """Return the names of its series in Prometheus."""
        return tuple(self.prometheus + suffix for suffix in SUFFIXES[self.kind])


QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SHARES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 1.0)
# The bounds that the conventions for generative AI give.
CALLS = tuple(0.01 * 2**power for power in range(14))
TOKENS = tuple(float(4**power) for power in range(10))

# Units in braces are remarks: no exporter makes them part of a name.
# Counters.
TURNS = Metric("osusume.turns", "{turn}", "Turns that ended", ("intent", "outcome"))
COST = Metric("osusume.cost", "usd", "What chat models cost", ("model", "role"))
FALLBACKS = Metric(
    "osusume.fallbacks", "{call}", "Calls another mind took over", ("model", "reason")
)
RETRIES = Metric("osusume.retries", "{call}", "Calls tried again", ("model", "reason"))
CACHE = Metric(
    "osusume.cache.requests", "{request}", "Answers sought in a cache", ("cache", "result")
)
RELAXED = Metric("osusume.relaxed", "{wish}", "Wishes given up to find a match", ("kind",))
REMOVED = Metric("osusume.removed", "{claim}", "Claims that verification took out")
SHOWN = Metric("osusume.recommendations", "{item}", "Items shown")
ACTIONS = Metric("osusume.actions", "{action}", "What people did with items shown", ("action",))
FEEDBACK = Metric("osusume.feedback", "{verdict}", "Thumbs given to answers", ("verdict",))
DROPPED = Metric("osusume.telemetry.dropped", "{record}", "Telemetry lost on its way", ("signal",))

# Histograms.
TURN_DURATION = Metric("osusume.turn.duration", "s", "A whole turn", ("intent",), "histogram", SLOW)
STEP_DURATION = Metric(
    "osusume.step.duration", "s", "A step of a turn", ("step",), "histogram", QUICK
)
FIRST_TOKEN = Metric(
    "osusume.first_token", "s", "Until an answer's first piece", ("mind",), "histogram", SLOW
)
SIMILARITY = Metric(
    "osusume.best_similarity",
    "{similarity}",
    "Best similarity a request reached",
    (),
    "histogram",
    SHARES,
)
_CALL = ("gen_ai_request_model", "gen_ai_provider_name", "gen_ai_operation_name")
CALL_DURATION = Metric(
    "gen_ai.client.operation.duration",
    "s",
    "A chat model's call",
    (*_CALL, "error_type"),
    "histogram",
    CALLS,
)
CALL_TOKENS = Metric(
    "gen_ai.client.token.usage",
    "{token}",
    "Tokens of a chat model's call",
    (*_CALL, "gen_ai_token_type"),
    "histogram",
    TOKENS,
)

# Gauges.
BREAKER = Metric(
    "osusume.breaker.open",
    "{flag}",
    "1 while calls to a model are held back",
    ("model",),
    "gauge",
)
SESSIONS = Metric(
    "osusume.sessions.active", "{session}", "Sessions with a turn in 15 minutes", (), "gauge"
)
RUNNING = Metric("osusume.turns.running", "{turn}", "Turns under way", (), "gauge")
INDEX_AGE = Metric(
    "osusume.index.age", "s", "Since the index in use was built", ("catalogue",), "gauge"
)
INDEX_ITEMS = Metric("osusume.index.items", "{item}", "Items in the index", ("catalogue",), "gauge")
THRESHOLD = Metric(
    "osusume.threshold",
    "{similarity}",
    "Similarity that counts as grounded",
    ("catalogue",),
    "gauge",
)
INFO = Metric(
    "osusume.build",
    "{flag}",
    "Always 1; its labels tell what runs",
    ("version", "mind"),
    "gauge",
)
# Beside these the process's own (`process_resident_memory_bytes`, `process_cpu_seconds_total`,
# `process_open_fds`) come from the Prometheus client.

# Values that labels take: a dashboard may name no other.
INTENTS = (
    "recommend refine lookup compare explain feedback reset converse out_of_scope unknown".split()
)
OUTCOMES = "answered relaxed abstained conversed failed cancelled".split()
REASONS = "key retired rate_limit server connection timeout breaker malformed budget other".split()
ITEM_ACTIONS = "details more_like_this not_this seen love watch link".split()
VERDICTS = "up down".split()
MINDS = "offline model".split()
SIGNALS = "traces metrics".split()  # logs go to stderr, where whoever runs the process gathers them
STEPS = "rewrite retrieve ground relax rank answer verify clarify inspect tools converse".split()
ROLES = "rewrite answer inspect".split()
CACHES = "rewrite".split()
RESULTS = "hit miss".split()
RELAXED_KINDS = "prefer about tone range require".split()
PROVIDERS = "groq openai openai-compatible".split()
OTHER = "other"  # what an unknown value becomes, and any of an open label past its first 20
OPEN_LABELS = "model gen_ai_request_model catalogue version".split()
VALUES: dict[str, list[str]] = {
    "intent": INTENTS,
    "outcome": OUTCOMES,
    "reason": REASONS,
    "action": ITEM_ACTIONS,
    "verdict": VERDICTS,
    "mind": MINDS,
    "signal": SIGNALS,
    "step": STEPS,
    "role": ROLES,
    "cache": CACHES,
    "result": RESULTS,
    "kind": RELAXED_KINDS,
    "gen_ai_provider_name": PROVIDERS,
    "gen_ai_operation_name": ["chat"],
    "gen_ai_token_type": ["input", "output"],
    "error_type": ["", *REASONS],
}


def attribute(label: str) -> str:
    """Return a label as OpenTelemetry's conventions write it, with dots."""
    known = {
        "gen_ai_request_model": Attribute.REQUEST_MODEL,
        "gen_ai_provider_name": Attribute.PROVIDER,
        "gen_ai_operation_name": Attribute.OPERATION,
        "gen_ai_token_type": "gen_ai.token.type",
        "error_type": Attribute.ERROR,
    }
    return known.get(label, label)
