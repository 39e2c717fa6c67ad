"""Declare the topology at a bus: exchanges, queues, bindings, dead letters, delays.

Run before any service starts; services declare nothing of theirs. Queue arguments cannot
be changed after declaration, so only what never changes is among them; everything
tunable is a broker policy.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import AMQPError, NotFound
from kombu import Connection, Exchange, Queue, binding
from kombu.exceptions import OperationalError

from shared.plumbing.dead import BusAwayError
from shared.plumbing.embedded import SCHEME
from shared.plumbing.topology import DEAD_EXCHANGE, RPC_EXCHANGE, QueuePlan, all_delays

_AT_LEAST_ONCE = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}
CONNECT_TIMEOUT_S = 5.0
# Every unacknowledged message of a closed connection counts, also one that nobody looked at:
# enough for some restarts, few enough that what kills its process ends as a dead letter.
DELIVERY_LIMIT = 10


def declare(url: str, plans: Sequence[QueuePlan], *, speakers: Iterable[str] = ()) -> None:
    """Declare everything, idempotently.

    Args:
        url: of the bus, as a user who may configure.
        plans: every queue.
        speakers: services whose exchange must exist even if nobody hears them yet.

    Raises:
        BusAwayError: the broker did not answer, or refused.
    """
    with _connected(url) as connection:
        channel = connection.channel()
        for name in _exchanges(plans, speakers):
            _topic(name)(channel).declare()
        if url.startswith(SCHEME):
            queues: Iterable[Queue] = (_bound(plan) for plan in plans)
        else:
            queues = _broker_queues(plans)
            _topic(DEAD_EXCHANGE)(channel).declare()
            _topic(RPC_EXCHANGE)(channel).declare()
            for name, _ in all_delays():
                _topic(name)(channel).declare()
        for queue in queues:
            queue(channel).declare()


def missing(
    url: str, plans: Sequence[QueuePlan], *, speakers: Iterable[str] = ()
) -> tuple[str, ...]:
    """Exchanges and queues that a broker lacks, by name; nothing is changed.

    Raises:
        BusAwayError: the broker did not answer.
    """
    delays = [name for name, _ in all_delays()]
    exchanges = [*_exchanges(plans, speakers), DEAD_EXCHANGE, RPC_EXCHANGE, *delays]
    queues = [name for plan in plans for name in (plan.name, plan.dead)]
    with _connected(url) as connection:
        return (
            *(name for name in exchanges if _lacks(connection, "exchange", name)),
            *(name for name in [*queues, *delays] if _lacks(connection, "queue", name)),
        )


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    try:
        with Connection(url, connect_timeout=CONNECT_TIMEOUT_S) as connection:
            connection.connect()
            yield connection
    except (OSError, AMQPError, OperationalError) as error:
        raise BusAwayError(type(error).__name__) from None


def _lacks(connection: Connection, kind: str, name: str) -> bool:
    channel = connection.channel()  # a missing one closes it
    try:
        if kind == "queue":
            channel.queue_declare(name, passive=True)
        else:
            channel.exchange_declare(name, "", passive=True)
    except NotFound:
        return True
    channel.close()
    return False


def _exchanges(plans: Sequence[QueuePlan], speakers: Iterable[str]) -> list[str]:
    heard = {exchange for plan in plans for exchange in plan.exchanges}
    return sorted(heard | {f"{speaker}.facts" for speaker in speakers})


def _topic(name: str) -> Exchange:
    # Topic exchanges alone know who may use which routing key: see `permissions`.
    return Exchange(name, type="topic", durable=True)


def _bound(plan: QueuePlan, arguments: dict[str, Any] | None = None) -> Queue:
    bindings = [
        binding(_topic(exchange), routing_key=plan.routing_key) for exchange in plan.exchanges
    ]
    return Queue(plan.name, bindings=bindings, durable=True, queue_arguments=arguments)


def _broker_queues(plans: Sequence[QueuePlan]) -> Iterable[Queue]:
    dead_exchange = _topic(DEAD_EXCHANGE)
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
            exchange=_topic(name),
            routing_key="#",
            durable=True,
            queue_arguments={**_AT_LEAST_ONCE, **back},
        )
