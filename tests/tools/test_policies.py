"""What an operator's policies keep from every list."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from data.build import build_index
from data.embedding import EmbeddingSettings
from data.index import Index
from data.profile import Policies, load_profile
from infra.errors import ProfileError, SourceError
from tools.policies import barred
from tools.preferences import Preferences, Value, Wanted


def under(index: Index, **policies: Any) -> Any:
    """Return the index as if its profile had these policies."""
    catalogue = index.catalogue
    profile = SimpleNamespace(policies=Policies.model_validate(policies))
    parts = SimpleNamespace(
        profile=profile, facets=catalogue.facets, __len__=lambda: len(catalogue)
    )
    return SimpleNamespace(catalogue=_Sized(parts, len(catalogue)))


class _Sized:
    def __init__(self, parts: Any, size: int) -> None:
        self.profile, self.facets, self._size = parts.profile, parts.facets, size

    def __len__(self) -> int:
        return self._size


def titles(index: Index, mask: Any) -> set[str]:
    return {item.title for item, kept in zip(index.catalogue.items, mask, strict=True) if kept}


def test_without_policies_nothing_is_kept_back(small_index: Index) -> None:
    assert not barred(small_index, Preferences()).any()


def test_what_is_never_shown_is_shown_to_who_names_it(small_index: Index) -> None:
    policed = under(small_index, never={"kinds": ["Horror"]})
    assert "Night Ledger" in titles(small_index, barred(policed, Preferences()))
    for wish in (
        Preferences(require=(Wanted("kinds", ("Horror",)),)),
        Preferences(prefer=(Value("kinds", "Horror"),)),
    ):
        assert not barred(policed, wish).any()


def test_a_standing_filter_has_no_way_round(small_index: Index) -> None:
    policed = under(small_index, only={"kinds": ["Trading", "Family"]})
    wish = Preferences(require=(Wanted("kinds", ("Horror",)),))
    kept_back = titles(small_index, barred(policed, wish))
    assert "Night Ledger" in kept_back
    assert "Lantern Road" not in kept_back


PROFILE = """
name: shelf
noun: {one: book, many: books}
facets: {stock: {label: stock}}
files: [books.jsonl]
card: [stock]
examples: [a book]
policies: {only: {stock: [available]}}
"""


def test_a_policy_that_leaves_nothing_is_told_at_indexing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path / "home"))
    books = [{"id": str(n), "title": f"Book {n}", "stock": ["in stock"]} for n in range(3)]
    (tmp_path / "books.jsonl").write_text("\n".join(map(json.dumps, books)), "utf-8")
    (tmp_path / "shelf.yaml").write_text(PROFILE, "utf-8")
    with pytest.raises(SourceError, match=r"stock is available.*they have in stock"):
        build_index(load_profile(str(tmp_path / "shelf.yaml")), EmbeddingSettings())


def test_a_policy_of_an_unknown_facet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shelf.yaml"
    path.write_text(PROFILE.replace("only: {stock", "only: {stok"), "utf-8")
    with pytest.raises(ProfileError, match="stok"):
        load_profile(str(path))


def test_adult_titles_are_not_shown_unasked() -> None:
    never = load_profile("anime").policies.never
    assert "Rx - Hentai" in never["rating"]
