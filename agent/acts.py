"""What a click on a title asks for."""

from tools.change import Change
from tools.scene import BY_ID


def asked(act: str, item: str) -> Change | None:
    """Return the change that an act on an item makes to the wishes, None for an unknown act."""
    pointed = (f"{BY_ID}{item}",)
    return {
        "more": Change(like=pointed),
        "not": Change(disliked=pointed),
        "seen": Change(seen=pointed),
        "love": Change(loved=pointed),
    }.get(act)
