"""Whole turns with chat models, over real HTTP: what is said, what is kept, what is never lost."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from agent.models.settings import LARGE, SMALL, ModelsSettings
from agent.recommender import Event, Recommender, Reply, Token
from agent.settings import Settings
from data.index import Index
from data.items import fold
from graph.memory import Memory, Session

if TYPE_CHECKING:
    from tests.agent.groq_server import Behaviour, GroqServer, Received

Talk = Callable[..., Recommender]

ROOT = Path(__file__).resolve().parents[2]
CHAT = [sys.executable, "-c", "from ui.cli import main; main()", "chat", "--json"]
CORPUS = yaml.safe_load(Path(__file__).with_name("hallucinations.yaml").read_text("utf-8"))
KEYS = (
    "session turn message intent language answer recommendations preferences question offers "
    "grounded relaxed unmet not_understood unknown_titles removed model usage timings_ms trace_id "
    "notices"
).split()
LIKE_NARUTO = "anime like Naruto but darker"
FIVE_TURNS: dict[str, dict[str, Any]] = {
    LIKE_NARUTO: {
        "starts_over": True,
        "like": ["Naruto"],
        "tones": [{"tone": "darker", "relative": True, "than": "", "words": "darker"}],
    },
    "fewer episodes": {
        "intent": "refine",
        "critiques": [{"number": "episodes", "to": "lower", "than": "", "words": "fewer episodes"}],
    },
    "no romance, after 2005": {
        "intent": "refine",
        "facets": [{"how": "exclude", "facet": "genres", "values": ["Romance"]}],
        "bounds": [{"number": "year", "low": 2006, "high": None, "words": "2005"}],
    },
    "rated above 7.5": {
        "intent": "refine",
        "bounds": [{"number": "score", "low": 7.51, "high": None, "words": "7.5"}],
    },
    "only seinen or thriller, please": {
        "intent": "refine",
        "facets": [{"how": "require", "facet": "genres", "values": ["Seinen", "Thriller"]}],
    },
}
QUICK = {
    "rewrite": {"timeout": 1.0},
    "answer": {"timeout": 1.0},
    "inspect": {"timeout": 1.0},
    "retries": 1,
    "longest_wait": 0.2,
}
SAME = ("intent", "recommendations", "preferences", "grounded", "relaxed", "unknown_titles", "turn")


@pytest.fixture
def talk(groq: GroqServer, bundled_index: Index, tmp_path: Path) -> Iterator[Talk]:
    """Open recommenders on the scripted server, and close them at the end."""
    opened: list[Recommender] = []

    def open_one(**models: Any) -> Recommender:
        memory = Memory(tmp_path / f"conversations-{len(opened)}.sqlite")
        settings = Settings(models=ModelsSettings.model_validate(models))
        opened.append(Recommender(bundled_index, memory, settings))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def offline(talk: Talk) -> Recommender:
    """Return a recommender with the offline mind, to compare with."""
    return talk(mind="offline")


def begin(recommender: Recommender) -> Session:
    return recommender.memory.begin("ann")


def tokens(events: list[Event]) -> str:
    return "".join(each.text for each in events if isinstance(each, Token))


def check(reply: dict[str, Any], index: Index) -> None:
    """Assert that a reply is whole, and says nothing that the catalogue does not bear out."""
    assert list(reply) == KEYS
    assert set(reply["usage"]) == {"input_tokens", "output_tokens", "cost_usd", "estimated"}
    assert reply["answer"].strip()
    assert reply["timings_ms"]["total"] > 0
    assert json.loads(json.dumps(reply)) == reply
    for each in reply["recommendations"]:
        assert each["title"] == index.catalogue[each["id"]].title
        assert each["title"].replace("*", "\\*") in reply["answer"] or "\\" in reply["answer"]


def test_five_turns_are_spoken_by_the_model_and_chosen_as_offline(
    talk: Talk, offline: Recommender, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.converses(FIVE_TURNS))
    spoken = talk()
    theirs, ours = begin(spoken), begin(offline)
    for number, message in enumerate(FIVE_TURNS, start=1):
        before = len(groq.requests)
        reply, plain = spoken.reply(message, theirs), offline.reply(message, ours)
        reading, words = groq.requests[before:]
        check(reply, spoken.index)
        assert {key: reply[key] for key in SAME} == {key: plain[key] for key in SAME}
        assert (reading.wants, reading.model, reading.said) == ("reading", SMALL, message)
        assert reading.body["response_format"]["json_schema"]["strict"] is True
        assert (words.wants, words.model, words.body["stream"]) == ("words", LARGE, True)
        assert "slow and tense, so it fits what you wished" in reply["answer"]
        assert not re.search(r"\[\w*\]", reply["answer"])
        assert (reply["model"], reply["removed"], reply["notices"]) == (LARGE, [], [])
        usage, said = reply["usage"], len(acts.reads(**FIVE_TURNS[message]).text) // 4
        written = len(acts.LIST) // 4
        assert (usage["input_tokens"], usage["output_tokens"]) == (200, said + written)
        assert usage["estimated"] is False
        cost = (100 * 0.075 + said * 0.30 + 100 * 0.15 + written * 0.60) / 1e6
        assert usage["cost_usd"] == pytest.approx(cost, abs=1e-9)
        assert {"rewrite", "answer", "total"} <= set(reply["timings_ms"])
        assert (plain["model"], plain["notices"], reply["turn"]) == ("offline", [], number)
    assert len(groq.requests) == 10


def test_pieces_arrive_while_the_model_still_speaks(
    talk: Talk, groq: GroqServer, acts: Any
) -> None:
    pieces = tuple(acts.LIST[at : at + 3] for at in range(0, len(acts.LIST), 3))  # "[1" "] –"
    groq.always(acts.converses(FIVE_TURNS, acts.Behaviour(acts.LIST, pieces=pieces, gap=0.002)))
    recommender = talk()
    events = []
    spoke_on = None
    for event in recommender.turn(LIKE_NARUTO, begin(recommender)):
        if isinstance(event, Token) and spoke_on is None:
            spoke_on = not groq.requests[-1].answered.is_set()
        events.append(event)
    assert spoke_on
    assert isinstance(events[-1], Reply)
    assert tokens(events) == events[-1].fields["answer"]
    assert len([each for each in events if isinstance(each, Token)]) > 30
    check(events[-1].fields, recommender.index)


@pytest.mark.parametrize("message", ["start over", "hello", "thanks!", "seen #2", "why 2?", "undo"])
def test_where_the_rules_are_certain_the_model_is_not_asked_to_read(
    talk: Talk, groq: GroqServer, acts: Any, message: str
) -> None:
    groq.always(acts.converses(FIVE_TURNS))
    recommender = talk()
    session = begin(recommender)
    recommender.reply(LIKE_NARUTO, session)
    groq.requests.clear()
    reply = recommender.reply(message, session)
    check(reply, recommender.index)
    assert "reading" not in [each.wants for each in groq.requests]
    if not reply["recommendations"]:
        assert (groq.requests, reply["model"], reply["usage"]["input_tokens"]) == ([], "offline", 0)


def test_a_question_is_looked_up_by_a_tool_that_the_model_calls(
    talk: Talk, groq: GroqServer, acts: Any
) -> None:
    asked = "tell me, is Monster any longer than Naruto?"
    question = {"kind": "compare", "items": ["Monster", "Naruto"], "field": "", "highest": True}
    groq.will(
        acts.reads(intent="compare", question=question),
        acts.calls_tool("compare", json.dumps({"titles": ["Monster", "Naruto"]})),
        acts.says(""),
        acts.says("[1] has 74 episodes, which is the smaller figure."),
    )
    recommender = talk()
    reply = recommender.reply(asked, begin(recommender))
    assert [each.wants for each in groq.requests] == ["reading", "tools", "tools", "words"]
    assert (reply["intent"], reply["notices"], reply["removed"]) == ("compare", [], [])
    assert " has 74 episodes, which is the smaller figure." in reply["answer"]
    assert reply["model"] == LARGE


def test_no_invented_title_reaches_the_person(
    talk: Talk, offline: Recommender, groq: GroqServer, acts: Any
) -> None:
    plain = offline.reply(LIKE_NARUTO, begin(offline))
    listed = fold(" ".join(each["title"] for each in plain["recommendations"]))
    recommender = talk()
    lies = [
        case
        for case in CORPUS["titles"]
        if not any(fold(each) and fold(each) in listed for each in case["gone"])
    ]
    assert len(lies) > 20
    lied = 0
    for case in lies:
        groq.always(acts.converses(FIVE_TURNS, acts.says(case["text"])))
        *events, last = recommender.turn(LIKE_NARUTO, begin(recommender))
        assert isinstance(last, Reply)
        check(last.fields, recommender.index)
        shown = last.fields["answer"] + tokens(events)
        assert not [each for each in case["gone"] if each in shown], case
        assert last.fields["recommendations"] == plain["recommendations"]
        lied += len(last.fields["removed"])
    assert lied >= len(lies)


@pytest.mark.parametrize(
    ("lie", "gone"),
    [
        ("[1] came out in 1931.", "1931"),
        ("[1] has 9876 episodes.", "9876"),
        ("Watch [1] at https://evil.example/watch.", "evil"),
        ("Watch [1] [here](http://evil.example).", "evil"),
        ("[7] is the best of them.", "[7]"),
        ("All 4711 of them are rated 9.99.", "4711"),
    ],
)
def test_wrong_figures_and_links_are_taken_out_and_counted(
    talk: Talk, groq: GroqServer, acts: Any, lie: str, gone: str
) -> None:
    groq.always(acts.converses(FIVE_TURNS, acts.says(f"These are dark. {lie}\n\n{acts.LIST}")))
    recommender = talk()
    *events, last = recommender.turn(LIKE_NARUTO, begin(recommender))
    assert isinstance(last, Reply)
    check(last.fields, recommender.index)
    assert gone not in last.fields["answer"] + tokens(events)
    assert "These are dark." in last.fields["answer"]
    assert len(last.fields["removed"]) == 1


def test_a_title_that_only_the_model_named_is_no_wish(
    talk: Talk, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.converses({"something about revenge, maybe": {"about": "revenge",
        "like": ["Death Note"], "disliked": ["Monster"]}}))  # fmt: skip
    recommender = talk()
    reply = recommender.reply("something about revenge, maybe", begin(recommender))
    assert reply["preferences"] == {"about": "revenge"}


def faults(acts: Any) -> dict[str, Behaviour]:
    return {
        "dead": acts.drops(),
        "key": acts.fails(401, "invalid_api_key"),
        "retired": acts.fails(404, "model_not_found"),
        "limited": acts.limited(120),
        "busy": acts.fails(503),
        "too large": acts.too_large(),
        "breaks": acts.breaks(12, acts.LIST),
        "garbage": acts.garbage(),
        "empty": acts.empty(),
        "endless": acts.endless("again and "),
        "slow": acts.silent(30),
        "silent stream": acts.slow(30),
    }


@pytest.mark.parametrize(
    "name",
    [
        "dead", "key", "retired", "limited", "busy", "too large", "breaks", "garbage", "empty",
        "endless", "slow", "silent stream",
    ],
)  # fmt: skip
def test_a_turn_that_the_model_fails_is_answered_all_the_same(
    talk: Talk, offline: Recommender, groq: GroqServer, acts: Any, name: str
) -> None:
    groq.always(faults(acts)[name])
    recommender = talk(**QUICK)
    theirs, ours = begin(recommender), begin(offline)
    for message in (LIKE_NARUTO, "fewer episodes"):
        reply, plain = recommender.reply(message, theirs), offline.reply(message, ours)
        check(reply, recommender.index)
        assert {key: reply[key] for key in SAME} == {key: plain[key] for key in SAME}
        assert len([line for line in reply["notices"] if line.endswith("stands in.")]) == 1
        assert len(reply["notices"]) <= 2
        if name != "breaks":
            assert (reply["model"], reply["answer"]) == ("offline", plain["answer"])
    if name in {"dead", "key", "retired", "limited", "slow", "silent stream"}:
        assert reply["timings_ms"]["total"] < 1000 + 3 * plain["timings_ms"]["total"]


def test_a_dead_provider_is_waited_for_once(talk: Talk, groq: GroqServer, acts: Any) -> None:
    groq.always(acts.silent(30))
    recommender = talk(**QUICK)
    session = begin(recommender)
    first = recommender.reply(LIKE_NARUTO, session)["timings_ms"]["total"]
    asked = len(groq.requests)
    second = recommender.reply("fewer episodes", session)
    assert first >= 1000
    assert len(groq.requests) == asked == 1
    assert second["timings_ms"]["total"] < first / 2
    assert "rests for" in second["notices"][0]


def test_a_stand_in_answers_for_a_limited_model(talk: Talk, groq: GroqServer, acts: Any) -> None:
    speaks = acts.converses(FIVE_TURNS)

    def script(received: Received) -> Behaviour:
        limited: Behaviour = acts.limited(120)
        return limited if received.model == LARGE else speaks(received)

    groq.always(script)
    recommender = talk()
    reply = recommender.reply(LIKE_NARUTO, begin(recommender))
    assert reply["notices"] == [f"{LARGE} is over its rate limit for 2 min; {SMALL} stands in."]
    assert reply["model"] == SMALL


def test_who_leaves_stops_the_request_and_loses_nothing(
    talk: Talk, offline: Recommender, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.converses(FIVE_TURNS, acts.Behaviour(acts.LIST, gap=0.1)))
    recommender = talk()
    session = begin(recommender)
    turn = recommender.turn(LIKE_NARUTO, session)
    next(event for event in turn if isinstance(event, Token))
    began = monotonic()
    turn.close()
    assert monotonic() - began < 1
    assert groq.requests[-1].left.wait(2)
    assert recommender.conversation(session)["history"] == []
    groq.always(acts.converses(FIVE_TURNS))
    reply = recommender.reply(LIKE_NARUTO, session)
    plain = offline.reply(LIKE_NARUTO, begin(offline))
    assert {key: reply[key] for key in SAME} == {key: plain[key] for key in SAME}


def test_whenever_somebody_leaves_the_conversation_is_whole(
    talk: Talk, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.converses(FIVE_TURNS))
    recommender = talk()
    session = begin(recommender)
    count = sum(1 for _ in recommender.turn(LIKE_NARUTO, session))
    for after in sorted({*range(1, 16), *range(16, count, 9), count - 2, count - 1}):
        kept = len(recommender.conversation(session)["history"])
        turn = recommender.turn("no romance, after 2005", session)
        for _ in range(after):
            next(turn)
        turn.close()
        state = recommender.conversation(session)
        assert len(state["history"]) in {kept, kept + 1}
        assert state["recommendations"]
    assert recommender.reply("fewer episodes", session)["recommendations"]


@pytest.mark.parametrize("limit", ["session_usd", "day_usd"])
def test_a_spent_budget_leaves_the_offline_mind(
    talk: Talk, offline: Recommender, groq: GroqServer, acts: Any, limit: str
) -> None:
    groq.always(acts.converses(FIVE_TURNS))
    recommender = talk(budget={limit: 0.00008})
    session, ours = begin(recommender), begin(offline)
    assert recommender.reply(LIKE_NARUTO, session)["model"] == LARGE
    offline.reply(LIKE_NARUTO, ours)
    asked = len(groq.requests)
    reply = recommender.reply("fewer episodes", session)
    plain = offline.reply("fewer episodes", ours)
    assert {key: reply[key] for key in SAME} == {key: plain[key] for key in SAME}
    assert reply["answer"] == plain["answer"]
    assert (len(groq.requests), reply["model"]) == (asked, "offline")
    (notice,) = reply["notices"]
    assert notice.endswith("is spent; the offline mind stands in.")
    other = recommender.reply(LIKE_NARUTO, begin(recommender))
    assert other["model"] == (LARGE if limit == "session_usd" else "offline")


def test_a_role_that_is_offline_by_choice_needs_no_notice(
    talk: Talk, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.converses(FIVE_TURNS))
    recommender = talk(answer={"provider": "offline"})
    reply = recommender.reply(LIKE_NARUTO, begin(recommender))
    assert ([each.wants for each in groq.requests], reply["notices"]) == (["reading"], [])
    recommender = talk(rewrite={"provider": "offline"})
    reply = recommender.reply(LIKE_NARUTO, begin(recommender))
    assert (groq.requests[-1].wants, reply["notices"], reply["model"]) == ("words", [], LARGE)


MANY = (*FIVE_TURNS, "start over", "what is Monster about?", "something else", "hello", "undo")
SESSIONS, TURNS_EACH, FAULTY = 50, 20, 0.3
LASTING = {"key", "retired", "limited"}  # after these a model rests longer than the test runs


@pytest.mark.slow
def test_no_turn_is_lost_whatever_fails(talk: Talk, groq: GroqServer, acts: Any) -> None:
    chance = random.Random(3)
    speaks = acts.converses(
        {each: {} for each in MANY} | FIVE_TURNS,
        acts.says(f"{acts.LIST}See https://evil.example now."),
    )
    broken = [
        *(each for name, each in faults(acts).items() if name not in LASTING),
        acts.silent(0.2), acts.limited(0.01), acts.says("Try **Trigun**."), acts.without_usage("?"),
        acts.bad_tool_call("<function=details>"), acts.calls_tool("details", '{"titles": '),
    ]  # fmt: skip

    def script(received: Received) -> Behaviour:
        fails: bool = chance.random() < FAULTY
        behaviour: Behaviour = chance.choice(broken) if fails else speaks(received)
        return behaviour

    groq.always(script)
    waits = {role: {"timeout": 2.5} for role in ("rewrite", "answer", "inspect")}
    recommender = talk(**waits, longest_wait=0.2, rest_seconds=0.05, cached_rewrites=0)
    index = recommender.index

    def converse(number: int) -> list[str]:
        session = recommender.memory.begin(f"user-{number}")
        messages = random.Random(number).choices(MANY, k=TURNS_EACH)
        models = []
        for turn, message in enumerate(messages, start=1):
            *events, last = recommender.turn(message, session)
            assert isinstance(last, Reply)
            check(last.fields, index)
            assert (last.fields["turn"], last.fields["message"]) == (turn, message)
            assert not re.search(r"https|evil\.example", last.fields["answer"] + tokens(events))
            models.append(last.fields["model"])
        assert len(recommender.conversation(session)["history"]) == TURNS_EACH
        return models

    with ThreadPoolExecutor(SESSIONS) as threads:
        spoken = [model for each in threads.map(converse, range(SESSIONS)) for model in each]
    assert len(spoken) == SESSIONS * TURNS_EACH
    assert {LARGE, SMALL, "offline"} <= set(spoken)  # how often each speaks depends on the machine


@pytest.fixture
def environment(groq: GroqServer, bundled_home: Path, state: Path) -> dict[str, str]:
    """Return an environment for processes of their own, with the bundled index and the server."""
    state.mkdir()
    for name in ("indexes", "models"):
        (state / name).symlink_to(bundled_home / name)
    clean = {name: value for name, value in os.environ.items() if "OSUSUME__" not in name}
    return clean | {"PYTHONPATH": str(ROOT)}


def test_the_command_line_speaks_with_a_key(
    environment: dict[str, str], groq: GroqServer, acts: Any, bundled_index: Index
) -> None:
    groq.always(acts.converses(FIVE_TURNS, acts.says(f"{acts.LIST}Yuru Camp is as good.")))
    lines = "".join(json.dumps({"message": each}) + "\n" for each in FIVE_TURNS)
    done = subprocess.run(
        CHAT, input=lines.encode(), env=environment, capture_output=True, timeout=120, check=True
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["turn"] for each in replies] == [1, 2, 3, 4, 5]
    for reply in replies:
        check(reply, bundled_index)
        assert "Yuru Camp" not in reply["answer"]
        assert (reply["model"], len(reply["removed"])) == (LARGE, 1)
        assert reply["usage"]["cost_usd"] > 0
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("sick", "told"),
    [("key", "Groq refuses the key in GROQ_API_KEY"), ("retired", f"Groq has no model '{LARGE}'")],
)
def test_a_wrong_key_or_a_retired_model_is_told_at_the_start(
    environment: dict[str, str], groq: GroqServer, acts: Any, sick: str, told: str
) -> None:
    groq.always(acts.fails(401 if sick == "key" else 404, "model_not_found"))
    groq.keys, groq.models = ((), groq.models) if sick == "key" else (groq.keys, (SMALL,))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(CHAT, env=environment, **pipes) as chat:  # type: ignore[call-overload]
        sentence = chat.stderr.readline().decode()
        replies = []
        for message in (LIKE_NARUTO, "fewer episodes"):
            chat.stdin.write(json.dumps({"message": message}).encode() + b"\n")
            chat.stdin.flush()
            replies.append(json.loads(chat.stdout.readline()))
        _, rest = chat.communicate(timeout=60)
    assert sentence.startswith(told)
    assert sentence.strip() in replies[0]["notices"]
    assert sentence.strip() not in replies[1]["notices"]
    assert acts.KEY not in sentence + json.dumps(replies)
    assert (rest, replies[0]["model"], len(replies[0]["recommendations"])) == (b"", "offline", 5)


UNUSED = ("langchain_groq", "groq", "openai", "agent.language", "agent.models.caller")


def test_the_offline_mind_loads_nothing_of_the_other(environment: dict[str, str]) -> None:
    code = f"""
import sys
from ui.cli import main
try:
    main()
except SystemExit:
    pass
loaded = {{name for name in sys.modules if name.startswith({UNUSED!r})}}
sys.stderr.write(" ".join(sorted(loaded)))
"""
    bare = {name: value for name, value in environment.items() if name != "GROQ_API_KEY"}
    lines = "".join(json.dumps({"message": each}) + "\n" for each in MANY)
    done = subprocess.run(
        [sys.executable, "-c", code, "chat", "--json"],
        input=lines.encode(), env=bare, capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    assert len(done.stdout.splitlines()) == len(MANY)
    assert done.stderr == b""
