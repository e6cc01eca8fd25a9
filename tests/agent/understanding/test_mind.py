"""What messages in eight languages come to, and what they must never come to."""

import shutil
from math import inf
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.rules.reader import RulesMind
from agent.understanding.mind import UnderstandingMind
from agent.understanding.reader import FOLDER, LearnedReader, ReaderUnusableError
from data.index import Index
from tools.change import Reading
from tools.preferences import Preferences, Wanted
from tools.scene import Scene
from tools.titles import Titles


@pytest.fixture(scope="module")
def mind(bundled_index: Index) -> UnderstandingMind:
    titles = Titles(bundled_index.catalogue)
    return UnderstandingMind(
        bundled_index, titles, LearnedReader(), RulesMind(bundled_index, titles)
    )


def read(mind: UnderstandingMind, message: str, *shown: str) -> Reading:
    return mind.read(message, Preferences(), Scene(shown=shown))


def required(reading: Reading) -> set[str]:
    return {value for group in reading.change.require for value in group.any_of}


def excluded(reading: Reading) -> set[str]:
    return {value.value for value in reading.change.exclude}


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("I can't stand horror, give me something else", "Horror"),
        ("no romance please", "Romance"),
        ("mecha isn't my thing at all", "Mecha"),
        ("No me gusta el romance", "Romance"),
        ("Ich mag keinen Horror", "Horror"),
        ("Pas de romance s'il te plaît", "Romance"),
        ("nada de terror, por favor", "Horror"),
        ("niente horror per favore", "Horror"),
        ("ホラーは苦手です", "Horror"),
        ("不要恐怖的", "Horror"),
    ],
)
def test_what_is_not_wanted_is_never_required(
    mind: UnderstandingMind, message: str, value: str
) -> None:
    reading = read(mind, message)
    assert value not in required(reading)
    assert value in excluded(reading)


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("a good horror series", "Horror"),
        ("quiero una comedia", "Comedy"),
        ("quero uma comédia", "Comedy"),
        ("ich suche eine Komödie", "Comedy"),
        ("je cherche une comédie", "Comedy"),
        ("cerco una commedia", "Comedy"),
        ("コメディが見たい", "Comedy"),
        ("想看喜剧", "Comedy"),
    ],
)
def test_a_genre_is_wanted_in_each_language(
    mind: UnderstandingMind, message: str, value: str
) -> None:
    assert value in required(read(mind, message))


@pytest.mark.parametrize(
    "message",
    [
        "I dropped Naruto after ten episodes. Something with swords?",
        "hated Naruto, want something else with ninjas",
        "anything but Naruto",
    ],
)
def test_a_rejected_title_never_becomes_an_anchor(mind: UnderstandingMind, message: str) -> None:
    assert "naruto" not in {each.casefold() for each in read(mind, message).change.like}


@pytest.mark.parametrize(
    ("message", "high"),
    [
        ("a comedy with at most 12 episodes", 12),
        ("eine Komödie mit höchstens 12 Folgen", 12),
        ("una comedia de máximo 12 episodios", 12),
        ("uma comédia com no máximo 12 episódios", 12),
        ("une comédie de 12 épisodes maximum", 12),
        ("12話以内のコメディ", 12),
    ],
)
def test_a_limit_is_read(mind: UnderstandingMind, message: str, high: float) -> None:
    (bound,) = [b for b in read(mind, message).change.bounds if b.number == "episodes"]
    assert (bound.low, bound.high) == (-inf, high)


@pytest.mark.parametrize("message", ["", " ", "🔥🔥", "<script>x</script>", "a" * 100_000, "?!?"])
def test_odd_messages_do_no_harm(mind: UnderstandingMind, message: str) -> None:
    assert isinstance(read(mind, message), Reading)


WORDS = st.sampled_from(
    (
        "no not horror Naruto romance film under 12 episodes two hours darker like unlike "
        "seen the second one all of them undo forget my 8 year old grandma best 90s and or , "
        ". ? 500 - 20% sin terror pero ohne nicht zu traurig pas de の アニメ 見た 不要 恐怖 "
        "12集 « » ( 2006 ) # 3"
    ).split()
)


@given(said=st.lists(WORDS, max_size=20), listed=st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_muddle_of_words_breaks_the_reading(
    mind: UnderstandingMind, said: list[str], listed: bool
) -> None:
    shown = ("20", "1535", "19") if listed else ()
    assert isinstance(read(mind, " ".join(said), *shown), Reading)


@given(text=st.text(max_size=200))
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_the_reading(mind: UnderstandingMind, text: str) -> None:
    assert isinstance(read(mind, text), Reading)


def test_a_long_message_is_never_quoted_back(mind: UnderstandingMind) -> None:
    story = "So yesterday I came home late and my neighbour told me about his week. " * 30
    assert len(read(mind, f"{story} I want a comedy.").change.about) <= 60


def test_a_language_that_is_not_read_is_named_so(mind: UnderstandingMind) -> None:
    assert read(mind, "посоветуй весёлое аниме").language == "other"


def test_the_same_message_is_read_the_same(mind: UnderstandingMind) -> None:
    said = "like Death Note but lighter, no horror, under 30 episodes"
    assert read(mind, said) == read(mind, said)


def test_another_model_than_the_cards_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ReaderUnusableError, match="SHA-256"):
        LearnedReader(folder)
    with pytest.raises(ReaderUnusableError, match="cannot be read"):
        LearnedReader(tmp_path / "nowhere")


def test_a_word_beside_the_values_of_a_facet_opens_it(mind: UnderstandingMind) -> None:
    film = mind.read("a horror film", Preferences(), Scene())
    assert "Movie" in required(film)
    assert "Movie" not in required(read(mind, "a film or a series about cooking"))
    before = Preferences(require=(Wanted("type", ("Movie",)),))
    assert mind.read("make it a series", before, Scene()).change.forget == ("type",)


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("Ich will keinen Krimi und kein Drama", "Drama"),
        ("gimme a mystery", "Mystery"),
        ("some horrer please", "Horror"),
    ],
)
def test_real_words_are_not_mended_and_misspelt_ones_are(
    mind: UnderstandingMind, message: str, value: str
) -> None:
    reading = read(mind, message)
    assert value in required(reading) | excluded(reading)
    assert not reading.change.tones
    assert not reading.change.numbers
