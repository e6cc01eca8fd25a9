"""What words right beside a figure say of it: "up to", "or more", "around"; data of a language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from agent.understanding.language import Language, Phrase
from agent.understanding.mentions import Mention
from agent.understanding.reader import Role
from agent.understanding.tokens import Token

RELATIONS = frozenset({"than", "exact", "about", "max", "min", "below", "above", "want", "must"})
UNHEARD = frozenset({"none", "other", "passing"})
SIDED = frozenset({"max", "min", "below", "above"})
TURNED = {"above": "max", "min": "below", "below": "min", "max": "above"}
"""What a cue is where it is denied: "it can't be more than 2000"."""

REACH = 5
"""Words before a cue among which a denial turns it."""

PLAIN = 3
"""Words from which a cue is unmistakable."""

SHORT = 16
"""Words and marks up to which a dated year is a wish; longer messages tell stories."""

SURE = 0.9
"""The reader's chance from which a cue of the other direction does not count."""

DATED = "exact"
"""The cue that counts for years alone: "in 2018", "from 2010"."""

_ENDS = frozenset(".,:;!?…()。、，：；！？（）")  # noqa: RUF001
BETWEEN = 1
"""Plain words that may stand between a cue and its figure: "up to like 50"."""


def cued(mention: Mention, role: Role, said: Sequence[Token], language: Language) -> Role:
    """Return a figure's role as the words beside it have it; the reader's where they are silent."""
    if mention.figure is None:
        return role
    before = [token for token in reversed(said) if token.end <= mention.start]
    after = [token for token in said if token.start >= mention.end]
    money = mention.figure.bare or mention.figure.kind in {"price", "year"}
    if role.name in UNHEARD and money and _names_budget(_words(before), _words(after), language):
        return Role("max", 1.0, 1.0, "price")
    first, plain = _before(_words(before)[::-1], language)
    dated = first == DATED and mention.figure.kind == "year"
    if role.name in UNHEARD and dated and len(said) <= SHORT:
        return Role("exact", 1.0, 1.0, "year")
    if role.name == "viewer" and mention.figure.kind not in {"", "age"}:
        role = replace(role, name="exact", field=mention.figure.kind)
    if role.name not in RELATIONS:
        return role
    last = _longest(language.cues_after, _words(after)[: language.longest_cue])
    if first == DATED and mention.figure.kind != "year":
        first = ""
    name = first if first in SIDED or not last else last
    if not name or (_against(name, role.name) and role.chance >= SURE and not plain):
        return role
    return replace(role, name=name)


def _against(one: str, other: str) -> bool:
    upper, lower = {"max", "below"}, {"min", "above"}
    return (one in upper and other in lower) or (one in lower and other in upper)


def _names_budget(before: Phrase, after: Phrase, language: Language) -> bool:
    """Tell whether a word beside a figure makes it a budget: "budget 40", "40 to spend"."""
    near = before[: language.longest_cue][::-1]
    return any(near[-len(cue) :] == cue or after[: len(cue)] == cue for cue in language.budgets)


def _before(words: Phrase, language: Language) -> tuple[str, bool]:
    """Return the cue right before a figure, "" for none, and whether no reader may overrule it.

    None may where it is denied, or says at length what it means: "no less than".
    """
    for passed in range(BETWEEN + 1):
        if passed and (len(words) < passed or words[-passed] not in language.plain):
            break
        ending = words[: len(words) - passed][-language.longest_cue :]
        for length in range(len(ending), 0, -1):
            cue = language.cues_before.get(ending[-length:])
            if cue:
                denied = words[: len(words) - passed - length][-REACH:]
                turned = any((word,) in language.denials for word in denied)
                return (TURNED.get(cue, cue) if turned else cue), turned or length >= PLAIN
    return "", False


def _longest(cues: Mapping[Phrase, str], words: Phrase) -> str:
    return next((cues[words[:n]] for n in range(len(words), 0, -1) if words[:n] in cues), "")


def _words(near: Sequence[Token]) -> Phrase:
    """Return the words up to the first mark that ends a clause."""
    clause = takewhile(lambda token: token.is_word or token.word not in _ENDS, near)
    return tuple(token.word for token in clause if token.is_word)
