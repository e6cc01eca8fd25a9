"""Fences: what others wrote stands between boundaries that cannot be forged from inside."""

import re
import unicodedata
from hashlib import blake2b
from secrets import token_bytes

_SECRET = token_bytes(32)  # the same request has the same boundary here, so that it can be cached
_ROLES = re.compile(
    r"\b(system|assistant|user|developer|human|tool|ai|model|function|instructions?)\b\s*[:=>]",
    re.IGNORECASE,
)
_MARKS = str.maketrans("[]【】「」『』{}<>`\\", '()()""""()()\'/')
_RULES = re.compile(r"([#=*_~|-])\1{2,}")
LONGEST = 600


def plain(text: str) -> str:
    """Return text in composed Latin forms, without control and invisible characters."""
    folded = unicodedata.normalize("NFKC", visible(text))
    return "".join(character for character in folded if unicodedata.category(character) != "Mn")


def visible(text: str) -> str:
    """Return text without control and invisible characters; line breaks and tabs become plain."""
    return text if text.isprintable() else "".join(map(_seen, text))


def _seen(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if category in {"Zl", "Zp"} or character in "\t\r\v\f\x85":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def neutralised(text: str, longest: int = LONGEST) -> str:
    """Return text on one line in which no marker, role, tag or rule can be read."""
    told = " ".join(plain(text).split()).translate(_MARKS)
    told = _RULES.sub(r"\1", _ROLES.sub(r"\1 –", told))
    return told if len(told) <= longest else told[:longest].rsplit(" ", 1)[0] + " …"


def fenced(**blocks: str) -> str:
    """Return blocks of data, each between boundary lines that its content cannot know."""
    told = "\n".join(blocks.values())
    boundary = blake2b(told.encode("utf-8", "replace"), key=_SECRET, digest_size=8).hexdigest()
    parts = [
        f"--- {boundary} begin {name} ---\n{text}\n--- {boundary} end {name} ---"
        for name, text in blocks.items()
        if text
    ]
    return "\n".join([f"Boundary: {boundary}", *parts])
