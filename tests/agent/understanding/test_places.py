"""Pointers to what was shown."""

import pytest

from agent.understanding.language import languages
from agent.understanding.places import places
from agent.understanding.tokens import tokens


@pytest.mark.parametrize(
    ("code", "said", "meant"),
    [
        ("en", "the second one", ("#2",)),
        ("en", "#3", ("#3",)),
        ("en", "the last", ("#-1",)),
        ("en", "the first two", ("#1", "#2")),
        ("en", "1 and 3", ("#1", "#3")),
        ("en", "all of them", ("#all",)),
        ("en", "both", ("#1", "#2")),
        ("en", "that one", ("this",)),
        ("en", "whatever", ()),
        ("de", "der zweite", ("#2",)),
        ("fr", "le premier", ("#1",)),
        ("es", "la tercera", ("#3",)),
        ("pt", "o segundo", ("#2",)),
        ("it", "il terzo", ("#3",)),
        ("ja", "二番目", ("#2",)),
        ("zh", "第二个", ("#2",)),
    ],
)
def test_a_pointer_names_places(code: str, said: str, meant: tuple[str, ...]) -> None:
    assert places(tokens(said), languages()[code], 5) == meant
