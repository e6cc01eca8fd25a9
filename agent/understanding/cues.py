"""What words right beside a figure say of it: "up to", "or more", "around"; data of a language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from agent.understanding.language import Language, Phrase
from agent.understanding.mentions import Mention
from agent.understanding.reader import Role
from agent.understanding.tokens import Token

RELATIONS = frozenset({"exact", "about", "max", "min", "below", "above", "want", "must"})
SIDED = frozenset({"max", "min", "below", "above"})
DATED = "exact"
"""The cue that counts for years alone: "in 2018", "from 2010"."""

_ENDS = frozenset(".,;!?…()。、，；！？（）")  # noqa: RUF001
BETWEEN = 1
"""Plain words that may stand between a cue and its figure: "up to like 50"."""


def cued(mention: Mention, role: Role, said: Sequence[Token], language: Language) -> Role:
    """Return a figure's role as the words beside it have it; the reader's where they are silent."""
    if mention.figure is None or role.name not in RELATIONS:
        return role
    before = [token for token in reversed(said) if token.end <= mention.start]
    after = [token for token in said if token.start >= mention.end]
    first = _before(_words(before)[::-1], language)
    last = _longest(language.cues_after, _words(after)[: language.longest_cue])
    if first == DATED and mention.figure.kind != "year":
        first = ""
    name = first if first in SIDED or not last else last
    return replace(role, name=name) if name else role


def _before(words: Phrase, language: Language) -> str:
    for passed in range(BETWEEN + 1):
        if passed and (len(words) < passed or words[-passed] not in language.plain):
            break
        ending = words[: len(words) - passed][-language.longest_cue :]
        for length in range(len(ending), 0, -1):
            if cue := language.cues_before.get(ending[-length:]):
                return cue
    return ""


def _longest(cues: Mapping[Phrase, str], words: Phrase) -> str:
    return next((cues[words[:n]] for n in range(len(words), 0, -1) if words[:n] in cues), "")


def _words(near: Sequence[Token]) -> Phrase:
    """Return the words up to the first mark that ends a clause."""
    clause = takewhile(lambda token: token.is_word or token.word not in _ENDS, near)
    return tuple(token.word for token in clause if token.is_word)
