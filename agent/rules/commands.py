"""Messages that are no wish: reset, undo, small talk, and what this catalogue cannot serve."""

from agent.rules import sayings
from agent.rules.lexicon import Lexicon
from agent.rules.utterance import Phrases, Utterance
from agent.rules.words import REQUEST_CUES
from tools.change import Change, Reading

_REQUESTS = Phrases(REQUEST_CUES)
_FEEDBACK_FIELDS = ("seen", "disliked", "loved")


def command(message: Utterance, lexicon: Lexicon) -> Reading | None:
    """Return what a message that is no wish asks for, or None."""
    closed = closed_command(message)
    if closed is None and _is_elsewhere(message.said):
        return None if speaks_of_catalogue(message, lexicon) else Reading("out_of_scope")
    return closed


def closed_command(message: Utterance) -> Reading | None:
    """Return what a message of set words asks for, or None."""
    said = message.said
    if all(token.is_mark for token in message.tokens):
        return Reading("converse", small_talk="nothing")
    if sayings.MODEL.search(said):
        return Reading("out_of_scope", small_talk="model")
    if sayings.RESET.match(said):
        forget = _FEEDBACK_FIELDS if sayings.EVERYTHING in said else ()
        return Reading("reset", Change(reset=True, forget=forget))
    if sayings.UNDO.match(said):
        return Reading("refine", Change(undo=True))
    return _small_talk(said)


def _is_elsewhere(said: str) -> bool:
    """Tell whether a message asks for help; "a weather girl who stops the rain" is a story."""
    if not sayings.ELSEWHERE.search(said):
        return False
    return not sayings.DESCRIBED.search(said) or sayings.FACTUAL.match(said) is not None


def _small_talk(said: str) -> Reading | None:
    if sayings.GREETING.match(said):
        return Reading("converse", small_talk="greeting")
    if sayings.THANKS.match(said) or sayings.PRAISE.match(said):
        return Reading("converse", small_talk="thanks")
    if sayings.DECLINED.match(said):
        return Reading("converse", small_talk="nothing")
    if sayings.GOODBYE.match(said):
        return Reading("converse", small_talk="goodbye")
    if sayings.HELP.match(said):
        return Reading("converse", small_talk="help")
    return None


def speaks_of_catalogue(message: Utterance, lexicon: Lexicon) -> bool:
    """Tell whether a message names what the catalogue holds: "an anime about taxes" is a wish."""
    asked = {
        place
        for start in range(len(message))
        if (end := _REQUESTS.at(message, start)) is not None
        for place in range(start, end)
    }
    return any(
        word in lexicon.nouns | lexicon.kinds
        for place, word in enumerate(message.words)
        if place not in asked
    )
