import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider

from agent.recommender import Recommender, Reply, Step, Token
from agent.settings import Settings
from data.index import Index
from graph.memory import Memory, Session
from infra import telemetry
from infra.errors import MessageError
from tools.change import Change
from tools.preferences import Value, from_json


@pytest.fixture(scope="module")
def recommender(
    bundled_index: Index, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recommender]:
    memory = Memory(tmp_path_factory.mktemp("talk") / "conversations.sqlite")
    yield Recommender(bundled_index, memory, Settings())
    memory.close()


@pytest.fixture
def session(recommender: Recommender) -> Session:
    return recommender.memory.begin("ann")


TYPES: dict[str, type | tuple[type, ...]] = {
    "session": str,
    "turn": int,
    "message": str,
    "intent": str,
    "language": str,
    "answer": str,
    "recommendations": list,
    "preferences": dict,
    "question": (dict, type(None)),
    "offers": list,
    "grounded": bool,
    "relaxed": list,
    "unmet": list,
    "not_understood": list,
    "unknown_titles": list,
    "removed": list,
    "model": str,
    "usage": dict,
    "timings_ms": dict,
    "trace_id": str,
    "notices": list,
}
CARD: dict[str, type] = {
    "rank": int,
    "id": str,
    "title": str,
    "similarity": float,
    "disclosed": list,
    "score": float,
    "facts": dict,
    "because": list,
    "contributions": dict,
    "new": bool,
}


def test_a_reply_has_the_keys_and_types_that_others_rely_on(
    recommender: Recommender, session: Session
) -> None:
    for message in ("anime like Naruto but darker", "hello", "what is Monster about?", "asdf qwer"):
        reply = recommender.reply(message, session)
        assert list(reply) == list(TYPES)
        for key, kind in TYPES.items():
            assert isinstance(reply[key], kind), key
        assert set(reply["usage"]) == {"input_tokens", "output_tokens", "cost_usd", "estimated"}
        assert re.fullmatch("[0-9a-f]{32}", reply["trace_id"])
        assert reply["timings_ms"]["total"] >= reply["timings_ms"]["rewrite"] >= 0
        assert json.loads(json.dumps(reply)) == reply
        for each in reply["recommendations"]:
            assert {key: type(value) for key, value in each.items()} == CARD


def test_recommendations_are_titles_of_the_catalogue_with_their_facts(
    recommender: Recommender, session: Session
) -> None:
    reply = recommender.reply("anime like Naruto but darker", session)
    assert reply["intent"] == "recommend"
    assert [each["rank"] for each in reply["recommendations"]] == [1, 2, 3, 4, 5]
    for each in reply["recommendations"]:
        item = recommender.index.catalogue[each["id"]]
        assert each["title"] == item.title
        assert each["title"].replace("*", "\\*") in reply["answer"] or "\\" in reply["answer"]
        facts = each["facts"]
        assert facts["genres"] == list(item.facets["genres"])
        assert type(facts["year"]) is int
        assert {"episodes", "minutes", "year", "score", "type", "genres", "studios"} <= set(facts)
        assert each["because"]
        assert each["score"] == pytest.approx(sum(each["contributions"].values()), abs=0.01)


def test_steps_and_pieces_come_before_the_reply(recommender: Recommender, session: Session) -> None:
    events = list(recommender.turn("a cozy show about cooking", session))
    *before, last = events
    assert isinstance(last, Reply)
    assert not any(isinstance(event, Reply) for event in before)
    begun = [event.name for event in before if isinstance(event, Step) and event.ms is None]
    ended = [event.name for event in before if isinstance(event, Step) and event.ms is not None]
    assert begun == ended
    assert begun[0] == "rewrite"
    assert begun[-1] == "verify"
    assert set(last.fields["timings_ms"]) == {*begun, "total"}
    pieces = [event.text for event in before if isinstance(event, Token)]
    assert "".join(pieces) == last.fields["answer"]
    assert len(pieces) > 10


TEN_TURNS = (
    "anime like Naruto but darker",
    "fewer episodes",
    "no romance, after 2005",
    "something else",
    "only seinen or thriller",
    "I've seen the second one",
    "rated above 7.5",
    "under 30 episodes",
    "darker still",
    "something else",
)


def test_ten_turns_keep_every_promise(recommender: Recommender, session: Session) -> None:
    catalogue = recommender.index.catalogue
    naruto = next(item for item in catalogue.items if item.title == "Naruto")
    table: set[str] = set()
    aside: set[str] = set()
    shown: set[str] = set()
    for number, message in enumerate(TEN_TURNS, start=1):
        reply = recommender.reply(message, session)
        wanted = from_json(reply["preferences"])
        ids = [each["id"] for each in reply["recommendations"]]
        items = [catalogue[each] for each in ids]
        assert reply["turn"] == number
        aside |= table if message == "something else" else set()
        assert not aside & set(ids)
        assert {each["id"] for each in reply["recommendations"] if each["new"]} <= {*ids} - table
        table = set(ids)
        shown |= table
        assert naruto.franchise not in {item.franchise for item in items}
        assert len({item.franchise or item.id for item in items}) == len(items)
        assert not set(ids) & {*wanted.seen, *wanted.disliked}
        for value in wanted.exclude:
            assert all(value.value not in item.facets.get(value.facet, ()) for item in items)
        if not reply["relaxed"]:
            for bound in wanted.ranges:
                assert all(bound.holds(item.numbers.get(bound.number)) for item in items)
            for group in wanted.require:
                assert all(
                    set(group.any_of) & set(item.facets.get(group.facet, ())) for item in items
                )
        assert reply["removed"] == []
    wanted = from_json(reply["preferences"])
    assert wanted.range("episodes") is not None
    assert wanted.exclude == (Value("genres", "Romance"),)
    assert len(wanted.seen) == 1
    assert len(shown) > 15


def test_what_is_remembered_is_what_was_replied(recommender: Recommender, session: Session) -> None:
    reply = recommender.reply("anime like Naruto but darker", session)
    kept = recommender.conversation(session)
    assert kept["preferences"] == reply["preferences"]
    assert [each["message"] for each in kept["history"]] == [reply["message"]]
    assert kept["history"][0]["answer"] == reply["answer"]
    for now, then in zip(kept["recommendations"], reply["recommendations"], strict=True):
        assert now == {**then, "score": pytest.approx(then["score"], abs=0.01)}
    assert recommender.memory.find("ann", session.id).title == reply["message"]


def test_a_new_conversation_remembers_nothing(recommender: Recommender, session: Session) -> None:
    assert recommender.conversation(session) == {
        "history": [],
        "preferences": {},
        "recommendations": [],
    }


def test_a_click_takes_a_wish_back(recommender: Recommender, session: Session) -> None:
    recommender.reply("anime like Naruto, under 30 episodes", session)
    reply = recommender.reply("Remove: up to 29", session, Change(forget=("episodes",)))
    assert "ranges" not in reply["preferences"]
    assert reply["intent"] == "refine"


def test_unknown_titles_are_named_beside_a_list_that_does_not_claim_to_be_like_them(
    recommender: Recommender, session: Session
) -> None:
    reply = recommender.reply("anime like Xyzzyplughfoo", session)
    assert reply["unknown_titles"]
    assert "not in the catalogue" in reply["answer"]
    assert "anchors" not in reply["preferences"]
    assert reply["recommendations"]


def test_the_title_just_reported_as_seen_is_the_one_that_is_noted(
    recommender: Recommender, session: Session
) -> None:
    recommender.reply("I've seen Monster", session)
    reply = recommender.reply("I've seen Death Note and Xyzzyplughfoo", session)
    assert [each["title"] for each in reply["preferences"]["seen"]] == ["Monster", "Death Note"]
    assert "Monster is off" not in reply["answer"].split("\n")[0]


@pytest.mark.parametrize("size", [4001, 100_000])
def test_a_message_over_the_limit_is_refused_with_its_length(
    recommender: Recommender, session: Session, size: int
) -> None:
    with pytest.raises(MessageError, match=rf"has {size:,} characters; I read up to 4,000"):
        recommender.reply("x" * size, session)
    assert recommender.conversation(session)["history"] == []


ODD = {
    "empty": "",
    "blank": "   \n\t ",
    "controls": "anime\x00 like\x07 Naruto\x1b[31m",
    "half a pair": "anime like Naruto \ud83d",
    "only a half": "\udcff",
    "html": "<script>alert(1)</script><b>anime</b>",
    "sql": "'; DROP TABLE sessions; --",
    "emoji": "\N{DRAGON FACE}\N{SPARKLING HEART}",
    "joined emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right to left": "\u202eanime like Naruto",
    "japanese": "ナルトみたいなアニメ",
    "markdown": "# **anime** [like](http://x) `Naruto` | a | b |",
    "numbers": "0 1 2 3 99999999999999999999999999 1e400 -5 ½",
    "template": "{{7*7}} {0} %s %n ${HOME}",
    "long word": "a" * 4000,
    "many words": "dark " * 800,
    "many commas": "," * 4000,
    "places": "#0 #-1 #99999 #² the 0th one",
}


@pytest.mark.parametrize("message", ODD.values(), ids=ODD)
def test_an_odd_message_gets_an_answer_and_loses_nothing(
    recommender: Recommender, session: Session, message: str
) -> None:
    recommender.reply("anime like Naruto, no romance", session)
    reply = recommender.reply(message, session)
    assert reply["answer"].strip()
    json.dumps(reply, ensure_ascii=False).encode()
    assert recommender.conversation(session)["preferences"] == reply["preferences"]
    following = recommender.reply("something else", session)
    assert following["turn"] == 3
    assert following["preferences"].get("exclude") == {"genres": ["Romance"]}


def test_markup_of_people_is_shown_letter_by_letter(
    recommender: Recommender, session: Session
) -> None:
    answer = recommender.reply("anime like <img src=x onerror=alert(1)> **bold**", session)[
        "answer"
    ]
    assert "<img" not in answer.replace("\\<img", "")


def test_turns_of_one_conversation_at_once_wait_for_each_other(
    recommender: Recommender, session: Session
) -> None:
    messages = [f"anime about theme number {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda message: recommender.reply(message, session), messages))
    assert sorted(reply["turn"] for reply in replies) == list(range(1, 9))
    by_turn = sorted(replies, key=lambda reply: int(reply["turn"]))
    history = recommender.conversation(session)["history"]
    assert [each["message"] for each in history] == [reply["message"] for reply in by_turn]
    assert [each["answer"] for each in history] == [reply["answer"] for reply in by_turn]
    shown = [each["id"] for reply in replies for each in reply["recommendations"]]
    assert len(shown) == len(set(shown))


def test_conversations_do_not_mix(recommender: Recommender) -> None:
    def hold(genre: str) -> dict[str, Any]:
        session = recommender.memory.begin(genre)
        recommender.reply(f"{genre} anime", session)
        return recommender.reply("something else", session)

    genres = ["Horror", "Sports", "Music", "Mecha"]
    with ThreadPoolExecutor(4) as pool:
        for genre, reply in zip(genres, pool.map(hold, genres), strict=True):
            wanted = json.dumps(reply["preferences"])
            assert [each for each in genres if each in wanted] == [genre]


def test_a_conversation_goes_on_in_a_new_process(bundled_index: Index, tmp_path: Path) -> None:
    for number in (1, 2):
        memory = Memory(tmp_path / "c.sqlite")
        recommender = Recommender(bundled_index, memory, Settings())
        reply = recommender.reply("no romance", memory.labelled("ann", "evening"))
        assert reply["turn"] == number
        assert reply["session"] == "evening"
        memory.close()


def test_one_session_has_a_state_of_its_own_in_each_catalogue(
    recommender: Recommender, small_index: Index, session: Session
) -> None:
    recommender.reply("anime like Naruto, under 30 episodes", session)
    other = Recommender(small_index, recommender.memory, Settings())
    reply = other.reply("hello", session)
    assert reply["turn"] == 1
    assert reply["preferences"] == {}
    assert recommender.reply("hello", session)["turn"] == 2


class Watch(SpanProcessor):
    """Count the spans that began and ended, by trace."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self.begun.append(span.name)

    def on_end(self, span: ReadableSpan) -> None:
        self.ended.append(span.name)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watching = Watch()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(watching)
    made = telemetry.Pipeline(provider, provider.get_tracer("test"))
    monkeypatch.setattr(telemetry, "pipeline", lambda: made)
    return watching


def test_every_step_of_a_turn_is_a_span_and_none_is_left_open(
    bundled_index: Index, tmp_path: Path, watch: Watch
) -> None:
    memory = Memory(tmp_path / "c.sqlite")
    recommender = Recommender(bundled_index, memory, Settings())
    assert watch.begun == []
    reply = recommender.reply("anime like Naruto", memory.begin("ann"))
    assert sorted(watch.begun) == sorted(watch.ended)
    steps = {"turn", *reply["timings_ms"]} - {"total"}
    assert steps <= set(watch.begun) <= steps | {"embed", "chroma.query", "ranking"}
    abandoned = recommender.turn("anime like Bleach", memory.begin("ann"))
    next(abandoned)
    abandoned.close()
    assert sorted(watch.begun) == sorted(watch.ended)
    memory.close()


def test_without_the_readers_model_rules_read_and_every_turn_says_so(
    bundled_index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.understanding.reader.FOLDER", tmp_path / "nowhere")
    memory = Memory(tmp_path / "conversations.sqlite")
    recommender = Recommender(bundled_index, memory, Settings())
    session = memory.begin("ann")
    for message in ("anime like Naruto", "no romance"):
        reply = recommender.reply(message, session)
        assert reply["recommendations"]
        (notice,) = reply["notices"]
        assert "plain rules read messages" in notice and "card.json" in notice
    recommender.close()
