"""Declare the topology at a bus: exchanges, queues, bindings, dead letters, delays.

Run before any service starts; services declare nothing of theirs. Queue arguments cannot
be changed after declaration, so only what never changes is among them; everything
tunable is a broker policy.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kombu import Connection, Exchange, Queue, binding

from shared.plumbing.embedded import SCHEME
from shared.plumbing.topology import DEAD_EXCHANGE, QueuePlan, all_delays

_AT_LEAST_ONCE = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}
# Every unacknowledged message of a closed connection counts, also one that nobody looked at:
# enough for some restarts, few enough that what kills its process ends as a dead letter.
DELIVERY_LIMIT = 10


def declare(url: str, plans: Sequence[QueuePlan], *, speakers: Iterable[str] = ()) -> None:
    """Declare everything, idempotently.

    Args:
        url: of the bus, as a user who may configure.
        plans: every queue.
        speakers: services whose exchange must exist even if nobody hears them yet.
    """
    exchanges = {exchange for plan in plans for exchange in plan.exchanges}
    exchanges |= {f"{speaker}.facts" for speaker in speakers}
    with Connection(url) as connection:
        channel = connection.channel()
        for name in sorted(exchanges):
            _facts_exchange(name)(channel).declare()
        if url.startswith(SCHEME):
            queues: Iterable[Queue] = (_bound(plan) for plan in plans)
        else:
            queues = _broker_queues(plans)
            Exchange(DEAD_EXCHANGE, type="direct", durable=True)(channel).declare()
            for name, _ in all_delays():
                Exchange(name, type="fanout", durable=True)(channel).declare()
        for queue in queues:
            queue(channel).declare()


def _facts_exchange(name: str) -> Exchange:
    return Exchange(name, type="topic", durable=True)


def _bound(plan: QueuePlan, arguments: dict[str, Any] | None = None) -> Queue:
    bindings = [
        binding(_facts_exchange(exchange), routing_key=plan.routing_key)
        for exchange in plan.exchanges
    ]
    return Queue(plan.name, bindings=bindings, durable=True, queue_arguments=arguments)


def _broker_queues(plans: Sequence[QueuePlan]) -> Iterable[Queue]:
    dead_exchange = Exchange(DEAD_EXCHANGE, type="direct", durable=True)
    for plan in plans:
        yield Queue(
            plan.dead,
            exchange=dead_exchange,
            routing_key=plan.name,
            durable=True,
            queue_arguments={"x-queue-type": "quorum"},
        )
        dead = {
            "x-dead-letter-exchange": DEAD_EXCHANGE,
            "x-dead-letter-routing-key": plan.name,
            "x-delivery-limit": DELIVERY_LIMIT,
        }
        yield _bound(plan, {**_AT_LEAST_ONCE, **dead})
    for name, seconds in all_delays():
        back = {"x-dead-letter-exchange": "", "x-message-ttl": int(seconds * 1000)}
        yield Queue(
            name,
            exchange=Exchange(name, type="fanout", durable=True),
            durable=True,
            queue_arguments={**_AT_LEAST_ONCE, **back},
        )
