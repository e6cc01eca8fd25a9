"""What has been gathered of a message, before it is one change."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tools.change import Bounds, Change, Critique
from tools.preferences import Order, Value, Wanted

MOST_ABOUT = 60
"""Characters of free text that are searched for: a long message is never quoted back."""

Kept = TypeVar("Kept", bound=Hashable)


@dataclass(slots=True)
class Draft:
    """What has been gathered of a message."""

    about: list[str] = field(default_factory=list)
    like: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)
    loved: list[str] = field(default_factory=list)
    disliked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    require: list[Wanted] = field(default_factory=list)
    exclude: list[Value] = field(default_factory=list)
    prefer: list[Value] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    numbers: list[Critique] = field(default_factory=list)
    tones: list[Critique] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)
    order: Order | None = None
    unknown: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)
    """Feelings that are no tone of the profile: searched for where there is nothing else."""

    def change(self) -> Change:
        """Return the gathered wishes as a change."""
        return Change(
            about=_cut(", ".join(self.about)),
            like=unique(self.like),
            unlike=unique(self.unlike),
            require=unique(self.require),
            exclude=unique(self.exclude),
            prefer=unique(self.prefer),
            bounds=tuple(self.bounds),
            numbers=tuple(self.numbers),
            tones=tuple(self.tones),
            seen=unique(self.seen),
            disliked=unique(self.disliked),
            loved=unique(self.loved),
            forget=unique(self.forget),
            order=self.order,
        )

    def reconcile(self) -> None:
        """Let the plainer word count where two contradict: what is excluded is not favoured."""
        excluded = set(self.exclude)
        wanted = {(group.facet, value) for group in self.require for value in group.any_of}
        narrowed = [
            replace(w, any_of=tuple(v for v in w.any_of if Value(w.facet, v) not in excluded))
            for w in self.require
        ]
        self.require = [group for group in narrowed if group.any_of]
        self.prefer = [
            value
            for value in self.prefer
            if value not in excluded
            and ((value.facet, value.value) not in wanted or len(wanted) > 1)
        ]
        rejected = {*self.disliked, *self.unlike}
        self.like = [each for each in self.like if each not in rejected]


def unique(values: Iterable[Kept]) -> tuple[Kept, ...]:
    """Return values in order, each once."""
    return tuple(dict.fromkeys(values))


def _cut(text: str) -> str:
    """Return a text cut after a word where it is too long."""
    return text if len(text) <= MOST_ABOUT else text[:MOST_ABOUT].rpartition(" ")[0].rstrip(",")
