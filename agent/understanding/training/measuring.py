"""How well a trained reader reads messages that it has not seen."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from agent.understanding.training.examples import IGNORE, Example, example
from agent.understanding.training.parts import Pair
from agent.understanding.training.sightings import Sightings
from agent.understanding.vocabulary import ACTS, HEADS, NEGATIVE, NO_ROLE, POSITIVE, ROLE_NAMES


def measure(
    folder: Path, tokenizer: Tokenizer, pairs: Sequence[Pair]
) -> dict[str, dict[str, float]]:
    """Return, by language and for all, how often an exported model reads each thing right."""
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, tally in tallied(folder, tokenizer, pairs):
        tallies[pair.language] += tally
    tallies["all"] = sum(tallies.values(), Counter())
    return {language: _shares(tally) for language, tally in sorted(tallies.items())}


def tallied(
    folder: Path, tokenizer: Tokenizer, pairs: Sequence[Pair]
) -> Iterator[tuple[Pair, Counter[str]]]:
    """Yield each message with what a model reads of it: how many of each kind, how many right."""
    session = onnxruntime.InferenceSession(
        folder / "reader.onnx", providers=["CPUExecutionProvider"]
    )
    sightings = Sightings(tokenizer)
    for pair in pairs:
        tally: Counter[str] = Counter()
        made = example(tokenizer, pair.message, None)
        _count(tally, made, _scores(session, made))
        seen = sightings.of(pair.message, pair.language)
        laid = example(tokenizer, pair.message, None, seen=seen)
        _count_seen(tally, laid, _scores(session, laid))
        yield pair, tally


def _scores(session: onnxruntime.InferenceSession, made: Example) -> dict[str, np.ndarray]:
    ids = np.array([made.ids], np.int64)
    scores = session.run(list(HEADS), {"ids": ids, "mask": np.ones_like(ids)})
    return {name: each[0] for name, each in zip(HEADS, scores, strict=True)}


MEASURED = ("roles", "sides", "fillers", "fields", "tags", "spans", "intents", "acts", "messages")
"""Roles of mentions, sides of what a finder saw, ordinary words in it, fields of figures, …"""


def _count(tally: Counter[str], made: Example, said: dict[str, np.ndarray]) -> None:
    exact = _count_roles(tally, made, said)
    exact &= _count_spans(tally, made, said)
    tally["intents"] += 1
    tally["intents right"] += int(said["intent"].argmax()) == made.intent
    heard = {ACTS[i] for i in np.flatnonzero(said["acts"] > 0)}
    meant = {ACTS[i] for i in np.flatnonzero(np.array(made.acts) > 0.5)}
    tally["acts"] += 1
    tally["acts right"] += heard == meant
    tally["messages"] += 1
    tally["messages right"] += exact


def _count_roles(tally: Counter[str], made: Example, said: dict[str, np.ndarray]) -> bool:
    exact = True
    for place, label in enumerate(made.role):
        if label == IGNORE or made.tag[place] != IGNORE:
            continue
        guess, meant = ROLE_NAMES[int(said["role"][place].argmax())], ROLE_NAMES[label]
        tally["roles"] += 1
        tally["roles right"] += guess == meant
        exact &= guess == meant
        tally["inverted"] += _opposite(guess, meant) or _opposite(meant, guess)
        if made.field[place] != IGNORE:
            tally["fields"] += 1
            tally["fields right"] += int(said["field"][place].argmax()) == made.field[place]
    return exact


def _count_seen(tally: Counter[str], made: Example, said: dict[str, np.ndarray]) -> None:
    """Count how what a finder saw is taken: as wanted, as not wanted, or as neither."""
    for place, label in enumerate(made.role):
        if label == IGNORE or made.tag[place] != IGNORE:
            continue
        guess, meant = ROLE_NAMES[int(said["role"][place].argmax())], ROLE_NAMES[label]
        tally["sides"] += 1
        tally["sides right"] += _side(guess) == _side(meant)
        if meant == NO_ROLE:
            tally["fillers"] += 1
            tally["fillers right"] += not _side(guess)


def _side(role: str) -> int:
    return (role in POSITIVE) - (role in NEGATIVE)


def _opposite(one: str, other: str) -> bool:
    return one in POSITIVE and other in NEGATIVE


def _count_spans(tally: Counter[str], made: Example, said: dict[str, np.ndarray]) -> bool:
    exact = True
    for place, label in enumerate(made.tag):
        if label == IGNORE:
            continue
        guess = int(said["tag"][place].argmax())
        tally["tags"] += 1
        tally["tags right"] += guess == label
        exact &= (guess > 0) == (label > 0)
        if label or guess:
            tally["spans"] += 1
            tally["spans right"] += bool(label) == bool(guess)
    return exact


def _shares(tally: Counter[str]) -> dict[str, float]:
    shares = {name: tally[f"{name} right"] / max(1, tally[name]) for name in MEASURED}
    return shares | {"inverted": tally["inverted"] / max(1, tally["roles"]), "n": tally["messages"]}
