"""`osusume train` and `osusume recommend`, as people and programs call them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.collaborative import Collaborative
from data.profile import BUNDLED
from ui.cli import main

MONSTER, DEATH_NOTE, BEBOP = "19", "1535", "1"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    bundled_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Run a command in this process; return its exit code and what it wrote."""
    monkeypatch.setenv("OSUSUME_HOME", str(bundled_home))
    monkeypatch.setenv("COLUMNS", "120")

    def osusume(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["osusume", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        return int(str(ended.value.code or 0)), told.out, told.err

    return osusume


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "ratings.csv"
        path.write_text(text, "utf-8")
        return path

    return write


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def people(count: int, items: int = 12) -> str:
    rows = [
        f"{person},t{person % 2}-{item},{6 + (person + item) % 5}"
        for person in range(count)
        for item in range(items)
        if (person * 7 + item) % 3
    ]
    return "\n".join(["user_id,item_id,rating", *rows]) + "\n"


def test_one_person_gets_a_list_with_reasons_and_nothing_that_was_rated(
    run: Run, file: Callable[[str], Path]
) -> None:
    code, out, err = run(
        "recommend", "--ratings", file(f"item_id,rating\n{MONSTER},9\n{DEATH_NOTE},8\n"), "--json"
    )
    (told,) = objects(out)
    assert (code, err, told["user"]) == (0, "", None)
    assert set(told["items"][0]) == {"id", "title", "score", "because"}
    ids = [each["id"] for each in told["items"]]
    assert len(ids) == len(set(ids)) == 10
    assert not {MONSTER, DEATH_NOTE} & set(ids)
    scores = [each["score"] for each in told["items"]]
    assert scores == sorted(scores, reverse=True)
    reasons = " ".join(reason for each in told["items"] for reason in each["because"])
    assert "because you rated Monster 9" in reasons


def test_many_people_get_one_object_each_in_the_order_of_the_file(
    run: Run, file: Callable[[str], Path]
) -> None:
    text = f"user_id,anime_id,rating\nzoe,{MONSTER},9\nann,{BEBOP},8\nzoe,{BEBOP},7\n"
    _, out, _ = run("recommend", "--ratings", file(text), "--top", "3", "--json")
    assert [(each["user"], len(each["items"])) for each in objects(out)] == [("zoe", 3), ("ann", 3)]


def test_what_was_seen_without_points_is_not_recommended(
    run: Run, file: Callable[[str], Path]
) -> None:
    rated = f"item_id,rating\n{MONSTER},9\n"
    first = objects(run("recommend", "--ratings", file(rated), "--json")[1])[0]["items"][0]["id"]
    _, out, err = run("recommend", "--ratings", file(f"{rated}{first},-1\n"), "--json")
    assert first not in {each["id"] for each in objects(out)[0]["items"]}
    assert "rating -1 is not above 0" in err


def test_what_was_disliked_is_no_reason(run: Run, file: Callable[[str], Path]) -> None:
    text = f"item_id,rating\n{MONSTER},9\n{DEATH_NOTE},9\n{BEBOP},1\n"
    _, out, _ = run("recommend", "--ratings", file(text), "--top", "30", "--json")
    assert "Cowboy Bebop" not in json.dumps([each["because"] for each in objects(out)[0]["items"]])


def test_one_title_a_franchise_is_kept_on_demand(run: Run, file: Callable[[str], Path]) -> None:
    source = file(f"item_id,rating\n{MONSTER},9\n{DEATH_NOTE},8\n")
    _, plain, _ = run("recommend", "--ratings", source, "--top", "40", "--json")
    _, apart, _ = run(
        "recommend", "--ratings", source, "--top", "40", "--json", "--one-per-franchise"
    )
    assert len(objects(plain)[0]["items"]) == len(objects(apart)[0]["items"]) == 40
    assert plain != apart


def test_titles_that_the_catalogue_lacks_are_counted(run: Run, file: Callable[[str], Path]) -> None:
    _, out, err = run("recommend", "--ratings", file("item_id,rating\nno-such,9\n"), "--json")
    assert "1 of 1 rated titles are not in the catalogue" in err
    assert objects(out)[0]["items"][0]["because"] == ["among the best loved here"]


def test_a_table_is_shown_to_people(run: Run, file: Callable[[str], Path]) -> None:
    text = f"user_id,item_id,rating\nann,{MONSTER},9\n"
    _, out, _ = run("recommend", "--ratings", file(text), "--top", "2")
    assert "For ann" in out
    assert "because you rated Monster 9" in out


def test_without_a_model_contents_decide_and_it_says_so(
    run: Run, file: Callable[[str], Path], tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(BUNDLED / "anime", bare, ignore=shutil.ignore_patterns("*.npz"))
    code, out, err = run(
        "recommend",
        "--ratings",
        file(f"item_id,rating\n{MONSTER},9\n"),
        "--catalogue",
        bare / "profile.yaml",
        "--json",
    )
    assert code == 0
    assert "No model of ratings is trained for 'anime': contents decide." in err
    told = objects(out)[0]["items"]
    assert len(told) == 10
    assert told[0]["because"] == ["in content close to Monster, which you rated 9"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title,points\nMonster,9\n", "has no column item_id, rating"),
        ("item_id,rating\n", "holds no ratings"),
        (f"item_id,rating\n{MONSTER},99\n", "holds no usable rating"),
    ],
)
def test_a_bad_file_ends_in_one_sentence(
    run: Run, file: Callable[[str], Path], text: str, told: str
) -> None:
    code, out, err = run("recommend", "--ratings", file(text), "--json")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert told in err


def test_training_writes_a_model_and_says_how_good_it_is(
    run: Run, file: Callable[[str], Path], tmp_path: Path
) -> None:
    out = tmp_path / "model.npz"
    code, written, err = run("train", "--ratings", file(people(120)), "--out", out)
    assert (code, written) == (0, "")
    told = " ".join(err.split())
    assert "Learned 24 items from" in told
    assert "people held out: NDCG@10" in told
    model = Collaborative(out)
    assert {item[:2] for item, _ in model.neighbours("t0-1", 3)} == {"t0"}
    assert model.card.command == "osusume train --ratings ratings.csv --catalogue anime"


def test_training_reports_rows_that_it_left_out(
    run: Run, file: Callable[[str], Path], tmp_path: Path
) -> None:
    text = people(120) + "5,t1-1,-1\n5,t1-2,many\n"
    _, _, err = run("train", "--ratings", file(text), "--out", tmp_path / "model.npz")
    assert "left out 1: rating -1 is not above 0 and at most 10" in err
    assert "left out 1: rating 'many' is not a number" in err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("user_id,item_id,rating\n1,1,8\n", "too few to learn from"),
        ("item_id,rating\n1,8\n", "has no column user_id"),
        ("user_id,item_id,rating\n1,1,-1\n", "holds no usable rating"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(
    run: Run, file: Callable[[str], Path], tmp_path: Path, text: str, told: str
) -> None:
    out = tmp_path / "model.npz"
    code, _, err = run("train", "--ratings", file(text), "--out", out)
    assert code == 2
    assert told in err
    assert not out.exists()
