"""Has a log looked over by processes beside this one, stretch by stretch and ahead of it."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple, Self

from services.audit.domain import NO_LEAF
from services.audit.rows import PAGE
from services.audit.store import last_seq
from services.audit.wholeness import look_over
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout

STRETCH = 4 * PAGE  # events that are looked over in one go
LEAF = len(NO_LEAF)
WORTH = 100_000  # below so many events starting processes takes longer than they save
_DEADLINE_S = 300.0


class Looked(NamedTuple):
    """A stretch of the log; without leaves where it is not whole, or nobody has looked."""

    start: int
    end: int
    before: bytes = b""  # leaf hash of the event before it, as the table has it
    leaves: tuple[bytes, ...] = ()  # leaf hash of each event


class Lookers:
    """Processes that look stretches over, as many as there are cores."""

    def __init__(self, url: str, workers: int, *, stretch: int = STRETCH) -> None:
        """Name the database; nothing is started yet."""
        self._url, self._workers, self._stretch = url, workers, stretch
        self._pool = ProcessPool(workers)
        self._threads = ThreadPoolExecutor(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._pool.close()

    def over(self, province: ProvinceCode, start: int, end: int) -> Iterator[Looked]:
        """The stretches from `start` to before `end`, in order, some of them looked over ahead."""
        ahead: deque[Future[Looked]] = deque()
        for first in range(start, end, self._stretch):
            last = min(end, first + self._stretch)
            ahead.append(self._threads.submit(self._look, province, first, last))
            if len(ahead) > 2 * self._workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def _look(self, province: ProvinceCode, start: int, end: int) -> Looked:
        try:
            hashes = self._pool.run(
                look_over, self._url, province, start, end, deadline_s=_DEADLINE_S
            )
        except (WorkerTimeout, WorkerCrashed, WorkerFailed):
            return Looked(start, end)
        found = [hashes[at : at + LEAF] for at in range(0, len(hashes), LEAF)]
        return Looked(start, end, found[0], tuple(found[1:])) if found else Looked(start, end)


@contextmanager
def lookers_for(database: Database, province: ProvinceCode) -> Iterator[Lookers | None]:
    """Processes for looking a log over; None where this one does as well alone."""
    with database.transaction() as tx:
        count = last_seq(tx, province) + 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if cores is None or cores < 2 or count < WORTH:
        yield None
        return
    with Lookers(database.url, cores) as lookers:
        yield lookers
