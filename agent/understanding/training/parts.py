"""The parts of the corpus: what the reader learns from, is tuned on, and is judged on."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agent.understanding.annotations import Annotated, Block

CORPUS = Path(__file__).parents[1] / "corpus"
SALT = 46603
"""Chosen before any training so that each part has every language and most domains."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A message with its language and domain."""

    message: Annotated
    language: str
    domain: str

    @property
    def group(self) -> str:
        """Return within what its names and labels may be exchanged."""
        return f"{self.language} {self.domain}"


def part(block: Block) -> str:
    """Return which part a block belongs to, by a hash of its author: train, development, test."""
    number = hashlib.sha256(f"{SALT}{block.author}".encode()).digest()[0] % 20
    return "test" if number < 4 else "development" if number < 7 else "train"


def split(blocks: Iterable[Block]) -> dict[str, list[Pair]]:
    """Return the messages of each part with their languages."""
    parts: dict[str, list[Pair]] = defaultdict(list)
    for block in blocks:
        parts[part(block)] += [
            Pair(message, block.language, block.domain) for message in block.messages
        ]
    return parts
