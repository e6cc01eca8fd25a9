"""How episodes, years and the like are spread over the catalogue, the current range drawn in."""

import streamlit as st

from agent.pictures import Bin, Histogram, bin_label, histograms
from data.profile import Number, Profile
from tools.preferences import from_json
from ui.page.text import html
from ui.page.texts import figure, text, word
from ui.page.view import View

LABELS = 5  # along the axis


def draw_ranges(view: View) -> None:
    """Draw the bounded numbers, or the first ones where none is bounded."""
    index = view.recommender.index
    preferences = from_json(view.conversation["preferences"])
    drawn = histograms(index, preferences)
    figures = "".join(histogram_html(each, index.catalogue.profile) for each in drawn)
    st.html(f'<div class="os-ranges">{figures}</div>')


def histogram_html(drawn: Histogram, profile: Profile) -> str:
    """Return one number's bars; those within the range stand out."""
    number = profile.numbers[drawn.name]
    bars = "".join(_bar(each, drawn, number) for each in drawn.bins)
    every = -(-len(drawn.bins) // LABELS)
    labels = "".join(
        f"<span>{html(bin_label(number, each).partition('–')[0])}</span>"
        for each in drawn.bins[::every]
    )
    said = _said(drawn, profile)
    return (
        f'<figure class="os-range"><figcaption><strong>{html(word(number.label).capitalize())}'
        f"</strong> {html(said)}</figcaption>"
        f'<div class="os-bars" role="img" aria-label="{html(f"{word(number.label)}: {said}")}">'
        f'{bars}</div><div class="os-axis" aria-hidden="true">{labels}</div></figure>'
    )


def _bar(each: Bin, drawn: Histogram, number: Number) -> str:
    height = max(100 * each.count / max(drawn.most, 1), 1.5 if each.count else 0)
    inside = ' class="os-inside"' if each.inside and drawn.bounded else ""
    told = f"{bin_label(number, each)}: {figure(each.count)}"
    return f'<i{inside} title="{html(told)}"><b style="height:{height:.1f}%"></b></i>'


def _said(drawn: Histogram, profile: Profile) -> str:
    many = word(profile.noun.many)
    if not drawn.bounded:
        return text("ranges.all", known=drawn.known, many=many)
    return text("ranges.inside", inside=drawn.inside, known=drawn.known, many=many)
