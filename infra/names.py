"""Every name that telemetry uses, in one place: dashboards, alerts and docs are held to it.

Attributes and metrics of model calls follow OpenTelemetry's semantic conventions for generative
AI; what is our own begins with `osusume.`. In Prometheus a metric's dots are underscores, with
the unit and `_total` at its end.
"""

from dataclasses import dataclass
from enum import StrEnum

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
    ERROR = "error.type"
    CATALOGUE = "osusume.catalogue"
    INTENT = "osusume.intent"
    OUTCOME = "osusume.outcome"
    CANDIDATES = "osusume.candidates"
    SHOWN = "osusume.shown"
    SIMILARITY = "osusume.best_similarity"
    THRESHOLD = "osusume.threshold"
    GROUNDED = "osusume.grounded"
    RELAXED = "osusume.relaxed"
    REMOVED = "osusume.removed"
    COST = "osusume.cost_usd"
    ROLE = "osusume.role"
    FALLBACKS = "osusume.fallbacks"
    RETRIES = "osusume.retries"
    FIRST_TOKEN = "osusume.first_token_ms"
    MESSAGE = "osusume.message"  # recorded only where the settings say so
    ANSWER = "osusume.answer"  # likewise


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as OpenTelemetry knows it; `labels` are few and bounded."""

    name: str
    unit: str
    about: str
    labels: tuple[str, ...] = ()

    @property
    def prometheus(self) -> str:
        """Return the name in Prometheus, without the suffix that its kind adds."""
        suffix = {"s": "_seconds", "USD": "_usd", "By": "_bytes"}.get(self.unit, "")
        return self.name.replace(".", "_") + suffix


# Counters: `_total` in Prometheus.
TURNS = Metric("osusume.turns", "{turn}", "Turns that ended", ("intent", "outcome"))
COST = Metric("osusume.cost", "USD", "What chat models cost", ("model", "role"))
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

# Histograms: `_bucket`, `_sum`, `_count`.
TURN_DURATION = Metric("osusume.turn.duration", "s", "A whole turn", ("intent",))
STEP_DURATION = Metric("osusume.step.duration", "s", "A step of a turn", ("step",))
FIRST_TOKEN = Metric("osusume.first_token", "s", "Until an answer's first piece", ("mind",))
SIMILARITY = Metric("osusume.best_similarity", "1", "Best similarity a request reached")
CALL_DURATION = Metric(
    "gen_ai.client.operation.duration",
    "s",
    "A chat model's call",
    ("gen_ai_request_model", "gen_ai_provider_name", "gen_ai_operation_name", "error_type"),
)
CALL_TOKENS = Metric(
    "gen_ai.client.token.usage",
    "{token}",
    "Tokens of a chat model's call",
    ("gen_ai_request_model", "gen_ai_provider_name", "gen_ai_operation_name", "gen_ai_token_type"),
)

# Gauges.
BREAKER = Metric("osusume.breaker.open", "1", "1 while calls to a model are held back", ("model",))
SESSIONS = Metric("osusume.sessions.active", "{session}", "Sessions with a turn in 15 minutes")
RUNNING = Metric("osusume.turns.running", "{turn}", "Turns under way")
INDEX_AGE = Metric("osusume.index.age", "s", "Since the index in use was built", ("catalogue",))
INDEX_ITEMS = Metric("osusume.index.items", "{item}", "Items in the index", ("catalogue",))
THRESHOLD = Metric("osusume.threshold", "1", "Similarity that counts as grounded", ("catalogue",))
INFO = Metric("osusume.build", "1", "Always 1; its labels tell what runs", ("version", "mind"))
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
SIGNALS = "traces metrics logs".split()
