"""The dialog that reads a list from elsewhere: shown first, kept on request."""

from collections.abc import Sequence

import streamlit as st

from agent.imports import Imported, read_ratings
from data.catalogue import Catalogue
from graph.memory import Entry
from infra.errors import OsusumeError
from ui.page.text import html
from ui.page.texts import figure, text, word
from ui.page.trouble import draw_trouble
from ui.page.view import View

LARGEST = 20  # megabytes
SHOWN = 12
NAMED = 30  # titles that were not found
DONE = "import-done"


def draw_import(view: View) -> None:
    """Open the dialog; nothing is kept before its button is pressed."""
    st.session_state.pop(DONE, None)

    @st.dialog(text("yours.import"), width="medium")
    def opened() -> None:
        st.html(f'<p class="os-quiet">{html(text("import.how"))}</p>')
        file = st.file_uploader(
            text("import.file"), ["xml", "gz", "csv"], key="import", max_upload_size=LARGEST
        )
        if file is None:
            return
        try:
            read = read_ratings(file.getvalue(), view.recommender.index.catalogue)
        except OsusumeError as error:
            draw_trouble(str(error))
            return
        _draw_read(view, read)
        _draw_keep(view, read, file.file_id)

    opened()


def _draw_read(view: View, read: Imported) -> None:
    catalogue = view.recommender.index.catalogue
    titles = len({entry.item for entry in read.entries})
    many = word(catalogue.profile.noun.many)
    told = text("import.read", found=titles, many=many, missing=len(read.unmatched))
    rows = "".join(_row(catalogue, entry) for entry in read.entries[:SHOWN])
    st.html(
        f'<p role="status">{html(told)}</p><ul class="os-preview">{rows}</ul>'
        f"{_folded(text('import.missing', count=len(read.unmatched)), read.unmatched)}"
        f"{_folded(text('import.refused', count=len(read.refused)), read.refused)}"
    )


def _row(catalogue: Catalogue, entry: Entry) -> str:
    rating = figure(entry.rating, 1 if entry.rating % 1 else 0) if entry.rating else ""
    told = " · ".join(part for part in (text(f"import.{entry.kind}"), rating) if part)
    return f"<li>{html(catalogue[entry.item].title)}<span>{html(told)}</span></li>"


def _folded(words: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    rows = "".join(f"<li>{html(line)}</li>" for line in lines[:NAMED])
    more = "<li>…</li>" if len(lines) > NAMED else ""
    return f"<details><summary>{html(words)}</summary><ul>{rows}{more}</ul></details>"


def _draw_keep(view: View, read: Imported, file: str) -> None:
    if st.session_state.get(DONE, ("", 0))[0] != file:
        keep = text("import.keep", count=len(read.entries))
        if not st.button(keep, key="import-keep", type="primary", disabled=not read.entries):
            return
        new = view.recommender.shelf(view.user).put_all(read.entries)
        st.session_state[DONE] = file, new
    kept = text("import.kept", count=st.session_state[DONE][1])
    st.html(f'<p class="os-done" role="status">{html(kept)}</p>')
