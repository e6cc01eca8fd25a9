"""The page without a browser: what is drawn, and what clicks do."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from agent.cards import Card
from ui.page.cards import card_html
from ui.page.cover import initials
from ui.page.text import around_the_list, label, without_a_stub
from ui.page.view import LOCAL_USER, SESSION, opened

PAGE = Path(__file__).resolve().parents[2] / "ui" / "app.py"
SECONDS = 60


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Let no test see what another one opened."""
    opened.clear()
    yield
    opened.clear()


@pytest.fixture
def page(bundled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the page over the bundled catalogue, with no conversation yet."""
    for part in ("indexes", "models", "embeddings"):
        (tmp_path / part).symlink_to(bundled_home / part)
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path))
    return AppTest.from_file(str(PAGE), default_timeout=SECONDS).run()


def say(page: AppTest, message: str) -> AppTest:
    page.chat_input[0].set_value(message).run()
    return page


def html(page: AppTest) -> str:
    return "\n".join(each.proto.body for each in page.get("html"))


def cards(page: AppTest) -> list[str]:
    found = re.findall(r"<h3><b>\d</b> (?:<a [^>]*>)?([^<]+)", html(page))
    return [unescape(each) for each in found]


def labelled(page: AppTest, prefix: str) -> list[str]:
    return [each.label for each in page.button if str(each.key).startswith(prefix)]


def answers(page: AppTest) -> list[str]:
    said = [each for each in page.chat_message if each.name == "assistant"]
    return ["\n".join(text.value for text in each.markdown) for each in said]


def test_an_empty_conversation_offers_examples_that_work(page: AppTest) -> None:
    assert not page.exception
    examples = labelled(page, "example-")
    assert "anime like Naruto but darker" in examples
    page.button(key="example-0").click().run()
    assert len(cards(page)) == 5


def test_a_turn_shows_five_cards_with_reasons_and_no_list_twice(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    assert not page.exception
    assert len(set(cards(page))) == 5
    assert html(page).count('class="os-because"') == 5
    assert len(answers(page)) == 1 and "1. **" not in answers(page)[0]
    assert labelled(page, "chip-") == ["like Naruto", "darker"]


def test_a_chip_acts_at_once_and_undo_brings_it_back(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    say(page, "under 30 episodes")
    shown = cards(page)
    page.button(key="chip-episodes").click().run()
    assert labelled(page, "chip-") == ["like Naruto", "darker"]
    assert cards(page) != shown
    page.button(key="back-undo").click().run()
    assert labelled(page, "chip-") == ["like Naruto", "darker", "up to 29 episodes"]


@pytest.mark.parametrize(
    ("act", "chip"), [("like", "like {}"), ("disliked", "not: {}"), ("seen", "seen: {}")]
)
def test_the_buttons_of_a_card_are_turns(page: AppTest, act: str, chip: str) -> None:
    say(page, "anime like Naruto but darker")
    second = cards(page)[1]
    page.button(key=next(k for k in keys(page, act) if k.endswith(ids(page)[1]))).click().run()
    assert label(chip.format(second)) in labelled(page, "chip-")
    assert second not in cards(page)


def keys(page: AppTest, act: str) -> list[str]:
    return [str(each.key) for each in page.button if str(each.key).startswith(f"{act}-")]


def ids(page: AppTest) -> list[str]:
    return [key.removeprefix("like-") for key in keys(page, "like")]


def test_why_is_answered_in_words_below_the_cards(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    shown = cards(page)
    page.button(key=keys(page, "why")[2]).click().run()
    assert cards(page) == shown
    assert shown[2] in answers(page)[-1].replace("\\", "")


def test_an_earlier_list_becomes_a_shelf(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    first = cards(page)
    say(page, "fewer episodes")
    assert len(cards(page)) == 5
    assert html(page).count('class="os-shelf"') == 1
    assert all(f"<span>{title}</span>" in unescape(html(page)) for title in first)


def test_a_script_in_a_message_is_shown_as_text(page: AppTest) -> None:
    say(page, "anime like Naruto <script>alert('hi')</script> :material/home: **bold**")
    said = html(page)
    assert "&lt;script&gt;alert(&#x27;hi&#x27;)&lt;/script&gt; :material/home: **bold**" in said
    assert "alert('hi')" not in said


def test_the_address_names_the_conversation_and_opens_it_again(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    again = AppTest.from_file(str(PAGE), default_timeout=SECONDS)
    again.query_params[SESSION] = page.query_params[SESSION]
    again.run()
    assert cards(again) == cards(page)
    assert labelled(again, "chip-") == labelled(page, "chip-")


def test_a_new_conversation_leaves_the_old_one_in_the_list(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    page.button(key="new").click().run()
    assert SESSION not in page.query_params
    assert labelled(page, "open-") == ["anime like Naruto but darker"]
    page.button(key=keys(page, "open")[0]).click().run()
    assert len(cards(page)) == 5


def test_the_conversation_of_somebody_else_is_not_found(page: AppTest) -> None:
    memory = opened()[0].memory
    assert memory.sessions(LOCAL_USER) == []
    page.query_params[SESSION] = memory.begin("somebody else").id
    page.run()
    assert "There is no such conversation of yours" in html(page)
    page.button[0].click().run()
    assert labelled(page, "example-")


def test_a_missing_index_is_a_sentence_with_its_command(state: Path) -> None:
    page = AppTest.from_file(str(PAGE), default_timeout=SECONDS).run()
    assert not page.exception
    assert "<code>osusume index" in html(page)
    assert not page.chat_input


def test_nothing_of_a_catalogue_is_taken_for_html() -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    card = Card("1", 1, evil, (evil,), evil, (evil,), (evil,), evil, evil, "javascript:1", evil)
    drawn = card_html(card)
    assert "onerror=alert(1)>" not in drawn
    assert "javascript:" not in drawn
    assert drawn.count("<img") == 1


@pytest.mark.parametrize(
    ("title", "letters"),
    [("Code Geass: Lelouch", "CG"), ("86: Eighty-Six", "86"), ("Hunter x Hunter", "HH"),
     ("The Garden of Words", "GW"), ("Monster", "M"), ("!!!", "?"), ("鬼滅の刃", "鬼")],
)  # fmt: skip
def test_a_cover_bears_the_initials_of_its_title(title: str, letters: str) -> None:
    assert initials(title) == letters


def test_the_list_is_cut_out_of_an_answer() -> None:
    answer = "So: darker.\n\n1. **A** (2001). It fits.\n2. **B** (2002). It too.\n\nMore?"
    assert around_the_list(answer) == ("So: darker.", "More?")
    assert around_the_list("| a | b |") == ("| a | b |", "")


def test_a_growing_answer_shows_no_number_without_its_title() -> None:
    for end in ("1", "1.", "1. ", "1. *", "1. **"):
        assert without_a_stub(f"These:\n\n{end}").strip() == "These:"
    assert without_a_stub("up to 12") == "up to 12"


def test_a_label_keeps_what_streamlit_would_take_for_an_icon() -> None:
    assert ":material/home:" not in label("a :material/home: in [text]")
    assert label("a\n[b]") == r"a \[b\]"
