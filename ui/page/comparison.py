"""The dialog with titles side by side."""

from collections.abc import Sequence

import streamlit as st

from agent.sheets import Row, Table, Tone, make_table
from ui.page.cardhtml import cover_html
from ui.page.text import html
from ui.page.texts import language, text
from ui.page.view import View


def draw_comparison(view: View, ids: Sequence[str]) -> None:
    """Open the table of two to four titles."""

    @st.dialog(text("compare.title"), width="large")
    def opened() -> None:
        st.html(table_html(make_table(view.recommender.index, ids, language())))

    opened()


def table_html(table: Table) -> str:
    """Return the table; rows in which all are alike stand back."""
    head = "".join(
        f'<th scope="col">{cover_html(card)}{html(card.title)}</th>' for card in table.cards
    )
    shared = html(text("compare.shared", values=", ".join(table.shared)))
    return (
        f'<div class="os-compare" tabindex="0" role="region" aria-label="'
        f'{html(text("compare.title"))}"><table><thead><tr><td></td>{head}</tr></thead><tbody>'
        f"{''.join(map(_row, table.rows))}{''.join(map(_tone, table.tones))}</tbody></table></div>"
        f"{f'<p>{shared}</p>' if table.shared else ''}"
    )


def _row(row: Row) -> str:
    cells = "".join(f"<td>{html(value)}</td>" for value in row.values)
    same = "" if row.differs else ' class="os-same"'
    return f'<tr{same}><th scope="row">{html(row.label)}</th>{cells}</tr>'


def _tone(tone: Tone) -> str:
    low, high = html(tone.low), html(tone.high)
    cells = "".join(
        f'<td><i class="os-line" role="img" aria-label="{low if value < 0 else high} '
        f'{abs(value):.0%}"><b style="--at:{(value + 1) / 2:.3f}"></b></i></td>'
        for value in tone.values
    )
    return f'<tr><th scope="row">{low} – {high}</th>{cells}</tr>'
