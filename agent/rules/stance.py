"""How a phrase is meant by the words right before it: wanted, vetoed, more of it, less of it."""

from typing import Literal

from agent.rules import words
from agent.rules.utterance import Phrases, Utterance

Stance = Literal["want", "veto", "hedge", "less", "more"]
_CUES: dict[str, Stance] = {
    **dict.fromkeys(words.HEDGES, "hedge"),
    **dict.fromkeys(words.NEGATIONS, "veto"),
    **dict.fromkeys(words.VETOED_DEGREES, "veto"),
    **dict.fromkeys(words.LESS, "less"),
    **dict.fromkeys(words.MORE, "more"),
}
_PHRASES = Phrases(_CUES)


def stance_at(message: Utterance, start: int) -> tuple[int, Stance]:
    """Return where the words begin that turn the phrase at a place, and how they do."""
    place = start
    while True:
        if (begin := _PHRASES.before(message, place)) is not None:
            return begin, _CUES[" ".join(message.words[begin:place])]
        passed = message.word(place - 1) in words.PASSED_OVER and message.free(place - 1, place)
        if not passed:
            return start, "want"
        place -= 1
