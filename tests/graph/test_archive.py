"""Every whole turn is kept as it was answered, for its user alone."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import orjson
import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from graph.build import build_graph
from graph.memory import Memory, Session
from graph.protocols import Context
from infra.errors import SessionError, StoreError

Say = Callable[..., dict[str, Any]]
Begin = Callable[..., Any]
ANN = "ann of the 3f test"


@pytest.fixture
def memory(store: Any) -> Iterator[Memory]:
    opened: Memory = store.open()
    yield opened


def told(memory: Memory, session: Session, **part: Any) -> list[str]:
    return [each["message"] for each in memory.transcript(session, "games", **part)]


def test_a_turn_is_archived_as_it_was_answered(memory: Memory, say: Say) -> None:
    session = memory.begin("ann")
    reply = say(memory, session, "trains")
    (kept,) = memory.transcript(session, "games")
    assert kept.pop("at").endswith("Z")
    assert kept.items() >= reply.items()
    assert kept["notices"] == ["quiet"]
    assert memory.transcript(session, "anime") == []


def test_a_conversation_longer_than_the_working_history_is_shown_by_pages(
    memory: Memory, say: Say
) -> None:
    session = memory.begin("ann")
    for number in range(1, 31):
        say(memory, session, f"wish {number}")
    assert told(memory, session) == [f"wish {each}" for each in range(1, 31)]
    assert told(memory, session, last=3) == ["wish 28", "wish 29", "wish 30"]
    assert told(memory, session, last=3, before=28) == ["wish 25", "wish 26", "wish 27"]
    assert told(memory, session, last=3, before=2) == ["wish 1"]
    assert told(memory, session, before=1) == []


def test_the_first_turn_names_a_session_that_has_no_name(memory: Memory, say: Say) -> None:
    unnamed, named = memory.begin("ann"), memory.begin("ann")
    memory.rename(named, "Evenings")
    for session in (unnamed, named):
        say(memory, session, "trains")
        say(memory, session, "boats")
    assert memory.find("ann", unnamed.id).title == "trains"
    assert memory.find("ann", named.id).title == "Evenings"


def test_sessions_are_listed_by_their_last_turn(memory: Memory, say: Say) -> None:
    first, second = memory.begin("ann"), memory.begin("ann")
    assert [each.id for each in memory.sessions("ann")] == [second.id, first.id]
    say(memory, first, "trains")
    assert [each.id for each in memory.sessions("ann")] == [first.id, second.id]


def test_a_turn_without_its_state_is_not_archived(memory: Memory) -> None:
    session = memory.begin("ann")
    reply = {"turn": 1, "message": "trains", "recommendations": []}
    with memory.turn(session, "games") as held, pytest.raises(AssertionError, match="not whole"):
        held.keep(reply)
    assert told(memory, session) == []
    assert memory.find("ann", session.id).title == ""


def test_a_turn_that_cannot_be_archived_leaves_nothing_at_all(
    memory: Memory, say: Say, talk: Begin, fakes: Context
) -> None:
    session = memory.begin("ann")
    say(memory, session, "trains")
    before = talk(fakes, f"games/{session.id}").remembered()

    class Deleting:
        def read(self, *asked: Any) -> Any:
            memory.delete(session)
            return fakes.reader.read(*asked)

    with pytest.raises(SessionError, match="was deleted meanwhile"):
        say(memory, session, "snow", replace(fakes, reader=Deleting()))
    assert before["turns"] == 1
    assert talk(fakes, f"games/{session.id}").remembered() == {}


def test_a_search_finds_words_in_titles_messages_and_what_was_shown(
    memory: Memory, say: Say
) -> None:
    trains, boats = memory.begin("ann"), memory.begin("ann")
    say(memory, trains, "Ação com trens")
    say(memory, trains, "more trens, 100 % steam")
    say(memory, boats, "boats_and rivers")
    memory.rename(boats, "Rainy Évenings")
    foreign = memory.begin("bob")
    say(memory, foreign, "trens")

    def found(words: str) -> list[tuple[str, int]]:
        return [(hit.session.id, hit.turn) for hit in memory.search("ann", words)]

    assert found("trens") == [(trains.id, 2)]
    assert found("ACAO") == [(trains.id, 1)]
    assert found("acao steam") == []
    assert found("evenings rainy") == [(boats.id, 0)]
    assert found("lantern") == [(boats.id, 1), (trains.id, 2)]
    assert found("100 %") == [(trains.id, 2)]
    assert found("s_a") == [(boats.id, 1)]
    for words in ("", "  ", "\x00", "nothing of it", "%%", "'; DROP TABLE turns; --"):
        assert found(words) == []
    assert len(memory.search("ann", "lantern", limit=1)) == 1


def test_nobody_reads_or_alters_anothers_conversation(memory: Memory, say: Say) -> None:
    session = memory.begin("ann")
    say(memory, session, "trains")
    forged = replace(session, user="bob")
    assert memory.transcript(forged, "games") == []
    assert memory.search("bob", "trains") == []
    assert memory.export("bob")["conversations"] == []
    for attempt in (
        lambda: memory.rename(forged, "mine"),
        lambda: memory.delete(forged),
        lambda: memory.judge(forged, "games", 1, "up"),
        lambda: say(memory, forged, "boats"),
    ):
        with pytest.raises(SessionError):
            attempt()
    assert memory.forget("bob") == 0
    assert told(memory, session) == ["trains"]
    assert memory.find("ann", session.id).title == "trains"


def test_feedback_is_kept_with_its_turn_and_the_last_word_counts(memory: Memory, say: Say) -> None:
    session = memory.begin("ann")
    say(memory, session, "trains")
    say(memory, session, "boats")
    memory.judge(session, "games", 1, "up")
    memory.judge(session, "games", 1, "down", " not dark\x00 enough ")
    memory.judge(session, "games", 2, "up")
    memory.judge(session, "games", 2, "")
    first, second = memory.transcript(session, "games")
    assert (first["feedback"]["verdict"], first["feedback"]["reason"]) == (
        "down",
        "not dark  enough",
    )
    assert "feedback" not in second
    with pytest.raises(SessionError, match="no turn 3 in this conversation"):
        memory.judge(session, "games", 3, "up")
    (judged,) = memory.judged()
    assert judged["message"] == "trains"
    assert judged["catalogue"] == "games"
    assert "ann" not in orjson.dumps(judged).decode()


def test_a_deleted_conversation_is_gone_with_its_state(
    memory: Memory, say: Say, store: Any
) -> None:
    session, kept = memory.begin("ann"), memory.begin("ann")
    say(memory, session, "xylophones")
    say(memory, kept, "trains")
    memory.judge(session, "games", 1, "up", "glockenspiel")
    memory.delete(session)
    assert [each.id for each in memory.sessions("ann")] == [kept.id]
    assert told(memory, kept) == ["trains"]
    for word in (b"xylophones", b"glockenspiel", session.id.encode()):
        assert word not in store.bytes()
    with pytest.raises(SessionError, match="no such conversation"):
        memory.delete(session)


def test_everything_about_a_person_is_exported_and_forgotten(
    memory: Memory, say: Say, store: Any
) -> None:
    ann, bob = memory.labelled(ANN, "evening"), memory.begin("bob")
    for number in range(25):
        say(memory, ann, f"xylophone {number}")
    say(memory, bob, "trains")
    memory.judge(ann, "games", 2, "up", "glockenspiel")
    memory.shelf(ANN, "games").put("marimba", "loved", 9)
    memory.shelf("bob", "games").put("twin-a", "seen")
    exported = memory.export(ANN)
    (conversation,) = exported["conversations"]
    assert orjson.loads(orjson.dumps(exported)) == exported
    assert conversation["label"] == "evening"
    assert [turn["message"] for turn in conversation["turns"]] == [
        f"xylophone {number}" for number in range(25)
    ]
    assert conversation["turns"][1]["feedback"]["reason"] == "glockenspiel"
    assert [(each["item"], each["rating"]) for each in exported["shelf"]["games"]] == [
        ("marimba", 9.0)
    ]
    assert memory.forget(ANN) == 1
    assert memory.export(ANN)["conversations"] == []
    assert memory.export(ANN)["shelf"] == {}
    for word in (b"xylophone", b"glockenspiel", b"marimba", ANN.encode(), ann.id.encode()):
        assert word not in store.bytes()
    assert told(memory, bob) == ["trains"]
    assert memory.shelf("bob", "games").taste().seen == {"twin-a"}


FORMER_LAYOUT = """
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, label TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
    begun TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX sessions_of_user ON sessions (user, label);
INSERT INTO sessions (id, user, label, title) VALUES ('s1', 'ann', 'evening', 'Trêns');
"""


def test_a_file_of_the_former_layout_is_kept_and_goes_on(
    tmp_path: Any, talk: Begin, fakes: Context, say: Say
) -> None:
    path = tmp_path / "former.sqlite"
    with closing(sqlite3.connect(path, check_same_thread=False)) as file:
        file.executescript(FORMER_LAYOUT)
        former: Any = talk(fakes, "games/s1")
        former.graph = build_graph(SqliteSaver(file))
        for number in range(1, 26):
            former.say(f"wish {number}")
    for _ in range(2):
        memory = Memory(path)
        session = memory.labelled("ann", "evening")
        assert (session.id, session.title) == ("s1", "Trêns")
        assert memory.search("ann", "trens")[0].session == session
        last = say(memory, session, "boats")["turn"]
        messages = told(memory, session)
        memory.close()
    assert last == 27
    assert messages == [*(f"wish {each}" for each in range(6, 26)), "boats", "boats"]


def test_a_store_of_a_newer_program_is_refused_with_its_remedy(store: Any) -> None:
    store.open().close()
    store.run("UPDATE osusume_schema SET version = 99")
    with pytest.raises(StoreError, match=r"newer Osusume \(layout 99.*Update this one\."):
        store.open()
