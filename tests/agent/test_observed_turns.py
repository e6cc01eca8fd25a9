"""What telemetry tells of whole turns, with and without chat models."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.models.settings import LARGE, SMALL, ModelsSettings
from agent.recommender import Recommender, Reply, Token
from agent.settings import Settings, TelemetrySettings
from data.index import Index
from graph.memory import Memory
from infra import metrics, names, telemetry
from infra.exposition import exposed
from tools.change import Change

if TYPE_CHECKING:
    from tests.agent.groq_server import GroqServer
    from tests.otlp_receiver import Receiver

LIKE_NARUTO = "anime like Naruto but darker"
HEIST = "a story about a lonely lighthouse keeper"
SLOW_BURN = {"rewrite": {"timeout": 1.0}, "answer": {"timeout": 1.0}, "retries": 1}
Open = Callable[..., Recommender]


@pytest.fixture
def open_one(bundled_index: Index, tmp_path: Path, state: Path) -> Iterator[Open]:
    """Open recommenders with settings, and close them at the end."""
    opened: list[Recommender] = []

    def open_it(index: Index = bundled_index, **settings: Any) -> Recommender:
        memory = Memory(tmp_path / f"conversations-{len(opened)}.sqlite")
        made = Settings(**{"models": models(mind="offline"), **settings})
        opened.append(Recommender(index, memory, made))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


def models(**settings: Any) -> ModelsSettings:
    return ModelsSettings.model_validate(settings)


def say(recommender: Recommender, *messages: str) -> list[dict[str, Any]]:
    session = recommender.memory.begin("ann")
    return [recommender.reply(message, session) for message in messages]


def names_of(spans: InMemorySpanExporter) -> Counter[str]:
    return Counter(each.name for each in spans.get_finished_spans())


def named(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    return next(each for each in spans.get_finished_spans() if each.name == name)


def above(spans: InMemorySpanExporter, name: str) -> str:
    parent = named(spans, name).parent
    found = {each.context.span_id: each.name for each in spans.get_finished_spans() if each.context}
    return found[parent.span_id] if parent else ""


def sample(metric: names.Metric, **labels: str) -> float:
    """Return a counter's value, or how often a histogram was told a figure."""
    name = metric.exposed[-1]
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_trace_tells_what_the_turn_came_to(open_one: Open, spans: InMemorySpanExporter) -> None:
    recommender = open_one()
    (reply,) = say(recommender, HEIST)
    root = named(spans, "turn")
    assert root.parent is None and root.context
    assert f"{root.context.trace_id:032x}" == reply["trace_id"]
    told = dict(root.attributes or {})
    threshold = recommender.index.manifest.threshold
    assert told["osusume.best_similarity"] >= threshold == told["osusume.threshold"]  # type: ignore[operator]
    expected = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.usage.input_tokens": 0,
        "gen_ai.usage.output_tokens": 0,
        "osusume.catalogue": "anime",
        "osusume.intent": reply["intent"],
        "osusume.outcome": "answered",
        "osusume.turn": 1,
        "osusume.model": "offline",
        "osusume.shown": 5,
        "osusume.grounded": True,
        "osusume.relaxed": 0,
        "osusume.removed": 0,
        "osusume.cost_usd": 0.0,
        "osusume.fallbacks": 0,
        "osusume.retries": 0,
    }
    assert {key: told[key] for key in expected} == expected
    assert told.keys() - expected.keys() == {
        "gen_ai.conversation.id", "osusume.best_similarity", "osusume.threshold",
        "osusume.candidates", "osusume.first_token_ms",
    }  # fmt: skip


def test_the_work_of_a_step_lies_below_it(
    open_one: Open, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.search.EXHAUSTIVE", 10)  # as in a catalogue too large to score whole
    recommender = open_one()
    say(recommender, HEIST, "what is Monster about?")
    assert above(spans, "ranking") == "retrieve"
    assert above(spans, "chroma.query") == "retrieve"
    assert above(spans, "execute_tool details") == "tools"
    assert (named(spans, "execute_tool details").attributes or {})["gen_ai.tool.name"] == "details"
    embed = named(spans, "embed").attributes or {}
    assert embed["gen_ai.request.model"] == recommender.index.manifest.model
    for step in ("rewrite", "retrieve", "ground", "rank", "answer", "verify", "inspect", "tools"):
        assert above(spans, step) == "turn"


@pytest.mark.parametrize("recorded", [False, True])
def test_words_are_recorded_only_where_the_settings_say_so(
    open_one: Open, spans: InMemorySpanExporter, recorded: bool
) -> None:
    recommender = open_one(telemetry=TelemetrySettings(record_messages=recorded))
    (reply,) = say(recommender, HEIST)
    told = "\n".join(each.to_json() for each in spans.get_finished_spans())
    assert ("lighthouse" in told) == recorded
    assert (reply["recommendations"][0]["title"] in told) == recorded
    assert b"lighthouse" not in exposed("application/openmetrics-text")[0]


@pytest.mark.parametrize(
    ("message", "intent", "outcome"),
    [
        (LIKE_NARUTO, "recommend", "answered"),
        ("horror with 1 to 3 episodes from before 1970 rated above 9", "recommend", "abstained"),
        ("what is Monster about?", "lookup", "answered"),
        ("hello", "converse", "conversed"),
        ("how do I file my tax return?", "out_of_scope", "abstained"),
    ],
)
def test_turns_are_counted_by_intent_and_outcome(
    open_one: Open, message: str, intent: str, outcome: str
) -> None:
    before = sample(names.TURNS, intent=intent, outcome=outcome)
    timed = sample(names.TURN_DURATION, intent=intent)
    say(open_one(), message)
    assert sample(names.TURNS, intent=intent, outcome=outcome) == before + 1
    assert sample(names.TURN_DURATION, intent=intent) == timed + 1
    assert sample(names.RUNNING) == 0


def test_a_turn_that_is_left_is_cancelled(open_one: Open, spans: InMemorySpanExporter) -> None:
    recommender = open_one()
    before = sample(names.TURNS, intent="unknown", outcome="cancelled")
    turn = recommender.turn(HEIST, recommender.memory.begin("ann"))
    next(turn)
    turn.close()
    assert (named(spans, "turn").attributes or {})["osusume.outcome"] == "cancelled"
    assert named(spans, "turn").status.is_unset
    assert sample(names.TURNS, intent="unknown", outcome="cancelled") == before + 1


def test_a_turn_that_breaks_is_failed_and_marked(
    open_one: Open, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommender = open_one()
    before = sample(names.TURNS, intent="unknown", outcome="failed")
    broken = Change(about=3)  # type: ignore[arg-type]
    with pytest.raises(Exception):  # noqa: B017  # whatever such a change breaks
        recommender.reply("a click", recommender.memory.begin("ann"), broken)
    root = named(spans, "turn")
    assert not root.status.is_ok
    assert root.events[0].name == "exception"
    assert sample(names.TURNS, intent="unknown", outcome="failed") == before + 1
    assert sample(names.RUNNING) == 0


def test_the_index_that_serves_is_told(open_one: Open) -> None:
    index = open_one().index
    told = {"catalogue": "anime"}
    assert sample(names.INDEX_ITEMS, **told) == len(index.catalogue)
    assert sample(names.THRESHOLD, **told) == index.manifest.threshold
    assert sample(names.INDEX_AGE, **told) > 0


def test_every_request_to_a_model_is_a_span_below_its_step(
    open_one: Open, groq: GroqServer, acts: Any, spans: InMemorySpanExporter
) -> None:
    groq.always(acts.converses({LIKE_NARUTO: {"starts_over": True, "like": ["Naruto"]}}))
    tokens = sample(names.CALL_TOKENS, **labels(SMALL, gen_ai_token_type="input"))
    recommender = open_one(models=models())
    (reply,) = say(recommender, LIKE_NARUTO)
    reading, words = named(spans, f"chat {SMALL}"), named(spans, f"chat {LARGE}")
    assert above(spans, reading.name) == "rewrite"
    assert above(spans, words.name) == "answer"
    told = dict(words.attributes or {})
    assert told["gen_ai.operation.name"] == "chat"
    assert told["gen_ai.provider.name"] == "groq"
    assert told["gen_ai.request.model"] == LARGE
    assert told["gen_ai.request.temperature"] == 0.4
    assert told["gen_ai.usage.input_tokens"] == 100
    assert told["osusume.role"] == "answer"
    assert told["osusume.first_token_ms"] > 0  # type: ignore[operator]
    assert told["gen_ai.usage.output_tokens"] == len(acts.LIST) // 4
    root = dict(named(spans, "turn").attributes or {})
    assert root["osusume.cost_usd"] == reply["usage"]["cost_usd"] > 0
    assert root["osusume.model"] == LARGE
    assert sample(names.CALL_TOKENS, **labels(SMALL, gen_ai_token_type="input")) == tokens + 1
    assert sample(names.COST, model=LARGE, role="answer") > 0
    assert metrics.REGISTRY.get_sample_value("osusume_breaker_open", {"model": LARGE}) == 0


def reply_retries(spans: InMemorySpanExporter) -> int:
    """Return how many requests were not the first of their call."""
    told = [dict(each.attributes or {}) for each in spans.get_finished_spans()]
    return sum(each.get("osusume.retries") == 1 for each in told if "osusume.role" in each)


def labels(model: str, **more: str) -> dict[str, str]:
    return {
        "gen_ai_request_model": model,
        "gen_ai_provider_name": "groq",
        "gen_ai_operation_name": "chat",
        **more,
    }


def test_a_model_that_fails_is_told_as_retried_replaced_and_held_back(
    open_one: Open, groq: GroqServer, acts: Any, spans: InMemorySpanExporter
) -> None:
    groq.always(acts.fails(503))
    retried = sample(names.RETRIES, model=LARGE, reason="server")
    replaced = sample(names.FALLBACKS, model=LARGE, reason="server")
    failed = sample(names.CALL_DURATION, **labels(LARGE, error_type="server"))
    recommender = open_one(models=models(**SLOW_BURN))
    (reply,) = say(recommender, LIKE_NARUTO)
    assert reply["model"] == "offline"
    call = named(spans, f"chat {LARGE}")
    assert (call.attributes or {})["error.type"] == "server"
    assert [dict(each.attributes or {}) for each in call.events] == [{"exception.type": "busy"}]
    assert acts.KEY not in call.to_json()
    root = dict(named(spans, "turn").attributes or {})
    assert root["osusume.fallbacks"] == 3 and root["osusume.outcome"] == "answered"
    assert root["osusume.retries"] == reply_retries(spans)
    assert sample(names.RETRIES, model=LARGE, reason="server") > retried
    assert sample(names.FALLBACKS, model=LARGE, reason="server") > replaced
    assert sample(names.CALL_DURATION, **labels(LARGE, error_type="server")) > failed
    groq.always(acts.fails(404, "model_not_found"))
    say(recommender, LIKE_NARUTO)
    assert metrics.REGISTRY.get_sample_value("osusume_breaker_open", {"model": LARGE}) == 1


def test_a_reading_that_was_kept_is_told_as_a_hit(
    open_one: Open, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.converses({HEIST: {"about": HEIST}}))
    hits, misses = (sample(names.CACHE, cache="rewrite", result=each) for each in ("hit", "miss"))
    recommender = open_one(models=models())
    say(recommender, HEIST)
    say(recommender, HEIST)
    assert sample(names.CACHE, cache="rewrite", result="hit") == hits + 1
    assert sample(names.CACHE, cache="rewrite", result="miss") == misses + 1


MANY = (
    LIKE_NARUTO, HEIST, "fewer episodes", "no romance, after 2005", "start over", "hello", "undo",
    "what is Monster about?", "something funnier", "only thrillers", "seen #2", "why 2?",
)  # fmt: skip
SESSIONS, TURNS_EACH = 50, 20


@pytest.fixture
def exporting(otlp: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.url)
    telemetry.close()
    yield otlp
    otlp.answers.set()
    telemetry.close()


def converse(recommender: Recommender, number: int, turns: int) -> list[Reply]:
    session = recommender.memory.begin(f"user-{number}")
    replies = []
    for message in random.Random(number).choices(MANY, k=turns):
        *events, last = recommender.turn(message, session)
        assert isinstance(last, Reply)
        told = "".join(each.text for each in events if isinstance(each, Token))
        assert told == last.fields["answer"] or last.fields["removed"]
        replies.append(last)
    return replies


def at_once(turns: int, *recommenders: Recommender) -> list[dict[str, Any]]:
    """Hold conversations side by side, dealt out to the recommenders in turn."""
    dealt = zip(range(SESSIONS), cycle(recommenders))
    with ThreadPoolExecutor(SESSIONS) as threads:
        work = [threads.submit(converse, each, number, turns) for number, each in dealt]
        return [reply.fields for each in work for reply in each.result()]


@pytest.mark.slow
def test_every_one_of_a_thousand_turns_has_a_whole_trace(
    open_one: Open, small_index: Index, exporting: Receiver, groq: GroqServer, acts: Any
) -> None:
    """In a fifth of the sessions a model reads and answers, in threads of its own."""
    groq.always(acts.converses({each: {} for each in MANY}, acts.says(acts.LIST)))
    spoken = open_one(small_index, models=models(cached_rewrites=0))
    offline = [open_one(small_index) for _ in range(4)]
    before = metrics.REGISTRY.get_sample_value(
        "osusume_telemetry_dropped_total", {"signal": "traces"}
    )
    replies = at_once(TURNS_EACH, spoken, *offline)
    assert len(replies) == SESSIONS * TURNS_EACH
    telemetry.close()
    traces = exporting.traces()
    assert traces.keys() == {reply["trace_id"] for reply in replies}
    for reply in replies:
        spans = {each.id: each for each in traces[reply["trace_id"]]}
        (root,) = (each for each in spans.values() if not each.parent)
        assert (root.name, root.attributes["osusume.turn"]) == ("turn", reply["turn"])
        steps = {each.name for each in spans.values() if each.parent == root.id}
        assert steps == reply["timings_ms"].keys() - {"total"}
        for span in spans.values():
            if span is not root and span.parent != root.id:
                assert spans[span.parent].name in steps, span
    kinds = Counter(each.name.split(" ")[0] for spans in traces.values() for each in spans)
    assert {"embed", "ranking", "chat", "execute_tool"} <= kinds.keys()
    after = metrics.REGISTRY.get_sample_value(
        "osusume_telemetry_dropped_total", {"signal": "traces"}
    )
    assert after == before


@pytest.mark.parametrize("trouble", ["gone", "silent", "401", "429", "500"])
def test_no_turn_is_lost_whatever_the_back_end_does(
    open_one: Open,
    small_index: Index,
    exporting: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.3")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "200")
    if trouble == "gone":
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    elif trouble == "silent":
        exporting.answers.clear()
    else:
        exporting.status = int(trouble)
    replies = at_once(2, open_one(small_index))
    assert len(replies) == 2 * SESSIONS
    assert all(json.dumps(reply) and reply["answer"] for reply in replies)
