"""Text of catalogues and people, shown letter by letter; and an answer without its list."""

import re
from html import escape as html

from agent.templates.markdown import escape as markdown

__all__ = ["around_the_list", "html", "label", "listed_so_far", "without_a_stub"]

_LINE = re.compile(r"^\d+\. \*\*.*$\n?", re.MULTILINE)
_STUB = re.compile(r"^\d+\.?\s?\*{0,2}\Z", re.MULTILINE)
_JOINER = "\N{WORD JOINER}"  # invisible; keeps ":name:" from becoming an icon


def label(text: str) -> str:
    """Return text for a button, where Streamlit reads Markdown and icon names."""
    return markdown(" ".join(text.split())).replace(":", f":{_JOINER}")


def around_the_list(answer: str) -> tuple[str, str]:
    """Return what an answer says before and after its numbered titles, which cards show."""
    found = list(_LINE.finditer(answer))
    if not found:
        return answer, ""
    return answer[: found[0].start()].strip(), answer[found[-1].end() :].strip()


def listed_so_far(answer: str) -> int:
    """Return how many numbered titles an answer has."""
    return len(_LINE.findall(answer))


def without_a_stub(answer: str) -> str:
    """Return a growing answer without the beginning of a line that may become a title's."""
    return _STUB.sub("", answer)
