"""The corpus' format, and what its check says of files that break it."""

from pathlib import Path

import pytest

from agent.understanding.annotations import CorpusError, Mark, read_block, read_corpus
from agent.understanding.check import CORPUS, alike, main
from agent.understanding.vocabulary import KINDS, ROLES

HEAD = "language: en\ndomain: films\nauthor: en-99\nvoice: somebody\n\n"


@pytest.fixture
def block(tmp_path: Path) -> Path:
    return tmp_path / "films-99.txt"


def test_marks_are_taken_out_of_the_text_and_keep_their_places(block: Path) -> None:
    said = "refine more | no [horror|value:avoid], [2 h|figure:max:time]"
    block.write_text(f"{HEAD}@ A; B\n{said}\n")
    (message,) = read_block(block).messages
    assert message.text == "no horror, 2 h"
    assert message.marks == (
        Mark(3, 9, "value", "avoid"),
        Mark(11, 14, "figure", "max", "time"),
    )
    assert (message.intent, message.acts, message.listed) == ("refine", ("more",), ("A", "B"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("wish | a film", "'wish' is no intent"),
        ("recommend sing | a film", "'sing' is no act"),
        ("recommend | a [film|thing:want]", "no such kind"),
        ("recommend | a [film|value:seen]", "a value takes one of"),
        ("recommend | [2 h|figure:max]", "figures, and only they, have a field"),
        ("recommend | [film|value:want:time]", "figures, and only they, have a field"),
        ("recommend | a [film|value:want", "a mark is not closed"),
        ("recommend | a [ film|value:want]", "begins or ends with a space"),
    ],
)
def test_a_wrong_line_is_told_with_its_place(block: Path, line: str, told: str) -> None:
    block.write_text(HEAD + line + "\n")
    with pytest.raises(CorpusError) as caught:
        read_block(block)
    assert str(caught.value).startswith(f"{block}:6: ")
    assert told in str(caught.value)


def test_a_head_without_a_line_is_told(block: Path) -> None:
    block.write_text("language: en\n\nrecommend | a film\n")
    with pytest.raises(CorpusError, match="the head has no 'domain'"):
        read_block(block)


def test_a_message_that_repeats_another_is_told(block: Path) -> None:
    said = "recommend | tonight I would love to see some old [western|value:want] with my dad"
    block.write_text(f"{HEAD}{said}\n{said.replace('western', 'musical')}\n")
    (line,) = alike([read_block(block)])
    assert f"{block}:7: shares" in line


def test_the_check_counts_what_is_wrong(block: Path, capsys: pytest.CaptureFixture[str]) -> None:
    block.write_text(f"{HEAD}wish | a film\n")
    assert main([str(block)]) == 1
    assert "is no intent" in capsys.readouterr().out


def test_every_role_is_of_known_kinds() -> None:
    assert all(kinds <= set(KINDS) for kinds in ROLES.values())


def test_the_corpus_has_what_was_promised() -> None:
    blocks = read_corpus(CORPUS)
    counts: dict[str, int] = {}
    for each in blocks:
        counts[each.language] = counts.get(each.language, 0) + len(each.messages)
    assert sum(counts.values()) >= 5000
    assert counts["en"] >= 2000
    assert all(counts[code] >= 400 for code in ("pt", "es", "fr", "de", "it", "ja", "zh"))
    anime = sum(len(each.messages) for each in blocks if each.domain == "anime")
    assert anime <= sum(counts.values()) / 2
