"""Annotated messages as what the network sees and what it should say."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tokenizers import Tokenizer

from agent.understanding.annotations import Annotated, Mark
from agent.understanding.marking import Span, mark
from agent.understanding.vocabulary import ACTS, FIELDS, INTENTS, NO_ROLE, ROLE_NAMES, TAGS

IGNORE = -100
LONGEST = 200
"""Tokens of a training example; more is cut off."""

UNMARKED = {
    "title": 0.35, "value": 0.45, "person": 0.6, "tone": 0.35, "order": 0.5, "figure": 0.35,
    "place": 0.6, "theme": 1.0, "audience": 0.5,
}  # fmt: skip
"""How often a mention is left for the network to find by itself."""

HIDDEN = {"title": 0.8, "value": 0.3, "person": 0.5}
SWAPPED = 0.25
"""How often a name or label is put for another one in a message that is varied."""

FALSE_MENTION = 0.012
"""Share of plain words that are laid before the network as if the catalogue knew them."""

MISSED = 0.6
"""How often a name or label stays unseen that the finder of this catalogue misses."""

MEETS = {
    "title": {"title", "place"},
    "value": {"value", "theme", "tone", "person", "place", "order"},
    "tone": {"tone", "theme", "value", "order"},
    "figure": {"figure", "place"},
    "order": {"order", "tone", "value"},
    "place": {"place"},
    "audience": {"audience", "value"},
}
"""Kinds of marks whose role is that of a mention of each kind that a finder saw in them."""

INSIDE_THEME = 0.12
_WORD = re.compile(r"[^\W\d_]{2,}|[一-鿿]{2}|[゠-ヿ]{2,}")


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids with their labels; IGNORE where nothing is asked."""

    ids: list[int]
    tag: list[int]
    role: list[int]
    field: list[int]
    intent: int
    acts: list[float]


def example(
    tokenizer: Tokenizer,
    message: Annotated,
    chance: random.Random | None,
    *,
    seen: Sequence[Span] | None = None,
    whole: bool = True,
) -> Example:
    """Lay out one message: with what a finder has `seen`, or with what annotators marked.

    Without `chance` all that was seen is laid out, or all that was marked but themes. Of a text
    put together from several (`whole` false) neither intent nor acts are asked.
    """
    laying = _spans(message, chance) if seen is None else _seen(message, seen, chance)
    spans, roles, marked = laying
    laid = mark(message.text, spans, listed=bool(message.listed), asked=bool(message.asked))
    encoding = tokenizer.encode(laid.text)
    ids = encoding.ids[:LONGEST]
    size = len(ids)
    tag, role, field = [IGNORE] * size, [IGNORE] * size, [IGNORE] * size
    at_marker = dict(zip(laid.markers, roles, strict=True))
    inside = _inside(spans)
    begun: set[int] = set()
    for place, (start, end) in enumerate(encoding.offsets[:size]):
        if start == end:
            continue
        if start in at_marker:
            role[place], field[place] = at_marker[start]
            continue
        origins = [o for o in laid.origin[start:end] if o >= 0]
        if not origins:
            continue
        middle = origins[-1]
        if middle in inside:
            continue
        found = _covering(message.marks, middle, marked)
        if found is None:
            tag[place] = 0
            continue
        index, each = found
        tag[place] = TAGS.index(f"{'I' if index in begun else 'B'}-{each.kind}")
        begun.add(index)
        role[place], field[place] = _labels(each)
    acts = [float(act in message.acts) for act in ACTS]
    return Example(
        ids,
        tag,
        role,
        field,
        INTENTS.index(message.intent) if whole else IGNORE,
        acts if whole else [-1.0] * len(ACTS),
    )


def _spans(
    message: Annotated, chance: random.Random | None
) -> tuple[list[Span], list[tuple[int, int]], set[int]]:
    """Return the spans to mark, with the labels of each, and which marks of the corpus they are."""
    spans: list[tuple[Span, tuple[int, int]]] = []
    marked: set[int] = set()
    for index, each in enumerate(message.marks):
        left = UNMARKED[each.kind]
        if (chance.random() < left) if chance else left == 1.0:
            if chance and each.kind == "theme" and chance.random() < INSIDE_THEME * 2:
                spans += _within(message.text, each, chance)
            continue
        hidden = HIDDEN.get(each.kind, 0.0)
        hide = chance.random() < hidden if chance else each.kind == "title"
        spans.append((Span(each.start, each.end, each.kind, hide), _labels(each)))
        marked.add(index)
    if chance:
        spans += _false_mentions(message, chance)
    spans.sort(key=lambda pair: pair[0].start)
    return [span for span, _ in spans], [labels for _, labels in spans], marked


def _seen(
    message: Annotated, seen: Sequence[Span], chance: random.Random | None
) -> tuple[list[Span], list[tuple[int, int]], set[int]]:
    """Return what a finder saw with the labels that the annotated marks give it.

    Now and then a name or label that it missed is added, as if another catalogue had it.
    """
    spans: list[tuple[Span, tuple[int, int]]] = []
    whole: set[int] = set()
    touched: set[int] = set()
    for span in seen:
        index, role = _told(message.marks, span)
        spans.append((span, role))
        if index is not None:
            touched.add(index)
            each = message.marks[index]
            if span.start <= each.start and each.end <= span.end:
                whole.add(index)
    for index, each in enumerate(message.marks):
        if not chance or index in touched or each.kind not in HIDDEN or chance.random() < MISSED:
            continue
        hide = chance.random() < HIDDEN[each.kind]
        spans.append((Span(each.start, each.end, each.kind, hide), _labels(each)))
        whole.add(index)
    spans.sort(key=lambda pair: pair[0].start)
    return [span for span, _ in spans], [labels for _, labels in spans], whole


def _told(marks: Sequence[Mark], span: Span) -> tuple[int | None, tuple[int, int]]:
    """Return the mark that a span meets most, if any, and the labels of the span."""
    nothing = (ROLE_NAMES.index(NO_ROLE), IGNORE)
    common = {
        index: min(each.end, span.end) - max(each.start, span.start)
        for index, each in enumerate(marks)
        if each.start < span.end and span.start < each.end
    }
    if not common:
        return None, nothing
    index = max(common, key=common.__getitem__)
    each = marks[index]
    if (span.kind, each.kind) == ("figure", "audience"):
        return index, (IGNORE, IGNORE)
    partly = span.kind == "title" and 2 * common[index] < each.end - each.start
    if each.kind not in MEETS[span.kind] or partly:
        return index, nothing
    return index, _labels(each)


def _within(text: str, each: Mark, chance: random.Random) -> list[tuple[Span, tuple[int, int]]]:
    words = list(_WORD.finditer(text, each.start, each.end))
    if not words:
        return []
    word = chance.choice(words)
    return [(Span(word.start(), word.end(), "value", chance.random() < 0.3), _labels(each))]


def _false_mentions(
    message: Annotated, chance: random.Random
) -> list[tuple[Span, tuple[int, int]]]:
    found = []
    for word in _WORD.finditer(message.text):
        if chance.random() >= FALSE_MENTION:
            continue
        if any(each.start < word.end() and word.start() < each.end for each in message.marks):
            continue
        kind = chance.choice(("title", "title", "value", "tone", "audience"))
        hidden = kind == "title" and chance.random() < 0.3
        labels = (ROLE_NAMES.index(NO_ROLE), IGNORE)
        found.append((Span(word.start(), word.end(), kind, hidden), labels))
    return found


def _labels(each: Mark) -> tuple[int, int]:
    field = FIELDS.index(each.field) if each.field else IGNORE
    return ROLE_NAMES.index(each.role), field


def _inside(spans: Sequence[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _covering(marks: Sequence[Mark], place: int, marked: set[int]) -> tuple[int, Mark] | None:
    for index, each in enumerate(marks):
        if each.start <= place < each.end and index not in marked:
            return index, each
    return None


def joined(first: Annotated, second: Annotated, chance: random.Random) -> Annotated:
    """Return two messages as one."""
    glue = chance.choice((" ", ". ", ", ", "! ", "; ", " ... "))
    shift = len(first.text) + len(glue)
    marks = tuple(
        Mark(m.start + shift, m.end + shift, m.kind, m.role, m.field) for m in second.marks
    )
    listed = first.listed or second.listed
    return Annotated(
        f"{first.text}{glue}{second.text}", first.intent, (), first.marks + marks, listed
    )


Pools = Mapping[tuple[str, str], Sequence[str]]
"""The words of mentions in the corpus, by language or domain, and kind."""


def varied(message: Annotated, pools: Pools, group: str, chance: random.Random) -> Annotated:
    """Return a message with some of its names and labels put for others of its group."""
    pieces: list[str] = []
    marks: list[Mark] = []
    last = length = 0
    for each in message.marks:
        words = message.text[each.start : each.end]
        others = pools.get((group, each.kind), ())
        if others and chance.random() < SWAPPED:
            other = chance.choice(others)
            words = other.lower() if words.islower() else other
        before = message.text[last : each.start]
        start = length + len(before)
        length = start + len(words)
        pieces += [before, words]
        marks.append(replace(each, start=start, end=length))
        last = each.end
    text = "".join([*pieces, message.text[last:]])
    return replace(message, text=text, marks=tuple(marks))


def collate(batch: Sequence[Example], pad: int) -> dict[str, np.ndarray]:
    """Return a batch as padded arrays."""
    size = max(len(each.ids) for each in batch)

    def padded(values: list[int], filler: int) -> list[int]:
        return values + [filler] * (size - len(values))

    return {
        "ids": np.array([padded(each.ids, pad) for each in batch]),
        "mask": np.array([padded([1] * len(each.ids), 0) for each in batch]),
        "tag": np.array([padded(each.tag, IGNORE) for each in batch]),
        "role": np.array([padded(each.role, IGNORE) for each in batch]),
        "field": np.array([padded(each.field, IGNORE) for each in batch]),
        "intent": np.array([each.intent for each in batch]),
        "acts": np.array([each.acts for each in batch], dtype=np.float32),
    }
