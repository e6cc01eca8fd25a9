from collections.abc import Callable
from pathlib import Path

import pytest

from data.profile import find_profile, load_profile
from infra.errors import ProfileError

Write = Callable[..., Path]
LEAST = "name: games\nnoun: {one: game, many: games}\ncard: []\nexamples: [trains]\n"


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (LEAST + "colour: red", "colour", "unknown key"),
        (LEAST + "numbers: {price: {label: p, prefixx: $}}", "numbers.price.prefixx", "unknown"),
        (LEAST + "numbers: 3", "numbers", "valid dictionary"),
        (LEAST + "numbers: {price: {label: p, decimals: many}}", "numbers.price.decimals", "int"),
        (LEAST.replace("card: []", "card: [price]"), "card names price", "does not declare"),
        (LEAST + "sources: [{match: A, id: A}]", "sources.0.title", "required"),
        (LEAST + "sources: [{match: A, id: A, title: B, facets: {kind: C}}]", "kind", "declare"),
        (LEAST + "sources: [{match: A, id: A, title: B, encoding: utf9}]", "encoding", "'utf9'"),
        (LEAST + "sources: [{match: A, id: A, title: B, encoding: hex}]", "encoding", "'hex'"),
        (LEAST.replace("games\n", "My Games\n", 1), "name", "pattern"),
        (LEAST + "shortcuts: [{say: big, ranges: {size: {low: 3}}}]", "size", "declare"),
        (
            LEAST + "numbers: {a: {label: a}}\nshortcuts: [{say: b, ranges: {a: {low: x%}}}]",
            "low",
            "",
        ),
        (LEAST + "numbers: a: b", "line 5", "not valid YAML"),
        (LEAST + "x: !!bool 7", "tag", "not valid YAML"),
        ("- a\n- b", "no keys", "docs"),
        ("", "no keys", "docs"),
        ("[" * 5000, "nested deeper", "not valid YAML"),
    ],
)
def test_a_wrong_profile_is_refused_by_file_and_key(
    write: Write, text: str, key: str, reason: str
) -> None:
    path = write("games.yaml", text)
    with pytest.raises(ProfileError) as caught:
        load_profile(str(path))
    sentence = str(caught.value)
    assert str(path) in sentence
    assert key in sentence
    assert reason in sentence
    assert "\n" not in sentence


def test_a_profile_in_another_encoding_is_refused(write: Write) -> None:
    with pytest.raises(ProfileError, match="utf-8"):
        load_profile(str(write("games.yaml", "name: caf\xe9".encode("cp1252"))))


@pytest.mark.parametrize("name", ["nowhere", "", "no/such.yaml", "a\0b"])
def test_a_profile_that_is_not_there_gets_a_sentence(state: Path, name: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(name)
    assert "anime" in str(caught.value) or "Cannot read the profile" in str(caught.value)


def test_a_profile_in_the_state_folder_comes_before_a_bundled_one(state: Path) -> None:
    assert find_profile("anime").is_file()
    own = state / "catalogues" / "anime" / "profile.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(LEAST)
    assert find_profile("anime") == own


def test_the_bundled_profile_is_valid() -> None:
    assert load_profile("anime").name == "anime"


def test_a_byte_order_mark_does_no_harm(write: Write) -> None:
    assert load_profile(str(write("games.yaml", "\ufeff" + LEAST))).noun.many == "games"


def test_years_scores_and_money_have_their_usual_words(write: Write) -> None:
    told = """
numbers:
  price: {label: price, prefix: "€"}
  year: {label: year, kind: year, less: [earlier]}
  pages: {label: pages}
"""
    numbers = load_profile(str(write("games.yaml", LEAST + told))).numbers
    assert "cheaper" in numbers["price"].less
    assert "newest" in numbers["year"].most
    assert numbers["year"].less == ("earlier",)
    assert numbers["pages"].more == ()
