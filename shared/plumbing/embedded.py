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

    def can_consume(self) -> bool:
        """Each queue is asked for itself: see `has_room`."""
        return True

    def has_room(self, queue: str) -> bool:
        """Whether one more message of a queue may be delivered."""
        self._forget_settled()
        taken = sum(one == queue for one in self._queue_of.values())
        return not self.prefetch_count or taken < self.prefetch_count

    def note(self, tag: Any, queue: str) -> None:
        """A message was delivered; one that needs no acknowledgement is forgotten at once."""
        self._queue_of[tag] = queue

    def _forget_settled(self) -> None:
        open_ = self._delivered.keys() - self._dirty
        self._queue_of = {tag: queue for tag, queue in self._queue_of.items() if tag in open_}


class Channel(memory.Channel):  # type: ignore[misc]  # kombu's transports are untyped
    """A memory channel that rings."""

    QoS = QoS

    def _get_and_deliver(self, queue: str, callback: Any) -> None:
        if not self.qos.has_room(queue):
            raise Empty
        message = self._get(queue)
        callback(message, queue)
        self.qos.note(message["properties"]["delivery_tag"], queue)

    def prepare_message(self, body: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Put the content type where Nameko reads it."""
        message: dict[str, Any] = super().prepare_message(body, *args, **kwargs)
        message["properties"].setdefault("content_type", message["content-type"])
        return message

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)
        _ring()

    def basic_ack(self, delivery_tag: Any, multiple: bool = False) -> None:  # kombu's signature
        """Acknowledge; the freed prefetch slot may let the next message through."""
        super().basic_ack(delivery_tag, multiple)
        _ring()

    def basic_reject(self, delivery_tag: Any, requeue: bool = False) -> None:  # kombu's signature
        """Reject; as above."""
        super().basic_reject(delivery_tag, requeue)
        _ring()


class Transport(memory.Transport):  # type: ignore[misc]  # kombu's transports are untyped
    """The memory transport, drained by bell."""

    Channel = Channel
    driver_type = "embedded"
    driver_name = "embedded"

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.bell = threading.Event()
        _bells.add(self)

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


def _ring() -> None:
    for transport in list(_bells):
        transport.bell.set()


def forget_everything() -> None:
    """Empty the bus: between tests, and nowhere else."""
    pools.reset()
    Channel.queues.clear()
    Transport.global_state.clear()


TRANSPORT_ALIASES["embedded"] = f"{__name__}:Transport"
