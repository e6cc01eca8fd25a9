"""What a message can point at, and what "#2" or "this" stands for."""

import re
from dataclasses import dataclass

from tools.change import Mention
from tools.inquiry import Inquiry

THIS = "this"
BY_ID = "id:"
_PLACE = re.compile(r"#(-?\d{1,4})")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a message can point at: the items just shown, the one last spoken of, those offered.

    `history` holds message and answer of the earlier turns, oldest first; `language` is the one
    that the person last wrote in; `asked` the question that the last answer ended with.
    """

    shown: tuple[str, ...] = ()
    focus: str = ""
    offered: tuple[str, ...] = ()
    compared: bool = True
    history: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    asked: Inquiry | None = None

    @property
    def reference(self) -> tuple[str, ...]:
        """Return the items that "shorter" and the like are relative to: none in a new request."""
        return self.shown if self.compared else ()


def point(mention: Mention, scene: Scene) -> str | None:
    """Return the id that `#2`, `this` or `id:19` points at, "" if none is, None for a title."""
    if mention.startswith(BY_ID):
        return mention.removeprefix(BY_ID)
    if mention in scene.offered or mention in scene.shown:
        return mention
    if mention == THIS:
        only = scene.shown[0] if len(scene.shown) == 1 else ""
        return scene.focus or only or (scene.shown[0] if scene.shown else "")
    if found := _PLACE.fullmatch(mention):
        listed = scene.offered or scene.shown
        place = int(found[1])
        if place < 0:
            place += len(listed) + 1
        return listed[place - 1] if 0 < place <= len(listed) else ""
    return None
