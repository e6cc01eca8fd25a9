"""History: the last turns word for word, trimmed by whole turns; what came before, summarised."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from langchain_core.messages import HumanMessage, SystemMessage

from agent.language.fence import fenced, neutralised
from agent.language.prompts import load_prompt
from agent.models.calls import Models, ModelUnavailableError

Turns = Sequence[tuple[str, str]]
"""Message and answer, oldest first."""

RECENT = 4  # turns at least that are told word for word
STEP = 4  # turns by which the summarised part grows, so that a summary serves several turns
LONGEST_MESSAGE, LONGEST_ANSWER, LONGEST_SUMMARY = 400, 300, 700
REMEMBERED = 500


def parted(turns: Turns) -> tuple[Turns, Turns]:
    """Return the turns to summarise and those to tell word for word."""
    cut = max(0, (len(turns) - RECENT) // STEP * STEP)
    return turns[:cut], turns[cut:]


def digest(turns: Turns) -> str:
    """Return what was said in turns without a model: the person's own messages, shortened."""
    said = "; ".join(neutralised(message, 80) for message, _ in turns)
    return neutralised(f"Earlier the person said, in this order, {said}", LONGEST_SUMMARY)


def told(turns: Turns) -> str:
    """Return turns as lines that cannot pass for anything else."""
    return "\n".join(
        f"person – {neutralised(message, LONGEST_MESSAGE)}\n"
        f"answer – {neutralised(answer, LONGEST_ANSWER)}"
        for message, answer in turns
    )


class Summaries:
    """Summarise early turns once, for all sessions of this process."""

    def __init__(self, many: str) -> None:
        self._prompt = load_prompt("summarise").filled(many=many)
        self._known: OrderedDict[tuple[tuple[str, str], ...], str] = OrderedDict()
        self._lock = Lock()

    def history(self, turns: Turns, models: Models) -> str:
        """Return a history fit for a prompt: a summary, then the last turns."""
        early, late = parted(turns)
        parts = [self._summary(tuple(early), models) if early else "", told(late)]
        return "\n".join(part for part in parts if part)

    def _summary(self, turns: tuple[tuple[str, str], ...], models: Models) -> str:
        with self._lock:
            known = self._known.get(turns)
        if known is not None:
            return known
        summary = self._asked(turns, models)
        with self._lock:
            self._known[turns] = summary
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return summary

    def _asked(self, turns: Turns, models: Models) -> str:
        messages = [SystemMessage(self._prompt), HumanMessage(fenced(history=told(turns)))]
        try:
            text = str(models.ask("rewrite", messages).text)
        except ModelUnavailableError:
            return digest(turns)
        return neutralised(text, LONGEST_SUMMARY) or digest(turns)
