"""Says a fact from a process that has no database: at once, best effort, losing it is fine.

Only for facts whose matter is found anyway: storage sweeps the landing bucket, the doorbell
only makes it look sooner. Everything else leaves through an outbox.
"""

import logging
from collections.abc import Callable
from queue import Empty, Full, Queue
from threading import Thread

from shared.contracts.facts import Fact
from shared.contracts.wire import seal_envelope
from shared.kernel.clock import Clock, utc_now
from shared.kernel.ids import FactId, ProvinceCode, uuid7
from shared.plumbing.publish import OutgoingFact, Publisher, publisher_for
from shared.plumbing.tracing import current

_log = logging.getLogger(__name__)

MOST_WAITING = 1000
BATCH = 100
STOP_S = 2.0
_STOP = None


class Doorbell:
    """Rings from a thread of its own; under eventlet that is a green one."""

    def __init__(
        self,
        service: str,
        url: str,
        *,
        publisher: Callable[[str], Publisher] = publisher_for,
        clock: Clock = utc_now,
    ):
        self._service = service
        self._publisher = publisher(url)
        self._clock = clock
        self._waiting: Queue[OutgoingFact | None] = Queue(MOST_WAITING)
        self._thread = Thread(target=self._run, name="doorbell", daemon=True)

    def start(self) -> None:
        """Start ringing."""
        self._thread.start()

    def stop(self) -> None:
        """Ring what waits, within a limit, and end."""
        try:
            self._waiting.put(_STOP, timeout=STOP_S)
        except Full:
            return
        self._thread.join(timeout=STOP_S)

    def say(self, fact: Fact, *, province: ProvinceCode) -> bool:
        """Queue a fact and return at once; False when it was dropped."""
        id_ = FactId(uuid7())
        outgoing = OutgoingFact(
            row=0,
            fact_id=id_,
            exchange=f"{self._service}.facts",
            routing_key=_routing_key(fact, province),
            body=seal_envelope(fact, id_=id_, at=self._clock(), province=province),
            traceparent=current(),
        )
        try:
            self._waiting.put_nowait(outgoing)
        except Full:
            return False
        return True

    def _run(self) -> None:
        is_running = True
        while is_running:
            batch = [self._waiting.get()]
            while len(batch) < BATCH:
                try:
                    batch.append(self._waiting.get_nowait())
                except Empty:
                    break
            is_running = _STOP not in batch
            self._ring([fact for fact in batch if fact is not None])
        self._publisher.close()

    def _ring(self, facts: list[OutgoingFact]) -> None:
        if not facts:
            return
        try:
            self._publisher.publish(facts)
        except Exception as error:  # the thread must outlive whatever a bus can raise
            _log.warning("%d facts unsaid: %s", len(facts), type(error).__name__)


def _routing_key(fact: Fact, province: ProvinceCode) -> str:
    lane = [str(getattr(fact, "lane").value)] if fact.LANES else []  # noqa: B009  # laned facts have it
    return ".".join([fact.NAME, f"v{fact.VERSION}", province, *lane])
