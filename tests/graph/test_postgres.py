"""PostgreSQL that refuses, is not there, or goes away in the middle of a turn."""

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from agent.settings import load_settings
from graph.memory import Memory
from graph.protocols import Context
from infra.errors import OsusumeError, SessionError, SettingsError, StoreError

Say = Callable[..., dict[str, Any]]
SECRET = "hunter2"


def refusal(dsn: str) -> OsusumeError:
    with pytest.raises(OsusumeError) as refused:
        Memory(dsn=dsn)
    told = "".join(traceback.format_exception(refused.value))
    assert SECRET not in told.split("in refusal", 1)[1]
    return refused.value


@pytest.mark.parametrize(
    "dsn",
    [
        f"mysql://ann:{SECRET}@db/memory",
        f"postgresql:/ann:{SECRET}@db/memory",
        f"postgresql://ann:{SECRET}@db:port:x/memory?nonsense=1",
        f"host=db password={SECRET}",
        SECRET,
        f"postgresql://ann:p@{SECRET}/x@db/memory",
        "postgresql://",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(dsn: str) -> None:
    error = refusal(dsn)
    if dsn != "postgresql://":  # libpq has defaults for all of it
        assert isinstance(error, SettingsError)
        assert "memory.dsn (OSUSUME__MEMORY__DSN)" in str(error)


def test_a_server_that_is_not_there_is_named_with_the_remedy() -> None:
    error = refusal(f"postgresql://ann:{SECRET}@127.0.0.1:9/memory")
    assert isinstance(error, StoreError)
    assert str(error).startswith("PostgreSQL at 127.0.0.1:9/memory cannot be reached: ")
    assert "memory.dsn" in str(error)
    assert "\n" not in str(error)


def test_a_wrong_password_is_told_with_the_users_name(postgres: Any) -> None:
    error = refusal(postgres.dsn("prepared", "keyed", SECRET))
    assert isinstance(error, StoreError)
    assert "does not let user 'keyed' in: password authentication failed" in str(error)
    assert "no password supplied" in str(refusal(postgres.dsn("prepared", "keyed")))


def test_a_missing_database_and_missing_rights_are_told(postgres: Any) -> None:
    assert 'database "nowhere" does not exist' in str(refusal(postgres.dsn("nowhere")))
    empty = postgres.empty().replace("postgres:@", "keyed:s3cret%20word@", 1)
    error = refusal(empty)
    assert isinstance(error, StoreError)
    assert "permission denied for schema public" in str(error)
    assert postgres.password not in str(error)


def test_where_it_is_kept_is_told_without_the_password(postgres: Any) -> None:
    memory = Memory(dsn=postgres.dsn("prepared", "postgres", SECRET))
    assert memory.where.endswith(":5432/prepared")
    assert SECRET not in memory.where + repr(memory) + repr(vars(memory))
    memory.ping()
    memory.close()


def test_the_setting_does_not_show_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSUSUME__MEMORY__DSN", f"postgresql://ann:{SECRET}@db/memory")
    settings = load_settings()
    assert settings.memory.dsn.get_secret_value().endswith("@db/memory")
    assert SECRET not in repr(settings) + str(settings.model_dump())


@pytest.fixture
def own(postgres: Any) -> Iterator[Memory]:
    memory = Memory(dsn=postgres.empty("prepared"))
    yield memory
    memory.close()


def test_a_turn_after_a_restart_goes_on(postgres: Any, own: Memory, say: Say) -> None:
    session = own.begin("ann")
    assert say(own, session, "trains")["turn"] == 1
    postgres.stop()
    try:
        with pytest.raises(StoreError, match="cannot be reached"):
            say(own, session, "boats")
        with pytest.raises(StoreError, match="cannot be reached"):
            own.ping()
    finally:
        postgres.start()
    assert say(own, session, "boats")["turn"] == 2
    assert [each["message"] for each in own.transcript(session, "games")] == ["trains", "boats"]


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_restart_in_a_turn_costs_at_most_that_turn(
    postgres: Any, own: Memory, say: Say, fakes: Context, comes_back: bool
) -> None:
    session = own.begin("ann")
    say(own, session, "trains")

    class Failing:
        def read(self, *asked: Any) -> Any:
            postgres.stop()
            if comes_back:
                postgres.start()
            return fakes.reader.read(*asked)

    kept = ["trains"]
    try:
        say(own, session, "boats", replace(fakes, reader=Failing()))
        kept.append("boats")
    except StoreError as error:
        assert "not kept" in str(error)
    finally:
        if not comes_back:
            postgres.start()
    assert ("boats" in kept) == comes_back
    assert say(own, session, "snow")["turn"] == len(kept) + 1
    messages = [each["message"] for each in own.transcript(session, "games")]
    assert messages == [*kept, "snow"]


def test_many_conversations_at_once_share_few_connections(
    postgres: Any, own: Memory, say: Say
) -> None:
    sessions = [own.begin(f"user {number}") for number in range(30)]
    with ThreadPoolExecutor(30) as pool:
        turns = list(pool.map(lambda each: say(own, each, "trains")["turn"], sessions))
    assert turns == [1] * 30
    with pytest.raises(SessionError):
        own.find("user 1", sessions[0].id)
