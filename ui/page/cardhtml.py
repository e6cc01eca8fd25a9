"""Cards, tiles and covers as HTML; every value is escaped."""

from collections.abc import Collection
from dataclasses import dataclass

from agent.cards import Card
from ui.page.cover import cover
from ui.page.icons import ICONS
from ui.page.live import button
from ui.page.text import html
from ui.page.texts import figure, text

COMPARED = 4  # titles that a table can hold


@dataclass(frozen=True, slots=True)
class Scene:
    """What cards are drawn amid: `place` is unique on the page, `watch` the ids to see later."""

    place: str
    busy: bool = False
    watch: Collection[str] = ()
    loved: Collection[str] = ()
    seen: Collection[str] = ()


def card_html(card: Card, scene: Scene) -> str:
    """Return a card."""
    name = f"{scene.place}-{card.rank}"
    return (
        f'<article class="os-card" aria-labelledby="{name}">{cover_html(card)}'
        f'<div class="os-head"><h3 id="{name}"><b>{card.rank}</b> {html(card.title)}</h3>'
        f"{_new(card)}"
        f"{_alias(card)}"
        f'<p class="os-facts">{facts_html(card)}</p>{tags_html(card)}</div>'
        f'<div class="os-body">{_reason(card, name)}{notes_html(card)}</div>'
        f"{_acts(card, scene)}{_pick(card)}</article>"
    )


def _new(card: Card) -> str:
    return f'<em class="os-new">{html(text("card.new"))}</em>' if card.new else ""


def tile_html(card: Card, scene: Scene) -> str:
    """Return a small card, of which several stand in a row."""
    name = f"{scene.place}-{card.rank}"
    reason = card.because[0] if card.because else ""
    return (
        f'<article class="os-tile" aria-labelledby="{name}">{cover_html(card)}'
        f'<h3 id="{name}">{html(card.title)}</h3><p>{html(_capital(reason))}</p>'
        f'<div class="os-acts">{_details(card)}{_marks(card, scene)}</div></article>'
    )


def cover_html(card: Card) -> str:
    """Return a title's cover: the drawn one, with the picture over it where there is one."""
    picture = ""
    if card.image.startswith("https://"):
        picture = (
            f'<img src="{html(card.image)}" alt="" loading="lazy" referrerpolicy="no-referrer">'
        )
    return f'<div class="os-cover"><img src="{cover(card)}" alt="">{picture}</div>'


def facts_html(card: Card) -> str:
    """Return the figures of a title, the score first."""
    told = [f"<span>{html(fact)}</span>" for fact in card.facts]
    if card.score:
        heard = html(text("card.score", score=card.score))
        told.insert(
            0,
            f'<strong><span aria-hidden="true">★ {html(card.score)}</span>'
            f'<span class="os-heard">{heard}</span></strong>',
        )
    return " ".join(told)


def tags_html(card: Card) -> str:
    """Return the kinds of a title."""
    tags = "".join(f"<li>{html(tag)}</li>" for tag in card.tags)
    return (
        f'<ul class="os-tags" aria-label="{html(text("card.kinds"))}">{tags}</ul>' if tags else ""
    )


def notes_html(card: Card) -> str:
    """Return what a title warns of."""
    if not card.notes:
        return ""
    label = html(text("card.notes"))
    notes = html(", ".join(card.notes))
    return f'<p class="os-notes">{ICONS.warn}<span class="os-heard">{label}: </span>{notes}</p>'


def bars_html(evidence: tuple[tuple[str, float], ...]) -> str:
    """Return what added to a score, as bars to the right, and what took from it, to the left."""
    most = max((abs(value) for _, value in evidence), default=0.0) or 1.0
    return "".join(
        f'<li><span>{html(signal_words(name))}</span><i class="{"os-minus" if value < 0 else ""}" '
        f'style="--share:{abs(value) / most:.2f}"></i><b>{figure(value, 2)}</b></li>'
        for name, value in evidence
        if abs(value) >= 0.005  # shown as 0.00
    )


def signal_words(name: str) -> str:
    """Return the name of a signal in words: "tone:dark" is the tone "dark"."""
    kind, _, axis = name.partition(":")
    known = text(f"signal.{kind}") if kind in SIGNALS else kind
    return f"{known} ({axis})" if axis else known


SIGNALS = frozenset(
    "meaning words crowd facets form acclaim renown sequel tone liked mood taste order".split()
)


def _alias(card: Card) -> str:
    return f'<p class="os-alias">{html(card.alias)}</p>' if card.alias else ""


def _reason(card: Card, name: str) -> str:
    """Return the first reason; pointing at it, or reaching it by keyboard, shows the evidence."""
    if not card.because:
        return ""
    first, *others = (_capital(reason) for reason in card.because)
    more = "".join(f"<li>{html(reason)}</li>" for reason in others)
    return (
        f'<div class="os-reason"><button type="button" aria-describedby="{name}-why">'
        f'{html(first)}</button><div class="os-evidence" role="tooltip" id="{name}-why">'
        f'<ul class="os-because">{more}</ul><ul class="os-shares">{bars_html(card.evidence)}</ul>'
        "</div></div>"
    )


def _acts(card: Card, scene: Scene) -> str:
    return (
        f'<div class="os-acts">{_act(card, scene, "more", ICONS.more)}'
        f"{_act(card, scene, 'not', ICONS.not_this)}{_details(card)}{_marks(card, scene)}</div>"
    )


def _act(card: Card, scene: Scene, act: str, icon: str) -> str:
    words = text(f"card.{act}")
    hidden = f"{words}: {card.title}"
    return button(act, words, icon=icon, hidden=hidden, id=card.id, disabled=scene.busy)


def _details(card: Card) -> str:
    words = text("card.details")
    return button("details", words, hidden=f"{words}: {card.title}", id=card.id)


def _marks(card: Card, scene: Scene) -> str:
    marks = (
        ("seen", ICONS.seen, scene.seen, scene.busy),
        ("love", ICONS.love, scene.loved, scene.busy),
        ("watch", ICONS.watch, scene.watch, False),
    )
    drawn = "".join(
        button(
            act,
            "",
            icon=icon,
            hidden=f"{text(f'card.{act}')}: {card.title}",
            style="os-mark",
            id=card.id,
            pressed=card.id in marked,
            disabled=disabled,
        )
        for act, icon, marked, disabled in marks
    )
    return f'<span class="os-marks">{drawn}</span>'


def _pick(card: Card) -> str:
    words, title = html(text("compare.pick")), html(card.title)
    return (
        f'<label class="os-pick"><input type="checkbox" data-pick="{html(card.id)}" '
        f'aria-label="{words}: {title}">{words}</label>'
    )


def _capital(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"
