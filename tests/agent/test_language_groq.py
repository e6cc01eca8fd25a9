"""The language mind over the real client and real HTTP, against the scripted server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from agent.language.mind import LanguageMind, LanguageParts
from agent.models.caller import ModelPool
from agent.models.settings import ModelsSettings
from agent.parts import RulesInspector
from agent.rules.reader import RulesMind
from agent.templates.writer import TemplateWriter
from data.index import Index
from graph.protocols import Brief
from tools.candidates import Candidate
from tools.change import Change, Reading
from tools.preferences import Preferences
from tools.scene import Scene
from tools.titles import Titles

if TYPE_CHECKING:
    from tests.agent.groq_server import GroqServer

ASKED = "tell you what, i would fancy ninjas and a grim mood, kind of"
SAID: dict[str, Any] = {
    **{name: [] for name in "like facets avoid bounds critiques tones seen disliked loved".split()},
    **{"intent": "recommend", "starts_over": True, "about": "ninjas", "forget": []},
    **{"order": None, "undo": False, "question": None, "small_talk": ""},
}
GOOD = "Dark ones.\n\n" + "".join(f"{n}. [{n}] – grim, slow and sad.\n" for n in range(1, 6))
NAMES = ("Monster", "Tokyo Ghoul", "Claymore", "Basilisk", "Another")


@dataclass(frozen=True)
class Stage:
    mind: LanguageMind
    rules: RulesMind
    templates: TemplateWriter
    brief: Brief


def staged(index: Index) -> Stage:
    titles = Titles(index.catalogue)
    rules, templates = RulesMind(index, titles), TemplateWriter(index)
    mind = LanguageMind(index, titles, rules, RulesInspector(index, titles), templates)
    mind.warm()
    chosen = tuple(Candidate(titles.resolve(name).item, 0.5) for name in NAMES)
    wanted = Preferences(about="ninjas", anchors=(titles.resolve("Naruto").item,))
    reasons = (("shares Ninja with Naruto", "rated well"),) * len(chosen)
    brief = Brief(Reading("recommend"), Preferences(), wanted, wanted, chosen, reasons)
    return Stage(mind, rules, templates, brief)


@pytest.fixture(scope="session")
def stage(bundled_index: Index) -> Stage:
    return staged(bundled_index)


@pytest.fixture
def parts(stage: Stage, groq: GroqServer) -> Iterator[LanguageParts]:
    pool = ModelPool(ModelsSettings.model_validate({"retries": 0}))
    yield stage.mind.parts(pool.turn("s", 1))
    pool.close()


def test_a_message_and_a_list_go_through_a_real_client(
    parts: LanguageParts, stage: Stage, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.says(json.dumps(SAID)), acts.says(GOOD))
    reading = parts.reader.read(ASKED, Preferences(), Scene())
    assert reading == Reading("recommend", Change(fresh=True, about="ninjas"))
    pieces = list(parts.writer.recommend(stage.brief))
    shown = "".join(pieces)
    assert len(pieces) > 10
    assert [line.split(" (")[0] for line in shown.splitlines() if "**" in line] == [
        f"{n}. **{name}**" for n, name in enumerate(NAMES, start=1)
    ]
    assert parts.writer.removed == parts.writer.notices == []
    asked = groq.requests[0].body["response_format"]["json_schema"]
    assert (asked["strict"], asked["schema"]["additionalProperties"]) == (True, False)


def test_a_schema_violation_over_the_wire_is_mended(
    parts: LanguageParts, groq: GroqServer, acts: Any
) -> None:
    groq.will(acts.says('{"intent": "dance"}'), acts.says(json.dumps(SAID)))
    assert parts.reader.read(ASKED, Preferences(), Scene()).change.about == "ninjas"


def failures(acts: Any) -> dict[str, Any]:
    return {
        "500": acts.fails(500),
        "empty": acts.empty(),
        "garbage": acts.garbage(),
        "dropped": acts.drops(),
        "broken": acts.breaks(9, GOOD),
        "hallucinated": acts.says("Watch **Cowboy Bebop**. Or “Trigun”. Or ナルト.\n- Death Note"),
        "endless": acts.endless("so dark and "),
        "linked": acts.says("[1] is at https://evil.example. [2] is dark."),
    }


@pytest.mark.parametrize(
    "name", ["500", "empty", "garbage", "dropped", "broken", "hallucinated", "endless", "linked"]
)
def test_no_answer_is_lost_and_nothing_wrong_is_said(
    parts: LanguageParts, stage: Stage, groq: GroqServer, acts: Any, name: str
) -> None:
    groq.always(failures(acts)[name])
    shown = "".join(parts.writer.recommend(stage.brief))
    assert all(f"**{title}**" in shown for title in NAMES)
    assert not [each for each in ("Bebop", "Trigun", "ナルト", "Death", "evil") if each in shown]
    assert shown.rstrip()[-1] in ".!?"
