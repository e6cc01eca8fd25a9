"""Details and comparisons as small Markdown tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.answers.wording import Wording
from agent.templates.markdown import escape
from data.profile import Profile

SHOWN_VALUES = 40
TELLING_TONE = 0.35
LONGEST = 600


def details_text(profile: Profile, item: Mapping[str, Any], wording: Wording) -> str:
    """Return what is known of an item: names, facts, story, whom it suits, what is alike."""
    aliases = [name for name in item["aliases"] if name != item["title"]][:3]
    also = wording.say("facts.also", names=escape(wording.listed(aliases))) if aliases else ""
    rows = "\n".join(
        f"| {wording.label(name)} | {fact_in_words(profile, name, value, wording)} |"
        for name, value in item["facts"].items()
        if _stated(profile, name)
    )
    parts = [
        f"**{escape(item['title'])}**{also}",
        escape(_shortened(item["description"])),
        wording.say("facts.for", suits=escape(item["suits"])) if item["suits"] else "",
        f"| | |\n|---|---|\n{rows}" if rows else "",
        wording.say("facts.tone", tones=tone)
        if (tone := tone_line(item["tones"], wording))
        else "",
        _franchise_line(item, wording),
        wording.say("facts.alike", titles=escape(wording.listed(item["similar"])))
        if item["similar"]
        else "",
    ]
    return "\n\n".join(part for part in parts if part)


def comparison_table(
    profile: Profile,
    items: Sequence[Mapping[str, Any]],
    shared: Sequence[str],
    wording: Wording,
) -> str:
    """Return items side by side, a row a fact, and what they share."""
    names = [name for name in (*profile.numbers, *profile.facets) if _stated(profile, name)]
    present = [name for name in names if any(name in item["facts"] for item in items)]
    head = " | ".join(f"**{escape(item['title'])}**" for item in items)
    rows = [
        f"| {wording.label(name)} | "
        + " | ".join(
            fact_in_words(profile, name, item["facts"][name], wording)
            if name in item["facts"]
            else "–"
            for item in items
        )
        + " |"
        for name in present
    ]
    tones = " | ".join(tone_line(item["tones"], wording) or "–" for item in items)
    table = "\n".join(
        [
            f"| | {head} |",
            f"|---{'|---' * len(items)}|",
            *rows,
            f"| {wording.say('facts.tone_row')} | {tones} |",
        ]
    )
    if not shared:
        return table
    key = "facts.both_share" if len(items) == 2 else "facts.all_share"
    return f"{table}\n\n{wording.say(key, values=escape(wording.listed(list(shared))))}"


def field_sentence(profile: Profile, item: Mapping[str, Any], field: str, wording: Wording) -> str:
    """Return one fact of an item as a sentence; says so where the catalogue does not know it."""
    title = f"**{escape(item['title'])}**"
    label = wording.label(field)
    if field not in item["facts"]:
        return wording.say("facts.unstated", label=label, title=title)
    told = fact_in_words(profile, field, item["facts"][field], wording)
    counted = field in profile.numbers and profile.numbers[field].many
    if counted:
        return wording.say("facts.counted", title=title, fact=told)
    return wording.say("facts.stated", title=title, label=label, fact=told)


def fact_in_words(profile: Profile, name: str, value: Any, wording: Wording) -> str:
    """Return a fact as people write it."""
    if name in profile.numbers:
        return wording.figure(name, float(value))
    values = [value] if isinstance(value, str) else list(value)
    return escape(", ".join(values))


def tone_line(tones: Mapping[str, float], wording: Wording) -> str:
    """Return the tones that stand out, as words; strongest first."""
    telling = sorted(
        ((abs(value), axis, value) for axis, value in tones.items() if abs(value) >= TELLING_TONE),
        reverse=True,
    )
    return ", ".join(wording.tone(axis, 1 if value > 0 else -1) for _, axis, value in telling[:3])


def values_line(values: Mapping[str, int], wording: Wording) -> str:
    """Return a facet's values with their counts, the rest counted."""
    shown = list(values.items())[:SHOWN_VALUES]
    line = ", ".join(f"{escape(value)} {wording.count(count)}" for value, count in shown)
    more = len(values) - len(shown)
    return (
        wording.say("facts.more_values", values=line, count=wording.count(more)) if more else line
    )


def _franchise_line(item: Mapping[str, Any], wording: Wording) -> str:
    titles = [each["title"] for each in item["franchise"]]
    if len(titles) < 2:
        return ""
    first = escape(" → ".join(titles[:6]))
    if len(titles) <= 6:
        return wording.say("facts.franchise", titles=first)
    return wording.say("facts.franchise_more", titles=first, count=len(titles) - 6)


def _stated(profile: Profile, name: str) -> bool:
    return name not in profile.numbers or profile.numbers[name].state


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0].rstrip(",;") + " …"
