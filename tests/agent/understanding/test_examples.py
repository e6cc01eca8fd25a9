"""How messages are laid out for training."""

import random

import pytest
from tokenizers import Tokenizer

from agent.understanding.annotations import Annotated, Mark
from agent.understanding.reader import FOLDER
from agent.understanding.training.examples import IGNORE, example, varied
from agent.understanding.training.parts import Pair
from agent.understanding.training.sightings import Sightings
from agent.understanding.vocabulary import NO_ROLE, ROLE_NAMES


def annotated(text: str, *marks: tuple[str, str, str]) -> Annotated:
    """Return a message whose marks are told as words, kind and role."""
    found = [
        Mark(text.index(said), text.index(said) + len(said), kind, role)
        for said, kind, role in marks
    ]
    return Annotated(text, "recommend", (), tuple(found))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


@pytest.fixture(scope="module")
def sightings(tokenizer: Tokenizer) -> Sightings:
    lamps = [
        Pair(annotated(f"a {said} for the hall", (said, "value", "want")), "en", "shop")
        for said in ("brass lamp", "floor lamp", "lamp")
    ]
    return Sightings(tokenizer, lamps)


def labels(tokenizer: Tokenizer, message: Annotated, sightings: Sightings) -> list[str]:
    made = example(tokenizer, message, None, seen=sightings.of(message, "en"))
    return [
        ROLE_NAMES[role]
        for role, tag in zip(made.role, made.tag, strict=True)
        if role != IGNORE and tag == IGNORE
    ]


def test_a_label_that_is_only_a_word_is_filler(tokenizer: Tokenizer, sightings: Sightings) -> None:
    message = annotated("too much drama at work, a comedy would help", ("comedy", "value", "want"))
    assert labels(tokenizer, message, sightings) == [NO_ROLE, "want"]


def test_a_part_of_a_foreign_title_is_filler(tokenizer: Tokenizer, sightings: Sightings) -> None:
    message = annotated(
        "bored by the squid comedy club", ("squid comedy club", "title", "disliked")
    )
    assert labels(tokenizer, message, sightings) == [NO_ROLE]


def test_another_catalogue_knows_what_the_corpus_marks(sightings: Sightings) -> None:
    message = annotated("lamp oil for a lamp", ("lamp oil", "value", "want"))
    seen = {
        message.text[span.start : span.end]
        for seed in range(20)
        for span in sightings.elsewhere(message, "en", "shop", random.Random(seed))
    }
    assert seen == {"lamp"}


def test_varied_messages_keep_their_marks_in_place() -> None:
    message = annotated(
        "horror, but no romance", ("horror", "value", "want"), ("romance", "value", "avoid")
    )
    pools = {("en films", "value"): ["Slow Burn", "Western"]}
    for seed in range(30):
        made = varied(message, pools, "en films", random.Random(seed))
        said = [made.text[mark.start : mark.end] for mark in made.marks]
        assert made.text == f"{said[0]}, but no {said[1]}"
        assert set(said) <= {"horror", "romance", "slow burn", "western"}
