"""What is a person's own, without a browser: dialogs, pictures, and what means harm in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from agent.cards import Card
from agent.pictures import histograms, tone_bars
from agent.tastemap import Marks, Region, Spot, TasteMap, make_map
from data.index import Index
from graph.memory import Entry
from tools.preferences import Preferences, Range
from ui.page.dialogs import KEY
from ui.page.identity import LOCAL_USER
from ui.page.pictures.ranges import histogram_html
from ui.page.pictures.tastemap import map_html
from ui.page.pictures.tones import tones_html
from ui.page.view import SESSION, opened
from ui.page.yours.onboarding import PICKED
from ui.page.yours.rows import row_html

PAGE = Path(__file__).resolve().parents[2] / "ui" / "app.py"
SECONDS = 60
NARUTO, MONSTER, BEBOP = "20", "19", "1"
EVIL = "<img src=x onerror=alert(1)>\"'"


@pytest.fixture
def page(bundled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """Return the page of somebody of whom nothing is known."""
    for part in ("indexes", "models", "embeddings"):
        (tmp_path / part).symlink_to(bundled_home / part)
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path))
    opened.clear()
    yield AppTest.from_file(str(PAGE), default_timeout=SECONDS).run()
    opened.clear()


def live(page: AppTest) -> str:
    """Return all that answers to clicks, as HTML."""
    found = [json.loads(each.proto.json)["html"] for each in page.get("bidi_component")]
    return "\n".join(found)


def dialog(page: AppTest, name: str, **what: object) -> AppTest:
    """Run the page with a dialog open: here every run is of the whole page, which closes it."""
    page.session_state[KEY] = (name, what)
    page.run()
    assert not page.exception
    return page


def rows(page: AppTest) -> list[str]:
    return re.findall(r'class="os-row">.*?<h3>([^<]+)', live(page))


def test_the_offer_is_made_once_and_not_to_whom_is_known(page: AppTest) -> None:
    assert 'class="os-offer"' in live(page)
    opened()[0].shelf(LOCAL_USER).put(MONSTER, "loved")
    assert 'class="os-offer"' not in live(page.run())


def test_what_was_picked_is_loved_from_then_on(page: AppTest) -> None:
    page.session_state[PICKED] = [MONSTER, BEBOP]
    dialog(page, "onboarding")
    assert live(page).count('aria-pressed="true"') == 2
    page.button(key="loved-keep").click()
    dialog(page, "onboarding")
    assert opened()[0].shelf(LOCAL_USER).taste().loved == {MONSTER, BEBOP}


def test_lists_show_what_is_theirs_newest_first(page: AppTest) -> None:
    shelf = opened()[0].shelf(LOCAL_USER)
    shelf.put_all([Entry(MONSTER, "seen", 9, "2024-01-01"), Entry(NARUTO, "disliked")])
    shelf.put_all([Entry(BEBOP, "loved"), Entry("gone", "seen")])
    assert rows(dialog(page, "history")) == ["Cowboy Bebop", "Monster"]
    assert "your rating 9" in live(page)
    shelf.put(NARUTO, "watch")
    assert rows(dialog(page, "watch")) == ["Naruto"]


def test_a_conversation_of_somebody_else_has_no_dialog(page: AppTest) -> None:
    memory = opened()[0].memory
    session = memory.begin("somebody else")
    memory.rename(session, "their secret")
    dialog(page, "conversation", session=session.id)
    assert "their secret" not in live(page)
    assert not page.text_input
    mine = memory.begin(LOCAL_USER)
    memory.rename(mine, "my evening")
    assert dialog(page, "conversation", session=mine.id).text_input[0].value == "my evening"


def test_a_search_finds_conversations_by_what_was_said(page: AppTest) -> None:
    recommender = opened()[0]
    for message in ("a cozy show about cooking", *(f"horror from {1990 + n}" for n in range(6))):
        recommender.reply(message, recommender.memory.begin(LOCAL_USER))
    page.run()
    assert live(page).count('data-act="open"') == 7
    page.text_input(key="talks-search").set_value("cooking").run()
    assert live(page).count('data-act="open"') == 1
    assert "1 conversation found" in live(page)


def test_everything_is_deleted_only_when_somebody_is_sure(page: AppTest) -> None:
    recommender = opened()[0]
    session = recommender.memory.begin(LOCAL_USER)
    recommender.reply("anime like Naruto but darker", session)
    recommender.shelf(LOCAL_USER).put(MONSTER, "loved")
    page.query_params[SESSION] = session.id
    dialog(page, "stored")
    assert page.button(key="forget").disabled
    page.checkbox(key="forget-sure").check()
    dialog(page, "stored")
    page.button(key="forget").click()
    dialog(page, "stored")
    assert recommender.memory.sessions(LOCAL_USER) == []
    assert not recommender.shelf(LOCAL_USER).taste()
    assert SESSION not in page.query_params


def test_the_pictures_of_a_list_say_in_words_what_they_show(bundled_index: Index) -> None:
    wishes = Preferences(anchors=(NARUTO,), ranges=(Range("episodes", high=25),))
    tones = tones_html(tone_bars(bundled_index, [MONSTER], wishes), "Naruto")
    assert 'aria-label="The list is darker than Naruto."' in tones
    drawn = histograms(bundled_index, wishes)[0]
    bars = histogram_html(drawn, bundled_index.catalogue.profile)
    assert f"{drawn.inside:,} of 1,303 titles are within your range" in bars
    assert bars.count("<b style") == len(drawn.bins)
    marks = Marks(anchors=[NARUTO], shown=[MONSTER])
    picture = map_html(make_map(bundled_index, marks))
    assert 'aria-label="Map of 1,303 titles' in picture
    assert picture.count('data-act="more"') == 1303 + 2  # the marked ones stand in the list too


def test_nothing_of_a_catalogue_is_taken_for_html_in_pictures_and_lists() -> None:
    spots = (Spot(EVIL, EVIL, 0, 0, "shown"), Spot("2", EVIL, 0, 0, "other"))
    drawn = map_html(TasteMap(spots, (Region(EVIL, 0, 0),), 2))
    drawn += row_html(Card(EVIL, 0, EVIL), "", EVIL)
    assert "<img src=x" not in drawn
    assert "onerror=alert(1)>" not in drawn
