"""The page's few icons, drawn with one pen."""

from types import SimpleNamespace


def _icon(*paths: str) -> str:
    drawn = "".join(f'<path d="{path}"/>' for path in paths)
    return f'<svg class="os-icon" viewBox="0 0 24 24" aria-hidden="true">{drawn}</svg>'


ICONS = SimpleNamespace(
    more=_icon("M4 7h10M4 12h7M4 17h7", "M17 12v8M13 16h8"),
    not_this=_icon("M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z", "M5.8 5.8l12.4 12.4"),
    seen=_icon("M2.5 12q9.5-15 19 0q-9.5 15-19 0z", "M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z"),
    love=_icon("M12 20.5q-16-10-7-16q5-2 7 3q2-5 7-3q9 6-7 16z"),
    watch=_icon("M6.5 3.5h11v17l-5.5-4.5l-5.5 4.5z"),
    close=_icon("M6 6l12 12M18 6l-12 12"),
    less=_icon("M5 12h14"),
    add=_icon("M5 12h14M12 5v14"),
    undo=_icon("M8.5 5l-4.5 4.5l4.5 4.5", "M4 9.5h9.5a5.5 5.5 0 0 1 0 11h-4"),
    over=_icon("M19.5 12a7.5 7.5 0 1 1-2.5-5.6", "M17.5 2.5v4.4h-4.4"),
    warn=_icon("M12 4l9 16h-18z", "M12 10v4.5M12 17.2v.3"),
)
