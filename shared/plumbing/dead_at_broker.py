"""Dead letters at RabbitMQ: the queues `<queue>.dead`.

A look is a delivery that is never acknowledged, and a broker may count those and drop what
was delivered too often. So a letter that was looked at often is put back as a fresh copy.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from amqp.exceptions import AMQPError, NotFound
from kombu import Connection, Exchange
from kombu.exceptions import OperationalError

from shared.kernel.ids import FactId
from shared.plumbing.dead import (
    UNREADABLE,
    BusAwayError,
    Choice,
    DeadLetter,
    QueueMissingError,
    envelope_in,
)
from shared.plumbing.dead_in_inbox import log_drop
from shared.plumbing.delivery import HISTORY
from shared.plumbing.topology import DEAD_EXCHANGE, QueuePlan, delay_name

CONNECT_TIMEOUT_S = 5.0
# RabbitMQ 4 drops at 20 deliveries where nothing else is set.
FRESH_AFTER = 10
_OURS = ("x-attempt", "x-outages", "x-error", "x-died-at")
# What the broker's own reasons mean here.
_REASONS = {"delivery_limit": "process_killer", "rejected": "undecodable"}


class BrokerDeadLetters:
    """Over the dead-letter queues of a broker."""

    def __init__(self, url: str, plans: Sequence[QueuePlan]) -> None:
        self._url = url
        self._plans = plans

    def counts(self) -> dict[str, int]:
        """As many as the broker says lie in each."""
        with _connection(self._url) as connection:
            return {plan.name: _count(connection, plan) for plan in self._plans}

    def look(self, choice: Choice) -> list[DeadLetter]:
        """Read them; the broker takes them back in their order."""
        return self._each(choice, lambda _producer, _message, _letter: False)

    def replay(self, choice: Choice) -> list[DeadLetter]:
        """By the shortest delay, which brings it back to its queue and to no other.

        The default exchange would reach every queue of the house, so no service may use it. The
        dead copy goes only after the broker's confirm.
        """

        def put_back(producer: Any, message: Any, letter: DeadLetter) -> bool:
            if letter.id is None:
                return False
            headers = _headers(message, without=(*HISTORY, *_OURS))
            _publish(producer, message, _Way(delay_name(1), letter.queue), headers)
            return True

        return [letter for letter in self._each(choice, put_back) if letter.id is not None]

    def drop(self, choice: Choice, *, reason: str) -> list[DeadLetter]:
        """Acknowledged without being heard."""

        def forget(_producer: Any, _message: Any, letter: DeadLetter) -> bool:
            log_drop(letter, reason)
            return True

        return self._each(choice, forget)

    def _each(
        self, choice: Choice, done: Callable[[Any, Any, DeadLetter], bool]
    ) -> list[DeadLetter]:
        letters: list[DeadLetter] = []
        with _connection(self._url) as connection:
            for plan in self._plans:
                if choice.queue in (None, plan.name):
                    letters += _in_queue(connection, plan, choice, done)
        return sorted(letters, key=lambda letter: (letter.died_at is None, letter.died_at))


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    options = {"confirm_publish": True}
    try:
        with Connection(
            url, connect_timeout=CONNECT_TIMEOUT_S, transport_options=options
        ) as connection:
            connection.connect()
            yield connection
    except (OSError, AMQPError, OperationalError) as error:
        raise BusAwayError(type(error).__name__) from None


def _count(connection: Connection, plan: QueuePlan) -> int:
    channel = connection.channel()
    try:
        return int(channel.queue_declare(plan.dead, passive=True).message_count)
    except NotFound:
        raise QueueMissingError(plan.dead) from None
    finally:
        channel.close()


def _in_queue(
    connection: Connection,
    plan: QueuePlan,
    choice: Choice,
    done: Callable[[Any, Any, DeadLetter], bool],
) -> list[DeadLetter]:
    letters = []
    channel = connection.channel()
    producer = connection.Producer(channel, auto_declare=False)
    try:
        # As many as there are now: a copy put back must not be met again in the same round.
        waiting = channel.queue_declare(plan.dead, passive=True).message_count
        for _ in range(waiting):
            message = channel.basic_get(plan.dead, no_ack=False)
            if message is None:
                break
            letter = _letter(plan, message)
            is_meant = choice.takes(letter)
            if is_meant:
                letters.append(letter)
            if is_meant and done(producer, message, letter):
                channel.basic_ack(message.delivery_tag)
            elif _looks(message) >= FRESH_AFTER:
                headers = _headers(message, without=("x-delivery-count",))
                _publish(producer, message, _Way(DEAD_EXCHANGE, plan.name), headers)
                channel.basic_ack(message.delivery_tag)
    except NotFound:
        raise QueueMissingError(plan.dead) from None
    finally:
        channel.close()  # what was not acknowledged goes back
    return letters


def _letter(plan: QueuePlan, message: Any) -> DeadLetter:
    headers = message.headers or {}
    body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    envelope = envelope_in(body)
    death: dict[str, Any] = next(iter(headers.get("x-death") or ()), {})
    # A history of the broker means that the broker made it a dead letter, not our handler.
    error = _REASONS.get(str(death.get("reason", "")), str(headers.get("x-error", UNREADABLE)))
    attempt = headers.get("x-attempt", 1)
    return DeadLetter(
        queue=plan.name,
        id=FactId(envelope.id) if envelope else None,
        fact=envelope.fact if envelope else UNREADABLE,
        province=envelope.province if envelope else None,
        said_at=envelope.at if envelope else None,
        died_at=_died_at(headers.get("x-died-at"), death.get("time")),
        error=error,
        attempts=attempt if isinstance(attempt, int) else 1,
        body=body,
    )


def _died_at(ours: object, brokers: object) -> datetime | None:
    if isinstance(ours, str):
        try:
            return datetime.fromisoformat(ours)
        except ValueError:
            return None
    return brokers.replace(tzinfo=UTC) if isinstance(brokers, datetime) else None


def _looks(message: Any) -> int:
    count = (message.headers or {}).get("x-delivery-count", 0)
    return count if isinstance(count, int) else 0


def _headers(message: Any, *, without: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in (message.headers or {}).items() if key not in without}


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a message is put: an exchange, and the queue it is routed by."""

    exchange: str
    queue: str


def _publish(producer: Any, message: Any, way: _Way, headers: dict[str, Any]) -> None:
    producer.publish(
        message.body,
        exchange=Exchange(way.exchange, type="topic", no_declare=True),
        routing_key=way.queue,
        content_type=message.properties.get("content_type", "application/json"),
        content_encoding=message.properties.get("content_encoding", "utf-8"),
        headers=headers,
        message_id=message.properties.get("message_id"),
        delivery_mode=2,
        mandatory=True,
    )
