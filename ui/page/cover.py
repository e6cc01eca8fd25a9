"""A drawn cover for a title without a picture: colours from its kinds, shapes from its id."""

import re
from base64 import b64encode
from collections.abc import Callable
from random import Random
from zlib import crc32

from agent.cards import Card
from ui.page.text import html

Palette = tuple[str, str, str]
"""Colours from deep to glowing; white stands out from the first two by 4.5 to 1."""

PALETTES: tuple[Palette, ...] = (
    ("#5b1a18", "#93291f", "#f2a65a"),
    ("#14304f", "#1f5582", "#f4c9a0"),
    ("#123b36", "#1d665a", "#e9d8a6"),
    ("#3a1f4d", "#693a83", "#f3b6c0"),
    ("#4a1630", "#8a2a52", "#ffc9b5"),
    ("#22293f", "#414d75", "#e8b86d"),
    ("#3d2a12", "#7a4f1a", "#f7d488"),
    ("#17362a", "#3c6b35", "#e5e29b"),
    ("#101c3d", "#343f91", "#8fd3e8"),
    ("#3b1a12", "#7d3c26", "#f6bd8b"),
)
WIDTH, HEIGHT = 200, 300
NATIVE_LETTERS = 9
_SMALL = frozenset("a an and ga in ni no of on or the to wa x".split())


def cover(card: Card) -> str:
    """Return the cover as the address of an image."""
    chance = Random(crc32(card.id.encode()))
    palette = PALETTES[crc32(" ".join(card.tags).encode()) % len(PALETTES)]
    picture: str = chance.choice(PICTURES)(chance, palette)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{_sky(palette)}{picture}{_night(card.shade)}{_native(card.native)}{_initials(card.title)}"
        "</svg>"
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def initials(title: str) -> str:
    """Return the letters that stand for a title: "CG", "86"."""
    words: list[str] = re.findall(r"[^\W_]+", title) or ["?"]
    telling = [word for word in words if word.casefold() not in _SMALL] or words
    if telling[0].isdigit():
        return telling[0][:4]
    return "".join(word[0] for word in telling[:2]).upper()


def _sky(palette: Palette) -> str:
    deep, mid, _ = palette
    return (
        '<defs><linearGradient id="s" x1="0" y1="0" x2="0.3" y2="1">'
        f'<stop offset="0" stop-color="{mid}"/><stop offset="1" stop-color="{deep}"/>'
        f'</linearGradient></defs><rect width="{WIDTH}" height="{HEIGHT}" fill="url(#s)"/>'
    )


def _sun(chance: Random, palette: Palette) -> str:
    x, y, radius = chance.randint(70, 140), chance.randint(80, 130), chance.randint(44, 64)
    waves = "".join(
        f'<path d="M0 {level} q25 {-swell} 50 0 t50 0 t50 0 t50 0 V300 H0Z" '
        f'fill="{palette[0]}" opacity="0.55"/>'
        for level, swell in ((170, 16), (192, 22), (216, 18))
    )
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{palette[2]}"/>{waves}'


def _mountains(chance: Random, palette: Palette) -> str:
    moon = f'<circle cx="{chance.randint(40, 150)}" cy="70" r="22" fill="{palette[2]}"/>'
    peaks = []
    for base, opacity in ((120, 0.35), (150, 0.5), (185, 0.75)):
        left, top, right = (base + chance.randint(-30, 30) for _ in range(3))
        middle = chance.randint(50, 150)
        peaks.append(
            f'<polygon points="0,{left + 40} {middle},{top - 20} 200,{right + 40} 200,300 0,300" '
            f'fill="{palette[0]}" opacity="{opacity}"/>'
        )
    return moon + "".join(peaks)


def _rings(chance: Random, palette: Palette) -> str:
    x, y = chance.choice((20, 180)), chance.randint(40, 110)
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{palette[2]}" '
        f'stroke-width="{width}" opacity="{opacity}"/>'
        for radius, width, opacity in ((34, 22, 0.95), (74, 9, 0.7), (104, 5, 0.5), (138, 3, 0.35))
    )
    return f"{rings}{_floor(palette)}"


def _scales(chance: Random, palette: Palette) -> str:
    size = chance.choice((25, 33))
    scales = [
        f'<g fill="none" stroke="{palette[2]}" opacity="{0.75 - row * 0.13:.2f}">'
        + "".join(
            f'<circle cx="{x + (row % 2) * size}" cy="{40 + row * size}" r="{radius}"/>'
            for x in range(0, WIDTH + size * 2, size * 2)
            for radius in (size - 1, size - 9, size - 17)
        )
        + "</g>"
        for row in range(5)
    ]
    return f'<g stroke-width="2.5">{"".join(scales)}</g>{_floor(palette)}'


def _beams(chance: Random, palette: Palette) -> str:
    x = chance.randint(60, 140)
    beams = "".join(
        f'<polygon points="{x},150 {foot},-10 {foot + 26},-10" fill="{palette[2]}" opacity="0.5"/>'
        for foot in range(-60, 260, 52)
    )
    sun = f'<circle cx="{x}" cy="150" r="40" fill="{palette[2]}"/>'
    return f"{beams}{sun}{_floor(palette, 150)}"


def _petals(chance: Random, palette: Palette) -> str:
    petals = "".join(_petal(chance, palette) for _ in range(26))
    return f"{petals}{_floor(palette, 205)}"


def _petal(chance: Random, palette: Palette) -> str:
    x, y, turn = chance.randint(5, 195), chance.randint(10, 200), chance.randint(-50, 50)
    size, opacity = chance.randint(5, 13), chance.uniform(0.35, 0.95)
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="{size}" ry="{size * 0.45:.1f}" '
        f'transform="rotate({turn} {x} {y})" fill="{palette[2]}" opacity="{opacity:.2f}"/>'
    )


PICTURES: tuple[Callable[[Random, Palette], str], ...] = (
    _sun,
    _mountains,
    _rings,
    _scales,
    _beams,
    _petals,
)


def _floor(palette: Palette, top: int = 190) -> str:
    return (
        f'<path d="M0 {top} Q100 {top - 22} 200 {top} V300 H0Z" fill="{palette[0]}" opacity="0.8"/>'
    )


def _night(shade: float) -> str:
    """Darken what is dark in tone."""
    return f'<rect width="200" height="300" fill="#000" opacity="{max(0.0, shade) * 0.45:.2f}"/>'


def _native(name: str) -> str:
    shown = html(name[:NATIVE_LETTERS])
    return (
        '<text x="178" y="16" writing-mode="vertical-rl" font-size="19" fill="#fff" '
        'stroke="#000" stroke-opacity="0.3" stroke-width="3" paint-order="stroke" '
        f'font-family="Noto Serif CJK JP, Noto Sans CJK JP, serif">{shown}</text>'
    )


def _initials(title: str) -> str:
    return (
        '<text x="16" y="280" font-size="62" font-weight="700" fill="#fff" '
        'font-family="Source Serif 4, Georgia, DejaVu Serif, serif" '
        f'letter-spacing="-2">{html(initials(title))}</text>'
    )
