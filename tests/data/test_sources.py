import json
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

from data.items import Item
from data.profile import Profile, load_profile
from data.sources import read_items, source_files
from data.tables import Report
from infra.errors import SourceError

Write = Callable[..., Path]

PRODUCTS = """
name: products
noun: {one: product, many: products}
facets:
  category: {label: category, single: true}
  brand: {label: brand, single: true}
numbers:
  price: {label: price, prefix: "Rs. "}
  rating: {label: rating, kind: score, decimals: 1}
sources:
  - match: [uniq_id, product_name, product_category_tree]
    id: uniq_id
    title: product_name
    description: description
    link: product_url
    facets:
      category: {column: product_category_tree, split: ">>", strip: '[]"', first: 1}
      brand: brand
    numbers:
      price: {column: [discounted_price, retail_price], parse: price}
      rating: overall_rating
    missing: [No rating available]
card: [category, price, rating]
examples: [a steel watch]
"""


@pytest.fixture
def anime() -> Profile:
    return load_profile("anime")


def read(profile: Profile, *paths: Path) -> tuple[dict[str, Item], Report]:
    report = Report()
    items = read_items(profile, source_files(profile, paths), report)
    return {item.id: item for item in items}, report


def test_a_csv_becomes_items_through_the_profile_alone(games: Profile, write: Write) -> None:
    table = write(
        "table.csv",
        "Code,Game,Also known as,Blurb,Kinds,Maker,Price,Time,Published,Rating,Unused\n"
        '7,Caf&eacute; Wars,Coffee;Caf&eacute; Wars,"Brew,\nserve.",Family|Trading|Family,Oak,'
        '"€1,299.50",1 hr. 30 min.,"Spring 2004, again 2010",8.2,x\n'
        "8,Plain,,No blurb yet,,Unknown,-,N/A,soon,great,x\n",
    )
    items, report = read(games, table)
    cafe, plain = items["7"], items["8"]
    assert cafe.title == "Café Wars"
    assert cafe.aliases == ("Coffee",)
    assert cafe.description == "Brew, serve."
    assert cafe.facets == {"kinds": ("Family", "Trading"), "maker": ("Oak",)}
    assert cafe.numbers == {"price": 1299.5, "minutes": 90, "year": 2004, "rating": 8.2}
    assert (plain.aliases, plain.description, plain.facets, plain.numbers) == ((), "", {}, {})
    assert not report.rejected
    assert report.remarks == [
        ("table.csv", 4, "year 'soon' is not a number; left out"),
        ("table.csv", 4, "rating 'great' is not a number; left out"),
    ]


def test_json_lines_become_items_through_the_same_mapping(games: Profile, write: Write) -> None:
    rows = [
        {"Code": 7, "Game": "Café", "Kinds": ["Family", "Trading"], "Price": 12.5},
        {"Code": 8, "Game": "Plain", "Also known as": None, "Published": 1999, "Price": None},
    ]
    items, report = read(games, write("table.jsonl", "\n".join(map(json.dumps, rows))))
    assert items["7"].facets == {"kinds": ("Family", "Trading")}
    assert items["8"].aliases == ()
    assert items["8"].numbers == {"year": 1999}
    assert not report.rejected and not report.remarks


def test_our_own_records_are_read_from_json_lines_and_yaml(games: Profile, write: Write) -> None:
    lines = write("a.jsonl", '{"id": 1, "title": "One", "kinds": "Family", "price": 9}')
    entries = write(
        "b.yaml",
        "- id: two\n  title: Two\n  aliases: [Zwei]\n  synopsis: A game.\n  for: two people\n"
        "  tones: {dark: -2}\n  franchise: numbers\n  entry: 2\n  link: https://two.example\n"
        "  image: 'javascript:alert(1)'\n",
    )
    items, _ = read(games, lines, entries)
    assert items["1"].facets == {"kinds": ("Family",)}
    assert items["1"].numbers == {"price": 9}
    two = items["two"]
    assert (two.tones, two.franchise, two.entry) == ({"dark": -1.0}, "numbers", 2)
    assert (two.suits, two.link, two.image) == ("two people", "https://two.example", "")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"id": 1}', "has no title"),
        ('{"id": " ", "title": "a"}', "has no id"),
        ('{"id": 1, "title": "a", "colour": "red"}', "unknown key colour"),
        ('{"id": 1, "title": "a", "tones": {"loud": 1}}', "unknown tone loud"),
        ('{"id": 1, "title": "a", "tones": {"dark": "very"}}', "tone dark is not a figure"),
        ('{"id": 1, "title": "a", "tones": {"dark": 3}}', "tone dark is not a figure"),
        ('{"id": 1, "title": "a", "tones": [1]}', "are no axes"),
        ('{"id": 1, "title": "a", "kinds": {"a": 1}}', "kinds has keys"),
        ('{"id": 1, "title": "a", "entry": 1e30}', "is not a place"),
    ],
)
def test_a_rejected_record_is_reported_with_line_and_reason(
    games: Profile, write: Write, row: str, reason: str
) -> None:
    items, report = read(games, write("a.jsonl", f'{{"id": 0, "title": "Zero"}}\n\n{row}\n'))
    assert list(items) == ["0"]
    [(file, line, why)] = report.rejected
    assert (file, line) == ("a.jsonl", 3)
    assert reason in why


def test_rows_with_the_same_id_are_merged_and_reported(games: Profile, write: Write) -> None:
    first = write("a.csv", "Code,Game,Kinds,Price\n1,One,Family,5\n2,Two,,\n1,Uno,Trading,6\n")
    second = write("b.csv", "Code,Game,Kinds,Price\n2,Two,Farming,7\n")
    items, report = read(games, first, second)
    assert items["1"].title == "One"
    assert items["1"].aliases == ("Uno",)
    assert items["1"].numbers == {"price": 5}
    assert items["2"].facets == {"kinds": ("Farming",)}
    assert items["2"].numbers == {"price": 7}
    assert report.remarks == [
        ("a.csv", 4, "has id 1 like line 2 of a.csv; the two were merged"),
        ("b.csv", 2, "has id 2 like line 3 of a.csv; the two were merged"),
    ]


def test_our_own_record_adds_to_a_table_and_wins(games: Profile, write: Write) -> None:
    table = write("a.csv", "Code,Game,Price\n1,One,5\n2,Two,6\n")
    items, report = read(games, table, write("b.jsonl", '{"id": 1, "title": "Uno", "year": 1990}'))
    assert items["1"].title == "Uno"
    assert items["1"].numbers == {"year": 1990, "price": 5}
    assert items["2"].title == "Two"
    assert len(report.remarks) == 1


def test_tables_with_other_columns_are_joined_and_leftovers_keep_their_line(
    games: Profile, write: Write
) -> None:
    facts = write("facts.csv", "Code,Game,Price\n1,One,5\n2,Two,6\n3,Three,7\n")
    texts = write("texts.csv", "Code,Game,Blurb\n1,One,First.\n3,Three,Third.\n")
    items, report = read(games, texts, facts)
    assert list(items) == ["1", "3"]
    assert (items["3"].description, items["3"].numbers) == ("Third.", {"price": 7})
    assert report.rejected == [("facts.csv", 3, "no row with the same id in texts.csv")]


def test_tables_without_a_common_id_get_a_sentence(games: Profile, write: Write) -> None:
    facts, texts = write("a.csv", "Code,Game,Price\n1,One,5"), write("b.csv", "Code,Game\n2,Two")
    with pytest.raises(SourceError, match=r"No id stands in all of a\.csv, b\.csv"):
        read(games, facts, texts)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has no rows"),
        ("Code,Game\n", "it has no rows"),
        ("Code,Price\n1,2\n", "lacks the columns Code, Game (it has Code, Price)"),
        ("Code,Game\n1\n,One\n", "all its rows were rejected (has 1 cells where the header has 2;"),
    ],
)
def test_a_file_without_items_gets_a_sentence(
    games: Profile, write: Write, text: str, reason: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read(games, write("good.csv", "Code,Game,Price\n1,One,5\n"), write("bad.csv", text))
    assert reason in str(caught.value)
    assert "bad.csv" in str(caught.value)


def test_each_source_is_read_in_its_own_encoding(write: Write, games: Profile) -> None:
    stated = games.sources[0].model_copy(update={"encoding": "cp1252"})
    profile = games.model_copy(update={"sources": (stated, *games.sources)})
    old = write("old.csv", "Code,Game\n1,Café\n".encode("cp1252"))
    new = write("new.csv", "Code,Game\n2,Cafés\n".encode())
    own = write("own.jsonl", '{"id": 3, "title": "Caféine"}')
    items, _ = read(profile, old, new, own)
    assert {item.title for item in items.values()} == {"Café", "Cafés", "Caféine"}
    only = games.model_copy(update={"sources": (stated,)})
    assert read(only, old, own)[0]["3"].title == "Caféine"


def test_paths_without_files_get_a_sentence(games: Profile, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, reason in ((empty, "holds no"), (tmp_path / "gone", "There is no file or folder")):
        with pytest.raises(SourceError, match=reason):
            source_files(games, [path])
    with pytest.raises(SourceError, match="brings no files of its own"):
        source_files(games.model_copy(update={"files": ()}), [])


def test_the_real_pair_gives_every_title_with_a_synopsis(anime: Profile, shared_data: Path) -> None:
    items, report = read(anime, shared_data / "anime")
    assert len(items) == 16_214
    assert len(report.rejected) == 17_562 - 16_214
    assert report.rejected[0] == (
        "anime.csv",
        167,
        "no row with the same id in anime_with_synopsis.csv",
    )
    bebop, film = items["1"], items["5"]
    assert bebop.numbers["episodes"] == 26
    assert bebop.numbers["minutes"] == 24
    assert bebop.facets["genres"][:2] == ("Action", "Adventure")
    assert film.numbers["minutes"] == 115
    assert not any(
        "Unknown" in values for item in items.values() for values in item.facets.values()
    )
    assert not any("&amp;" in item.title or "&#" in item.description for item in items.values())
    assert sum(not item.description for item in items.values()) >= 745


@pytest.mark.parametrize(
    ("name", "count"), [("anime.csv", 17_562), ("anime_with_synopsis.csv", 16_214)]
)
def test_either_file_of_the_pair_works_alone(
    anime: Profile, shared_data: Path, name: str, count: int
) -> None:
    items, report = read(anime, shared_data / "anime" / name)
    assert len(items) == count
    assert items["1"].facets["genres"]
    assert not report.rejected


def test_the_genre_column_may_have_either_name(
    anime: Profile, shared_data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "renamed.csv"
    copy(shared_data / "anime" / "anime_with_synopsis.csv", path)
    path.chmod(0o600)
    text = path.read_text("utf-8")
    path.write_text(text.replace("Genders,sypnopsis", "Genres,synopsis", 1), "utf-8")
    items, _ = read(anime, path)
    assert items["1"].facets["genres"][0] == "Action"
    assert items["1"].description.startswith("In the year 2071")


def test_real_products_need_a_profile_and_no_code(write: Write, shared_data: Path) -> None:
    profile = load_profile(str(write("products.yaml", PRODUCTS)))
    table = shared_data / "products" / "flipkart_com-ecommerce_sample_1050.csv"
    items, report = read(profile, table)
    assert len(items) == 1050
    assert not report.rejected and not report.remarks
    curtain = items["55b85ea15a1536d46b7190ad6fff8ce7"]
    assert curtain.numbers == {"price": 899}
    assert curtain.facets == {"category": ("Home Furnishing",), "brand": ("Elegance",)}
    assert curtain.link.startswith("http://www.flipkart.com/")
    assert sum("rating" in item.numbers for item in items.values()) == 1050 - 889
    assert len({item.facets["category"] for item in items.values()}) == 7
    assert sum("brand" in item.facets for item in items.values()) == 1050 - 338
