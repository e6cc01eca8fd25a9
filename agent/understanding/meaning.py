"""A mention together with its role: what the composers work on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from agent.understanding.cues import RELATIONS, cued
from agent.understanding.language import Language
from agent.understanding.mentions import Finder, Found, Mention, kind_of_senses
from agent.understanding.reader import Judgement, Role, Spotted
from agent.understanding.senses import FacetSense, NumberSense, Sense
from agent.understanding.tokens import words

SURE_POSITIVE = 0.55
"""Certainty from which something is wanted; below, it is said not to have been understood."""

SURE_NEGATIVE = 0.55
"""Certainty from which something is vetoed, or said of a title."""

SURE_LISTED = 0.8
"""Certainty from which a label in a list has its own role."""

SURELY_FILLER, COMPARED_FILLER = 0.9, 0.99
_BREAKS = frozenset(".;!?…。；！？")
IDIOM = 4
"""Words from which a phrase for a feeling is no filler."""

_WISHED = frozenset({"want", "must", "maybe", "avoid", "more", "less"})
_POINTED = frozenset({"like", "unlike", "loved", "disliked", "seen", "take", "ask"})


@dataclass(frozen=True, slots=True)
class Meant:
    """A mention and what it is for; `inside` tells that it is part of a described theme."""

    mention: Mention
    role: Role
    inside: bool = False

    @property
    def kind(self) -> str:
        """Return the kind of the mention."""
        return self.mention.kind

    @property
    def is_sure(self) -> bool:
        """Tell whether the role is sure enough to be acted on."""
        if self.role.positive:
            return self.role.certainty >= SURE_POSITIVE
        return self.role.certainty >= SURE_NEGATIVE


def meant(found: Found, judgement: Judgement, finder: Finder) -> list[Meant]:
    """Return all mentions with their roles, in the order of the text."""
    heard = _heard(found, judgement, finder)
    fillers = [m for m, role in zip(found.mentions, heard, strict=True) if role.name == "none"]
    names = [s for s in judgement.spotted if not _plain(s, found, finder)]
    whole = [_joined(s, fillers, found.text) for s in names if not _fragment(s, found)]
    spotted = [_filled(found, spot, finder) for spot in whole]
    language = finder.lexicon.language
    themes = [each.mention for each in spotted if each.kind == "theme"]
    dated = _dated(found, heard, finder.is_plain)
    dated = _listed(found, _asked_for(found, _beside(found, dated), language), language)
    said = [cued(m, r, found.tokens, language) for m, r in zip(found.mentions, dated, strict=True)]
    known = [
        Meant(_by_role(mention, role), role, _within(mention, themes))
        for mention, role in zip(found.mentions, said, strict=True)
        if role.name != "none"
    ]
    return sorted([*known, *spotted], key=lambda each: (each.mention.start, -each.mention.end))


def _heard(found: Found, judgement: Judgement, finder: Finder) -> Sequence[Role]:
    """Return the roles; a known wish that is all a message says is one: "fewer episodes"."""
    roles = [_compared(m, r) for m, r in zip(found.mentions, judgement.roles, strict=True)]
    inside = {k for m in found.mentions for k in range(m.start, m.end)}
    rest = [t.word for t in found.tokens if t.is_word and t.start not in inside]
    if len(found.mentions) != 1 or not all(map(finder.is_plain, rest)):
        return roles
    (role,), (mention,) = roles, found.mentions
    said = role.name == "none" and bool(mention.senses) and mention.kind != "title"
    return (Role("want", 1.0, 1.0, role.field),) if said else roles


def _compared(mention: Mention, role: Role) -> Role:
    """Return the role of a phrase that is hardly filler: "fewer episodes", "edge of my seat"."""
    told = bool(mention.senses) and all(isinstance(s, NumberSense) for s in mention.senses)
    several = len(words(mention.words)) > 1
    if told and several and role.name == "none" and role.certainty < COMPARED_FILLER:
        return Role("more", 1.0, 1.0, role.field)
    idiom = mention.kind == "tone" and bool(mention.senses) and len(words(mention.words)) >= IDIOM
    if idiom and role.name == "none" and role.certainty < COMPARED_FILLER:
        return Role("want", 1.0, 1.0, role.field)
    return role


def _dated(found: Found, heard: Sequence[Role], is_plain: Callable[[str], bool]) -> list[Role]:
    """Return the roles with a label and a year side by side as a date: "summer of 2011"."""
    roles = list(heard)
    for place, (one, other) in enumerate(pairwise(found.mentions)):
        years = [each.figure is not None and each.figure.kind == "year" for each in (one, other)]
        label, year = (place + 1, place) if years[0] else (place, place + 1)
        if sum(years) != 1 or found.mentions[label].kind != "value":
            continue
        between = words(found.text[one.end : other.start])
        near = not between or (len(between) == 1 and is_plain(between[0]))
        if near and roles[year].name in RELATIONS | {"none"}:
            roles[year] = Role("exact", 1.0, 1.0, "year")
            if roles[label].name == "none" and (not between or not _guessed(found.mentions[label])):
                roles[label] = Role("want", 1.0, 1.0)
    return roles


def _beside(found: Found, heard: Sequence[Role]) -> list[Role]:
    """Return the roles with a label right behind a wanted one as wanted: "mystery movies"."""
    roles = list(heard)
    for place, (one, other) in enumerate(pairwise(found.mentions)):
        near = not found.text[one.end : other.start].strip()
        labels = one.kind == other.kind == "value"
        role = roles[place + 1]
        if near and labels and role.name == "none" and role.chance < SURELY_FILLER:
            wanted = roles[place].name in {"want", "must"}
            roles[place + 1] = Role("want", 1.0, 1.0, role.field) if wanted else role
    return roles


def _asked_for(found: Found, heard: Sequence[Role], language: Language) -> list[Role]:
    """Return the roles with a label behind "what" or "good" as wanted: "what film?"."""
    roles = list(heard)
    for place, mention in enumerate(found.mentions):
        if mention.kind != "value" or roles[place].name != "none" or not _guessed(mention):
            continue
        before = [token.word for token in found.tokens if token.end <= mention.start]
        if before and before[-1] in language.which:
            roles[place] = Role("want", 1.0, 1.0, roles[place].field)
    return roles


def _listed(found: Found, heard: Sequence[Role], language: Language) -> list[Role]:
    """Return the roles with labels in one list as one: "Netflix, Hulu and Max".

    Where they differ and some are unsure, that of the surest counts.
    """
    roles = list(heard)
    for run in _runs(found, language):
        heard_of = [roles[k] for k in run]
        known = [role for role in heard_of if role.positive or role.negative]
        if not known or len({role.name for role in heard_of}) == 1:
            continue
        surest = max(known, key=lambda role: role.chance)
        for k in run:
            if roles[k].certainty < SURE_LISTED:
                roles[k] = surest
    return roles


def _runs(found: Found, language: Language) -> list[list[int]]:
    """Return places of labels of one facet that only "and", "or" or a comma part."""
    joints = {word for phrase in (*language.either, *language.also) for word in phrase}
    runs: list[list[int]] = []
    for place, (one, other) in enumerate(pairwise(found.mentions)):
        facets = [{s.facet for s in m.senses if isinstance(s, FacetSense)} for m in (one, other)]
        between = found.text[one.end : other.start]
        apart = set(between) & _BREAKS or not set(words(between)) <= joints
        if one.kind != other.kind or not facets[0] & facets[1] or apart:
            continue
        if runs and runs[-1][-1] == place:
            runs[-1].append(place + 1)
        else:
            runs.append([place, place + 1])
    return runs


def _guessed(mention: Mention) -> bool:
    """Tell whether a label is one by itself; "winter" is one only beside a year."""
    return any(isinstance(sense, FacetSense) and sense.guess for sense in mention.senses)


def _fragment(spot: Spotted, found: Found) -> bool:
    """Tell whether a spotted span is but what stands around a known mention: "the … one"."""
    if not any(sign.isalnum() for sign in found.text[spot.start : spot.end]):
        return True
    return any(
        mention.kind == spot.kind
        and (0 <= mention.start - spot.end <= 1 or 0 <= spot.start - mention.end <= 1)
        for mention in found.mentions
    )


def _plain(spot: Spotted, found: Found, finder: Finder) -> bool:
    """Tell whether a spotted name is but words that name nothing: "the"."""
    if spot.kind not in {"title", "person"}:
        return False
    said = [t.word for t in found.tokens if spot.start < t.end and t.start < spot.end and t.is_word]
    return all(map(finder.is_plain, said)) and not finder.names(found.text[spot.start : spot.end])


def _joined(spot: Spotted, fillers: Sequence[Mention], text: str) -> Spotted:
    """Return a spotted name with the words beside it that are no labels: "squid" and "game"."""
    if spot.kind not in {"title", "person", "audience"}:
        return spot
    start, end = spot.start, spot.end
    for each in fillers:
        if each.end <= start and not text[each.end : start].strip(" '’-"):
            start = each.start
        elif end <= each.start and not text[end : each.start].strip(" '’-"):
            end = each.end
    return replace(spot, start=start, end=end)


def _by_role(mention: Mention, role: Role) -> Mention:
    """Return a mention as the kind that its role shows.

    A bare figure that something was said of is a place in the list ("seen 2"), a name that is
    wished like a label is that label ("a Drama with a Monster").
    """
    if mention.kind == "title" and role.name in _WISHED and kind_of_senses(mention.senses):
        return replace(mention, kind=kind_of_senses(mention.senses))
    pointed = role.name in _POINTED and mention.figure is not None and mention.figure.bare
    return replace(mention, kind="place") if pointed else mention


def _filled(found: Found, spot: Spotted, finder: Finder) -> Meant:
    """Return a spotted span with what the catalogue knows of its words."""
    start, end = _trimmed(found.text, *_whole(found, spot.start, spot.end))
    words = found.text[start:end]
    senses: tuple[Sense, ...] = ()
    figure = None
    if spot.kind == "title":
        start, end = finder.named(found, start, end)
        start = _capital_start(found, start, end, finder)
        words = found.text[start:end]
    if spot.kind == "figure":
        figure = finder.figure(found.text, start, end, found.tokens)
    elif spot.kind in {"value", "tone", "order", "theme", "person"}:
        senses = tuple(sense for _, _, few in finder.senses(words) for sense in few)
    return Meant(Mention(start, end, spot.kind, words, senses, figure), spot.role)


def _capital_start(found: Found, start: int, end: int, finder: Finder) -> int:
    """Return where an unknown name begins: with its capital in "in the vein of Inception"."""
    inside = [token for token in found.tokens if start <= token.start and token.end <= end]
    if finder.lexicon.language.capital_nouns or finder.names(found.text[start:end]):
        return start
    capitals = [token.start for token in inside if found.text[token.start].isupper()]
    return capitals[0] if capitals else start


def _whole(found: Found, start: int, end: int) -> tuple[int, int]:
    """Return a span widened to whole words: a reader of pieces may miss an ending."""
    for token in found.tokens:
        if token.is_word and token.start < start < token.end:
            start = token.start
        if token.is_word and token.start < end < token.end:
            end = token.end
    return start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not (text[start].isalnum() or text[start] in "#$£€₹¥"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "%+!"):
        end -= 1
    return start, end


def _within(mention: Mention, themes: Iterable[Mention]) -> bool:
    return any(theme.start <= mention.start and mention.end <= theme.end for theme in themes)


def facet_senses(each: Meant) -> Sequence[FacetSense]:
    """Return the facet values that a mention names."""
    return [sense for sense in each.mention.senses if isinstance(sense, FacetSense)]
