"""Markup in a model's text: markers made plain, emphasis and quotations found, what must not be."""

import re
import unicodedata

from agent.language.fence import plain

_BRACKETS = str.maketrans("\u3010\u3011\u3014\u3015\uff3b\uff3d", "[][][]")
_WRAPPED = re.compile(
    r"(?:[*_~]{1,3}|[\"“”'‘’«»„])+\s*(\[(?:\d{1,3}|[A-Z])\])\s*(?:[*_~]{1,3}|[\"“”'‘’«»„])+"
)
_ESCAPED = re.compile(r"\\([\[\]])")
_SPACED = re.compile(r"\[+\s*[#^]?(\d{1,3}|[A-Z])\s*\]+")
_SEVERAL = re.compile(r"\[\s*(\d{1,3}(?:\s*(?:,|&|and)\s*\d{1,3})+)\s*\]")
_LINK = re.compile(
    r"\w+://|\bwww\b|\bhxxps?\b|\bmailto\b|\bjavascript:|\bdata:|\]\s*\(|\S@\S|\bdot\s+(?:com|net|org|io)\b"
    r"|\b[\w-]{2,}\s?[\[(]?\.[\])]?(?:com|net|org|io|app|tv|me|co|info|xyz|gg|ru|de|uk|to|ly|dev)\b"
    r"|\b[\w-]+\.[a-z]{2,}\b(?:/|:\d)|\b[a-z\d-]{3,}\.[a-z]{2,}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"[`<>{}|\\$]|&#?\w+;|^\s*#{1,6}\s|^\s*(?:---|===|\*\*\*)|!\[|~~|[=^]{2,}")
_EMPHASIS = re.compile(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1|(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\3(?!\w)")
_QUOTED = re.compile(
    r"\"([^\"]*)\"|“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|\u2039([^\u2039\u203a]*)\u203a|‘([^‘’]*)’(?!\w)|(?<!\w)'([^']*)'(?!\w)"
)
_MARKUP = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)")
_QUOTES = re.compile(r"[\"“”„«»\u2039\u203a‘]|(?<!\w)'(?=\w)")


def normalised(text: str) -> str:
    """Return text in Latin forms with every way of writing a marker made [1]."""
    told = _ESCAPED.sub(r"\1", plain(text)).translate(_BRACKETS)
    told = _SEVERAL.sub(_parted, told)
    told = _SPACED.sub(r"[\1]", told)
    return _WRAPPED.sub(r"\1", told)


def _parted(found: re.Match[str]) -> str:
    return ", ".join(f"[{each}]" for each in re.findall(r"\d+", found[1]))


def forbidden(text: str) -> str:
    """Return what kind of thing stands in a text that no answer holds, or ""."""
    if _LINK.search(text):
        return "a link"
    if _CODE.search(text):
        return "code or markup"
    if not text.isascii() and any(map(_is_foreign, text)):
        return "another script"
    return ""


def _is_foreign(character: str) -> bool:
    if character.isascii() or not (character.isalpha() or character.isnumeric()):
        return False
    return not unicodedata.name(character, "").startswith("LATIN")


def set_apart(text: str) -> tuple[list[str], bool]:
    """Return what is emphasised or quoted, and whether a mark is left without its partner."""
    found = [
        next(part for part in each.groups()[1::2] if part) for each in _EMPHASIS.finditer(text)
    ]
    rest = _EMPHASIS.sub(lambda each: each[2] or each[4] or "", text)
    found += [next((p for p in each.groups() if p), "") for each in _QUOTED.finditer(rest)]
    rest = _QUOTED.sub(" ", rest)
    return found, bool(_MARKUP.search(rest) or _QUOTES.search(rest))


def bare(text: str) -> str:
    """Return text without emphasis."""
    return _MARKUP.sub("", text)
