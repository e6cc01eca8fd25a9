"""Names by their capitals: in "loved Game of Thrones" neither "game" nor "thrones" is a label."""

from collections.abc import Sequence

from agent.understanding.lexicon import Lexicon
from agent.understanding.tokens import Token

MOST_CAPITALS = 0.6
"""Share of words with a capital from which capitals say nothing."""

LONGEST_JOINT = 2
"""Plain words within a name: "of the"."""


def capital_names(text: str, said: Sequence[Token], lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the spans of several words that are written as a name which the lexicon lacks.

    Each holds a capitalised word, not the sentence's first, that stands for nothing known. In
    languages that write every noun with a capital there are none.
    """
    if lexicon.language.capital_nouns or text.isupper():
        return []
    spoken = [token for token in said if token.is_word]
    capitals = [text[token.start].isupper() for token in spoken]
    if not spoken or sum(capitals) > MOST_CAPITALS * len(spoken) > 1:
        return []
    return [
        (spoken[first].start, spoken[last].end)
        for first, last in _runs(text, spoken, capitals, lexicon)
        if _is_name(text, spoken[first : last + 1], lexicon)
    ]


def _runs(
    text: str, spoken: Sequence[Token], capitals: Sequence[bool], lexicon: Lexicon
) -> list[tuple[int, int]]:
    """Return first and last word of each run of capitalised words, joined by plain ones."""
    runs: list[tuple[int, int]] = []
    place = 0
    while place < len(spoken):
        if not capitals[place]:
            place += 1
            continue
        last = ahead = place
        while (ahead := _next(text, spoken, capitals, ahead, lexicon)) > last:
            last = ahead
        if last > place:
            runs.append((place, last))
        place = last + 1
    return runs


def _next(
    text: str, spoken: Sequence[Token], capitals: Sequence[bool], place: int, lexicon: Lexicon
) -> int:
    """Return the next capitalised word that is joined to this one, or this one."""
    joints = {phrase[0] for phrase in (*lexicon.language.either, *lexicon.language.also) if phrase}
    for ahead in range(place + 1, min(len(spoken), place + LONGEST_JOINT + 2)):
        between = text[spoken[ahead - 1].end : spoken[ahead].start]
        if between.strip(" '’-"):
            return place
        if capitals[ahead]:
            return ahead
        word = spoken[ahead].word
        if word not in lexicon.language.plain or word in joints:
            return place
    return place


def _is_name(text: str, run: Sequence[Token], lexicon: Lexicon) -> bool:
    starts_sentence = not text[: run[0].start].rstrip() or (
        text[: run[0].start].rstrip()[-1] in ".!?…:;\n"
    )
    known = _known(run, lexicon)
    telling = [k for k in range(int(starts_sentence), len(run)) if text[run[k].start].isupper()]
    return any(k not in known for k in telling)


def _known(run: Sequence[Token], lexicon: Lexicon) -> set[int]:
    """Return the places of a run that are plain words or parts of known phrases."""
    words = [token.word for token in run]
    known = {k for k, word in enumerate(words) if word in lexicon.language.plain}
    for start in range(len(words)):
        length, _ = lexicon.at(words[start:])
        known |= set(range(start, start + length))
    return known
