"""What is no request for a title is refused, and what only looks like it is served."""

from datetime import date

import pytest

from agent.rules.reader import RulesMind
from data.index import Index
from tools.change import Reading
from tools.preferences import Preferences
from tools.scene import Scene
from tools.titles import Titles


@pytest.fixture(scope="module")
def mind(bundled_index: Index) -> RulesMind:
    return RulesMind(bundled_index, Titles(bundled_index.catalogue))


def read(mind: RulesMind, message: str, shown: tuple[str, ...] = ()) -> Reading:
    return mind.read(message, Preferences(), Scene(shown=shown))


@pytest.mark.parametrize(
    "message",
    [
        "how do index funds work",
        "what is the speed of light",
        "how many moons does Jupiter have",
        "which vacuum cleaner is quietest",
        "how do I meditate",
        "what do cats eat when they are sick",
        "does vinegar kill weeds",
        "write me a limerick about my boss",
        "set an alarm for seven",
        "who painted the ceiling of the Sistine Chapel",
    ],
)
def test_questions_to_an_encyclopedia_and_orders_are_out_of_scope(
    mind: RulesMind, message: str
) -> None:
    assert read(mind, message).intent == "out_of_scope"


@pytest.mark.parametrize(
    "message",
    [
        "a weather girl who can stop the rain",
        "how about a story of thieves in a desert city",
        "who can recommend me a tale of two sisters and a lighthouse",
        "why not something with trains and murder",
        "what should I watch if I like slow, rainy stories",
        "what is the best anime about volleyball",
        "is there anything with vampires",
        "what about something with cats",
        "set in space, with robots",
        "which anime have a female lead",
        "can you find me something about cooking",
    ],
)
def test_requests_in_the_form_of_questions_are_served(mind: RulesMind, message: str) -> None:
    assert read(mind, message).intent in {"recommend", "refine", "lookup"}


def test_an_ordinary_word_is_no_title_unless_it_is_written_like_one(mind: RulesMind) -> None:
    assert read(mind, "gluten free bread").change.like == ()
    assert read(mind, "something like free").change.like == ("free",)
    assert read(mind, "naruto but darker").change.like == ("naruto",)


@pytest.mark.parametrize(("said", "ago"), [("this decade", 0), ("the last decade", 10)])
def test_decades_are_counted_from_today(mind: RulesMind, said: str, ago: int) -> None:
    (bounds,) = read(mind, f"anime from {said}").change.bounds
    first = date.today().year // 10 * 10 - ago
    assert (bounds.number, bounds.low, bounds.high) == ("year", first, first + 9)


def test_markup_is_no_wish(mind: RulesMind) -> None:
    assert read(mind, "<script>alert(1)</script>").intent == "converse"
    assert read(mind, "<i>something</i> dark <script>steal()").change.about == ""
