"""A database as memory uses it: transactions, and errors as sentences."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, Checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from graph.memory.turnstile import Gate
from infra.errors import OsusumeError

SERDE = JsonPlusSerializer()


class Database(ABC):
    """Where memory is kept: SQLite or PostgreSQL."""

    where: str
    gate: Gate
    _engine: Engine
    _failures: tuple[type[Exception], ...]  # of the driver, met where LangGraph uses it

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with; raises StoreError, HomeError or SessionError."""
        with self._told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction, kept as a whole or not at all; raises as `reading` does."""
        with self._told(), self._begun() as connection:
            yield connection

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self.sentence(error.orig or error) from None  # the cause holds what was said
        except SQLAlchemyError as error:
            raise self.sentence(error) from None
        except self._failures as error:
            raise self.sentence(error) from None

    @abstractmethod
    def sentence(self, error: BaseException) -> OsusumeError:
        """Return what a person is told of a failure."""

    @abstractmethod
    def opening(self) -> AbstractContextManager[None]:
        """Keep other processes from opening it meanwhile, where they would be in the way."""

    @abstractmethod
    def prepare(self) -> None:
        """Make LangGraph's tables; raises like `writing`."""

    @abstractmethod
    def saver(self, connection: Connection) -> BaseCheckpointSaver[str]:
        """Return LangGraph's saver, at work within a transaction."""

    @abstractmethod
    def prune(self, connection: Connection, config: RunnableConfig, kept: Checkpoint) -> None:
        """Delete a thread's checkpoints but one."""

    @abstractmethod
    def erase(self, connection: Connection, session: str) -> None:
        """Delete a session's checkpoints, whichever catalogue they are about."""

    @abstractmethod
    def alone(self, connection: Connection, name: str) -> None:
        """Keep other transactions that ask for the same name waiting for the end of this one."""

    @abstractmethod
    def tidy(self) -> None:
        """Leave nothing of what was deleted in files that we can reach."""

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
