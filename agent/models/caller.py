"""Calls that survive what providers do: deadlines, retries, breakers, stand-ins, and a ledger."""

from __future__ import annotations

import random
import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.models.attempt import Attempt
from agent.models.breaker import Breakers
from agent.models.cache import AnswerCache, cache_key
from agent.models.calls import (
    BrokenToolCallError,
    Call,
    ModelUnavailableError,
    Role,
    TurnUsage,
)
from agent.models.factory import Connections, make_chat_model
from agent.models.faults import (
    WORTH_REPEATING,
    EmptyAnswerError,
    EndlessAnswerError,
    Fault,
    read_fault,
)
from agent.models.ledger import Ledger, Spent
from agent.models.observed import charged, fell_back, observed, retried, sought
from agent.models.requests import Meter, Request
from agent.models.settings import ROLES, ModelSettings, ModelsSettings
from agent.models.toolcalls import rescue
from infra.errors import SettingsError
from infra.metrics import watch
from infra.names import BREAKER

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FIRST_WAIT = 0.2  # seconds before the first repetition, doubled for each further one
CHARACTERS_PER_TOKEN = 12  # more than any text has: past this the model ignores its limit
FAIR_SHARE = 0.5  # of its own time; a call that had less says nothing of the model's health
LONGEST_TOOL_MEMORY = 64


class ModelPool:
    """The models of one set of settings, and what outlives a change of them."""

    def __init__(
        self,
        settings: ModelsSettings,
        ledger: Ledger | None = None,
        breakers: Breakers | None = None,
    ) -> None:
        self.settings = settings
        self.ledger = ledger or Ledger()
        self.breakers = breakers or Breakers(settings.rest_seconds)
        self.cache = AnswerCache(settings.cached_rewrites)
        for model in {model for role in ROLES for model in settings.role(role).models}:
            watch(BREAKER, partial(self.breakers.held, model), model.model)
        self._lock = Lock()
        self._models: dict[ModelSettings, BaseChatModel] = {}
        self._tools: dict[int, tuple[BaseTool, dict[str, Any]]] = {}
        self._connections = Connections()
        # A turn holds its pool: the connections close when the last turn on old settings is over.
        weakref.finalize(self, self._connections.close)

    def turn(self, session: str, turn: int) -> TurnModels:
        """Begin a turn: its time runs from now."""
        return TurnModels(self, session, turn)

    def renewed(self, settings: ModelsSettings) -> ModelPool:
        """Return a pool of new settings beside this one, which running turns keep."""
        return ModelPool(settings, self.ledger, self.breakers)

    def serves(self, role: Role) -> bool:
        """Tell whether a role has a model at all."""
        return self.settings.speaks and bool(self.settings.role(role).models)

    def warm(self) -> None:
        """Build every model now, so that no turn waits for imports and TLS set-up."""
        for model in {model for role in ROLES for model in self.settings.role(role).models}:
            if model.keyed:
                self.model(model)

    def model(self, settings: ModelSettings) -> BaseChatModel:
        """Return the chat model of some settings, built once."""
        with self._lock:
            if settings not in self._models:
                self._models[settings] = make_chat_model(settings, self._connections)
            return self._models[settings]

    def described(self, tools: Sequence[BaseTool]) -> list[dict[str, Any]]:
        """Return tools as providers take them, converted once."""
        with self._lock:
            if len(self._tools) > LONGEST_TOOL_MEMORY:  # an index was swapped often
                self._tools.clear()
            for tool in tools:
                if id(tool) not in self._tools:  # kept with the tool, so that no id is used twice
                    self._tools[id(tool)] = (tool, convert_to_openai_tool(tool))
            return [self._tools[id(tool)][1] for tool in tools]

    def close(self) -> None:
        """Close the connections and the ledger."""
        self._connections.close()
        self.ledger.close()


class TurnModels:
    """The models of one turn, within its time and its budget."""

    def __init__(self, pool: ModelPool, session: str, turn: int) -> None:
        self.usage = TurnUsage()
        self._pool = pool
        self._session = session
        self._turn = turn
        self._ends = monotonic() + pool.settings.turn_seconds
        self._stopped = Event()
        self._attempt: Attempt[Any] | None = None

    def ask(
        self,
        role: Role,
        messages: Sequence[BaseMessage],
        schema: dict[str, Any] | None = None,
        tools: Sequence[BaseTool] = (),
    ) -> AIMessage:
        """Return a whole answer; `schema` asks for strict JSON of that JSON schema.

        Raises ModelUnavailableError when no model could answer.
        """
        if schema is not None and tools:
            raise ValueError("a request has a schema or tools, not both: no provider takes them")
        request = Request(messages, schema=schema, tools=self._pool.described(tools))
        if role == "rewrite":
            return self._remembered(role, request)
        return self._whole(role, request)

    def stream(self, role: Role, messages: Sequence[BaseMessage]) -> Iterator[str]:
        """Yield an answer's text as it comes.

        Raises ModelUnavailableError before the first piece, or in the middle where it breaks.
        """
        for piece in self._pieces(role, Request(messages, streams=True)):
            if text := str(piece.text):
                yield text

    def cancel(self) -> None:
        """Stop the running request, from any thread; nothing further is asked in this turn."""
        self._stopped.set()
        attempt = self._attempt
        if attempt is not None:
            attempt.abandon()

    def _remembered(self, role: Role, request: Request) -> AIMessage:
        models = self._pool.settings.role(role).models
        if not models:
            return self._whole(role, request)
        key = cache_key(models[0], request.messages, request.schema)
        kept = self._pool.cache.get(key)
        sought(kept is not None)
        if kept:
            self._record(Call(role, models[0].model, 0, 0, 0.0, False, 0.0, outcome="cached"))
            return kept
        answer = self._whole(role, request)
        if self.usage.calls[-1].model == models[0].model and not request.tools:
            self._pool.cache.put(key, answer)
        return answer

    def _whole(self, role: Role, request: Request) -> AIMessage:
        pieces = self._pieces(role, request)
        answer = next(pieces)
        for _ in pieces:  # runs on to the end, where the call is written down
            pass
        return answer

    def _pieces(self, role: Role, request: Request) -> Iterator[AIMessage]:
        """Yield the answer of the first model that gives one."""
        models = self._pool.settings.role(role).models
        if not models:
            raise ModelUnavailableError(f"The role '{role}' is set to the provider 'offline'.")
        self._afford(role, models[0])
        told = []
        for model, following in zip(models, [*models[1:], None], strict=True):
            fault = yield from self._tried(role, model, request)
            if fault is None:
                return
            told.append(f"{model.model} {fault.said}")
            fell_back(model.model, fault.kind)
            if fault.kind == "cancelled":
                break
            if fault.kind == "tool":
                self._note(f"{told[-1]}.")
                raise BrokenToolCallError(_unavailable(told), fault.generation)
            stand_in = following.model if following else "the offline mind"
            self._note(f"{told[-1]}; {stand_in} stands in.")
        raise ModelUnavailableError(_unavailable(told))

    def _tried(
        self, role: Role, model: ModelSettings, request: Request
    ) -> Generator[AIMessage, None, Fault | None]:
        """Yield a model's answer, repeating what is worth it; return what it failed of."""
        try:
            chat = self._pool.model(model)  # before the clock runs: the first time takes a while
        except SettingsError as error:
            return Fault("key", f"cannot be used: {error}"[:-1])
        meter = Meter(request.streams)
        deadline = min(meter.began + model.timeout, self._ends)
        outcome = "cancelled"
        try:
            while True:
                with observed(role, model, meter) as seen:
                    fault = yield from self._attempted(chat, model, request, meter, deadline)
                    if fault:
                        seen.failed(fault)
                outcome = fault.kind if fault else "ok"
                if fault is None:
                    return None
                if meter.given:
                    fell_back(model.model, fault.kind)
                    raise ModelUnavailableError(self._broken_off(model, fault)) from None
                wait = self._wait(fault, meter.retries, deadline)
                if wait is None:
                    return fault
                retried(model.model, fault)
                meter.retries += 1
                meter.again()
                self._note(f"{model.model} {fault.said}; asked again.")
                self._stopped.wait(wait)
        finally:
            call = meter.call(role, model, request, outcome)
            charged(call, model.provider)
            self._record(call)

    def _attempted(
        self,
        chat: BaseChatModel,
        model: ModelSettings,
        request: Request,
        meter: Meter,
        deadline: float,
    ) -> Generator[AIMessage, None, Fault | None]:
        """Yield the answer to one request; return what it failed of."""
        breakers = self._pool.breakers
        seconds = deadline - monotonic()
        if self._stopped.is_set():
            return Fault("cancelled", "was stopped")
        if seconds <= 0:
            return Fault("timeout", "had no time left")
        if resting := breakers.enter(model):
            return resting
        attempt = Attempt(lambda: request.send(chat, model, seconds))
        self._attempt = attempt
        if self._stopped.is_set():  # cancelled since the look above
            attempt.abandon()
        try:
            yield from _received(attempt, request, meter, deadline, model.max_tokens)
            breakers.succeed(model)
            return None
        except Exception as error:  # each provider's client has its own family of errors
            fault = read_fault(error)
            if fault.kind == "timeout" and seconds < FAIR_SHARE * model.timeout:
                breakers.leave(model)
            else:
                breakers.fail(model, fault, attempt, self._pool.settings.longest_wait)
            rescued = rescue(fault.generation, request.tools) if fault.kind == "tool" else None
            if rescued is None:
                return fault
            meter.take(rescued)
            self._note(f"{model.model} {fault.said}, which could be mended.")
            yield rescued
            return None
        except BaseException:  # the caller left: that says nothing of the model
            breakers.leave(model)
            raise
        finally:
            self._attempt = None
            attempt.abandon()

    def _wait(self, fault: Fault, retries: int, deadline: float) -> float | None:
        """Return the seconds before a repetition, or None where there shall be none."""
        settings = self._pool.settings
        if fault.kind not in WORTH_REPEATING or retries >= settings.retries:
            return None
        # Jitter keeps sessions that failed together from returning together.
        jitter = random.uniform(0.5, 1.0)
        wait = max(jitter * FIRST_WAIT * float(2**retries), fault.wait or 0.0)
        if wait > settings.longest_wait or monotonic() + wait >= deadline:
            return None
        return wait

    def _broken_off(self, model: ModelSettings, fault: Fault) -> str:
        if fault.kind != "cancelled":
            self._note(f"{model.model} broke off in its answer; the offline mind stands in.")
        return f"{model.model} broke off in its answer: it {fault.said}."

    def _afford(self, role: Role, model: ModelSettings) -> None:
        budget, ledger = self._pool.settings.budget, self._pool.ledger
        spenders: tuple[tuple[float | None, str, Callable[[], Spent]], ...] = (
            (budget.session_usd, "This conversation's", lambda: ledger.of_session(self._session)),
            (budget.day_usd, "Today's", ledger.of_day),
        )
        for limit, named, spent in spenders:
            if limit is not None and spent().cost_usd >= limit:
                told = f"{named} budget of ${limit:.2f} is spent"
                self._note(f"{told}; the offline mind stands in.")
                fell_back(model.model, "budget")
                self._record(Call(role, model.model, 0, 0, 0.0, False, 0.0, outcome="budget"))
                raise ModelUnavailableError(f"{told}. Raise 'models.budget' to go on.")

    def _record(self, call: Call) -> None:
        self.usage.calls.append(call)
        ledger = self._pool.ledger
        ledger.record(call, self._session, self._turn)
        if ledger.trouble:
            self._note(ledger.trouble)

    def _note(self, line: str) -> None:
        if line not in self.usage.notices:
            self.usage.notices.append(line)


def _received(
    attempt: Attempt[AIMessage], request: Request, meter: Meter, deadline: float, most: int
) -> Iterator[AIMessage]:
    while (piece := attempt.next(deadline)) is not None:
        meter.take(piece)
        if not request.streams:
            request.check(piece)
        if meter.characters > CHARACTERS_PER_TOKEN * most:
            raise EndlessAnswerError
        meter.given = meter.given or meter.characters > 0
        yield piece
    if not meter.characters and request.streams:
        raise EmptyAnswerError


def _unavailable(told: list[str]) -> str:
    return f"No model could answer: {', '.join(told)}."
