"""`@hears`: a handler of a fact, with bounded retry, dead letters and an effect that is once.

| the handler | the message |
|---|---|
| returns | acknowledged |
| meets a second copy | acknowledged, counted |
| raises | waits in a delay queue and comes back, `max_attempts` times in all |
| meets an outage of somebody else | waits and comes back for a day; its attempts stay (`outages.py`) |
| raises `Reject` or a `DomainError`, or breaks its contract | dead letter at once |
| dies with its process | redelivered; the broker (or the embedded inbox) counts |
"""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

import eventlet
from eventlet.semaphore import Semaphore
from nameko.exceptions import ContainerBeingKilled
from nameko.messaging import Consumer

from shared.contracts.facts import FactType
from shared.contracts.wire import WireError, open_envelope, read_fact
from shared.kernel.errors import DomainError
from shared.kernel.ids import FactId, ProvinceCode
from shared.plumbing import inbox, tracing
from shared.plumbing.database import Database, Tx
from shared.plumbing.delivery import Again, Delivery, delivery_of
from shared.plumbing.metrics import FACT_AGE, FACTS_HEARD
from shared.plumbing.outages import MOST_OUTAGES, delay_after, is_outage
from shared.plumbing.topology import Hearing, QueuePlan, queue_plans

_log = logging.getLogger(__name__)


class RejectError(Exception):
    """The fact can never be done: it becomes a dead letter at once. Carries a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Reject = RejectError


class StrayTimeoutError(Exception):
    """A bare `eventlet.Timeout` escaped a handler; as a BaseException it would leak the message."""


class NoTransactionError(Exception):
    """A handler returned without its transaction: its effect would not be once. A bug."""


@dataclass(slots=True)
class Heard(Generic[FactType]):
    """A fact as it reached one handler."""

    fact: FactType
    id: FactId
    at: datetime  # when it was said
    province: ProvinceCode
    attempt: int  # from 1
    queue: str
    database: Database
    was_opened: bool = False

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """The one transaction of this fact's effect; its first statement is the inbox row.

        Raises:
            AlreadyHeardError: a second copy; let it rise.
        """
        self.was_opened = True
        with self.database.transaction() as tx:
            inbox.take(tx, self.queue, self.id, at=self.database.clock(), attempt=self.attempt)
            yield tx

    def is_known(self) -> bool:
        """Whether the fact is done already: look before slow work, then return if so."""
        with self.database.transaction() as tx:
            known = inbox.is_known(tx, self.queue, self.id)
        self.was_opened = self.was_opened or known
        return known


def hears(
    fact: type[FactType],
    *,
    lane: str | None = None,
    per_province: bool = False,
    max_attempts: int = 5,
    gives_way: bool = False,
) -> Callable[[Callable[[Any, Heard[FactType]], None]], Callable[[Any, Heard[FactType]], None]]:
    """Make a method hear a fact.

    Args:
        fact: the fact's class.
        lane: one lane of a fact that has lanes; None hears all of them.
        per_province: one queue per province served, so that a province scales by itself.
        max_attempts: deliveries before it becomes a dead letter.
        gives_way: slow work that may wait: it takes at most a quarter of the process's
            workers, so that a pile of it never keeps what else is heard from being done.
    """
    hearing = Hearing(fact, lane, per_province, max_attempts)

    def decorate(
        method: Callable[[Any, Heard[FactType]], None],
    ) -> Callable[[Any, Heard[FactType]], None]:
        @functools.wraps(method)
        def guarded(service: Any, heard: Heard[FactType]) -> None:
            try:
                method(service, heard)
            except eventlet.Timeout:
                raise StrayTimeoutError from None
            if not heard.was_opened:
                raise NoTransactionError(heard.queue)

        guarded.hears = hearing  # type: ignore[attr-defined]  # read by `topology`
        entrypoint: Callable[[Any, Heard[FactType]], None] = Hears.decorator(
            hearing, gives_way=gives_way
        )(guarded)
        return entrypoint

    return decorate


class Hears(Consumer):  # type: ignore[misc]  # nameko ships no types
    """Nameko's side of `@hears`: one kombu consumer per queue of the handler."""

    def __init__(self, hearing: Hearing, *, gives_way: bool = False) -> None:
        super().__init__(queue=None, expected_exceptions=(inbox.AlreadyHeardError, RejectError))
        self.hearing = hearing
        self._gives_way = gives_way
        self._is_stopping = False
        self._sources: list[_Source] = []

    def setup(self) -> None:
        """Register a source per queue; the topology command has declared them."""
        from shared.plumbing.providers import database_of, provinces_of  # noqa: PLC0415  # they need us

        self._delivery: Delivery = delivery_of(self.container.config)
        self._database = database_of(self.container)
        workers: int = self.container.max_workers
        self._turns = Semaphore(max(1, workers // 4) if self._gives_way else workers)
        plans = queue_plans(
            self.container.service_name,
            self.method_name,
            self.hearing,
            provinces_of(self.container.config),
        )
        self._sources = [_Source(self, plan) for plan in plans]
        for source in self._sources:
            self.queue_consumer.register_provider(source)

    def stop(self) -> None:
        """Stop consuming; unacknowledged messages go back."""
        self._is_stopping = True
        for source in self._sources:
            self.queue_consumer.unregister_provider(source)

    def check_ready(self) -> None:
        """For the health page: raise when a queue of this handler is not declared."""
        for source in self._sources:
            self._delivery.check_declared(source.plan)

    def receive(self, plan: QueuePlan, message: Any) -> None:
        """Turn a message into work, or into a dead letter."""
        try:
            heard = self._heard(plan, message)
        except WireError:
            self._settle(plan, message, "broken_contract")
            return
        self._turns.acquire()
        if self._is_stopping or not self._begin(plan, message, heard):
            self._turns.release()

    def _begin(self, plan: QueuePlan, message: Any, heard: Heard[Any]) -> bool:
        """Give the fact to a worker, whose end releases the turn; False when none took it."""
        if self._delivery.crashed_too_often(self._database, plan, heard.id):
            self._settle(plan, message, "process_killer")
            return False
        handle_result = functools.partial(self._finish, plan, message, heard)
        traceparent = message.headers.get("traceparent") or tracing.new_traceparent()
        try:
            self.container.spawn_worker(
                self,
                (heard,),
                {},
                context_data={"traceparent": traceparent},
                handle_result=handle_result,
            )
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)
            return False
        return True

    def _heard(self, plan: QueuePlan, message: Any) -> Heard[Any]:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        envelope = open_envelope(body)
        fact = plan.hearing.fact
        if (envelope.fact, envelope.v) != (fact.NAME, fact.VERSION):
            raise WireError(f"{envelope.fact} v{envelope.v}")
        return Heard(
            read_fact(envelope, fact),
            envelope.id,
            envelope.at,
            envelope.province,
            _count_of(message, "x-attempt", 1),
            plan.name,
            self._database,
        )

    def _finish(
        self,
        plan: QueuePlan,
        message: Any,
        heard: Heard[Any],
        _worker: Any,
        result: Any = None,
        exc_info: Any = None,
    ) -> tuple[Any, Any]:
        self._turns.release()
        error = exc_info[1] if exc_info else None
        self._delivery.ended(plan, heard.id)
        if error is None or isinstance(error, inbox.AlreadyHeardError):
            FACTS_HEARD.labels(plan.name, "done" if error is None else "duplicate").inc()
            if heard.attempt == 1:  # what came back was kept waiting on purpose
                age = self._database.clock() - heard.at
                FACT_AGE.labels(plan.name).set(max(0.0, age.total_seconds()))
            self.queue_consumer.ack_message(message)
            return result, None
        code = _code_of(error)
        again = _again(error, heard.attempt, _count_of(message, "x-outages", 0), code)
        is_permanent = isinstance(error, RejectError | DomainError)
        if is_permanent or _is_enough(again, plan.hearing.max_attempts):
            self._settle(plan, message, code, heard)
        else:
            FACTS_HEARD.labels(plan.name, "retry").inc()
            self._delivery.try_again(self._database, plan, message, again)
        return result, exc_info

    def _settle(
        self, plan: QueuePlan, message: Any, code: str, heard: Heard[Any] | None = None
    ) -> None:
        FACTS_HEARD.labels(plan.name, "dead").inc()
        _log.error("dead letter", extra={"queue": plan.name, "code": code})
        self._delivery.bury(self._database, plan, message, code, heard.attempt if heard else 1)


class _Source:
    """One queue of a handler, as Nameko's QueueConsumer wants its providers."""

    def __init__(self, entrypoint: Hears, plan: QueuePlan) -> None:
        self._entrypoint = entrypoint
        self.plan = plan
        self.queue = entrypoint._delivery.consumed(plan)

    def handle_message(self, _body: Any, message: Any) -> None:
        """Called by the QueueConsumer in a green thread of its own."""
        self._entrypoint.receive(self.plan, message)


def _again(error: BaseException, attempt: int, outages: int, code: str) -> Again:
    """How a fact comes back after a failure: an outage leaves it its attempts."""
    if is_outage(error):
        return Again(attempt, outages + 1, delay_after(outages + 1), code)
    return Again(attempt + 1, outages, attempt, code)


def _is_enough(again: Again, max_attempts: int) -> bool:
    return again.attempt > max_attempts or again.outages > MOST_OUTAGES


def _count_of(message: Any, header: str, default: int) -> int:
    count = message.headers.get(header, default)
    return count if isinstance(count, int) else default


def _code_of(error: BaseException) -> str:
    code = getattr(error, "code", None)
    return code if isinstance(code, str) else type(error).__name__
