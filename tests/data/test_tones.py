from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from data.items import Item
from data.minilm import MiniLM
from data.profile import Profile, Tone
from data.tones import score_tones, standardised

BARE = Tone.model_validate({"low": {"name": "l"}, "high": {"name": "h"}})
GRIM, GLAD = "A grim tale of murder and death.", "A cheerful picnic with cute friends."


def item(name: str, text: str, kind: str = "", tones: Mapping[str, float] | None = None) -> Item:
    facets = {"kinds": (kind,)} if kind else {}
    return Item(name, name, description=text, facets=facets, tones=tones or {})


def score(profile: Profile, items: list[Item]) -> list[float]:
    vectors = MiniLM().encode([item.description for item in items])
    column: list[float] = score_tones(profile, items, vectors, MiniLM())[:, 0].tolist()
    return column


def test_text_and_facets_move_an_item_along_its_axis(ready: Path, games: Profile) -> None:
    items = [item("a", GRIM), item("b", GLAD), item("c", GLAD, "Horror"), item("d", GRIM, "Family")]
    grim, glad, horror, family = score(games, items)
    assert grim > glad
    assert horror > glad
    assert family < grim
    assert all(-1 <= value <= 1 for value in (grim, glad, horror, family))


def test_a_stated_tone_counts_beside_text_and_facets(ready: Path, games: Profile) -> None:
    plain = [item("c", GRIM, "Horror"), item("d", GLAD, "Family")]
    stated = [item("a", GLAD, "Family", {"dark": 1.0}), item("b", GRIM, "Horror", {"dark": -1.0})]
    high, low, horror, family = score(games, [*stated, *plain])
    assert high > family + 0.5
    assert low < horror - 0.5


def test_items_with_the_same_stated_tone_are_told_apart_by_the_estimate(
    ready: Path, games: Profile
) -> None:
    pair = [item("a", GRIM, tones={"dark": 0.5}), item("b", GLAD, tones={"dark": 0.5})]
    darker, lighter = score(games, pair)
    assert lighter < darker


def test_a_stated_tone_stands_alone_where_nothing_is_estimated(ready: Path, games: Profile) -> None:
    profile = games.model_copy(update={"tones": {"dark": BARE}})
    assert score(profile, [item("a", "x", tones={"dark": 0.5}), item("b", "x")]) == [0.5, 0.0]


@pytest.mark.parametrize("side", [{}, {"phrases": [GRIM]}])
def test_a_tone_may_go_without_phrases(
    ready: Path, games: Profile, side: dict[str, list[str]]
) -> None:
    tone = Tone.model_validate(
        {"low": {"name": "l"}, "high": {"name": "h", **side}, "facets": {"kinds:Horror": 1}}
    )
    profile = games.model_copy(update={"tones": {"dark": tone}})
    plain, horror = score(profile, [item("a", "x"), item("b", "x", "Horror")])
    assert horror > plain


def test_a_profile_without_tones_has_no_axes(games: Profile) -> None:
    bare = games.model_copy(update={"tones": {}})
    assert score_tones(bare, [item("a", "x")], np.ones((1, 384), np.float32), MiniLM()).shape == (
        1,
        0,
    )


def test_what_does_not_vary_is_level() -> None:
    assert standardised(np.full(3, 0.1, np.float32)).tolist() == [0, 0, 0]
    assert standardised(np.array([1, 3], np.float32)).tolist() == [-1, 1]
