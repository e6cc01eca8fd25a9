"""Ratings out of files, good and bad, and what is held out of them."""

from pathlib import Path

import numpy as np
import pytest

from data.heldout import KEPT_BACK, LIKED, cases, part_of, users_of
from data.ratings import Ratings, matrix, read_ratings
from data.tables import Report
from infra.errors import SourceError


def read(folder: Path, text: str, one_user: bool = False) -> tuple[Ratings, list[str]]:
    path = folder / "ratings.csv"
    path.write_text(text, "utf-8")
    report = Report()
    return read_ratings(path, report, one_user), [reason for *_, reason in report.rejected]


@pytest.mark.parametrize("column", ["item_id", "anime_id"])
def test_ratings_are_read_by_user_and_item(tmp_path: Path, column: str) -> None:
    ratings, rejected = read(tmp_path, f"user_id,{column},rating\nann,19,9\nann,5,7.5\nbob,19,8\n")
    assert ratings.given == {"ann": {"19": 9.0, "5": 7.5}, "bob": {"19": 8.0}}
    assert (len(ratings), ratings.raters["19"], rejected) == (3, 2, [])


def test_of_two_ratings_of_one_item_the_last_counts(tmp_path: Path) -> None:
    ratings, _ = read(tmp_path, "user_id,item_id,rating\nann,19,3\nann,19,9\n")
    assert ratings.given == {"ann": {"19": 9.0}}


def test_a_file_of_one_person_needs_no_column_of_users(tmp_path: Path) -> None:
    ratings, _ = read(tmp_path, "item_id,rating\n19,9\n", one_user=True)
    assert ratings.given == {"": {"19": 9.0}}


def test_what_was_seen_without_points_is_remembered_as_seen(tmp_path: Path) -> None:
    ratings, rejected = read(tmp_path, "user_id,item_id,rating\nann,19,9\nann,20,-1\nann,21,\n")
    assert ratings.seen == {"ann": frozenset({"20", "21"})}
    assert rejected == ["rating -1 is not above 0 and at most 10", "has no rating"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("11", "rating 11 is not above 0 and at most 10"),
        ("0", "rating 0 is not above 0 and at most 10"),
        ("nan", "rating nan is not above 0 and at most 10"),
        ("good", "rating 'good' is not a number"),
    ],
)
def test_a_rating_out_of_range_is_reported_and_left_out(
    tmp_path: Path, cell: str, reason: str
) -> None:
    ratings, rejected = read(tmp_path, f"user_id,item_id,rating\nann,19,9\nann,20,{cell}\n")
    assert (len(ratings), rejected) == (1, [reason])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("user,score\nann,9\n", "no column item_id, rating; it has user, score"),
        ("item_id,rating\n19,9\n", "no column user_id"),
        ("user_id,item_id,rating\n", "holds no ratings"),
        ("", "holds no ratings"),
        ("user_id,item_id,rating\nann,19,-1\nann,20,-1\n", "2 rows were left out"),
        ("user_id,item_id,rating\nann,,9\n", "a row has no item_id"),
    ],
)
def test_a_file_without_use_is_refused_in_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(SourceError, match=sentence):
        read(tmp_path, text)


@pytest.mark.parametrize("name", ["missing.csv", ".", "ratings.xlsx"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError):
        read_ratings(tmp_path / name, Report())


def test_a_fingerprint_does_not_depend_on_the_order() -> None:
    one = Ratings({"ann": {"1": 9.0, "2": 8.0}, "bob": {"1": 7.0}})
    other = Ratings({"bob": {"1": 7.0}, "ann": {"2": 8.0, "1": 9.0}})
    assert one.fingerprint() == other.fingerprint()
    assert one.fingerprint() != one.of(["ann"]).fingerprint()


def test_a_matrix_keeps_the_wanted_items_and_turns() -> None:
    ratings = Ratings({"ann": {"1": 9.0, "2": 8.0}, "bob": {"3": 1.0}, "cid": {"2": 7.0}})
    by_user = matrix(ratings, ["2", "1"])
    assert by_user.starts.tolist() == [0, 2, 2, 3]
    assert by_user.columns.tolist() == [1, 0, 0]
    by_item = by_user.turned(2)
    assert by_item.starts.tolist() == [0, 2, 3]
    assert by_item.columns.tolist() == [0, 2, 0]
    assert np.array_equal(by_item.points, np.array([8, 7, 9], np.float32))


def crowd(size: int = 200) -> Ratings:
    return Ratings(
        {
            f"u{user}": {f"i{item}": 5.0 + (user + item) % 6 for item in range(10)}
            for user in range(size)
        }
    )


def test_people_fall_into_parts_that_never_change_and_never_meet() -> None:
    ratings = crowd()
    parts = {part: set(users_of(ratings, part)) for part in ("train", "tune", "test")}
    assert set.union(*parts.values()) == set(ratings.given)
    assert sum(map(len, parts.values())) == len(ratings.given)
    assert all(map(len, parts.values()))
    assert (part_of("1"), part_of("2")) == ("test", "train")


def test_a_case_never_tells_what_it_wants_found() -> None:
    for case in cases(crowd(), "test"):
        assert part_of(case.user) == "test"
        assert len(case.given) == 10 * (1 - KEPT_BACK)
        assert case.wanted and not case.wanted & set(case.given)
        assert all(crowd().given[case.user][item] >= LIKED for item in case.wanted)


def test_what_is_kept_back_is_the_same_whatever_the_order() -> None:
    ratings = crowd()
    turned = Ratings(
        {user: dict(reversed(list(given.items()))) for user, given in ratings.given.items()}
    )
    assert [case.wanted for case in cases(ratings, "tune")] == [
        case.wanted for case in cases(turned, "tune")
    ]


def test_the_real_ratings_are_read_whole(shared_data: Path) -> None:
    report = Report()
    ratings = read_ratings(shared_data / "ratings" / "ratings.csv", report)
    assert (len(ratings), len(ratings.given), len(ratings.raters)) == (330_989, 3_741, 6_823)
    assert report.rejected == []
