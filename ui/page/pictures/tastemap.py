"""The taste map: the catalogue in grey, what was shown, loved and rejected above it."""

import streamlit as st

from agent.tastemap import Kind, Marks, Region, Spot, TasteMap, make_map
from tools.preferences import from_json
from ui.page.acting import act_on_item
from ui.page.live import button, draw_live
from ui.page.text import html
from ui.page.texts import figure, text, word
from ui.page.view import View

WIDTH, HEIGHT, MARGIN = 800, 600, 34
NAMED = ("anchor", "shown")  # whose titles stand on the map
LONGEST = 24  # characters of a title on the map
KINDS: tuple[Kind, ...] = ("anchor", "shown", "loved", "rejected", "earlier")
SHAPES: dict[Kind, str] = {
    "anchor": '<path d="M0-9 9 0 0 9-9 0Z"/>',
    "shown": '<circle r="7"/>',
    "loved": '<path d="M0 8C-12-1-7-9-2-7L0-5 2-7C7-9 12-1 0 8Z"/>',
    "rejected": '<path d="M-6-6 6 6M6-6-6 6"/>',
    "earlier": '<circle r="4.5"/>',
    "other": '<circle r="3"/>',
}


def draw_taste_map(view: View) -> None:
    """Draw the map; a click on a title asks for more like it."""
    drawn = make_map(view.recommender.index, _marks(view))
    if not drawn.spots:
        st.html(f'<p class="os-small">{html(text("map.absent"))}</p>')
        return
    draw_live("taste-map", map_html(drawn), lambda acted: act_on_item(view, acted))


def _marks(view: View) -> Marks:
    preferences = from_json(view.conversation["preferences"])
    taste = view.recommender.shelf(view.user).taste()
    earlier = [each for turn in view.conversation["history"] for each in turn["shown"]]
    return Marks(
        anchors=preferences.anchors,
        shown=[each["id"] for each in view.conversation["recommendations"]],
        loved={*preferences.loved, *taste.loved},
        rejected={*preferences.disliked, *taste.disliked},
        earlier=list(dict.fromkeys(earlier)),
    )


def map_html(drawn: TasteMap) -> str:
    """Return the map with its legend and its list; every title is escaped."""
    others = "".join(_spot(spot) for spot in drawn.of("other"))
    regions = "".join(_region(region) for region in drawn.regions)
    marked = "".join(_spot(spot) for spot in drawn.spots if spot.kind != "other")
    count = len(drawn.of("other"))
    said = text("map.about", count=count, size=drawn.size, marked=len(drawn.spots) - count)
    return (
        f'<figure class="os-map"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{html(said)}">{others}{regions}{marked}</svg>'
        f"<figcaption>{html(text('map.how'))}</figcaption>{_legend(drawn)}</figure>"
    )


def _at(x: float, y: float) -> tuple[float, float]:
    across = MARGIN + (x + 1) / 2 * (WIDTH - 2 * MARGIN)
    return round(across, 1), round(MARGIN + (1 - y) / 2 * (HEIGHT - 2 * MARGIN), 1)


def _spot(spot: Spot) -> str:
    across, down = _at(spot.x, spot.y)
    side = ' class="os-left"' if across > WIDTH * 0.7 else ""
    shown = spot.title if len(spot.title) <= LONGEST else f"{spot.title[: LONGEST - 1].rstrip()}…"
    always = " os-named" if spot.kind in NAMED else ""
    return (
        f'<g class="os-spot os-{spot.kind}{always}" data-act="more" data-id="{html(spot.id)}" '
        f'transform="translate({across} {down})">{SHAPES[spot.kind]}'
        f"<text{side}>{html(shown)}</text></g>"
    )


def _region(region: Region) -> str:
    across, down = _at(region.x, region.y)
    return f'<text class="os-region" x="{across}" y="{down}">{html(word(region.name))}</text>'


def _legend(drawn: TasteMap) -> str:
    rows = "".join(_row(kind, drawn.of(kind)) for kind in KINDS)
    if not rows:
        return ""
    return f"<details><summary>{html(text('map.list'))}</summary><dl>{rows}</dl></details>"


def _row(kind: Kind, spots: list[Spot]) -> str:
    if not spots:
        return ""
    label = f"{text(f'map.{kind}')} · {figure(len(spots))}"
    mark = f'<svg class="os-{kind}" viewBox="-11 -11 22 22" aria-hidden="true">{SHAPES[kind]}</svg>'
    titles = "".join(f"<li>{_like(spot)}</li>" for spot in spots)
    return f"<dt>{mark}{html(label)}</dt><dd><ul>{titles}</ul></dd>"


def _like(spot: Spot) -> str:
    said = text("map.more", title=spot.title)
    return button("more", spot.title, hidden=said, id=spot.id)
