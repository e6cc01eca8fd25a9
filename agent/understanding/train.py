"""Train the reader from the corpus: `python -m agent.understanding.train` (extra `train`)."""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from agent.understanding.annotations import read_corpus
from agent.understanding.marking import HIDDEN, SHOWN
from agent.understanding.training.dealing import batches
from agent.understanding.training.examples import IGNORE
from agent.understanding.training.export import write_card, write_model
from agent.understanding.training.foundation import load_foundation
from agent.understanding.training.measuring import measure
from agent.understanding.training.network import Network, fill
from agent.understanding.training.parts import CORPUS, Pair, split
from agent.understanding.training.pieces import choose, tokenizer_of
from agent.understanding.vocabulary import ACTS, FIELDS, INTENTS, ROLE_NAMES, TAGS

SIZES = {
    "tag": len(TAGS), "role": len(ROLE_NAMES), "field": len(FIELDS), "intent": len(INTENTS),
    "acts": len(ACTS),
}  # fmt: skip
WEIGHTS = {"tag": 1.0, "role": 2.0, "field": 0.5, "intent": 0.7, "acts": 10.0}


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
    dealt = batches(tokenizer, pairs, chance)
    for step in range(1, steps + 1):
        loss = _loss(network, next(dealt))
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
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder of annotated blocks")
    parser.add_argument("--to", type=Path, default=Path("reader"), help="folder to write to")
    parser.add_argument("--all", action="store_true", help="train on all parts but the test part")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    parts = split(read_corpus(chosen.corpus))
    print(", ".join(f"{name}: {len(pairs):,} messages" for name, pairs in parts.items()))
    foundation = load_foundation()
    texts = [pair.message.text for pairs in parts.values() for pair in pairs]
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
    command = {
        name: str(value) for name, value in vars(chosen).items() if name not in {"to", "corpus"}
    }
    write_card(chosen.to, {"command": command, "part": part_measured, "measured": measured})
    for language, shares in measured.items():
        print(language, " ".join(f"{name} {share:.3f}" for name, share in shares.items()))


if __name__ == "__main__":
    main()
