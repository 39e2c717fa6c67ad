"""How a service with queues stands, and its own dead letters: what its operator asks it for.

Depths are asked of the bus by the service's own login, so the figures of a queue are told by
whoever may hear it, and by nobody else.
"""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from time import monotonic
from typing import Any

import eventlet

from shared.contracts.operate_commands import QueueShown, ServiceShown
from shared.kernel.errors_operate import BusNotAnsweringError
from shared.plumbing.dead import BusAwayError, DeadLetters, QueueMissingError, dead_letters_of
from shared.plumbing.environment import provinces_of
from shared.plumbing.health import troubles_of
from shared.plumbing.hears import Hears
from shared.plumbing.metrics import FACT_AGE, FACTS_HEARD
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.standing import Standing, StandingProvider, asking
from shared.plumbing.topology import QueuePlan, plans_of

# The pace of a queue is the mean of what happened since the oldest note.
NOTE_EVERY_S = 15.0
NOTES = 21  # five minutes
_HEARD = "hecha_facts_heard_total"
_TAKEN = ("done", "duplicate", "dead")  # a retry is still to come


class Operations(Standing):
    """One service that hears facts, as its operator sees it."""

    def __init__(self, container: Any) -> None:
        super().__init__(container)
        self._notes: deque[tuple[float, Counter[str]]] = deque(maxlen=NOTES)

    @cached_property
    def plans(self) -> tuple[QueuePlan, ...]:
        """The queues this process hears."""
        return plans_of([self._container.service_cls], provinces_of(self._container.config))

    def plan_of(self, queue: str) -> QueuePlan | None:
        """One of its queues by name; None: it hears no such queue."""
        return next((plan for plan in self.plans if plan.name == queue), None)

    def dead_letters(self) -> DeadLetters:
        """Its own dead letters."""
        return dead_letters_of(self._url, self.plans, {self.service: self._keeper.database})

    def shown(self) -> ServiceShown:
        """How it stands now.

        Raises:
            BusNotAnsweringError: the bus did not answer, or lacks a queue.
        """
        pace, ages = self._pace(), _ages()
        with asking(self._url) as ask:
            processes = ask.processes(self.service)
            waiting = {plan.name: ask.waiting(plan.name) for plan in self.plans}
        with bus_answering():
            dead = self.dead_letters().counts()
        queues = tuple(
            QueueShown(queue, count or 0, dead.get(queue, 0), pace.get(queue, 0.0), ages.get(queue))
            for queue, count in waiting.items()
        )
        lacks_queue = (f"{self.service}:{Hears.__name__}",) if None in waiting.values() else ()
        unsaid = self._keeper.relay.backlog()
        return ServiceShown(
            self.service,
            processes,
            int(monotonic() - self._since),
            (*self.troubles(), *lacks_queue),
            unsaid.waiting,
            int(unsaid.oldest_s),
            queues,
        )

    def troubles(self) -> tuple[str, ...]:
        """What it leans on and does not find, its queues apart: each would be asked anew."""
        return tuple(troubles_of([self._container], self._url, but=(Hears,)))

    def note(self) -> None:
        """Remember what was taken until now."""
        self._notes.append((monotonic(), _taken()))

    def _pace(self) -> dict[str, float]:
        """Facts a minute by queue, since the oldest note."""
        if not self._notes:
            return {}
        at, before = self._notes[0]
        minutes = max(monotonic() - at, 1.0) / 60
        taken = _taken()
        return {queue: round((taken[queue] - before[queue]) / minutes, 1) for queue in taken}

    @cached_property
    def _keeper(self) -> DatabaseProvider:
        """What keeps its outbox and inbox: who hears facts has one."""
        extensions = self._container.dependencies
        return next(one for one in extensions if isinstance(one, DatabaseProvider))


class OperationsProvider(StandingProvider):
    """Injects `Operations`, and keeps noting what the queues take."""

    def setup(self) -> None:
        """Nothing is asked before somebody asks."""
        self._standing = self._operations = Operations(self.container)

    def start(self) -> None:
        """Begin to note."""
        self.container.spawn_managed_thread(self._keep_noting, identifier="operations")

    def _keep_noting(self) -> None:
        while True:
            self._operations.note()
            eventlet.sleep(NOTE_EVERY_S)


def _taken() -> Counter[str]:
    """What every queue of this process has taken since it started."""
    samples = (one for metric in FACTS_HEARD.collect() for one in metric.samples)
    taken: Counter[str] = Counter()
    for one in samples:
        if one.name == _HEARD and one.labels["outcome"] in _TAKEN:
            taken[one.labels["queue"]] += int(one.value)
    return taken


def _ages() -> dict[str, int]:
    """Of every queue how many seconds the fact took, from said to done, that was done last."""
    samples = (one for metric in FACT_AGE.collect() for one in metric.samples)
    return {one.labels["queue"]: int(one.value) for one in samples}


@contextmanager
def bus_answering() -> Iterator[None]:
    """Say a bus that does not answer as a refusal, which an operator can read.

    Raises:
        BusNotAnsweringError: it does not, or lacks a queue.
    """
    try:
        yield
    except (BusAwayError, QueueMissingError) as away:
        raise BusNotAnsweringError(str(away)) from None
