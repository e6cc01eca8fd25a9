"""Messages dealt out for training, each time a little otherwise."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

import torch
from tokenizers import Tokenizer

from agent.understanding.annotations import Annotated
from agent.understanding.marking import Span
from agent.understanding.training.examples import Example, collate, example, joined, varied
from agent.understanding.training.parts import Pair
from agent.understanding.training.pieces import SPECIAL
from agent.understanding.training.sightings import CATALOGUE, Sightings

BATCH = 32
EXCHANGED = frozenset({"title", "value", "person"})
JOINED = 0.12
VARIED = 0.3
SEEN = 0.6
"""Share of examples: two messages joined; names exchanged; laid out as a finder saw them."""


class Dealer:
    """Make examples of messages, each time a little otherwise."""

    def __init__(self, tokenizer: Tokenizer, pairs: Sequence[Pair], chance: random.Random) -> None:
        self._chance = chance
        self._tokenizer = tokenizer
        self._sightings = Sightings(tokenizer, pairs)
        self._by_language: dict[str, list[Pair]] = defaultdict(list)
        self._pools: dict[tuple[str, str], list[str]] = defaultdict(list)
        for pair in pairs:
            self._by_language[pair.language].append(pair)
            for mark in pair.message.marks:
                if mark.kind in EXCHANGED:
                    words = pair.message.text[mark.start : mark.end]
                    self._pools[pair.group, mark.kind].append(words)

    def deal(self, pair: Pair) -> Example:
        """Return an example of a message, alone or joined with another one."""
        chance, message, whole = self._chance, pair.message, True
        if chance.random() < VARIED:
            message = varied(message, self._pools, pair.group, chance)
        if chance.random() < JOINED:
            same = chance.random() < 0.9
            tongue = pair.language if same else chance.choice(list(self._by_language))
            other = chance.choice(self._by_language[tongue])
            message, whole = joined(message, other.message, chance), False
        return example(
            self._tokenizer, message, chance, seen=self._seen(message, pair), whole=whole
        )

    def _seen(self, message: Annotated, pair: Pair) -> Sequence[Span] | None:
        if self._chance.random() >= SEEN:
            return None
        if pair.domain == CATALOGUE:
            return self._sightings.of(message, pair.language)
        return self._sightings.elsewhere(message, pair.language, pair.domain, self._chance)


def batches(
    tokenizer: Tokenizer, pairs: Sequence[Pair], chance: random.Random
) -> Iterator[dict[str, torch.Tensor]]:
    """Yield batches of tensors without end, of messages of like length."""
    pad = SPECIAL.index("<pad>")
    dealer = Dealer(tokenizer, pairs, chance)
    while True:
        order = list(pairs)
        chance.shuffle(order)
        for at in range(0, len(order), BATCH * 8):
            made = [dealer.deal(pair) for pair in order[at : at + BATCH * 8]]
            made.sort(key=lambda each: len(each.ids))
            batches = [made[k : k + BATCH] for k in range(0, len(made), BATCH)]
            chance.shuffle(batches)
            for batch in batches:
                yield {name: torch.from_numpy(v) for name, v in collate(batch, pad).items()}
