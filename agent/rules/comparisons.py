"""What critiques are compared with: the title after "than"."""

from agent.rules.mentions import Mentions
from agent.rules.references import References, pointed
from agent.rules.utterance import Utterance
from tools.change import Mention

Compared = dict[int, Mention]
"""By the place where "than" stands, the title that it names."""
THAN = "than"


def read_compared(message: Utterance, mentions: Mentions, references: References) -> Compared:
    """Return the titles after "than", taking the tokens; "older than 2000" is left alone."""
    found: Compared = {}
    for place in range(len(message)):
        if message.words[place] != THAN or not message.free(place, place + 1):
            continue
        if (named := _named(message, place + 1, mentions, references)) is not None:
            found[place], end = named
            message.take(place, end)
    return found


def _named(
    message: Utterance, place: int, mentions: Mentions, references: References
) -> tuple[Mention, int] | None:
    if not message.free(place, place + 1) or message.tokens[place].is_number:
        return None
    reference = references.at(message, place)
    if reference:
        return reference[1][0], reference[0]
    if (end := references.pointer_at(message, place)) is not None:
        return pointed(message, place, end), end
    title = mentions.at(message, place, cued=True)
    return (title[0][0], title[1]) if title else None
