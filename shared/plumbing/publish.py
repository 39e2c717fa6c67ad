"""How a batch of facts gets onto a bus, and which of them the bus has taken."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import amqp
from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError

from shared.contracts.hearers import is_heard
from shared.plumbing.embedded import SCHEME
from shared.plumbing.slow_work import slow_work

CONFIRM_TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 3.0
_PERSISTENT = 2


class PublishError(Exception):
    """The bus did not take the facts; they stay in the outbox."""


@dataclass(frozen=True, slots=True)
class OutgoingFact:
    """One outbox row on its way."""

    row: int
    fact_id: str
    exchange: str
    routing_key: str
    body: bytes
    traceparent: str | None


class Publisher(Protocol):
    """Puts facts onto a bus."""

    def publish(self, facts: Sequence[OutgoingFact]) -> list[int]:
        """Publish, and return the rows the bus has taken.

        Raises:
            PublishError: the bus is away.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


def publisher_for(url: str) -> Publisher:
    """The publisher that fits a bus's URL."""
    return EmbeddedPublisher(url) if url.startswith(SCHEME) else ConfirmedPublisher(url)


def _message(fact: OutgoingFact) -> amqp.Message:
    headers = {"traceparent": fact.traceparent} if fact.traceparent else {}
    return amqp.Message(
        fact.body,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=_PERSISTENT,
        message_id=fact.fact_id,
        application_headers=headers,
    )


class ConfirmedPublisher:
    """RabbitMQ with pipelined confirms: publish all, then wait for all answers.

    Confirms come out of order and in groups, so each open tag is kept by itself. An
    unroutable message is returned *before* it is confirmed.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._channel: Any = None
        self._open: dict[int, OutgoingFact] = {}
        self._refused: set[str] = set()
        self._tag = 0

    def publish(self, facts: Sequence[OutgoingFact]) -> list[int]:
        """Publish, and return the rows the broker has taken.

        Raises:
            PublishError: no connection, or no confirm in time.
        """
        slow_work("publish")
        self._refused.clear()
        try:
            self._connect()
            for fact in facts:
                self._tag += 1
                self._open[self._tag] = fact
                self._channel.basic_publish(
                    _message(fact),
                    fact.exchange,
                    fact.routing_key,
                    mandatory=is_heard(fact.routing_key),
                )
            while self._open:
                self._connection.drain_events(timeout=CONFIRM_TIMEOUT_S)  # type: ignore[union-attr]  # connected above
        except (TimeoutError, OSError, AMQPError, OperationalError) as error:
            self.close()
            raise PublishError(type(error).__name__) from None
        return [fact.row for fact in facts if fact.fact_id not in self._refused]

    def close(self) -> None:
        """Drop the connection; the next batch makes a new one."""
        connection, self._connection, self._channel = self._connection, None, None
        self._open.clear()
        if connection is not None:
            with suppress(OSError, AMQPError):  # it may be gone already
                connection.release()

    def _connect(self) -> None:
        if (
            self._channel is not None
            and self._connection is not None
            and self._connection.connected
        ):
            return
        self.close()
        # Our own options: with `confirm_publish` py-amqp would wait for each message.
        self._connection = Connection(
            self._url,
            connect_timeout=CONNECT_TIMEOUT_S,
            transport_options={"confirm_publish": False},
        )
        self._connection.connect()
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        self._tag = 0

    def _settled(self, tag: int, *, multiple: bool) -> list[OutgoingFact]:
        tags = [open_ for open_ in self._open if open_ <= tag] if multiple else [tag]
        return [self._open.pop(open_) for open_ in tags if open_ in self._open]

    def _on_ack(self, tag: int, multiple: bool) -> None:  # py-amqp's callback
        self._settled(tag, multiple=multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:  # py-amqp's callback
        self._refused.update(fact.fact_id for fact in self._settled(tag, multiple=multiple))

    def _on_return(
        self, _error: object, _exchange: str, _routing_key: str, message: amqp.Message
    ) -> None:
        self._refused.add(message.properties["message_id"])


class EmbeddedPublisher:
    """The memory bus takes everything at once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._producer: Any = None

    def publish(self, facts: Sequence[OutgoingFact]) -> list[int]:
        """Put every fact into the queues bound to it."""
        slow_work("publish")
        if self._producer is None:
            self._connection = Connection(self._url)
            self._producer = self._connection.Producer(auto_declare=False)
        for fact in facts:
            headers = {"traceparent": fact.traceparent} if fact.traceparent else {}
            self._producer.publish(
                fact.body,
                exchange=fact.exchange,
                routing_key=fact.routing_key,
                content_type="application/json",
                content_encoding="utf-8",
                headers=headers,
            )
        return [fact.row for fact in facts]

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.release()
        self._connection = self._producer = None
