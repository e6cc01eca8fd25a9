"""Prompts: versioned template files, filled with a catalogue's own words."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

import yaml

from data.items import fold

FOLDER = Path(__file__).with_name("prompts")
NAMES = ("rewrite", "answer", "inspect", "summarise")
OVERLAP = 8  # words in a row that only somebody who quotes a prompt writes


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template and what its head says of it."""

    name: str
    version: int
    role: str
    text: str

    def filled(self, **words: str) -> str:
        """Return the text with the catalogue's words in it; raises KeyError for a missing one."""
        return Template(self.text).substitute(words)


@cache
def load_prompt(name: str) -> Prompt:
    """Read a prompt from its file."""
    _, head, text = (FOLDER / f"{name}.md").read_text("utf-8").split("---\n", 2)
    declared = yaml.safe_load(head)
    return Prompt(name, declared["version"], declared["role"], text.strip())


@cache
def quotable() -> frozenset[str]:
    """Return every run of words that would show that an answer quotes a prompt."""
    return frozenset(run for name in NAMES for run in runs(load_prompt(name).text))


def runs(text: str) -> list[str]:
    """Return every run of so many words, folded, that it is a quotation."""
    words = fold(text).split()
    return [" ".join(words[at : at + OVERLAP]) for at in range(len(words) - OVERLAP + 1)]
