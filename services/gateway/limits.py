"""What the edge counts in memory: bytes in flight, photos per sheet, requests per address.

Nothing here needs to survive a restart: storage counts finally, and collapses repetitions.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from services.gateway.domain import Accepted, PhotoKey
from shared.kernel.sheet_code import SheetCode

Monotonic = Callable[[], float]


class BusyError(Exception):
    """No room for this upload now."""

    def __init__(self, retry_after_s: int):
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


@dataclass(slots=True)
class _Waiter:
    size: int
    admitted: threading.Event = field(default_factory=threading.Event)


class Room:
    """Bytes that may be in memory at once; who does not fit waits its turn.

    A waiting upload costs no memory: its bytes stay in the kernel and in the phone.
    """

    def __init__(self, size: int, *, patience_s: float, most_waiting: int):
        self._free = size
        self._size = size
        self._patience_s = patience_s
        self._most_waiting = most_waiting
        self._queue: deque[_Waiter] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Hold `size` bytes for the duration; more than there are counts as all of them.

        Raises:
            BusyError: too many wait already, or the turn did not come in time.
        """
        size = min(size, self._size)
        self._enter(size)
        try:
            yield
        finally:
            with self._lock:
                self._free += size
                self._admit()

    def _enter(self, size: int) -> None:
        waiter = _Waiter(size)
        with self._lock:
            if len(self._queue) >= self._most_waiting:
                raise BusyError(round(self._patience_s))
            self._queue.append(waiter)
            self._admit()
        if waiter.admitted.wait(self._patience_s):
            return
        with self._lock:
            # Admitted in the very moment its patience ended: the room is ours after all.
            if waiter.admitted.is_set():
                return
            self._queue.remove(waiter)
            self._admit()
        raise BusyError(round(self._patience_s))

    def _admit(self) -> None:
        # First come, first served: letting small ones pass would starve the large.
        while self._queue and self._queue[0].size <= self._free:
            waiter = self._queue.popleft()
            self._free -= waiter.size
            waiter.admitted.set()


class Sheets:
    """Photos accepted and in flight per sheet code, for the codes seen last."""

    def __init__(self, *, most_accepted: int, most_at_once: int, remembered: int = 100_000):
        self._most_accepted = most_accepted
        self._most_at_once = most_at_once
        self._remembered = remembered
        self._accepted: OrderedDict[SheetCode, dict[PhotoKey, Accepted]] = OrderedDict()
        self._in_flight: dict[SheetCode, int] = {}

    def accepted(self, code: SheetCode, key: PhotoKey) -> Accepted | None:
        """What was answered to this photo before, or None."""
        return self._accepted.get(code, {}).get(key)

    def is_full(self, code: SheetCode) -> bool:
        """Whether the sheet has had all the photos it may have."""
        return len(self._accepted.get(code, {})) >= self._most_accepted

    def remember(self, code: SheetCode, key: PhotoKey, accepted: Accepted) -> None:
        """Note an accepted photo."""
        self._accepted.setdefault(code, {})[key] = accepted
        self._accepted.move_to_end(code)
        while len(self._accepted) > self._remembered:
            self._accepted.popitem(last=False)

    @contextmanager
    def in_flight(self, code: SheetCode) -> Iterator[None]:
        """Hold one of the sheet's places for the duration.

        Raises:
            BusyError: all are taken; one sheet cannot fill the room for everybody.
        """
        if self._in_flight.get(code, 0) >= self._most_at_once:
            raise BusyError(2)
        self._in_flight[code] = self._in_flight.get(code, 0) + 1
        try:
            yield
        finally:
            self._in_flight[code] -= 1
            if self._in_flight[code] == 0:
                del self._in_flight[code]


class Buckets:
    """A token bucket per address: `burst` at once, then `per_s` a second."""

    def __init__(
        self,
        *,
        burst: int,
        per_s: float,
        remembered: int = 100_000,
        monotonic: Monotonic = time.monotonic,
    ):
        self._burst = burst
        self._per_s = per_s
        self._remembered = remembered
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> None:
        """Take one token.

        Raises:
            BusyError: none is left; says when there will be one.
        """
        now = self._monotonic()
        tokens, since = self._buckets.pop(address, (float(self._burst), now))
        tokens = min(float(self._burst), tokens + (now - since) * self._per_s)
        is_allowed = tokens >= 1
        self._buckets[address] = (tokens - 1 if is_allowed else tokens, now)
        while len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        if not is_allowed:
            raise BusyError(max(1, round((1 - tokens) / self._per_s)))
