"""The name and the mark."""

from base64 import b64encode

_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
    '<rect width="40" height="40" rx="11" fill="#b2301c"/>'
    '<circle cx="20" cy="17" r="8.5" fill="#fff4e6"/>'
    '<path d="M5 27q5-4 10 0t10 0 10 0" fill="none" stroke="#fff4e6" stroke-width="2.4" '
    'stroke-linecap="round"/><path d="M9 32.5q3.7-3 7.3 0t7.3 0 7.4 0" fill="none" '
    'stroke="#fff4e6" stroke-width="2.4" stroke-linecap="round" opacity=".75"/></svg>'
)
MARK = f"data:image/svg+xml;base64,{b64encode(_MARK.encode()).decode()}"


def mark_html() -> str:
    """Return the mark with the name."""
    return (
        f'<div class="os-brand"><img src="{MARK}" alt="" width="34" height="34">'
        '<div><strong>Osusume</strong><span lang="ja">おすすめ</span></div></div>'
    )
