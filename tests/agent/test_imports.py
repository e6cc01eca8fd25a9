"""Files of ratings from elsewhere: what is used, what is not, and what is refused as a whole."""

import gzip
from typing import Any

import pytest

from agent.imports import Imported, read_ratings
from data.index import Index
from infra.errors import SourceError

TITLE = """
  <anime>
    <series_animedb_id>{id}</series_animedb_id>
    <series_title><![CDATA[{title}]]></series_title>
    <series_episodes>12</series_episodes>
    <my_score>{score}</my_score>
    <my_status>{status}</my_status>
  </anime>"""


def export(*titles: tuple[Any, str, Any, str]) -> bytes:
    parts = ("id", "title", "score", "status")
    told = "".join(TITLE.format(**dict(zip(parts, each, strict=True))) for each in titles)
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- export -->\n<myanimelist><myinfo>'
    return f"{head}<user_name>ann</user_name></myinfo>{told}</myanimelist>".encode()


def read(index: Index, data: bytes | str) -> Imported:
    return read_ratings(data.encode() if isinstance(data, str) else data, index.catalogue)


def told(imported: Imported) -> set[tuple[str, str, float | None]]:
    return {(each.item, each.kind, each.rating) for each in imported.entries}


@pytest.mark.parametrize("packed", [False, True])
def test_a_myanimelist_export_is_read(small_index: Index, packed: bool) -> None:
    ids = [item.id for item in small_index.catalogue.items[:5]]
    data = export(
        (ids[0], "One & <two>", 9, "Completed"),
        (ids[1], "Two", 0, "Watching"),
        (ids[2], "Três", 3, "Dropped"),
        (ids[3], "Four", 0, "Plan to Watch"),
        (ids[4], "Five", 0, "On-Hold"),
        ("999999", "Elsewhere", 7, "Completed"),
        (ids[0], "Again", 11, "Completed"),
        (ids[0], "Odd", 5, "Borrowed"),
        ("", "Nameless", 5, "Completed"),
    )
    imported = read(small_index, gzip.compress(data) if packed else data)
    assert told(imported) == {
        (ids[0], "seen", 9.0),
        (ids[1], "seen", None),
        (ids[2], "seen", 3.0),
        (ids[3], "watch", None),
        (ids[4], "seen", None),
    }
    assert imported.unmatched == ["Elsewhere"]
    assert imported.refused == [
        "Title 7 (Again): the rating '11' is not between 1 and 10.",
        "Title 8 (Odd): 'Borrowed' is no status.",
        "Title 9 (Nameless): it names no item.",
    ]
    assert imported.summary == "5 matched, 1 not in this catalogue, 3 refused."


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_csv_is_read(small_index: Index, between: str) -> None:
    one, two, three = (item.id for item in small_index.catalogue.items[:3])
    lines = [
        "Item_ID,Rating,Status",
        f"{one},8,",
        f"{two},,loved",
        f"{three},,plan_to_watch",
        f"{one},7.5,",
        "nowhere,5,",
        f"{two},NaN,",
        f"{two},many,",
        ",,",
        f"{three}",
    ]
    imported = read(small_index, "\ufeff" + "\r\n".join(lines).replace(",", between))
    assert told(imported) == {
        (one, "seen", 7.5),
        (two, "loved", None),
        (three, "watch", None),
        (three, "seen", None),
    }
    assert imported.unmatched == ["nowhere"]
    assert imported.refused == [
        "Line 7: the rating 'NaN' is not between 1 and 10.",
        "Line 8: 'many' is no rating.",
    ]


LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<myanimelist><anime><series_title>&lol2;</series_title></anime></myanimelist>"""
OUTSIDE = """<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<myanimelist><anime><series_title>&x;</series_title></anime></myanimelist>"""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty or no text"),
        (b"   \n", "empty or no text"),
        (b"\x00\x01\x02", "empty or no text"),
        (b"\xff\xd8\xff\xe0 a picture", "neither a MyAnimeList export nor a CSV"),
        (b"title,rating\nMonster,9\n", "neither a MyAnimeList export nor a CSV"),
        (b"<html><body>Log in</body></html>", "no export of MyAnimeList"),
        (b"<myanimelist><anime>", "broken"),
        (b"<myanimelist>&nbsp;</myanimelist>", "broken"),
        (LAUGHS.encode(), "defines entities"),
        (OUTSIDE.encode(), "defines entities"),
        (b"<myanimelist>" + b"<a>" * 100_000, "deeper than any export"),
        (b"\x1f\x8b not packed", "cannot be unpacked"),
        (gzip.compress(export((1, "One", 9, "Completed")), mtime=0)[:60], "ends in the middle"),
        (gzip.compress(b"0" * (65 * 2**20), mtime=0), "larger than 64 MB"),
        (b'item_id,rating\n"' + b"1" * 200_000, "Line 2 of that CSV is broken"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    small_index: Index, data: bytes, reason: str
) -> None:
    with pytest.raises(SourceError) as refused:
        read(small_index, data)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_another_encoding_than_was_declared_does_no_harm(small_index: Index) -> None:
    item = small_index.catalogue.items[0].id
    data = export((item, "One", 9, "Completed")).replace(b"UTF-8", b"shift_jis")
    assert told(read(small_index, data)) == {(item, "seen", 9.0)}


def test_only_so_many_rows_are_read(small_index: Index) -> None:
    item = small_index.catalogue.items[0].id
    imported = read(small_index, "item_id,rating\n" + f"{item},5\n" * 50_100)
    assert len(imported.entries) == 1
    assert imported.refused == ["Only the first 50,000 rows are read."]
