from __future__ import annotations

import logging
import random
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool

from agent.models.caller import ModelPool
from agent.models.calls import BrokenToolCallError, ModelUnavailableError
from agent.models.settings import LARGE, ROLES, SMALL, ModelsSettings

if TYPE_CHECKING:
    from tests.agent.groq_server import Behaviour, GroqServer, Received

Pools = Callable[..., ModelPool]
ASKED = [HumanMessage("Something like Monster, please.")]
SCHEMA = {
    "title": "wish",
    "type": "object",
    "properties": {"about": {"type": "string"}},
    "required": ["about"],
    "additionalProperties": False,
}


@tool
def details(title: str) -> str:
    """Say what is known of a title."""
    return title


@pytest.fixture
def pools(groq: GroqServer) -> Iterator[Pools]:
    """Open pools on the scripted server, and close them at the end."""
    opened: list[ModelPool] = []

    def open_pool(**settings: Any) -> ModelPool:
        opened.append(ModelPool(ModelsSettings.model_validate(settings)))
        return opened[-1]

    yield open_pool
    for pool in opened:
        pool.close()


def said(pool: ModelPool, turn: int = 1) -> str:
    return "".join(pool.turn("s", turn).stream("answer", ASKED))


def test_an_answer_streams_in_pieces_and_is_charged_by_its_usage(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.says("Try [1], it is dark."))
    models = pools().turn("s", 1)
    pieces = list(models.stream("answer", ASKED))
    (call,) = models.usage.calls
    assert (len(pieces) > 2, "".join(pieces)) == (True, "Try [1], it is dark.")
    assert (call.model, call.input_tokens, call.output_tokens) == (LARGE, 100, 5)
    assert call.cost_usd == pytest.approx((100 * 0.15 + 5 * 0.60) / 1e6)
    assert (call.estimated, call.outcome, call.retries) == (False, "ok", 0)
    assert call.first_token_ms is not None
    assert models.usage.notices == []


def test_missing_usage_is_estimated_and_marked(pools: Pools, groq: GroqServer, acts: Any) -> None:
    groq.will(acts.without_usage("x" * 40), acts.without_usage("x" * 40))
    models = pools().turn("s", 1)
    list(models.stream("answer", ASKED))
    models.ask("inspect", ASKED)
    assert [(each.estimated, each.output_tokens) for each in models.usage.calls] == [(True, 10)] * 2


def test_a_schema_is_asked_for_strictly_and_without_streaming(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.says('{"about": "revenge"}'))
    answer = pools().turn("s", 1).ask("rewrite", ASKED, schema=SCHEMA)
    asked = groq.requests[0].body
    assert answer.text == '{"about": "revenge"}'
    assert asked["model"] == SMALL
    assert asked["response_format"]["json_schema"] == {
        "name": "wish",
        "strict": True,
        "schema": SCHEMA,
    }
    assert not asked.get("stream")


def test_json_and_tools_are_not_asked_for_together(pools: Pools) -> None:
    with pytest.raises(ValueError, match="not both"):
        pools().turn("s", 1).ask("inspect", ASKED, schema=SCHEMA, tools=[details])


def test_broken_json_is_asked_for_again(pools: Pools, groq: GroqServer, acts: Any) -> None:
    groq.will(acts.says('{"about": "rev'), acts.says('{"about": "revenge"}'))
    models = pools().turn("s", 1)
    assert models.ask("rewrite", ASKED, schema=SCHEMA).text == '{"about": "revenge"}'
    (call,) = models.usage.calls
    assert (call.retries, call.input_tokens) == (1, 200)
    assert models.usage.notices == [f"{SMALL} sent broken JSON; asked again."]


def test_an_identical_rewrite_is_asked_once(pools: Pools, groq: GroqServer, acts: Any) -> None:
    groq.always(acts.says('{"about": "revenge"}'))
    pool = pools()
    first = pool.turn("s", 1).ask("rewrite", ASKED, schema=SCHEMA)
    again = pool.turn("s", 2)
    other = [HumanMessage("Something else.")]
    assert again.ask("rewrite", ASKED, schema=SCHEMA).text == first.text
    assert [call.outcome for call in again.usage.calls] == ["cached"]
    again.ask("rewrite", other, schema=SCHEMA)
    assert len(groq.requests) == 2


def test_a_tool_call_comes_back_as_one(pools: Pools, groq: GroqServer, acts: Any) -> None:
    groq.will(acts.calls_tool("details", '{"title": "Monster"}'))
    answer = pools().turn("s", 1).ask("inspect", ASKED, tools=[details])
    assert answer.tool_calls[0]["args"] == {"title": "Monster"}
    assert groq.requests[0].body["tools"][0]["function"]["name"] == "details"


@pytest.mark.parametrize(
    "generation",
    [
        '<function=details{"title": "Monster"}</function>',
        '<function=details>{"title": "Monster"}</function>',
        'details{"title": "Monster"}</function>',
        '{"name": "details", "arguments": {"title": "Monster"}}',
        '{"name": "details", "parameters": "{\\"title\\": \\"Monster\\"}"}',
        '```\n{"tool_calls": [{"function": {"name": "details"}, "parameters": '
        '{"title": "Monster"}}]}\n```',
        '<tool-use>\n[{"name": "details", "parameters": {"title": "Monster"}}]\n</tool-use>',
    ],
)
def test_a_refused_tool_call_is_rescued(
    generation: str, pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.bad_tool_call(generation))
    answer = pools().turn("s", 1).ask("inspect", ASKED, tools=[details])
    assert [(each["name"], each["args"]) for each in answer.tool_calls] == [
        ("details", {"title": "Monster"})
    ]


@pytest.mark.parametrize("generation", ["", "{", "I would look it up.", '{"name": "format_disk"}'])
def test_a_tool_call_beyond_rescue_is_raised_with_what_was_written(
    generation: str, pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.bad_tool_call(generation))
    with pytest.raises(BrokenToolCallError) as raised:
        pools().turn("s", 1).ask("inspect", ASKED, tools=[details])
    assert raised.value.generation == generation


FAULTS: dict[str, Callable[[Any], Any]] = {
    "429": lambda acts: acts.limited(),
    "429 with a short wait": lambda acts: acts.limited(0.1),
    "500": lambda acts: acts.fails(500),
    "503": lambda acts: acts.fails(503),
    "dropped": lambda acts: acts.drops(),
    "cut before the first piece": lambda acts: acts.breaks(0),
    "no choices": lambda acts: acts.empty(),
    "empty text": lambda acts: acts.says(""),
    "not JSON": lambda acts: acts.garbage(),
    "JSON of another kind": lambda acts: acts.garbage(b'{"object": "surprise"}'),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("streams", [True, False])
def test_a_passing_fault_is_survived_and_told_in_one_line(
    fault: str, streams: bool, pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(FAULTS[fault](acts), acts.says("Here."))
    models = pools().turn("s", 1)
    heard = (
        "".join(models.stream("answer", ASKED)) if streams else models.ask("inspect", ASKED).text
    )
    assert heard == "Here."
    assert (models.usage.calls[0].model, models.usage.calls[0].retries) == (LARGE, 1)
    assert len(models.usage.notices) == 1
    assert models.usage.notices[0].endswith("; asked again.")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (lambda acts: acts.limited(420), f"{LARGE} is over its rate limit for 7 min"),
        (lambda acts: acts.too_large(), f"{LARGE} is over its tokens per minute"),
        (lambda acts: acts.fails(404, "model_not_found"), f"{LARGE} is unknown or retired"),
        (lambda acts: acts.fails(400, "model_decommissioned"), f"{LARGE} is unknown or retired"),
        (lambda acts: acts.fails(400, "context_length"), f"{LARGE} refused the request (400)"),
    ],
)
def test_what_waiting_does_not_mend_goes_to_the_stand_in_at_once(
    fault: Callable[[Any], Behaviour], told: str, pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(fault(acts), acts.says("From the small one."))
    models = pools().turn("s", 1)
    began = monotonic()
    assert "".join(models.stream("answer", ASKED)) == "From the small one."
    assert monotonic() - began < 1.0
    assert [call.model for call in models.usage.calls] == [LARGE, SMALL]
    assert models.usage.notices == [f"{told}; {SMALL} stands in."]


def test_a_long_rate_limit_is_not_asked_again_in_the_next_turn(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    pool = pools()
    groq.will(acts.limited(420))
    said(pool)
    said(pool, 2)
    assert (groq.asked(LARGE), groq.asked(SMALL)) == (1, 2)


def test_a_wrong_key_is_tried_once(pools: Pools, groq: GroqServer) -> None:
    groq.keys = ("another",)
    pool = pools()
    for turn in range(3):
        with pytest.raises(ModelUnavailableError, match=r"refused the key|rests"):
            said(pool, turn)
    assert len(groq.requests) == 1


def test_a_dead_provider_costs_one_timeout_and_is_tried_again_later(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    pool = pools(answer={"timeout": 0.4}, rest_seconds=0.5)
    groq.will(acts.silent(5))
    began = monotonic()
    for turn in range(5):
        with pytest.raises(ModelUnavailableError):
            said(pool, turn)
    assert monotonic() - began < 0.8
    assert len(groq.requests) == 1
    sleep(0.6)
    assert said(pool, 9) == "Hello there."


def test_a_probe_that_fails_doubles_the_rest(pools: Pools, groq: GroqServer, acts: Any) -> None:
    pool = pools(answer={"timeout": 0.2}, rest_seconds=0.3)
    groq.always(acts.silent(5))
    for pause in (0.0, 0.35, 0.35):
        sleep(pause)
        with pytest.raises(ModelUnavailableError):
            said(pool)
    assert len(groq.requests) == 2


def test_one_request_that_hangs_among_many_that_do_not_rests_nobody(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    pool = pools(answer={"timeout": 0.6, "fallback": None})
    groq.will(acts.silent(5))
    with ThreadPoolExecutor(1) as thread:
        hanging = thread.submit(said, pool, 1)
        while not groq.requests:
            sleep(0.01)
        said(pool, 2)
        assert isinstance(hanging.exception(), ModelUnavailableError)
    assert said(pool, 3) == "Hello there."


def test_a_model_that_stalls_rests_alone(pools: Pools, groq: GroqServer, acts: Any) -> None:
    pool = pools(answer={"timeout": 0.4})

    def script(received: Received) -> Behaviour:
        return acts.slow(5) if received.model == LARGE else acts.says("Small.")  # type: ignore[no-any-return]

    groq.always(script)
    assert said(pool, 1) == said(pool, 2) == "Small."
    assert groq.asked(LARGE) == 1


def test_a_stream_that_trickles_ends_at_its_deadline(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.endless(gap=0.05))
    models = pools(answer={"timeout": 0.5}).turn("s", 1)
    began = monotonic()
    with pytest.raises(ModelUnavailableError, match="broke off"):
        list(models.stream("answer", ASKED))
    assert monotonic() - began < 0.8
    assert groq.requests[0].left.wait(2)


def test_a_turn_has_one_budget_of_time_for_all_its_calls(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.slow(5))
    models = pools(turn_seconds=0.6).turn("s", 1)
    began = monotonic()
    for _ in range(3):
        with pytest.raises(ModelUnavailableError):
            models.ask("inspect", ASKED)
    assert monotonic() - began < 0.9


def test_a_stream_that_breaks_in_the_middle_raises_for_its_caller_to_replace(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.breaks(2))
    models = pools().turn("s", 1)
    heard: list[str] = []
    with pytest.raises(ModelUnavailableError, match="broke off"):
        heard.extend(models.stream("answer", ASKED))
    assert models.usage.calls[0].estimated
    assert len(models.usage.notices) == 1


def test_endless_repetition_is_stopped(pools: Pools, groq: GroqServer, acts: Any) -> None:
    groq.always(acts.endless())
    models = pools(answer={"max_tokens": 100}).turn("s", 1)
    with pytest.raises(ModelUnavailableError, match="did not stop"):
        list(models.stream("answer", ASKED))
    assert groq.requests[0].left.wait(2)


def test_leaving_a_stream_hangs_up(pools: Pools, groq: GroqServer, acts: Any) -> None:
    groq.will(acts.endless(gap=0.01))
    pool = pools()
    models = pool.turn("s", 1)
    stream = models.stream("answer", ASKED)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert groq.requests[0].left.wait(2)
    assert models.usage.calls[0].outcome == "cancelled"
    assert said(pool, 2) == "Hello there."


def test_cancelling_from_another_thread_ends_a_wait(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.slow(10))
    pool = pools()
    pool.warm()
    models = pool.turn("s", 1)
    Timer(0.2, models.cancel).start()
    began = monotonic()
    with pytest.raises(ModelUnavailableError, match="stopped"):
        list(models.stream("answer", ASKED))
    assert monotonic() - began < 1.0
    assert groq.requests[0].left.wait(2)
    assert len(groq.requests) == 1


def test_the_key_is_never_shown(
    pools: Pools, groq: GroqServer, acts: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pool = pools(key="gsk_typed_into_yaml")
    groq.keys = ("another",)
    models = pool.turn("s", 1)
    with pytest.raises(ModelUnavailableError) as raised:
        list(models.stream("answer", ASKED))
    groq.keys = ("gsk_typed_into_yaml",)
    groq.will(acts.fails(400), acts.fails(400))
    with pytest.raises(ModelUnavailableError):
        pools(key="gsk_typed_into_yaml").turn("s", 1).ask("answer", ASKED)
    shown = [
        caplog.text,
        repr(pool.settings),
        repr(pool.model(pool.settings.answer)),
        *traceback.format_exception(raised.value),
        *models.usage.notices,
        repr(models.usage),
    ]
    assert not [each for each in shown if "gsk_" in each]


def test_a_spent_budget_leaves_the_turn_to_the_offline_mind(pools: Pools, groq: GroqServer) -> None:
    pool = pools(budget={"session_usd": 0.00002})
    said(pool, 1)
    said(pool, 2)
    models = pool.turn("s", 3)
    with pytest.raises(ModelUnavailableError, match="budget"):
        list(models.stream("answer", ASKED))
    assert models.usage.notices == [
        "This conversation's budget of $0.00 is spent; the offline mind stands in."
    ]
    assert "".join(pool.turn("another", 1).stream("answer", ASKED)) == "Hello there."
    assert len(groq.requests) == 3


def test_the_budget_of_a_day_holds_for_all_sessions(pools: Pools) -> None:
    pool = pools(budget={"day_usd": 0.00001})
    said(pool, 1)
    with pytest.raises(ModelUnavailableError, match="Today's budget"):
        list(pool.turn("another", 1).stream("answer", ASKED))


def test_new_settings_count_from_the_next_turn_and_running_turns_finish_on_the_old(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.endless(gap=0.01))
    pool = pools()
    running = pool.turn("s", 1).stream("answer", ASKED)
    next(running)
    renewed = pool.renewed(ModelsSettings.model_validate({"answer": {"model": "new"}}))
    groq.always(acts.says("New."))
    assert said(renewed, 2) == "New."
    assert next(running)
    running.close()  # type: ignore[attr-defined]
    assert [each.model for each in groq.requests] == [LARGE, "new"]


def test_a_role_that_is_offline_asks_nobody(pools: Pools, groq: GroqServer) -> None:
    pool = pools(rewrite={"provider": "offline"})
    with pytest.raises(ModelUnavailableError, match="offline"):
        pool.turn("s", 1).ask("rewrite", ASKED, schema=SCHEMA)
    assert (pool.serves("rewrite"), pool.serves("answer")) == (False, True)
    assert groq.requests == []


def test_fifty_sessions_at_once_get_their_own_answers(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    def echo(received: Received) -> Behaviour:
        return acts.says("Echo " + received.body["messages"][0]["content"])  # type: ignore[no-any-return]

    groq.always(echo)
    pool = pools()

    def talk(number: int) -> bool:
        models = pool.turn(f"s{number}", 1)
        heard = "".join(models.stream("answer", [HumanMessage(f"number {number}")]))
        return heard == f"Echo number {number}" and not models.usage.notices

    with ThreadPoolExecutor(50) as threads:
        assert all(threads.map(talk, range(200)))
    assert pool.ledger.of_day().calls == 200


@pytest.mark.slow
def test_a_thousand_calls_with_faults_all_end_in_time(
    pools: Pools, groq: GroqServer, acts: Any
) -> None:
    chance = random.Random(7)
    faults = [*(each(acts) for each in FAULTS.values()), acts.too_large(), acts.breaks(3)]
    faults += [acts.silent(3), acts.slow(3), acts.bad_tool_call("?"), acts.fails(400)]
    well = acts.says('{"a": 1}')
    groq.always(lambda received: chance.choice(faults) if chance.random() < 0.3 else well)
    short: dict[str, Any] = {"timeout": 0.6, "fallback": {"model": SMALL, "timeout": 0.6}}
    pool = pools(
        rewrite=short,
        answer=short,
        inspect=short,
        turn_seconds=1.5,
        rest_seconds=0.05,
    )
    pool.warm()

    def talk(number: int) -> tuple[str, float]:
        models = pool.turn("s", number)
        began = monotonic()
        try:
            if ROLES[number % 3] == "answer":
                heard = "".join(models.stream("answer", [HumanMessage(str(number))]))
            else:
                heard = str(models.ask(ROLES[number % 3], [HumanMessage(str(number))]).text)
        except ModelUnavailableError as error:
            heard = f"! {error}"
            assert models.usage.notices
        took = monotonic() - began
        sleep(0.05 * heard.startswith("!"))  # nobody types as fast as a resting model is skipped
        return heard, took

    with ThreadPoolExecutor(16) as threads:
        ended = list(threads.map(talk, range(1000)))
    answered = sum(heard == '{"a": 1}' for heard, _ in ended)
    assert all(heard == '{"a": 1}' or heard.startswith("! ") for heard, _ in ended)
    assert max(seconds for _, seconds in ended) < 2.5
    assert answered > 900
