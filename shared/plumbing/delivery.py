"""What happens to a message whose handler failed: on a broker, and on the embedded bus.

Same meaning, two mechanisms. A broker holds delays and dead letters in queues; the
embedded bus uses a green timer and the inbox table.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import eventlet
from amqp.exceptions import AMQPError
from kombu import Connection, Exchange, Queue, binding
from nameko.amqp.publish import get_producer

from shared.contracts.wire import WireError, open_envelope
from shared.kernel.ids import FactId
from shared.plumbing import inbox
from shared.plumbing.database import Database
from shared.plumbing.embedded import SCHEME as EMBEDDED_SCHEME
from shared.plumbing.topology import DEAD_EXCHANGE, QueuePlan, delay_name, delay_s

_log = logging.getLogger(__name__)

# A fact whose handler took the process down this often is not tried again.
MAX_CRASHES = 3
CHECK_S = 3.0
# Enough to replace a pooled connection that died unnoticed; while the broker is away for
# longer there is nothing to wait for, because it redelivers.
_REVIVE = {"max_retries": 3, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
HISTORY = (
    "x-death",
    "x-first-death-exchange",
    "x-first-death-queue",
    "x-first-death-reason",
    "x-delivery-count",
)


@dataclass(frozen=True, slots=True)
class Again:
    """How a fact whose handler failed comes back."""

    attempt: int  # the one to come, from 1
    outages: int  # met so far; they are no attempts
    delay: int  # in which of the delay queues it waits, from 1
    code: str

    @property
    def headers(self) -> dict[str, Any]:
        """What travels with it."""
        return {"x-attempt": self.attempt, "x-outages": self.outages, "x-error": self.code}


class Delivery(Protocol):
    """The bus's side of a failed, or ended, delivery."""

    def consumed(self, plan: QueuePlan) -> Queue:
        """The kombu queue to consume from."""
        ...

    def check_declared(self, plan: QueuePlan) -> None:
        """Raise when the queue is not there."""
        ...

    def crashed_too_often(self, database: Database, plan: QueuePlan, fact_id: FactId) -> bool:
        """Note a try; whether earlier ones killed the process too often."""
        ...

    def ended(self, plan: QueuePlan, fact_id: FactId) -> None:
        """The handler came back, whatever its outcome: this try was no crash."""
        ...

    def try_again(self, database: Database, plan: QueuePlan, message: Any, again: Again) -> None:
        """Bring the message back later, then acknowledge it."""
        ...

    def bury(
        self, database: Database, plan: QueuePlan, message: Any, code: str, attempt: int
    ) -> None:
        """Make it a dead letter."""
        ...


def delivery_of(config: Mapping[str, Any]) -> Delivery:
    """The delivery that fits the bus of a container."""
    uri = str(config["AMQP_URI"])
    return EmbeddedDelivery(uri) if uri.startswith(EMBEDDED_SCHEME) else BrokerDelivery(uri)


class BrokerDelivery:
    """RabbitMQ: delay queues, a dead-letter exchange, crashes counted by the quorum queue."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def consumed(self, plan: QueuePlan) -> Queue:
        """The queue by name; the topology command has declared it."""
        return Queue(plan.name, durable=True, no_declare=True)

    def check_declared(self, plan: QueuePlan) -> None:
        """Ask the broker.

        Raises:
            amqp.exceptions.NotFound: the topology was not declared.
        """
        # Not a pooled one: a question that fails takes its connection along.
        with Connection(self._uri, connect_timeout=CHECK_S) as connection:
            connection.channel().queue_declare(plan.name, passive=True)

    def crashed_too_often(self, _database: Database, _plan: QueuePlan, _fact: FactId) -> bool:
        """Never asked here: the queue's delivery limit does it."""
        return False

    def ended(self, _plan: QueuePlan, _fact_id: FactId) -> None:
        """Nothing was noted."""

    def try_again(self, _database: Database, plan: QueuePlan, message: Any, again: Again) -> None:
        """Publish the raw body to a delay queue, confirmed, and only then acknowledge."""
        headers = _kept_headers(message) | again.headers
        delay = Exchange(delay_name(again.delay), type="topic", no_declare=True)
        try:
            self._publish(message, delay, plan.name, headers)
        except Exception:
            # Not acknowledged: the broker brings it back by itself.
            _log.exception("retry not published", extra={"queue": plan.name})
            _give_up(message, requeue=True)
            return
        _acknowledge(message)

    def bury(
        self, database: Database, plan: QueuePlan, message: Any, code: str, attempt: int
    ) -> None:
        """Publish to the dead-letter queue with the error's code, then acknowledge."""
        headers = {
            **_kept_headers(message),
            "x-attempt": attempt,
            "x-error": code,
            "x-died-at": database.clock().isoformat(timespec="seconds"),
        }
        dead = Exchange(DEAD_EXCHANGE, type="topic", no_declare=True)
        try:
            self._publish(message, dead, plan.name, headers)
        except Exception:
            # The queue's own dead-lettering does the same, only without our code.
            _log.exception("dead letter not published", extra={"queue": plan.name})
            _give_up(message, requeue=False)
            return
        _acknowledge(message)

    def _publish(
        self, message: Any, exchange: Exchange, queue: str, headers: dict[str, Any]
    ) -> None:
        with get_producer(self._uri, confirms=True) as producer:
            producer.publish(
                message.body,
                exchange=exchange,
                routing_key=queue,
                content_type="application/json",
                content_encoding="utf-8",
                headers=headers,
                message_id=message.properties.get("message_id"),
                delivery_mode=2,
                mandatory=True,
                retry=True,
                retry_policy=_REVIVE,
            )


class EmbeddedDelivery:
    """One process: green timers, dead letters in the inbox table."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        # Tries noted by this process: copies at work side by side are no crashes.
        self._noted: set[tuple[str, FactId]] = set()

    def consumed(self, plan: QueuePlan) -> Queue:
        """The queue with its bindings: the memory bus forgets them with the process."""
        return Queue(
            plan.name,
            bindings=[
                binding(
                    Exchange(exchange, type="topic", durable=True), routing_key=plan.routing_key
                )
                for exchange in plan.exchanges
            ],
            durable=True,
        )

    def check_declared(self, _plan: QueuePlan) -> None:
        """A consumer declares its queue itself."""

    def crashed_too_often(self, database: Database, plan: QueuePlan, fact_id: FactId) -> bool:
        """Note the try before the handler runs, once per process: a count that grows means crashes."""
        if (plan.name, fact_id) in self._noted:
            return False
        self._noted.add((plan.name, fact_id))
        return inbox.begin_try(database, plan.name, fact_id) > MAX_CRASHES

    def ended(self, plan: QueuePlan, fact_id: FactId) -> None:
        """Forget the note; the inbox row says the rest."""
        self._noted.discard((plan.name, fact_id))

    def try_again(self, database: Database, plan: QueuePlan, message: Any, again: Again) -> None:
        """Back into the same queue after the delay; the outbox row remembers it over a restart."""
        fact_id = _fact_id(message)
        if fact_id is not None:
            inbox.end_try(database, plan.name, fact_id)
        headers = message.headers | again.headers
        eventlet.spawn_after(delay_s(again.delay), self._put_back, plan.name, message.body, headers)
        _acknowledge(message)

    def bury(
        self, database: Database, plan: QueuePlan, message: Any, code: str, attempt: int
    ) -> None:
        """A row of the inbox: it survives the process."""
        fact_id = _fact_id(message)
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        routing_key = str(message.delivery_info.get("routing_key", ""))
        if fact_id is not None:
            now = database.clock()
            dead = inbox.DeadRow(plan.name, fact_id, code, attempt, now, body, routing_key)
            inbox.bury(database, dead)
        _acknowledge(message)

    def _put_back(self, queue: str, body: Any, headers: dict[str, Any]) -> None:
        with get_producer(self._uri, confirms=False) as producer:
            producer.publish(
                body,
                exchange="",
                routing_key=queue,
                content_type="application/json",
                content_encoding="utf-8",
                headers=headers,
            )


def _fact_id(message: Any) -> FactId | None:
    body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    try:
        return open_envelope(body).id
    except WireError:
        return None


def _kept_headers(message: Any) -> dict[str, Any]:
    # A history that grows with every round would outgrow the message.
    return {key: value for key, value in message.headers.items() if key not in HISTORY}


def _acknowledge(message: Any) -> None:
    try:
        message.ack()
    except (OSError, AttributeError, AMQPError):
        # The connection went away meanwhile: the broker will deliver again, the inbox copes.
        _log.warning("not acknowledged: connection lost")


def _give_up(message: Any, *, requeue: bool) -> None:
    try:
        message.reject(requeue=requeue)
    except (OSError, AttributeError, AMQPError):
        _log.warning("not given back: connection lost")
