"""Settings of the language mind: which model answers in each role, its limits and its price."""

import os
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

Role = Literal["rewrite", "answer", "inspect"]
Provider = Literal["groq", "openai", "openai-compatible", "offline"]
ROLES: tuple[Role, ...] = get_args(Role)

KEY_VARIABLES = {"groq": "GROQ_API_KEY", "openai": "OPENAI_API_KEY"}
BASE_VARIABLES = {"groq": ("GROQ_API_BASE",), "openai": ("OPENAI_API_BASE", "OPENAI_BASE_URL")}
BASES = {"groq": "https://api.groq.com", "openai": "https://api.openai.com/v1"}
GROQ_PATH = "/openai/v1"  # Groq's client adds it to the base; people often write it there too

LARGE, SMALL = "openai/gpt-oss-120b", "openai/gpt-oss-20b"

# What each role starts from. Tokens include the model's reasoning, which providers count as output.
ROLE_DEFAULTS: dict[Role, dict[str, Any]] = {
    "rewrite": {"temperature": 0.0, "max_tokens": 1500, "timeout": 8.0},
    "answer": {"temperature": 0.4, "max_tokens": 2000, "timeout": 20.0},
    "inspect": {"temperature": 0.0, "max_tokens": 1500, "timeout": 12.0},
}
GROQ_DEFAULTS: dict[Role, dict[str, Any]] = {
    "rewrite": {"model": SMALL, "reasoning_effort": "low"},
    "answer": {"model": LARGE, "reasoning_effort": "low"},
    "inspect": {"model": LARGE, "reasoning_effort": "low"},
}
SHARED = ("provider", "model", "url", "key")
OF_ONE_MODEL = ("model", "price", "strict", "fallback")
OF_ONE_PROVIDER = (*OF_ONE_MODEL, "url", "key", "reasoning_effort")


class Frozen(BaseModel):
    """Base of these settings; what was typed never shows in an error, as it may be a key."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Price(Frozen):
    """US dollars per million tokens."""

    input: float = Field(default=0.0, ge=0)
    output: float = Field(default=0.0, ge=0)


# List prices of December 2025; `price` in the settings overrules them.
PRICES: dict[tuple[Provider, str], Price] = {
    ("groq", LARGE): Price(input=0.15, output=0.60),
    ("groq", SMALL): Price(input=0.075, output=0.30),
}


class ModelSettings(Frozen):
    """One chat model: where it is, what it is called, and how long and how much it may talk."""

    provider: Provider = "groq"
    model: str = ""
    url: str = ""
    key: SecretStr | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int = Field(default=1500, ge=16, le=100_000)
    timeout: float = Field(default=20.0, gt=0, le=600)
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = None
    price: Price | None = None
    strict: bool = True

    @model_validator(mode="after")
    def _named(self) -> "ModelSettings":
        if self.provider != "offline" and not self.model:
            raise ValueError(f"provider '{self.provider}' needs a model: set 'model'")
        if self.provider == "openai-compatible" and not self.url:
            raise ValueError("provider 'openai-compatible' needs the server's address: set 'url'")
        return self

    @property
    def secret(self) -> SecretStr | None:
        """Return the key, from the settings or from the provider's usual variable.

        A server of somebody else's is never sent the key of OpenAI's variable.
        """
        found = os.environ.get(KEY_VARIABLES.get(self.provider, ""), "").strip()
        return self.key or (SecretStr(found) if found else None)

    @property
    def keyed(self) -> bool:
        """Tell whether the model can be called as far as keys go."""
        return self.secret is not None or self.provider not in KEY_VARIABLES

    @property
    def base(self) -> str:
        """Return the address of the provider's server."""
        named = (os.environ.get(each, "") for each in BASE_VARIABLES.get(self.provider, ()))
        base = self.url or next(filter(None, named), "") or BASES.get(self.provider, "")
        base = base.rstrip("/")
        return base.removesuffix(GROQ_PATH) if self.provider == "groq" else base

    @property
    def charged(self) -> Price:
        """Return the price, zero where none is known."""
        return self.price or PRICES.get((self.provider, self.model)) or Price()

    @property
    def endpoint(self) -> tuple[str, SecretStr | None]:
        """Return what calls share a fate with: the server and the key."""
        return (self.base, self.secret)


class RoleSettings(ModelSettings):
    """The model of one role, and the one that stands in for it."""

    fallback: ModelSettings | None = None

    @model_validator(mode="before")
    @classmethod
    def _complete_fallback(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("fallback"), dict):
            return given
        own = given["fallback"]
        same = own.get("provider", given.get("provider", "groq")) == given.get("provider", "groq")
        apart = OF_ONE_MODEL if same else OF_ONE_PROVIDER
        kept = {name: value for name, value in given.items() if name not in apart}
        return given | {"fallback": kept | own}

    @property
    def models(self) -> tuple[ModelSettings, ...]:
        """Return the models to try, in order; none where the role is offline."""
        both = (self, self.fallback)
        return tuple(each for each in both if each and each.provider != "offline")


class Budget(Frozen):
    """US dollars that calls may come to; none is no limit."""

    session_usd: float | None = Field(default=None, ge=0)
    day_usd: float | None = Field(default=None, ge=0)


class ModelsSettings(Frozen):
    """The language mind: `provider`, `model`, `url` and `key` hold for roles without their own."""

    mind: Literal["auto", "offline", "language"] = "auto"
    provider: Provider = "groq"
    model: str = ""
    url: str = ""
    key: SecretStr | None = None
    rewrite: RoleSettings
    answer: RoleSettings
    inspect: RoleSettings
    turn_seconds: float = Field(default=40.0, gt=0, le=600)
    retries: int = Field(default=2, ge=0, le=5)
    longest_wait: float = Field(default=2.0, ge=0, le=60)
    rest_seconds: float = Field(default=20.0, gt=0, le=600)
    cached_rewrites: int = Field(default=512, ge=0, le=100_000)
    budget: Budget = Budget()

    @model_validator(mode="before")
    @classmethod
    def _complete_roles(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        shared = {name: given[name] for name in SHARED if name in given}
        roles = {role: _completed(role, shared, given.get(role, {})) for role in ROLES}
        return given | roles

    def role(self, role: Role) -> RoleSettings:
        """Return the settings of a role."""
        found: RoleSettings = getattr(self, role)
        return found

    @property
    def speaks(self) -> bool:
        """Tell whether the language mind serves: asked for, or every role's model has a key."""
        if self.mind != "auto":
            return self.mind == "language"
        roles = [self.role(role) for role in ROLES]
        online = [each for each in roles if each.provider != "offline"]
        return bool(online) and all(each.keyed for each in online)


def default_models() -> ModelsSettings:
    """Return the settings of somebody who set nothing."""
    return ModelsSettings.model_validate({})


def _completed(role: Role, shared: dict[str, Any], own: Any) -> Any:
    """Return a role's settings with what it leaves out filled in."""
    if not isinstance(own, dict):
        return own
    general = dict(shared)
    if own.get("provider", shared.get("provider")) != shared.get("provider"):
        general = {}  # another provider's model, address and key would be wrong here
    provider = own.get("provider") or general.get("provider") or "groq"
    filled = ROLE_DEFAULTS[role] | general | own
    if provider == "groq":
        by_model = GROQ_DEFAULTS[role]
        filled = by_model | filled if not filled.get("model") else _with_effort(filled)
        filled["model"] = filled["model"] or by_model["model"]
        if "fallback" not in own and filled["model"] != SMALL:
            filled["fallback"] = {"model": SMALL}
    return filled


def _with_effort(filled: dict[str, Any]) -> dict[str, Any]:
    """Reason little where the model is one that can be told so."""
    known = filled["model"] in (LARGE, SMALL)
    return {"reasoning_effort": "low"} | filled if known else filled
