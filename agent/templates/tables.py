"""Details and comparisons as small Markdown tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.templates.markdown import escape
from data.profile import Profile
from tools.wording import figure, listed, tone_words

SHOWN_VALUES = 40
TELLING_TONE = 0.35
LONGEST = 600


def details_text(profile: Profile, item: Mapping[str, Any]) -> str:
    """Return what is known of an item: names, facts, story, whom it suits, what is alike."""
    aliases = [name for name in item["aliases"] if name != item["title"]][:3]
    also = f" (also {escape(listed(aliases))})" if aliases else ""
    rows = "\n".join(
        f"| {_label(profile, name)} | {fact_in_words(profile, name, value)} |"
        for name, value in item["facts"].items()
        if _stated(profile, name)
    )
    parts = [
        f"**{escape(item['title'])}**{also}",
        escape(_shortened(item["description"])),
        f"For {escape(item['suits'])}." if item["suits"] else "",
        f"| | |\n|---|---|\n{rows}" if rows else "",
        f"Tone: {tone}." if (tone := tone_line(profile, item["tones"])) else "",
        _franchise_line(item),
        f"Most alike here: {escape(listed(item['similar']))}." if item["similar"] else "",
    ]
    return "\n\n".join(part for part in parts if part)


def comparison_table(
    profile: Profile, items: Sequence[Mapping[str, Any]], shared: Sequence[str]
) -> str:
    """Return items side by side, a row a fact, and what they share."""
    names = [name for name in (*profile.numbers, *profile.facets) if _stated(profile, name)]
    present = [name for name in names if any(name in item["facts"] for item in items)]
    head = " | ".join(f"**{escape(item['title'])}**" for item in items)
    rows = [
        f"| {_label(profile, name)} | "
        + " | ".join(
            fact_in_words(profile, name, item["facts"][name]) if name in item["facts"] else "–"
            for item in items
        )
        + " |"
        for name in present
    ]
    tones = " | ".join(tone_line(profile, item["tones"]) or "–" for item in items)
    table = "\n".join(
        [f"| | {head} |", f"|---{'|---' * len(items)}|", *rows, f"| tone | {tones} |"]
    )
    common = f"\n\nBoth share {escape(listed(list(shared)))}." if shared else ""
    return table + (common if len(items) == 2 else common.replace("Both", "They all"))


def field_sentence(profile: Profile, item: Mapping[str, Any], field: str) -> str:
    """Return one fact of an item as a sentence; says so where the catalogue does not know it."""
    title = f"**{escape(item['title'])}**"
    label = _label(profile, field)
    if field not in item["facts"]:
        return f"The catalogue does not state the {label} of {title}."
    told = fact_in_words(profile, field, item["facts"][field])
    counted = field in profile.numbers and profile.numbers[field].many
    return f"{title}: {told}." if counted else f"{title}: {label} {told}."


def fact_in_words(profile: Profile, name: str, value: Any) -> str:
    """Return a fact as people write it."""
    if name in profile.numbers:
        return figure(profile.numbers[name], float(value))
    values = [value] if isinstance(value, str) else list(value)
    return escape(", ".join(values))


def tone_line(profile: Profile, tones: Mapping[str, float]) -> str:
    """Return the tones that stand out, as words; strongest first."""
    telling = sorted(
        ((abs(value), axis, value) for axis, value in tones.items() if abs(value) >= TELLING_TONE),
        reverse=True,
    )
    return ", ".join(
        f"{tone_words(profile, axis, 1 if v > 0 else -1)}" for _, axis, v in telling[:3]
    )


def values_line(values: Mapping[str, int]) -> str:
    """Return a facet's values with their counts, the rest counted."""
    shown = list(values.items())[:SHOWN_VALUES]
    line = ", ".join(f"{escape(value)} {count:,}" for value, count in shown)
    more = len(values) - len(shown)
    return f"{line} and {more:,} more" if more else line


def _franchise_line(item: Mapping[str, Any]) -> str:
    titles = [each["title"] for each in item["franchise"]]
    if len(titles) < 2:
        return ""
    more = f" and {len(titles) - 6} more" if len(titles) > 6 else ""
    return f"In the same franchise, in order: {escape(' → '.join(titles[:6]))}{more}."


def _label(profile: Profile, name: str) -> str:
    declared = profile.numbers.get(name) or profile.facets.get(name)
    return declared.label if declared else name


def _stated(profile: Profile, name: str) -> bool:
    return name not in profile.numbers or profile.numbers[name].state


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0].rstrip(",;") + " …"
