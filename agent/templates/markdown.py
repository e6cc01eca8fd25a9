"""Text of catalogues and people as Markdown shows it: letter by letter."""

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>|#~$"})


def escape(text: str) -> str:
    """Return text that Markdown shows as it is written."""
    return text.translate(_SPECIAL)
