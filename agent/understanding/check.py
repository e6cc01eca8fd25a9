"""Check the corpus: its format, its spread of words, its balance."""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from agent.understanding.annotations import Annotated, Block, CorpusError, read_block

CORPUS = Path(__file__).parent / "corpus"
SHORTEST_TOLD = 4
"""Trigrams up to which a message is too short to be told from others."""

MOST_SHARED = 0.5
"""The share of its word trigrams that a message may have in common with another one."""


def main(paths: list[str]) -> int:
    """Check the named files, or the whole corpus; print what is wrong and the balance."""
    files = [Path(each) for each in paths] or sorted(CORPUS.rglob("*.txt"))
    blocks: list[Block] = []
    faults = 0
    for path in files:
        try:
            blocks.append(read_block(path))
        except CorpusError as error:
            print(error)
            faults += 1
    for line in alike(blocks):
        print(line)
        faults += 1
    for line in balance(blocks):
        print(line)
    return 1 if faults else 0


def alike(blocks: Iterable[Block]) -> Iterable[str]:
    """Yield a line for each message that repeats more than half of another one's trigrams."""
    seen: dict[tuple[str, ...], set[int]] = defaultdict(set)
    where: list[str] = []
    sizes: list[int] = []
    for block in blocks:
        for message in block.messages:
            grams = trigrams(message)
            shared = Counter(each for gram in grams for each in seen[gram])
            twins = [
                (count / min(len(grams), sizes[other]), other, count)
                for other, count in shared.items()
                if min(len(grams), sizes[other]) > SHORTEST_TOLD
            ]
            share, other, count = max(twins, default=(0.0, 0, 0))
            if share > MOST_SHARED:
                yield (
                    f"{block.path}:{message.line}: shares {count} of {len(grams)} trigrams "
                    f"with {where[other]}. Write it in other words."
                )
            for gram in grams:
                seen[gram].add(len(where))
            where.append(f"{block.path}:{message.line}")
            sizes.append(len(grams))


def trigrams(message: Annotated) -> set[tuple[str, ...]]:
    """Return the word trigrams of a message whose mentions are masked by their kinds."""
    pieces, last = [], 0
    for mark in message.marks:
        pieces += [message.text[last : mark.start], f" {mark.kind.upper()} "]
        last = mark.end
    masked = "".join([*pieces, message.text[last:]]).lower()
    words = re.findall(r"[぀-ヿ㐀-鿿]|\w+|[^\w\s]", masked)
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def balance(blocks: list[Block]) -> Iterable[str]:
    """Yield how many messages, mentions and roles there are by language."""
    by_language: dict[str, list[Annotated]] = defaultdict(list)
    domains: dict[str, Counter[str]] = defaultdict(Counter)
    for block in blocks:
        by_language[block.language] += block.messages
        domains[block.language][block.domain] += len(block.messages)
    for language, messages in sorted(by_language.items()):
        marks = [mark for message in messages for mark in message.marks]
        roles = Counter(mark.role for mark in marks)
        follow = sum(bool(message.listed or message.asked) for message in messages)
        yield (
            f"{language}: {len(messages)} messages ({follow} follow a list), "
            f"{len(marks)} mentions; "
            + ", ".join(f"{d} {n}" for d, n in domains[language].most_common())
        )
        yield "    " + ", ".join(f"{role} {count}" for role, count in roles.most_common())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
