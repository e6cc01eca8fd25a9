"""What a suite works with: the data, the product, and how thorough to be."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from agent.evaluation.promises import Promises
from agent.models.settings import ModelsSettings
from agent.recommender import Recommender
from agent.settings import ListSettings, Settings
from data.catalogue import Catalogue
from data.index import Index, open_index
from data.profile import load_profile
from graph.memory import Memory, Session

ROOT = Path(__file__).resolve().parent.parent.parent
LISTED = 10  # titles a list has in every suite, as the published figures have
PEOPLE = count()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Study:
    """The product over one index, offline, and the folder of data beside it.

    `tasks` is a folder of tasks for the suite `dialogue`.
    """

    recommender: Recommender
    data: Path
    quick: bool
    promises: Promises
    tasks: Path | None = None

    @property
    def index(self) -> Index:
        """Return the index that serves."""
        return self.recommender.index

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue that serves."""
        return self.recommender.index.catalogue

    def few(self, cases: Sequence[T], most: int) -> list[T]:
        """Return all cases, or in quick mode a fixed sample of them."""
        if not self.quick or len(cases) <= most:
            return list(cases)
        return sorted(cases, key=_scattered)[:most]

    def talk(self, *messages: str) -> list[dict[str, Any]]:
        """Return the replies to messages said in a new conversation, by nobody seen before."""
        session = self.begin()
        return [self.say(message, session) for message in messages]

    def say(self, message: str, session: Session) -> dict[str, Any]:
        """Return the reply to one message of a conversation; its lists are looked at."""
        reply = self.recommender.reply(message, session)
        self.promises.saw(reply, session.id)
        return reply

    def begin(self) -> Session:
        """Return a new conversation of a new person: what one said hides nothing from another."""
        return self.recommender.memory.begin(f"person {next(PEOPLE)}")


def _scattered(case: object) -> str:
    return sha256(repr(case).encode()).hexdigest()


def listed(reply: dict[str, Any]) -> list[str]:
    """Return the ids that a reply recommends, best first."""
    return [each["id"] for each in reply["recommendations"]]


def data_folder() -> Path:
    """Return where the data for evaluations is: OSUSUME_SHARED_DATA, or beside the project."""
    return Path(os.environ.get("OSUSUME_SHARED_DATA", ROOT.parent / "shared" / "data"))


@contextmanager
def studying(settings: Settings, quick: bool, tasks: Path | None = None) -> Iterator[Study]:
    """Yield a study of the serving index; its conversations are thrown away."""
    offline = ModelsSettings.model_validate({"mind": "offline"})
    over = {"list": ListSettings(size=LISTED), "models": offline}
    index = open_index(load_profile(settings.catalogue), settings.embedding)
    with TemporaryDirectory(prefix="osusume-eval-") as folder:
        memory = Memory(Path(folder) / "conversations.sqlite")
        try:
            recommender = Recommender(index, memory, settings.model_copy(update=over))
            yield Study(recommender, data_folder(), quick, Promises(index), tasks)
        finally:
            memory.close()


def say(sentence: str) -> None:
    """Tell how an evaluation goes, on stderr."""
    sys.stderr.write(f"{sentence}\n")
