"""Questions between services: typed, with a deadline, refusals as values of the wire.

A command's answer travels as {"ok": ...} or {"refused": code, "args": [...]}: a refusal is
an ordinary answer, rebuilt at the caller as the same `DomainError`. Anything else that is
raised reaches the caller as its class name only, because messages may hold what must not
travel.
"""

import functools
import logging
import uuid
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

import eventlet
from amqp.exceptions import AMQPError
from kombu.exceptions import OperationalError
from nameko.exceptions import UnknownService
from nameko.extensions import DependencyProvider
from nameko.rpc import MethodProxy, ReplyListener
from nameko.rpc import rpc as nameko_rpc

from shared.contracts.wire import WireError, from_plain, to_plain
from shared.kernel.errors import DomainError
from shared.plumbing import tracing
from shared.plumbing.metrics import RPC_DEADLINES
from shared.plumbing.nameko_mended import VOLATILE
from shared.plumbing.outages import AwayError, is_outage
from shared.plumbing.slow_work import slow_work

# ReplyListener: for providers whose pages and timers ask without a worker around them.
__all__ = [
    "ReplyListener",
    "Rpc",
    "RpcClient",
    "RpcDeadlineError",
    "RpcFailedError",
    "ServiceAwayError",
    "read_answer",
    "refusal_of",
    "serves",
]

_log = logging.getLogger(__name__)

DEFAULT_DEADLINE_S = 5.0

Answer = TypeVar("Answer")
Request = TypeVar("Request")


class RpcDeadlineError(AwayError):
    """Nobody answered in time; the command may still have happened. Args: service, method."""


class RpcFailedError(Exception):
    """The other side failed with something that is no refusal, or cannot be reached.

    Args: service, method, and the class of what it raised, or a code of ours.
    """


class ServiceAwayError(RpcFailedError, AwayError):
    """The other side cannot be reached, or somebody it leans on was away; args as above."""


def serves(method: Callable[[Any, Request], Answer]) -> Callable[[Any, Any], Any]:
    """Make a method answer a command: one frozen dataclass in, one out, by its type hints."""

    @functools.wraps(method)
    def answer(service: Any, request: Any) -> dict[str, Any]:
        hints = get_type_hints(method)
        asked = next(kind for name, kind in hints.items() if name != "return")
        try:
            return {"ok": to_plain(method(service, from_plain(request, asked)))}
        except DomainError as refusal:
            return {"refused": refusal.code, "args": [str(argument) for argument in refusal.args]}
        except WireError:
            return {"refused": "broken_contract", "args": []}
        except eventlet.Timeout:
            return {"failed": "StrayTimeout"}
        except Exception as error:
            _log.exception("command failed", extra={"method": method.__name__})
            return {"failed": type(error).__name__, "is_away": is_outage(error)}

    entrypoint: Callable[[Any, Any], Any] = nameko_rpc(answer)
    return entrypoint


def read_answer(service: str, method: str, plain: Any, kind: type[Answer]) -> Answer:
    """The typed answer inside what came over the wire.

    Raises:
        DomainError: the command was refused.
        ServiceAwayError: somebody it leans on was away.
        RpcFailedError: it failed otherwise.
    """
    if "ok" in plain:
        return from_plain(plain["ok"], kind) if kind is not type(None) else None
    if "refused" in plain:
        raise refusal_of(plain["refused"], plain.get("args", []))
    failure = ServiceAwayError if plain.get("is_away") else RpcFailedError
    raise failure(service, method, plain.get("failed", "?"))


def refusal_of(code: str, arguments: list[str]) -> DomainError:
    """The refusal with this code; an unknown code keeps its word."""
    found = next((cls for cls in _all_refusals(DomainError) if cls.code == code), None)
    if found is not None:
        return found(*arguments)
    refusal = DomainError(*arguments)
    refusal.code = code  # type: ignore[misc]  # of this instance only
    return refusal


def _all_refusals(cls: type[DomainError]) -> list[type[DomainError]]:
    return [sub for child in cls.__subclasses__() for sub in (child, *_all_refusals(child))]


class _CallContext:
    """What Nameko's client reads from a worker: there is none around a page or a timer."""

    def __init__(self, container: Any, traceparent: str) -> None:
        self.container = container
        self.context_data = {"traceparent": traceparent}
        self.data = self.context_data
        self.immediate_parent_call_id = None
        self.call_id_stack = [str(uuid.uuid4())]
        self.call_id = self.call_id_stack[-1]


class _OneReply:
    """Nameko's listener as one call sees it: remembers which reply this call waits for."""

    def __init__(self, listener: ReplyListener) -> None:
        self._listener = listener
        self._correlation: str | None = None
        self.routing_key = listener.routing_key

    def get_reply_event(self, correlation: str) -> Any:
        """Asked by Nameko just before it publishes the request."""
        self._correlation = correlation
        return self._listener.get_reply_event(correlation)

    def forget(self) -> None:
        """Nobody waits any more: a late reply is then ignored, nothing leaks."""
        self._listener._reply_events.pop(self._correlation, None)


class RpcClient:
    """Asks other services; may be used from handlers and from pages alike."""

    def __init__(self, container: Any, listener: ReplyListener) -> None:
        self._container = container
        self._listener = listener

    def call(
        self,
        service: str,
        method: str,
        request: object,
        answer: type[Answer],
        *,
        deadline_s: float = DEFAULT_DEADLINE_S,
    ) -> Answer:
        """Ask, and wait at most `deadline_s` seconds.

        Raises:
            DomainError: the command was refused.
            RpcDeadlineError: no answer in time.
            ServiceAwayError: no such service on this bus, no bus, or whom it leans on is away.
            RpcFailedError: the other side failed otherwise.
            SlowWorkInTransactionError: a transaction is open.
        """
        slow_work("rpc")
        context = _CallContext(self._container, tracing.current() or tracing.new_traceparent())
        reply = _OneReply(self._listener)
        proxy = MethodProxy(
            context, service, method, reply, delivery_mode=VOLATILE, expiration=deadline_s
        )
        try:
            with eventlet.Timeout(deadline_s, RpcDeadlineError(service, method)):
                plain = proxy(to_plain(request))
        except RpcDeadlineError:
            RPC_DEADLINES.labels(service, method).inc()
            raise
        except UnknownService:
            raise ServiceAwayError(service, method, "unknown_service") from None
        except (OSError, AMQPError, OperationalError) as away:
            raise ServiceAwayError(service, method, type(away).__name__) from None
        finally:
            reply.forget()
        return read_answer(service, method, plain, answer)


class Rpc(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects an `RpcClient`."""

    listener = ReplyListener()

    def get_dependency(self, _worker: Any) -> RpcClient:
        """One client per use; the listener is shared by the service."""
        return self.client()

    def client(self) -> RpcClient:
        """A client for pages and timers, which have no worker around them."""
        return RpcClient(self.container, self.listener)
