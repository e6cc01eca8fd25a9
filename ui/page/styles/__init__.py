"""How the page looks: style sheets, one a subject."""

from functools import cache
from pathlib import Path

import streamlit as st

# Streamlit's own page says English, whatever is drawn in it.
LANGUAGE = '<script>document.documentElement.lang = "{language}";</script>'


def draw_styles(language: str) -> None:
    """Put the style sheets into the page, and say which language it is in."""
    st.html(f"<style>{_sheets()}</style>")
    st.html(
        f'<span class="os-hidden"></span>{LANGUAGE.format(language=language)}',
        unsafe_allow_javascript=True,
    )


@cache
def _sheets() -> str:
    folder = Path(__file__).parent
    names = sorted(folder.glob("*.css"), key=lambda path: (path.stem != "base", path.stem))
    return "\n".join(path.read_text("utf-8") for path in names)
