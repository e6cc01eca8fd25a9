"""Nothing of one catalogue and no list of one language's words stands in the code that reads."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.understanding.language import languages
from data.profile import load_profile

ROOT = Path(__file__).resolve().parent.parent
READING = (
    "agent/understanding", "agent/answers", "agent/templates", "data", "graph", "tools", "ui/page",
)  # fmt: skip
FEW = 12
"""From so many words on a text may be a list of a language's words."""

OF_TEXTS = {"data/words.py", "data/stems.py", "ui/page/cover.py"}
"""What leaves words out of the catalogue's own texts and titles, whatever the person speaks."""


def files() -> list[Path]:
    return sorted(path for room in READING for path in (ROOT / room).rglob("*.py"))


def literals(path: Path) -> Iterator[ast.Constant]:
    """Yield the texts of a module that are neither docstrings nor messages of errors."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


@pytest.fixture(scope="module")
def labels() -> set[str]:
    """Return the bundled catalogue's labels, as its items bear them."""
    profile = load_profile("anime")
    own = {value for facet in profile.facets.values() for value in facet.synonyms}
    words = profile.vocabularies["en"].facets.values() if "en" in profile.vocabularies else ()
    found = own | {value for values in words for value in values}
    assert len(found) > 100
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_label_of_the_bundled_catalogue_is_in_the_code(path: Path, labels: set[str]) -> None:
    assert {node.value for node in literals(path)} & labels == set()


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_list_of_english_words_is_in_the_code(path: Path) -> None:
    if str(path.relative_to(ROOT)) in OF_TEXTS:
        return
    plain = languages()["en"].plain
    for node in literals(path):
        words = str(node.value).split()
        told = any(sign in str(node.value) for sign in ".;:→{")
        share = sum(word in plain for word in words) / max(1, len(words))
        assert told or len(words) < FEW or share <= 0.5, f"{path}:{node.lineno}"
