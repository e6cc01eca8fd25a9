"""LangGraph's checkpoints: of whole turns only, and of each conversation the latest."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from sqlalchemy import Connection

from graph.memory.database import SERDE, Database

NEXT_STEP = "branch:to:"  # LangGraph's channels that say which step is next


@dataclass(frozen=True, slots=True)
class Save:
    """What LangGraph asked to be saved."""

    config: RunnableConfig
    checkpoint: Checkpoint
    metadata: CheckpointMetadata
    versions: ChannelVersions


class WholeTurns(BaseCheckpointSaver[str]):
    """Save a conversation when a turn is whole, and only its latest state.

    LangGraph saves at a run's end even where a step failed or the caller left: such a checkpoint
    still has a step to go, and is not kept. Of a thread that is held, what is to be saved waits
    for `write`, so that it is kept in one transaction with the rest of the turn.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(serde=SERDE)
        self._database = database
        self._held: dict[str, Save | None] = {}

    @contextmanager
    def held(self, thread: str) -> Iterator[None]:
        """Keep back what is saved of a thread until it is written."""
        self._held[thread] = None
        try:
            yield
        finally:
            del self._held[thread]

    def write(self, connection: Connection, thread: str) -> None:
        """Write what was kept back of a thread."""
        save = self._held[thread]
        assert save is not None, "the turn is not whole"
        self._write(connection, save)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the state after a whole turn in place of the one before."""
        if any(channel.startswith(NEXT_STEP) for channel in checkpoint["channel_values"]):
            return config
        save = Save(config, checkpoint, metadata, new_versions)
        thread = config["configurable"]["thread_id"]
        if thread in self._held:
            self._held[thread] = save
        else:
            with self._database.writing() as connection:
                self._write(connection, save)
        return _latest(config, checkpoint)

    def _write(self, connection: Connection, save: Save) -> None:
        saver = self._database.saver(connection)
        saver.put(save.config, save.checkpoint, save.metadata, save.versions)
        self._database.prune(connection, save.config, save.checkpoint)

    def put_writes(self, *args: Any, **kwargs: Any) -> None:
        """Save nothing of a turn that is under way: none is ever resumed in its middle."""

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the state after the last whole turn."""
        with self._database.reading() as connection:
            return self._database.saver(connection).get_tuple(config)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Yield what there is of a thread, or of all."""
        with self._database.reading() as connection:
            saver = self._database.saver(connection)
            yield from saver.list(config, filter=filter, before=before, limit=limit)

    def delete_thread(self, thread_id: str) -> None:
        """Delete a thread's state."""
        with self._database.writing() as connection:
            self._database.saver(connection).delete_thread(thread_id)

    def get_next_version(self, current: str | None, channel: None) -> str:
        """Return a version that sorts behind the one before, and that nothing else bears."""
        count = int(current.split(".")[0]) if current else 0
        return f"{count + 1:032}.{uuid4().hex}"


def _latest(config: RunnableConfig, checkpoint: Checkpoint) -> RunnableConfig:
    named = config["configurable"]
    return {
        "configurable": {
            "thread_id": named["thread_id"],
            "checkpoint_ns": named.get("checkpoint_ns", ""),
            "checkpoint_id": checkpoint["id"],
        }
    }


def thread_of(catalogue: str, session: str) -> str:
    """Name a session's state: of each catalogue its own, since ids mean nothing elsewhere."""
    return f"{catalogue}/{session}"
