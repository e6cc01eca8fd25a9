"""Whether a message answers a question with yes or no: "sure, go on", "no, nothing like that"."""

from agent.understanding.language import Language, Phrase, languages
from agent.understanding.lexicon import ENGLISH
from agent.understanding.tokens import Token, tokens

LONGEST = 6
"""Tokens of the longest phrase that is looked up."""


def agreement(text: str, *codes: str) -> tuple[bool | None, str]:
    """Return whether a text begins with yes or no in one of some languages, and what follows it.

    Without either, None and the whole text. A "no" that words follow denies something else: "no
    horror" is no refusal; a phrase that words follow says something else: "that one is too long".
    """
    said = tokens(text)
    known = [languages()[code] for code in dict.fromkeys((*codes, ENGLISH)) if code in languages()]
    for language in known:
        yes, no = _leading(said, language.agreed), _leading(said, language.refused)
        if no and no >= yes and _stands_alone(said, no):
            return False, _after(said, no, text)
        if yes > no and (yes == 1 or _stands_alone(said, yes) or _goes_on(said[yes:], language)):
            rest = _after(said, yes, text)
            again, beyond = agreement(rest, language.code) if rest else (None, "")
            return True, beyond if again else rest
    return None, text


def _leading(said: list[Token], phrases: frozenset[Phrase]) -> int:
    """Return how many tokens a text's longest leading phrase takes."""
    for length in range(min(LONGEST, len(said)), 0, -1):
        words = tuple(token.word for token in said[:length] if token.is_word)
        if words in phrases and said[length - 1].is_word:
            return length
    return 0


def _stands_alone(said: list[Token], length: int) -> bool:
    return length == len(said) or not said[length].is_word


def _goes_on(said: list[Token], language: Language) -> bool:
    """Tell whether what follows a yes is another one: "ja, gerne"."""
    return bool(_leading(said, language.agreed))


def _after(said: list[Token], length: int, text: str) -> str:
    rest = [token for token in said[length:] if token.is_word]
    return text[rest[0].start :] if rest else ""
