"""Train the reader from the corpus: `python -m agent.understanding.train` (extra `train`)."""

import argparse
import hashlib
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from agent.understanding.annotations import Annotated, Block, read_corpus
from agent.understanding.marking import HIDDEN, SHOWN
from agent.understanding.training.examples import IGNORE, Example, collate, example, joined
from agent.understanding.training.export import NAMES, write_card, write_model
from agent.understanding.training.foundation import load_foundation
from agent.understanding.training.network import Network, fill
from agent.understanding.training.pieces import SPECIAL, choose, tokenizer_of
from agent.understanding.vocabulary import (
    ACTS,
    FIELDS,
    INTENTS,
    NEGATIVE,
    POSITIVE,
    ROLE_NAMES,
    TAGS,
)  # fmt: skip

CORPUS = Path(__file__).parent / "corpus"
SIZES = {
    "tag": len(TAGS), "role": len(ROLE_NAMES), "field": len(FIELDS), "intent": len(INTENTS),
    "acts": len(ACTS),
}  # fmt: skip
WEIGHTS = {"tag": 1.0, "role": 2.0, "field": 0.5, "intent": 0.7, "acts": 10.0}
BATCH = 32
JOINED = 0.12
SALT = 46603
"""Chosen before any training so that each part has every language and most domains."""

Pair = tuple[Annotated, str]


def part(block: Block) -> str:
    """Return which part a block belongs to, by a hash of its author: train, development, test."""
    number = hashlib.sha256(f"{SALT}{block.author}".encode()).digest()[0] % 20
    return "test" if number < 4 else "development" if number < 7 else "train"


def split(blocks: Iterable[Block]) -> dict[str, list[Pair]]:
    """Return the messages of each part with their languages."""
    parts: dict[str, list[Pair]] = defaultdict(list)
    for block in blocks:
        parts[part(block)] += [(message, block.language) for message in block.messages]
    return parts


def train(
    network: Network,
    tokenizer: Tokenizer,
    pairs: Sequence[Pair],
    steps: int,
    seed: int,
    rate: float,
) -> None:
    """Train in place for a number of steps."""
    chance = random.Random(seed)
    heads = [*network.heads.parameters(), *network.out.parameters()]
    body = [p for name, p in network.named_parameters() if not name.startswith(("heads", "out"))]
    groups = [{"params": body, "lr": rate}, {"params": heads, "lr": rate * 5}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    warm = max(20, steps // 20)

    def pace(step: int) -> float:
        return min(1.0, step / warm) * max(0.02, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, pace)
    network.train()
    begun, losses = time.time(), []
    batches = _batches(tokenizer, pairs, chance)
    for step in range(1, steps + 1):
        loss = _loss(network, next(batches))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if step % 50 == 0:
            print(
                f"{step:5d} loss {np.mean(losses[-50:]):.3f} {time.time() - begun:.0f} s",
                flush=True,
            )


_LIKE_WORDS = {
    "title": "title of a film", "value": "genre", "person": "director", "theme": "story",
    "tone": "feeling", "figure": "number", "order": "best", "place": "that one",
    "audience": "for the family",
}  # fmt: skip


def beginnings(tokenizer: Tokenizer) -> dict[int, list[int]]:
    """Return, for each marker's row, the pieces of the words whose mean it begins as."""
    found = {}
    for kind, said in _LIKE_WORDS.items():
        pieces = tokenizer.encode(said, add_special_tokens=False).ids
        for name in (HIDDEN.get(kind), SHOWN[kind]):
            if name:
                found[int(tokenizer.token_to_id(name) or 0)] = pieces
    return found


def _batches(
    tokenizer: Tokenizer, pairs: Sequence[Pair], chance: random.Random
) -> Iterator[dict[str, torch.Tensor]]:
    """Yield batches without end, of messages of like length."""
    pad = SPECIAL.index("<pad>")
    by_language: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_language[pair[1]].append(pair)
    while True:
        order = list(pairs)
        chance.shuffle(order)
        for at in range(0, len(order), BATCH * 8):
            made = []
            for message, language in order[at : at + BATCH * 8]:
                whole = True
                if chance.random() < JOINED:
                    tongue = language if chance.random() < 0.9 else chance.choice(list(by_language))
                    message = joined(message, chance.choice(by_language[tongue])[0], chance)
                    whole = False
                made.append(example(tokenizer, message, chance, whole=whole))
            made.sort(key=lambda each: len(each.ids))
            batches = [made[k : k + BATCH] for k in range(0, len(made), BATCH)]
            chance.shuffle(batches)
            for batch in batches:
                yield {name: torch.from_numpy(v) for name, v in collate(batch, pad).items()}


def _loss(network: Network, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = network(batch["ids"], batch["mask"])
    said = {name: scores.float() for name, scores in said.items()}
    total = torch.zeros(())
    for name in ("tag", "role", "field", "intent"):
        scores, labels = said[name], batch[name]
        if (labels != IGNORE).any():
            flat = scores.reshape(-1, scores.shape[-1])
            loss = cross_entropy(
                flat, labels.reshape(-1), ignore_index=IGNORE, label_smoothing=0.02
            )
            total = total + WEIGHTS[name] * loss
    asked = batch["acts"][:, 0] >= 0
    if asked.any():
        loss = binary_cross_entropy_with_logits(said["acts"][asked], batch["acts"][asked])
        total = total + WEIGHTS["acts"] * loss
    return total


def measure(
    folder: Path, tokenizer: Tokenizer, pairs: Sequence[Pair]
) -> dict[str, dict[str, float]]:
    """Return, by language, how often the exported model reads each thing right."""
    session = onnxruntime.InferenceSession(
        folder / "reader.onnx", providers=["CPUExecutionProvider"]
    )
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for message, language in pairs:
        made = example(tokenizer, message, None)
        ids = np.array([made.ids], np.int64)
        scores = session.run(list(NAMES), {"ids": ids, "mask": np.ones_like(ids)})
        said = {name: each[0] for name, each in zip(NAMES, scores, strict=True)}
        _count(tallies[language], made, said)
    tallies["all"] = sum(tallies.values(), Counter())
    return {language: _shares(tally) for language, tally in sorted(tallies.items())}


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
    names = ("roles", "fields", "tags", "spans", "intents", "acts", "messages")
    shares = {name: tally[f"{name} right"] / max(1, tally[name]) for name in names}
    return shares | {"inverted": tally["inverted"] / max(1, tally["roles"]), "n": tally["messages"]}


def main() -> None:
    """Train, write what the reader needs, and measure what was written."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="python -m agent.understanding.train --all --to agent/understanding/model",
    )
    parser.add_argument("--steps", type=int, default=2200, help="batches of 32 messages")
    parser.add_argument("--layers", default="0,1,2,3,4,5", help="layers of the encoder to keep")
    parser.add_argument("--pieces", type=int, default=33_000, help="pieces of words to keep")
    parser.add_argument("--rate", type=float, default=4e-4, help="learning rate of the encoder")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--to", type=Path, default=Path("reader"), help="folder to write to")
    parser.add_argument("--all", action="store_true", help="train on all parts but the test part")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    parts = split(read_corpus(CORPUS))
    print(", ".join(f"{name}: {len(pairs):,} messages" for name, pairs in parts.items()))
    foundation = load_foundation()
    texts = [message.text for pairs in parts.values() for message, _ in pairs]
    pieces, rows = choose(foundation, texts, chosen.pieces)
    tokenizer = tokenizer_of(pieces)
    layers = [int(each) for each in chosen.layers.split(",")]
    network = Network(len(rows), SIZES, layers=len(layers))
    fill(network, foundation, rows, layers, beginnings(tokenizer))
    pairs = parts["train"] + (parts["development"] if chosen.all else [])
    train(network, tokenizer, pairs, chosen.steps, chosen.seed, chosen.rate)
    write_model(network, tokenizer, chosen.to)
    part_measured = "test" if chosen.all else "development"
    measured = measure(chosen.to, tokenizer, parts[part_measured])
    command = {name: str(value) for name, value in vars(chosen).items() if name != "to"}
    write_card(chosen.to, {"command": command, "part": part_measured, "measured": measured})
    for language, shares in measured.items():
        print(language, " ".join(f"{name} {share:.3f}" for name, share in shares.items()))


if __name__ == "__main__":
    main()
