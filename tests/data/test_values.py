import pytest

from data.values import clean, minutes, number, parts, season, year


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        ("26", 26),
        ("8.75", 8.75),
        ("8,5", 8.5),
        (".5", 0.5),
        ("-3", -3),
        ("1,899.00", 1899),
        ("1,23,456", 123456),
        ("1.2e+06", 1_200_000),
        ("Rs.899", 899),
        ("€19,99", 19.99),
        ("A-12", 12),
        ("2010-2012", 2010),
        (7, 7),
        ("x", None),
        ("", None),
        (True, None),
        (float("nan"), None),
        ("1e400", None),
        ("9" * 500, None),
        (10**400, None),
        ([], None),
    ],
)
def test_the_first_figure_of_a_cell_is_its_number(cell: object, figure: float | None) -> None:
    assert number(cell) == figure


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        ("1 hr. 55 min.", 115),
        ("2 hr.", 120),
        ("24 min. per ep.", 24),
        ("15 sec. per ep.", 1),
        ("2 hours 5 minutes", 125),
        ("90", 90),
        ("Unknown", None),
    ],
)
def test_durations_are_minutes(cell: str, figure: float | None) -> None:
    assert minutes(cell) == figure


def test_years_and_seasons_are_found_in_dates() -> None:
    assert year("Apr 3, 1998 to Apr 24, 1999") == 1998
    assert year(1998.0) == 1998
    assert year("12345") is None
    assert season("spring 1998") == "Spring"
    assert season("1998") is None


def test_text_is_one_clean_line() -> None:
    assert clean("Tom &amp; Jerry\r\n\x07 caf&eacute;\u200b &#10;!") == "Tom & Jerry café !"
    assert clean("\ud800half") == "half"
    assert clean("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


def test_entities_are_decoded_before_a_cell_is_split() -> None:
    assert parts("Rock &amp; Roll; Jazz;", ";") == ["Rock & Roll", "Jazz"]
    assert parts('["Home >> Curtains"]', ">>", '[]"') == ["Home", "Curtains"]
    assert parts([1, " ", "b"]) == ["1", "b"]
