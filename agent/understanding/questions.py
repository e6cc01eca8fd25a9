"""Which question a message asks, and of what."""

from collections.abc import Sequence

from agent.understanding.composing import Composer
from agent.understanding.kinds import kind_of
from agent.understanding.meaning import Meant, facet_senses
from agent.understanding.mentions import Found, Mention
from agent.understanding.reader import Judgement
from agent.understanding.senses import FieldSense, NumberSense, OrderSense, ShortcutSense
from agent.understanding.tokens import words
from data.items import fold
from data.profile import Profile
from tools.change import Question
from tools.scene import THIS, Scene

MOST_COMPARED = 5
ASKED_OF = frozenset({"ask", "than", "like", "take", "seen", "loved", "passing"})


def question_of(
    found: Found, judgement: Judgement, mentions: Sequence[Meant], composer: Composer, scene: Scene
) -> Question | None:
    """Return the question, or None where the message asks none that the tools answer."""
    acts, profile = judgement.acts, composer.scope.profile
    items = _items(found, mentions, composer, scene)
    if "ask-why" in acts or judgement.intent == "explain":
        return Question("why", items or _one(scene))
    if "ask-compare" in acts or judgement.intent == "compare":
        named = [m.words for m in found.mentions if m.kind == "title" and _is_name(m)]
        items = items if len(items) > 1 else tuple(dict.fromkeys(named)) or items
        several = items if len(items) > 1 else tuple(scene.shown[:MOST_COMPARED])
        asked = [m for m in mentions if m.kind == "title" and m.role.name in ASKED_OF]
        foreign = asked and all(m.mention not in found.mentions for m in asked)
        return None if foreign else Question("compare", several[:MOST_COMPARED])
    if "ask-which" in acts:
        return _which(found, mentions, profile, scene)
    if "ask-count" in acts and not items:
        return Question("count")
    if "ask-values" in acts and not items:
        return _values(found, profile)
    if items or scene.shown or scene.focus:
        field = _field(found, mentions, acts, profile)
        if "ask-long" in acts and field:
            field = _length(items, composer) or field
        if field:
            return Question("field", items or _one(scene), field)
        if not items and "ask-fact" in acts and composer.unexplained(found, mentions):
            return None  # "who won the match?" points at nothing here
        return Question("details", items or _one(scene))
    return None


def _items(
    found: Found, mentions: Sequence[Meant], composer: Composer, scene: Scene
) -> tuple[str, ...]:
    """Return what is asked about; of a question without it, the only name that is surely one."""
    asked = [m for m in mentions if m.kind in {"title", "place"} and m.role.name in ASKED_OF]
    surest = [m for m in asked if m.role.name == "ask"] or asked
    named = tuple(dict.fromkeys(name for m in surest for name in composer.names(m, scene)))
    if named or any(m.kind != "title" for m in mentions if m.role.name == "ask"):
        return named
    titles = [m.words for m in found.mentions if m.kind == "title" and m.hidden]
    return tuple(titles) if len(titles) == 1 else ()


def _is_name(mention: Mention) -> bool:
    """Tell whether a mention is surely a name, not a word that is spelt alike."""
    return mention.hidden or mention.proper or len(words(mention.words)) > 1


def _one(scene: Scene) -> tuple[str, ...]:
    return (THIS,) if scene.shown or scene.focus else ()


def _which(
    found: Found, mentions: Sequence[Meant], profile: Profile, scene: Scene
) -> Question | None:
    among = ("#all",) if scene.shown else ()
    for each in mentions:
        for sense in each.mention.senses:
            if isinstance(sense, OrderSense):
                return Question("best", among, sense.number, sense.highest)
            if isinstance(sense, NumberSense):
                return Question("best", among, sense.number, sense.direction > 0)
            if isinstance(sense, ShortcutSense) and sense.shortcut.ranges:
                name, bound = next(iter(sense.shortcut.ranges.items()))
                return Question("best", among, name, bound.low is not None)
    for _, name in found.fields:
        if name in profile.numbers:
            return Question("best", among, name, profile.numbers[name].kind != "amount")
    if scene.shown:
        return Question("compare", tuple(scene.shown[:MOST_COMPARED]))
    return None


def _values(found: Found, profile: Profile) -> Question | None:
    """Return the question which values a facet has; "any horror?" is a wish for it."""
    for _, name in found.fields:
        if name in profile.facets:
            return Question("list", field=name)
    return None


def _length(items: Sequence[str], composer: Composer) -> str:
    """Return the number that tells how long single pieces are, if all items are such."""
    catalogue = composer.scope.catalogue
    kinds = {kind_of(number): name for name, number in reversed(catalogue.profile.numbers.items())}
    places = [catalogue.by_name.get(fold(name), [-1])[0] for name in items]
    if not places or -1 in places or not {"count", "time"} <= set(kinds):
        return ""
    single = all(catalogue.items[place].numbers.get(kinds["count"]) == 1 for place in places)
    return kinds["time"] if single else ""


def _field(found: Found, mentions: Sequence[Meant], acts: frozenset[str], profile: Profile) -> str:
    """Return the facet or number that a question is about, "" for all there is to tell."""
    numbers, facets = profile.numbers, profile.facets
    if "ask-suitable" in acts and profile.ages:
        return next(iter(profile.ages))
    if not acts & {"ask-fact", "ask-long", "ask-count"}:
        return ""
    for _, name in found.fields:
        if name in numbers or name in facets:
            return name
    for each in mentions:
        if each.role.name not in {"ask", "want"}:
            continue
        for sense in each.mention.senses:
            if isinstance(sense, NumberSense | OrderSense):
                return sense.number
            if isinstance(sense, FieldSense):
                return sense.name
        for value in facet_senses(each):
            return value.facet
    if acts & {"ask-long", "ask-count"}:
        return next((name for name, number in numbers.items() if number.kind == "amount"), "")
    return ""
