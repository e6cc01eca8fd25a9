from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from langchain_core.messages import HumanMessage

from agent.models.caller import ModelPool
from agent.models.factory import make_chat_model
from agent.models.faults import retry_after
from agent.models.probe import probe
from agent.models.settings import LARGE, ROLES, SMALL, ModelsSettings, default_models
from agent.models.watch import SettingsWatch
from agent.settings import Settings, load_settings
from infra.errors import SettingsError

if TYPE_CHECKING:
    from tests.agent.groq_server import GroqServer

DOCS = Path(__file__).resolve().parents[2] / "docs" / "models.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


def models(**given: Any) -> ModelsSettings:
    return ModelsSettings.model_validate(given)


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take away what the developer's own environment says about models."""
    for variable in list(os.environ):
        if re.match(r"OSUSUME_|GROQ_|OPENAI_", variable):
            monkeypatch.delenv(variable)
    return monkeypatch


def test_the_defaults_are_groq_with_the_large_model_to_answer_and_the_small_to_rewrite() -> None:
    settings = default_models()
    names = [[each.model for each in settings.role(role).models] for role in ROLES]
    assert names == [[SMALL], [LARGE, SMALL], [LARGE, SMALL]]
    assert settings.answer.charged.output > settings.rewrite.charged.output > 0


def test_a_key_switches_the_language_mind_on(clean: pytest.MonkeyPatch) -> None:
    assert not default_models().speaks
    clean.setenv("GROQ_API_KEY", " ")
    assert not default_models().speaks
    clean.setenv("GROQ_API_KEY", "gsk_x")
    assert default_models().speaks
    assert not models(mind="offline").speaks


def test_a_server_of_ones_own_needs_no_key_and_is_sent_none_of_openais(
    clean: pytest.MonkeyPatch,
) -> None:
    clean.setenv("OPENAI_API_KEY", "sk-precious")
    settings = models(provider="openai-compatible", url="http://localhost:1/v1", model="m")
    assert settings.speaks
    assert settings.answer.secret is None


def test_what_is_said_for_all_roles_holds_for_each_that_says_nothing_else() -> None:
    settings = models(
        provider="openai",
        model="big",
        key="sk-x",
        rewrite={"model": "little"},
        inspect={"provider": "groq"},
    )
    assert (settings.answer.model, settings.rewrite.model) == ("big", "little")
    assert settings.answer.fallback is None
    assert (settings.inspect.model, settings.inspect.key) == (LARGE, None)


def test_a_stand_in_takes_limits_from_its_role_but_no_key_from_another_provider() -> None:
    own = {"provider": "openai", "model": "m"}
    settings = models(key="gsk_x", answer={"timeout": 5, "fallback": own})
    fallback = settings.answer.fallback
    assert fallback is not None
    assert (fallback.timeout, fallback.key, fallback.reasoning_effort) == (5, None, None)
    assert models(answer={"fallback": None}).answer.fallback is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"provider": "openai"}, "needs a model"),
        ({"provider": "openai-compatible", "model": "m"}, "needs the server's address"),
        ({"answer": {"modle": "x"}}, "models.answer.modle: unknown key"),
        ({"provider": "acme"}, "models.provider"),
        ({"answer": {"timeout": 0}}, "models.answer.timeout"),
        ({"key": {"gsk_secret": 1}}, "models.key"),
        ({"answer": "large"}, "models.answer"),
        ("gpt", "models"),
    ],
)
def test_wrong_settings_are_refused_by_name_without_showing_what_was_typed(
    given: Any, reason: str, clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "osusume.yaml"
    path.write_text(yaml.safe_dump({"models": given}))
    clean.setenv("OSUSUME_CONFIG", str(path))
    with pytest.raises(SettingsError, match=re.escape(reason)) as raised:
        load_settings()
    assert "gsk_secret" not in str(raised.value)


def test_the_environment_reaches_a_single_role(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("OSUSUME__MODELS__ANSWER__MODEL", "other")
    clean.setenv("OSUSUME__MODELS__BUDGET__DAY_USD", "1.5")
    settings = load_settings().models
    assert (settings.answer.model, settings.budget.day_usd) == ("other", 1.5)
    assert settings.rewrite.model == SMALL


@pytest.mark.parametrize("block", BLOCKS)
def test_every_yaml_in_the_docs_is_valid(block: str, clean: pytest.MonkeyPatch) -> None:
    Settings.model_validate(yaml.safe_load(block))


def test_the_docs_have_a_yaml_for_each_provider() -> None:
    used = {yaml.safe_load(block)["models"].get("provider", "groq") for block in BLOCKS}
    assert used >= {"groq", "openai", "openai-compatible"}
    assert any(yaml.safe_load(block)["models"].get("mind") == "offline" for block in BLOCKS)


def test_an_address_with_groqs_own_path_is_understood() -> None:
    assert models(url="https://api.groq.com/openai/v1/").answer.base == "https://api.groq.com"


def test_a_missing_extra_is_named(clean: pytest.MonkeyPatch) -> None:
    if find_spec("langchain_openai"):
        pytest.skip("the extra 'openai' is installed")
    settings = models(provider="openai", model="m", key="sk-x")
    with pytest.raises(SettingsError, match="extra 'openai'"):
        make_chat_model(settings.answer)


@pytest.mark.skipif(not find_spec("langchain_openai"), reason="the extra 'openai' is not installed")
def test_a_server_of_ones_own_answers(groq: GroqServer, acts: Any) -> None:
    groq.keys = ("none",)
    url = f"{groq.url}/v1"
    pool = ModelPool(models(provider="openai-compatible", url=url, model="m", retries=0))
    turn = pool.turn("s", 1)
    assert "".join(turn.stream("answer", [HumanMessage("Hello?")])) == "Hello there."
    groq.will(acts.says('{"a": 1}'))
    assert turn.ask("rewrite", [HumanMessage("?")], schema={"title": "t", "type": "object"}).text
    assert turn.usage.notices == []
    assert groq.requests[0].body["max_tokens"] == 2000
    pool.close()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_from_the_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_probe_of_what_is_well_says_nothing(groq: GroqServer) -> None:
    assert probe(default_models()) == []


def test_a_probe_names_a_wrong_key_and_not_the_key(groq: GroqServer) -> None:
    groq.keys = ("another",)
    (sentence,) = probe(default_models())
    assert sentence.startswith("Groq refuses the key in GROQ_API_KEY.")
    assert "gsk_" not in sentence


def test_a_probe_names_a_retired_model_and_what_there_is(groq: GroqServer) -> None:
    (sentence,) = probe(models(answer={"model": "llama-3.3-70b-versatile"}))
    assert "no model 'llama-3.3-70b-versatile': unknown or retired" in sentence
    assert "Change 'models.answer.model'" in sentence
    assert SMALL in sentence


def test_a_probe_of_nobody_is_one_sentence(groq: GroqServer, acts: Any) -> None:
    (sentence,) = probe(models(url="http://127.0.0.1:9"), seconds=1.0)
    assert "cannot be reached at http://127.0.0.1:9" in sentence


def test_a_probe_without_a_key_says_which_variable(clean: pytest.MonkeyPatch) -> None:
    sentences = probe(models(mind="language"))
    assert sentences
    assert all("GROQ_API_KEY is not set" in each for each in sentences)
    assert probe(models(mind="offline")) == []


def test_an_edit_is_noticed_once_and_a_broken_one_refused(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "osusume.yaml"
    path.write_text("models: {answer: {model: one}}")
    clean.setenv("OSUSUME_CONFIG", str(path))
    watch = SettingsWatch(load_settings)
    assert watch.look() is None
    path.write_text("models: {answer: {model: two}}")
    edited = watch.look()
    assert edited and edited.settings
    assert edited.settings.models.answer.model == "two"
    assert watch.look() is None
    path.write_text("models: {answer: {modle: three}}")
    edited = watch.look()
    assert edited and edited.settings is None
    assert "models.answer.modle: unknown key" in edited.refused
    assert watch.look() is None


def test_a_file_caught_empty_in_the_middle_of_a_save_changes_nothing(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "osusume.yaml"
    path.write_text("models: {answer: {model: one}}")
    clean.setenv("OSUSUME_CONFIG", str(path))
    watch = SettingsWatch(load_settings)
    path.write_text("")
    assert watch.look() is None
    path.write_text("models: {answer: {model: two}}")
    assert watch.look() is not None


def test_a_file_that_is_taken_away_is_refused(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "osusume.yaml"
    path.write_text("catalogue: anime")
    clean.setenv("OSUSUME_CONFIG", str(path))
    watch = SettingsWatch(load_settings)
    path.unlink()
    edited = watch.look()
    assert edited and edited.settings is None
    assert "not a file" in edited.refused
