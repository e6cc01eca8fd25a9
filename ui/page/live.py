"""HTML that answers to clicks: one element of the page, however many buttons it has."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import streamlit as st

from ui.page.text import html as escaped

Acted = Mapping[str, str]
SCRIPT = Path(__file__).with_name("live.js")


def draw_live(key: str, html: str, on_act: Callable[[Acted], None]) -> None:
    """Draw HTML, every value in it escaped by the caller.

    A click on what has `data-act` calls `on_act` with all its data attributes.
    """
    draw = st.components.v2.component(
        "osusume_live", html='<div class="os-live"></div>', js=_script(), isolate_styles=False
    )

    def acted() -> None:
        told = st.session_state[key].get("act")
        if told:
            on_act({str(name): str(value) for name, value in told.items()})

    draw(key=key, data={"html": html}, on_act_change=acted)


def button(
    act: str, words: str, *, icon: str = "", hidden: str = "", style: str = "", **data: object
) -> str:
    """Return a button that acts; `hidden` are the words for those who hear the page.

    Of the other arguments, `disabled` and `pressed` are states; the rest is handed to `on_act`.
    """
    states = " disabled" if data.pop("disabled", False) else ""
    pressed = data.pop("pressed", None)
    if pressed is not None:
        states += f' aria-pressed="{str(bool(pressed)).lower()}"'
    if hidden:
        states += f' aria-label="{escaped(hidden)}"'
        states += "" if words else f' title="{escaped(hidden)}"'
    told = "".join(f' data-{name}="{escaped(str(value))}"' for name, value in data.items())
    shown = f"<span>{escaped(words)}</span>" if words else ""
    return (
        f'<button type="button" class="os-button {style}" data-act="{act}"{told}{states}>'
        f"{icon}{shown}</button>"
    )


@cache
def _script() -> str:
    return SCRIPT.read_text("utf-8")
