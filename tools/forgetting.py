"""Drop wishes by name: "forget the episode limit", a chip that is removed."""

from collections.abc import Iterable
from dataclasses import replace

from tools.preferences import Preferences


def forgotten(preferences: Preferences, names: Iterable[str]) -> Preferences:
    """Drop fields, facets, numbers, tones or single values by name."""
    for name in names:
        preferences = _forget(preferences, name)
    return preferences


WHOLE_FIELDS = {
    "about": "",
    "anchors": (),
    "unlike": (),
    "require": (),
    "exclude": (),
    "prefer": (),
    "ranges": (),
    "tones": (),
    "seen": (),
    "disliked": (),
    "loved": (),
    "order": None,
    "personal": False,
}


def _forget(preferences: Preferences, name: str) -> Preferences:
    if name in WHOLE_FIELDS:
        return replace(preferences, **{name: WHOLE_FIELDS[name]})  # type: ignore[arg-type]
    gone = name.casefold()

    def named(facet: str, value: str) -> bool:
        return gone in {facet.casefold(), value.casefold(), f"{facet}:{value}".casefold()}

    require = [
        replace(g, any_of=tuple(v for v in g.any_of if not named(g.facet, v)))
        for g in preferences.require
    ]
    return replace(
        preferences,
        anchors=tuple(each for each in preferences.anchors if each != name),
        unlike=tuple(each for each in preferences.unlike if f"unlike:{each}" != name),
        seen=tuple(each for each in preferences.seen if f"seen:{each}" != name),
        disliked=tuple(each for each in preferences.disliked if f"disliked:{each}" != name),
        loved=tuple(each for each in preferences.loved if f"loved:{each}" != name),
        require=tuple(g for g in require if g.any_of),
        exclude=tuple(v for v in preferences.exclude if not named(v.facet, v.value)),
        prefer=tuple(v for v in preferences.prefer if not named(v.facet, v.value)),
        ranges=tuple(r for r in preferences.ranges if r.number.casefold() != gone),
        tones=tuple(t for t in preferences.tones if t.axis.casefold() != gone),
        order=None if preferences.order and preferences.order.number == name else preferences.order,
    )
