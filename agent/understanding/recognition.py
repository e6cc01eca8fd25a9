"""Which language a message is in: by script, by letters (py3langid) and by its commonest words."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from math import log
from typing import Any

from agent.understanding.language import Language, languages
from agent.understanding.tokens import folded

_KANA = re.compile(r"[぀-ヿ]")
_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[a-zà-ɏ]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
FOREIGN_SHARE = 0.5
"""Share of letters of another script from which a message is in a language that is not read."""

LEAST = -6.0
"""The least that letters say for a language, in log chances: short messages mislead."""

TELLING = 12
"""Letters from which their kinds count fully; fewer mislead."""

SAME, SPOKEN = 1.0, 2.0
"""What speaks for the language that a person has before the first message, and for the one
that they wrote in."""

FOREIGN = ("nl", "sv", "da", "pl", "cs", "tr", "id", "vi", "fi", "hu", "ro", "ca", "tl", "hr")
"""Languages in Latin letters that are told from ours."""

FOREIGN_WORDS = 5
FOREIGN_CHANCE = 0.95
"""From so many words on, so sure, a message is taken for one in a language that is not read."""


def recognise(
    text: str,
    known: Mapping[str, Language],
    before: str,
    titles: Iterable[str] = (),
    *,
    talking: bool = False,
) -> str:
    """Return the code of the language of a message, "" for one that is not read.

    `before` is the language of the conversation so far, which counts more once the person is
    `talking`; `titles` are names in the message, which
    say nothing of its language.
    """
    rest = text
    for title in titles:
        rest = rest.replace(title, " ")
    letters = _LETTERS.findall(rest)
    if not letters:
        return before
    han = len(_HAN.findall(rest))
    if _KANA.search(rest) or (han and _KANA.search(text)):
        return "ja"
    if han >= 0.3 * len(letters):
        return "zh" if before != "ja" or han > 4 else "ja"
    if len(_LATIN.findall(rest)) < len(letters) * (1 - FOREIGN_SHARE):
        return ""
    return _by_letters_and_words(rest, known, before, SPOKEN if talking else SAME)


def script_of(text: str) -> str:
    """Return the language of the East Asian signs in a text, "" where it has none."""
    if _KANA.search(text):
        return "ja"
    return "zh" if _HAN.search(text) else ""


def _by_letters_and_words(
    text: str, known: Mapping[str, Language], before: str, same: float
) -> str:
    said = [folded(word) for word in _WORD.findall(text)]
    chances = dict(_identifier().rank(text[:1000]))
    ours = sum(chances.get(code, 0.0) for code in known)
    hits = {code: [word for word in said if word in known[code].common] for code in known}
    best = max(chances, key=chances.__getitem__)
    foreign = best not in known and chances[best] >= FOREIGN_CHANCE
    if foreign and len(said) >= FOREIGN_WORDS and max(map(len, hits.values())) < len(said) / 3:
        return ""
    weight = min(1.0, sum(map(len, said)) / TELLING)
    scores = {
        code: weight * max(log(max(chances.get(code, 0.0) / max(ours, 1e-9), 1e-9)), LEAST)
        for code in known
    }
    for word in said:
        bearers = [code for code in known if word in hits[code]]
        for code in bearers:
            scores[code] += 1 / len(bearers)
    if before in scores:
        scores[before] += same
    return max(scores, key=scores.__getitem__)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages([*languages(), *FOREIGN])
    made._full_model = (made.nb_ptc, made.nb_pc, made.nb_classes)  # 70 MB of other languages go
    return made
