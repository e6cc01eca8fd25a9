"""Settings: environment over YAML over defaults; frozen, and unknown keys are refused by name."""

import os
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from agent.models.settings import ModelsSettings, default_models
from data.embedding import EmbeddingSettings
from data.profile import explain
from infra.errors import SettingsError
from infra.logs import Format, Level


class Group(BaseModel):
    """Base of a section of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ListSettings(Group):
    """How many titles a list has."""

    size: int = Field(default=5, ge=1, le=20)


class LimitSettings(Group):
    """What a message may be at most."""

    message_characters: int = Field(default=4000, ge=100)


class MemorySettings(Group):
    """Where conversations are kept: in SQLite, or in PostgreSQL at `dsn`, taken at the start."""

    dsn: SecretStr = SecretStr("")


class TelemetrySettings(Group):
    """What telemetry may record; where it goes is said by the standard OTEL_* variables."""

    record_messages: bool = False
    trace_url: str = Field(
        default="",
        pattern=r"^(https?://\S*\{trace_id\}\S*)?$",
        description="address of a trace, for links from answers; {trace_id} is filled in",
    )


class LogSettings(Group):
    """How lines on stderr look, and which there are; by default it depends on the command."""

    format: Format = "auto"
    level: Level | None = None


class Settings(BaseSettings):
    """All settings, with defaults that work."""

    model_config = SettingsConfigDict(
        env_prefix="OSUSUME__", env_nested_delimiter="__", extra="forbid", frozen=True
    )
    catalogue: str = "anime"
    embedding: EmbeddingSettings = EmbeddingSettings()
    list: ListSettings = ListSettings()
    limits: LimitSettings = LimitSettings()
    memory: MemorySettings = MemorySettings()
    models: ModelsSettings = Field(default_factory=default_models)
    telemetry: TelemetrySettings = TelemetrySettings()
    logs: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment over the YAML file that OSUSUME_CONFIG names."""
        named = config_file()
        files = (YamlConfigSettingsSource(settings_cls, named),) if named else ()
        return (init_settings, env_settings, *files)


def config_file() -> Path | None:
    """Return the YAML file that OSUSUME_CONFIG names, if it names one."""
    named = os.environ.get("OSUSUME_CONFIG")
    return Path(named).expanduser() if named else None


def load_settings(**over: Any) -> Settings:
    """Return the settings; `over` comes from the command line and wins.

    Raises SettingsError naming the file or variable and each key that is wrong.
    """
    named = config_file()
    if named and not named.is_file():
        raise SettingsError(
            f"OSUSUME_CONFIG names {named}, which is not a file. Correct it or unset it."
        )
    where = f"{named} or an OSUSUME__… variable" if named else "an OSUSUME__… variable"
    _refuse_unknown_variables()
    try:
        return Settings(**{name: value for name, value in over.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(f"The settings are not valid ({where}): {explain(error)}.") from error
    except (yaml.YAMLError, OSError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise SettingsError(f"{where} is not valid: {reason}. Mend that line.") from error


def _refuse_unknown_variables() -> None:
    """Refuse OSUSUME__ variables of no known section: pydantic-settings passes over them."""
    known = set(Settings.model_fields)
    for variable in os.environ:
        if variable.startswith("OSUSUME__"):
            section = variable.removeprefix("OSUSUME__").split("__")[0].lower()
            if section not in known:
                sections = ", ".join(sorted(known))
                raise SettingsError(
                    f"The variable {variable} is not a setting. Sections: {sections}."
                )
