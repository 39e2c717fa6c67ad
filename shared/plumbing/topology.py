"""Who hears what: names of exchanges and queues, read off the service classes.

One list serves the declaration at the broker, the golden test and the embedded bus.
A handler's method name is part of a durable queue's name, and the queue outlives the
code: renaming a handler is a migration.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.facts import Fact
from shared.kernel.ids import ProvinceCode

DEAD_EXCHANGE = "hecha.dead"
DEAD_SUFFIX = ".dead"
RPC_EXCHANGE = "nameko-rpc"
# After the first, second, ... failed attempt.
DELAYS_S = (5, 30, 300, 3600)
_DELAY_NAMES = ("5s", "30s", "5m", "1h")


@dataclass(frozen=True, slots=True)
class Hearing:
    """One handler that hears one fact, as `@hears` was told."""

    fact: type[Fact]
    lane: str | None
    per_province: bool
    max_attempts: int


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """One queue: its name, and what is bound to it."""

    name: str
    service: str
    hearing: Hearing
    province: ProvinceCode | None  # None = all provinces
    exchanges: tuple[str, ...]
    routing_key: str

    @property
    def dead(self) -> str:
        """The queue of its dead letters."""
        return self.name + DEAD_SUFFIX


def delay_name(attempt: int) -> str:
    """The exchange, and queue, where a message waits after its `attempt`-th failure (from 1)."""
    return f"hecha.retry.{_DELAY_NAMES[min(attempt, len(_DELAY_NAMES)) - 1]}"


def delay_s(attempt: int) -> int:
    """How long it waits there, in seconds."""
    return DELAYS_S[min(attempt, len(DELAYS_S)) - 1]


def all_delays() -> tuple[tuple[str, int], ...]:
    """Every delay queue with its seconds."""
    return tuple((delay_name(i + 1), seconds) for i, seconds in enumerate(DELAYS_S))


def queue_plans(
    service: str, handler: str, hearing: Hearing, provinces: Sequence[ProvinceCode]
) -> tuple[QueuePlan, ...]:
    """The queue or queues of one handler."""
    exchanges = tuple(f"{speaker}.facts" for speaker in hearing.fact.SPEAKERS)
    places: tuple[ProvinceCode | None, ...] = tuple(provinces) if hearing.per_province else (None,)
    return tuple(
        QueuePlan(
            f"{service}.{handler}" if place is None else f"{service}.{handler}.{place}",
            service,
            hearing,
            place,
            exchanges,
            _binding(hearing, place),
        )
        for place in places
    )


def plans_of(
    classes: Iterable[type[Any]], provinces: Sequence[ProvinceCode]
) -> tuple[QueuePlan, ...]:
    """Every queue of these services, by name."""
    plans = [
        plan
        for cls in classes
        for handler, hearing in hearings_of(cls)
        for plan in queue_plans(cls.name, handler, hearing, provinces)
    ]
    return tuple(sorted(plans, key=lambda plan: plan.name))


def hearings_of(cls: type[Any]) -> Iterator[tuple[str, Hearing]]:
    """The handlers of a service class with what they hear."""
    for name in dir(cls):
        hearing = getattr(getattr(cls, name), "hears", None)
        if isinstance(hearing, Hearing):
            yield name, hearing


def hears_fact(plan: QueuePlan, exchange: str, routing_key: str) -> bool:
    """Whether a fact said so reaches this queue: topic matching as the broker does it."""
    return exchange in plan.exchanges and _matches(
        plan.routing_key.split("."), routing_key.split(".")
    )


def _binding(hearing: Hearing, province: ProvinceCode | None) -> str:
    base = f"{hearing.fact.NAME}.v{hearing.fact.VERSION}"
    if hearing.lane is not None:
        return f"{base}.{province or '*'}.{hearing.lane}"
    if province is None:
        return f"{base}.#"
    # Never "<province>.#": the memory transport's "#" does not match zero words.
    return f"{base}.{province}.*" if hearing.fact.LANES else f"{base}.{province}"


def _matches(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(_matches(pattern[1:], words[skip:]) for skip in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and _matches(pattern[1:], words[1:])
