"""The page without a browser: what is drawn, and what clicks do."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape, unescape
from pathlib import Path

import pytest
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from agent.cards import Card
from agent.sheets import Entry, Row, Sheet, Table, Tone
from ui.page.cardhtml import Scene as CardScene
from ui.page.cardhtml import card_html, tile_html
from ui.page.comparison import table_html
from ui.page.cover import initials
from ui.page.details import sheet_html
from ui.page.identity import LOCAL_USER
from ui.page.talk import WINDOW
from ui.page.text import around_the_list, label, without_a_stub
from ui.page.view import SESSION, opened

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
    """Return all HTML of the page, that of what can be clicked included."""
    live = [json.loads(each.proto.json)["html"] for each in page.get("bidi_component")]
    return "\n".join([*(each.proto.body for each in page.get("html")), *live])


def act(page: AppTest, act: str, **data: str) -> AppTest:
    """Click a button that is drawn as HTML, as the browser tells of it."""
    pointed = "".join(
        f' data-{name}="{escape(data[name])}"' for name in ("id", "name") if name in data
    )
    drawn = [
        each
        for each in page.get("bidi_component")
        if f'data-act="{act}"{pointed}' in json.loads(each.proto.json)["html"]
    ]
    states = WidgetStates()
    clicked = states.widgets.add()
    clicked.id = _make_trigger_id(drawn[-1].proto.id, "events")
    told = [{"event": "act", "value": {"act": act, **data}}]
    clicked.json_trigger_value = json.dumps(told)
    return page._run(states)


def cards(page: AppTest) -> list[str]:
    found = re.findall(r'<h3 id="wish-\d"><b>\d</b> ([^<]+)', html(page))
    return [unescape(each) for each in found]


def ids(page: AppTest) -> list[str]:
    return re.findall(r'data-act="more" data-id="([^"]+)"', html(page))


def chips(page: AppTest) -> list[str]:
    found = re.findall(r'class="os-chip"[^>]*><span>([^<]+)', html(page))
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
    assert html(page).count('class="os-reason"') == 5
    assert len(answers(page)) == 1 and "1. **" not in answers(page)[0]
    assert chips(page) == ["like Naruto", "darker"]


def test_a_chip_acts_at_once_and_undo_brings_it_back(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    say(page, "under 30 episodes")
    shown = cards(page)
    act(page, "gone", name="episodes")
    assert chips(page) == ["like Naruto", "darker"]
    assert cards(page) != shown
    act(page, "undo")
    assert chips(page) == ["like Naruto", "darker", "up to 29 episodes"]


def test_a_chip_moves_by_steps(page: AppTest) -> None:
    say(page, "anime like Naruto but darker, under 30 episodes")
    act(page, "add", name="dark")
    act(page, "less", name="episodes")
    assert chips(page) == ["like Naruto", "darker still", "up to 22 episodes"]
    act(page, "less", name="dark")
    act(page, "less", name="dark")
    assert chips(page) == ["like Naruto", "up to 22 episodes"]


@pytest.mark.parametrize(
    ("clicked", "chip"),
    [("more", "like {}"), ("not", "not: {}"), ("seen", "seen: {}"), ("love", "loved: {}")],
)
def test_the_buttons_of_a_card_are_turns(page: AppTest, clicked: str, chip: str) -> None:
    say(page, "anime like Naruto but darker")
    second = cards(page)[1]
    act(page, clicked, id=ids(page)[1])
    assert chip.format(second) in chips(page)
    assert second not in cards(page)


def test_a_title_kept_for_later_is_no_turn_and_can_be_let_go(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    shown, kept = cards(page), ids(page)[0]
    shelf = opened()[0].shelf(LOCAL_USER)
    act(page, "watch", id=kept)
    assert shelf.taste().watch == {kept}
    assert f'data-act="watch" data-id="{kept}" aria-pressed="true"' in html(page)
    act(page, "watch", id=kept)
    assert not shelf.taste().watch and cards(page) == shown


def test_details_and_comparison_open_over_the_page(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    first, second = ids(page)[:2]
    act(page, "details", id=first)
    assert 'class="os-sheet"' in html(page) and not page.exception
    act(page, "compare", ids=f"{first} {second}")
    assert html(page).count('<th scope="col">') == 2 and not page.exception


def test_the_last_message_is_edited_in_its_place(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    say(page, "under 30 episodes")
    act(page, "edit", message="under 60 episodes")
    assert chips(page) == ["like Naruto", "darker", "up to 59 episodes"]
    assert len(answers(page)) == 2
    assert "under 30 episodes" not in unescape(html(page).split('class="os-wishes"')[0])


def test_a_thumb_and_its_reason_are_kept(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    act(page, "down")
    assert "What was wrong?" in html(page)
    act(page, "reason", reason="too long")
    recommender = opened()[0]
    session = recommender.memory.sessions(LOCAL_USER)[0]
    given = recommender.transcript(session)[0]["feedback"]
    assert (given["verdict"], given["reason"]) == ("down", "too long")
    assert "Thank you" in html(page)


def test_the_panel_tells_why_and_at_what_cost(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    drawn = html(page)
    assert "similarity" in drawn and "threshold" in drawn and "model offline" in drawn
    assert re.search(r"<code>[0-9a-f]{32}</code>", drawn)


def test_of_a_long_conversation_the_latest_turns_are_drawn(page: AppTest) -> None:
    recommender = opened()[0]
    session = recommender.memory.begin(LOCAL_USER)
    for number in range(WINDOW + 3):
        recommender.reply(f"thank you {number}", session)
    page.query_params[SESSION] = session.id
    page.run()
    assert len(answers(page)) == WINDOW
    page.button(key="more").click().run()
    assert len(answers(page)) == WINDOW + 3 and not labelled(page, "more")


def test_an_earlier_list_becomes_a_shelf(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    first = cards(page)
    say(page, "fewer episodes")
    assert len(cards(page)) == 5
    assert html(page).count('class="os-shelf" tabindex') == 1
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
    assert chips(again) == chips(page)


def test_a_new_conversation_leaves_the_old_one_in_the_list(page: AppTest) -> None:
    say(page, "anime like Naruto but darker")
    page.button(key="new").click().run()
    assert SESSION not in page.query_params
    opening = re.findall(r'data-act="open" data-id="(\w+)"[^>]*><span>([^<]+)', html(page))
    assert [title for _, title in opening] == ["anime like Naruto but darker"]
    act(page, "open", id=opening[0][0])
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
    card = Card(
        "1", 1, evil, (evil,), evil, (evil,), (evil, evil), evil, evil, "javascript:1", evil
    )
    card = replace(card, id=evil, alias=evil, notes=(evil,), evidence=((evil, 1.0),))
    sheet = Sheet(
        card, (Row(evil, (evil,)),), (Tone(evil, evil, (0.5,)),),
        (Entry(evil, evil, evil, False), Entry(evil, evil, evil, True)), (card,), evil,
    )  # fmt: skip
    table = Table((card, card), (Row(evil, (evil, evil)),), (Tone(evil, evil, (0, 0)),), (evil,))
    scene = CardScene("wish")
    drawings = [card_html(card, scene), tile_html(card, scene), sheet_html(sheet, False)]
    for drawn in [*drawings, table_html(table)]:
        assert "onerror=alert(1)>" not in drawn
        assert "javascript:" not in drawn
        assert "\"'" not in drawn.replace('"">', "")


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
