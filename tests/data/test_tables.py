from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.profile import Profile
from data.sources import read_items
from data.tables import Report, Row, read_rows
from infra.errors import SourceError

HEADER = "id,title,year"
Write = Callable[..., Path]


def read(path: Path, encoding: str = "utf-8-sig") -> tuple[list[Row], Report]:
    report = Report()
    return read_rows(path, encoding, report), report


def ids(rows: list[Row]) -> list[str]:
    return [row["id"] for _, row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "id,title,year\n1,One,1990\n2,Two,1991\n",
        "\ufeffid,title,year\n1,One,1990\n2,Two,1991",
        "id,title,year\r\n1,One,1990\r\n\r\n2,Two,1991\r\n",
        "id,title,year\r1,One,1990\r2,Two,1991\r",
        ' id ,"title", year\n1,"One",1990\n2,Two,1991\n',
    ],
    ids=["plain", "byte order mark", "CRLF", "CR", "padded header"],
)
def test_every_common_way_to_write_a_csv_is_read(write: Write, text: str) -> None:
    rows, report = read(write("a.csv", text))
    assert ids(rows) == ["1", "2"]
    assert rows[0][1] == {"id": "1", "title": "One", "year": "1990"}
    assert not report.rejected


def test_a_row_keeps_the_line_it_began_on(write: Write) -> None:
    rows, _ = read(write("a.csv", f'{HEADER}\n1,"two\nlines",1990\n\n2,Two,1991\n'))
    assert [line for line, _ in rows] == [2, 5]


def test_unicode_line_separators_do_not_end_a_row(write: Write) -> None:
    rows, report = read(write("a.csv", f"{HEADER}\n1,One\u2028and\x85a\x0chalf,1990\n2,Two,1991\n"))
    assert ids(rows) == ["1", "2"]
    assert not report.rejected


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ('1,"One,1990', "not valid CSV"),
        ('1,"One"x,1990', "not valid CSV"),
        ("1,One", "has 2 cells where the header has 3"),
        ("1,One,1990,extra", "has 4 cells where the header has 3"),
        ("1,O\0ne,1990", "holds a NUL byte"),
    ],
)
def test_a_damaged_row_costs_only_itself(write: Write, damaged: str, reason: str) -> None:
    others = '2,"Two, the second",1991\n3,Three,1992\n4,"Four",1993\n'
    rows, report = read(write("a.csv", f"{HEADER}\n0,Zero,1989\n{damaged}\n{others}"))
    assert ids(rows) == ["0", "2", "3", "4"]
    [(file, line, why)] = report.rejected
    assert (file, line) == ("a.csv", 3)
    assert why.startswith(reason)


def test_an_open_quote_in_the_last_row_costs_only_that_row(write: Write) -> None:
    plain = "".join(f"{number},Plain,1990\n" for number in range(1000))
    rows, report = read(write("a.csv", f'{HEADER}\n{plain}x,"open,1990\n{plain}'))
    assert len(rows) == 2000
    assert [line for _, line, _ in report.rejected] == [1002]


def test_an_open_quote_that_a_later_one_closes_swallows_nothing(write: Write) -> None:
    rows, report = read(write("a.csv", 'id,title\n1,"open\n2,"closed"\n3,Three\n'))
    assert ids(rows) == ["2", "3"]
    assert [line for _, line, _ in report.rejected] == [2]


@pytest.mark.parametrize("text", ["", "\n", HEADER, f"{HEADER}\n", f"{HEADER}\n\n\n"])
def test_a_file_without_rows_has_none(write: Write, text: str) -> None:
    assert read(write("a.csv", text)) == ([], Report())


@pytest.mark.parametrize(
    ("name", "content", "encoding", "sentence"),
    [
        ("a.csv", b"id,title\n1,caf\xe9\n", "utf-8-sig", "not utf-8 text: byte 14 (0xe9)"),
        ("a.csv", "id,title\n1,x\n".encode("utf-16"), "utf-8", "(encoding: utf-16)"),
        ("a.csv", "id,title\n1,x\n".encode("utf-16-le"), "utf-8", "byte 1 (0x00)"),
        ("a.jsonl", '{"id": 1}'.encode("utf-16-be"), "utf-8", "(encoding: utf-16)"),
        ("a.yaml", b"- id: caf\xe9", "utf-8", "(encoding: cp1252)"),
        ("a.csv", b"id\n\x81", "cp1252", "not cp1252 text: byte 3 (0x81)"),
    ],
)
def test_a_wrong_encoding_is_named_with_the_byte(
    write: Write, name: str, content: bytes, encoding: str, sentence: str
) -> None:
    path = write(name, content)
    with pytest.raises(SourceError) as caught:
        read(path, encoding)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_stated_encoding_is_read(write: Write) -> None:
    rows, _ = read(write("a.csv", "id,title\n1,café\n".encode("utf-16")), "utf-16")
    assert rows == [(2, {"id": "1", "title": "café"})]


@pytest.mark.parametrize("missing", ["gone.csv", "folder.csv", "notes.txt"])
def test_what_is_no_readable_file_gets_a_sentence(tmp_path: Path, missing: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SourceError, match=missing):
        read(tmp_path / missing)


def test_damaged_json_lines_cost_only_themselves(write: Write) -> None:
    lines = ['{"id": 1, "score": NaN}', '{"id": 2', "[3]", "", "[" * 100_000, "1" * 5000]
    rows, report = read(write("a.jsonl", "\n".join([*lines, '{"id": 4}'])))
    assert rows == [(1, {"id": 1, "score": None}), (7, {"id": 4})]
    assert [line for _, line, _ in report.rejected] == [2, 3, 5, 6]


def test_yaml_entries_keep_their_lines(write: Write) -> None:
    rows, report = read(write("a.yaml", "# list\n- id: 1\n  1990: x\n- two\n- id: 3\n"))
    assert rows == [(2, {"id": 1, "1990": "x"}), (5, {"id": 3})]
    assert report.rejected == [("a.yaml", 4, "is not an entry with keys")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- id: 1\n- a: b: c", "line 2: mapping values are not allowed"),
        ("- id: 1\n- !!bool 7", "does not fit its tag"),
        ("- 2001-99-99", "month must be in 1..12"),
        ("- " * 5000, "nested deeper than 60 levels"),
        ("id: 1", "is not a list of entries"),
        ("", "is not a list of entries"),
        ("- \x07", "control characters are not allowed"),
    ],
)
def test_yaml_that_cannot_be_read_gets_a_sentence(write: Write, text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read(write("a.yaml", text))
    assert "a.yaml" in str(caught.value)


@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.text(alphabet='Code,Game\n\r"\0 \ufeff1ü|[]{}:-&*!', max_size=200).map(str.encode),
        st.text(max_size=100).map(lambda text: f"Code,Game,Price\n{text}".encode()),
        st.text(max_size=100).map(lambda text: f"- id: 1\n  title: {text}".encode()),
    ),
    suffix=st.sampled_from([".csv", ".jsonl", ".yaml"]),
)
@example(content=b'{"id": 1, "title": "a", "price": 1' + b"0" * 400 + b"}", suffix=".jsonl")
@example(content=b'{"id": 1, "title": "\\ud800", "tones": [1]}', suffix=".jsonl")
@example(content=b"- {id: 1, title: a, tones: {1: x}}", suffix=".yaml")
@example(content=b"- " + b"[" * 100_000 + b"]" * 100_000, suffix=".yaml")
def test_arbitrary_bytes_give_items_or_a_sentence(content: bytes, suffix: str) -> None:
    profile = Profile.model_validate(
        {
            "name": "games",
            "noun": {"one": "game", "many": "games"},
            "numbers": {"price": {"label": "price"}},
            "sources": [
                {"match": "Code", "id": "Code", "title": "Game", "numbers": {"price": "Price"}}
            ],
            "card": ["price"],
            "examples": [],
        }
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"any{suffix}"
        path.write_bytes(content)
        report = Report()
        try:
            items = read_items(profile, [path], report)
        except SourceError as error:
            assert "any" in str(error)
        else:
            assert all(item.id and item.title.encode() for item in items)
        assert all(line >= 1 and reason for _, line, reason in report.rejected)
