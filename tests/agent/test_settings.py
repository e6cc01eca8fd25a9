import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.settings import load_settings
from infra.errors import SettingsError

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in os.environ:
        if variable.startswith("OSUSUME__"):
            monkeypatch.delenv(variable)
    monkeypatch.delenv("OSUSUME_CONFIG", raising=False)


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write the YAML file that OSUSUME_CONFIG names."""

    def write(text: str) -> Path:
        path = tmp_path / "osusume.yaml"
        path.write_text(text, "utf-8")
        monkeypatch.setenv("OSUSUME_CONFIG", str(path))
        return path

    return write


def test_the_defaults_work() -> None:
    settings = load_settings()
    assert settings.catalogue == "anime"
    assert settings.list.size == 5
    assert settings.embedding.provider == "minilm"


def test_yaml_is_under_the_environment_and_both_under_the_command_line(
    configure: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure("catalogue: from-yaml\nlist: {size: 7}\nlimits: {message_characters: 900}")
    assert load_settings().catalogue == "from-yaml"
    monkeypatch.setenv("OSUSUME__CATALOGUE", "from-environment")
    monkeypatch.setenv("OSUSUME__LIST__SIZE", "8")
    settings = load_settings()
    assert (settings.catalogue, settings.list.size) == ("from-environment", 8)
    assert settings.limits.message_characters == 900
    assert load_settings(catalogue="from-command-line").catalogue == "from-command-line"
    assert load_settings(catalogue=None).catalogue == "from-environment"


def test_the_file_may_be_below_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text("list: {size: 3}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OSUSUME_CONFIG", "~/mine.yaml")
    assert load_settings().list.size == 3


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\ufefflist: {size: 5}\n"])
def test_a_file_without_settings_leaves_the_defaults(configure: Write, text: str) -> None:
    configure(text)
    assert load_settings().list.size == 5


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("catalog: anime", "catalog: unknown key"),
        ("list: {size: 5, colour: red}", "list.colour: unknown key"),
        ("list: {size: 0}", "list.size"),
        ("list: {size: many}", "list.size"),
        ("embedding: {provider: word2vec}", "embedding.provider"),
        ("list: 5", "list"),
        ("- a\n- list", "not valid"),
        ("list: {size: 5", "not valid"),
        ("just words", "not valid"),
        ("a: b: c", "not valid"),
        ("\x00", "not valid"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(configure: Write, text: str, named: str) -> None:
    path = configure(text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    told = str(refused.value)
    assert named in told
    assert str(path) in told
    assert "\n" not in told


def test_a_file_of_another_encoding_is_refused(configure: Write) -> None:
    configure("").write_bytes("catalogue: über".encode("latin-1"))
    with pytest.raises(SettingsError, match="not valid"):
        load_settings()


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_missing_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("OSUSUME_CONFIG", str(tmp_path / name))
    with pytest.raises(SettingsError, match="Correct it or unset it"):
        load_settings()


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("OSUSUME__CATALOG", "anime", "OSUSUME__CATALOG is not a setting"),
        ("OSUSUME__LISTS__SIZE", "5", "OSUSUME__LISTS__SIZE is not a setting"),
        ("OSUSUME__LIST__SIZEE", "5", "list.sizee: unknown key"),
        ("OSUSUME__LIST__SIZE", "many", "list.size"),
        ("OSUSUME__LIST", "not json", "list"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=named):
        load_settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().catalogue = "other"


def test_a_secret_is_never_shown(configure: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    configure("embedding: {provider: openai, key: sk-secret-1}")
    settings = load_settings()
    assert settings.embedding.key is not None
    assert settings.embedding.key.get_secret_value() == "sk-secret-1"
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "sk-secret-1" not in shown
    monkeypatch.setenv("OSUSUME__EMBEDDING__KEY", "sk-secret-2")
    monkeypatch.setenv("OSUSUME__EMBEDDING__PROVIDER", "nobody")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "sk-secret" not in str(refused.value)
