"""The embedded bus: kombu's memory transport, mended where it differs from a broker.

- A bell instead of polling: a put or an acknowledgement wakes whoever drains, so that an
  idle house costs nothing and a fact is heard within a millisecond.
- A prefetch limit holds for each queue, as at a broker, not for a service's whole channel: eight
  handlers that wait for an answer must not keep that answer from being delivered.
- Messages carry their content type among the properties, where Nameko looks for it.

What it lacks (delays, dead letters, delivery limits) is done by `delivery` and the inbox;
what it forgets with the process is said again from the outbox (`recovery`).
"""

import threading
import weakref
from collections import Counter
from queue import Empty
from time import monotonic
from typing import Any

from kombu import pools
from kombu.transport import TRANSPORT_ALIASES, memory, virtual

SCHEME = "embedded:"
URL = "embedded://house/"

_bells: "weakref.WeakSet[Transport]" = weakref.WeakSet()


class QoS(virtual.QoS):  # type: ignore[misc]  # kombu's transports are untyped
    """Unacknowledged messages of a channel, told apart by their queues."""

    def __init__(self, channel: Any, prefetch_count: int = 0) -> None:
        super().__init__(channel, prefetch_count)
        self._queue_of: dict[Any, str] = {}
        self._taken: Counter[str] = Counter()
        self.source = ""  # the queue that is being delivered from

    def can_consume(self) -> bool:
        """Each queue is asked for itself: see `has_room`."""
        return True

    def has_room(self, queue: str) -> bool:
        """Whether one more message of a queue may be delivered."""
        return not self.prefetch_count or self._taken[queue] < self.prefetch_count

    def append(self, message: Any, delivery_tag: Any) -> None:
        """A message was delivered that is to be acknowledged."""
        super().append(message, delivery_tag)
        self._queue_of[delivery_tag] = self.source
        self._taken[self.source] += 1

    def ack(self, delivery_tag: Any) -> None:
        """Acknowledge."""
        super().ack(delivery_tag)
        self._settle(delivery_tag)

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:  # kombu's signature
        """Reject."""
        super().reject(delivery_tag, requeue)
        self._settle(delivery_tag)

    def _settle(self, delivery_tag: Any) -> None:
        queue = self._queue_of.pop(delivery_tag, None)
        if queue is not None:
            self._taken[queue] -= 1


class Channel(memory.Channel):  # type: ignore[misc]  # kombu's transports are untyped
    """A memory channel that rings."""

    QoS = QoS

    def _get_and_deliver(self, queue: str, callback: Any) -> None:
        if not self.qos.has_room(queue):
            raise Empty
        message = self._get(queue)
        self.qos.source = queue
        callback(message, queue)

    def prepare_message(self, body: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Put the content type where Nameko reads it."""
        message: dict[str, Any] = super().prepare_message(body, *args, **kwargs)
        message["properties"].setdefault("content_type", message["content-type"])
        return message

    def basic_consume(self, queue: str, *args: Any, **kwargs: Any) -> None:
        """Consume; what waits in the queue already is there to be looked for."""
        super().basic_consume(queue, *args, **kwargs)
        self.connection.bell.set()

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)
        _ring(queue)

    def basic_ack(self, delivery_tag: Any, multiple: bool = False) -> None:  # kombu's signature
        """Acknowledge; the freed prefetch slot may let the next message through."""
        super().basic_ack(delivery_tag, multiple)
        self._ring_own()

    def basic_reject(self, delivery_tag: Any, requeue: bool = False) -> None:  # kombu's signature
        """Reject; as above."""
        super().basic_reject(delivery_tag, requeue)
        self._ring_own()

    def _ring_own(self) -> None:
        if self.connection is not None:  # a channel that was closed has none
            self.connection.bell.set()


class Transport(memory.Transport):  # type: ignore[misc]  # kombu's transports are untyped
    """The memory transport, drained by bell."""

    Channel = Channel
    driver_type = "embedded"
    driver_name = "embedded"

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.bell = threading.Event()
        _bells.add(self)

    def consumes(self, queue: str) -> bool:
        """Whether somebody on this connection waits for a queue's messages."""
        return queue in self._callbacks

    def drain_events(self, _connection: Any, timeout: float | None = None) -> None:
        """Deliver one message.

        Raises:
            TimeoutError: none came within `timeout` seconds.
        """
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            self.bell.clear()  # before looking, so that a ring in between is not lost
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = None if deadline is None else deadline - monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError from None
                self.bell.wait(left)
            else:
                return


def _ring(queue: str) -> None:
    """Wake who consumes from a queue, and nobody else: most of an embedded house listens."""
    for transport in list(_bells):
        if transport.consumes(queue):
            transport.bell.set()


def forget_everything() -> None:
    """Empty the bus: between tests, and nowhere else."""
    pools.reset()
    Channel.queues.clear()
    Transport.global_state.clear()


TRANSPORT_ALIASES["embedded"] = f"{__name__}:Transport"
