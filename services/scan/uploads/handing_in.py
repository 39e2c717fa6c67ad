"""Whole uploads become a batch; what is over is taken away.

Killed anywhere it begins again: the batch is known by what the files hold, and a page that was
read is not handed in twice. Parts go when every page is in the landing bucket, which is when a
hand-in is accepted.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.scan.submitting import Submission, TooLargeError
from services.scan.uploads import store
from services.scan.uploads.child import pages_in_upload, pictures_of_upload, prepare
from services.scan.uploads.domain import REMEMBERED, PileState, RefusedError
from services.scan.uploads.sealed import DamagedPartError, SealedFile, SealedUpload
from services.scan.uploads.usecases import Room
from shared.plumbing.handin import HandIn
from shared.plumbing.manifests import NoManifestError
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.plumbing.offload import (
    ProcessPool,
    WorkerCrashed,
    WorkerFailed,
    WorkerTimeout,
    thread,
)

AGAIN = timedelta(seconds=30)
AWAY = (StoreUnavailableError, StoreRefusedError, NoManifestError)
_HASHED_AT_ONCE = 1 << 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SealedScan:
    """An upload as a file whose pages can be taken out."""

    pool: ProcessPool
    uploads: tuple[SealedUpload, ...]
    index: int

    def digest(self) -> bytes:
        """SHA-256 of what was uploaded."""
        return thread(_digest, self.uploads[self.index])

    def count(self, *, deadline_s: float) -> int:
        """How many pages it has; a child that dies of it once may have had bad luck."""
        arguments = (self.uploads, self.index)
        with suppress(WorkerCrashed, WorkerFailed, WorkerTimeout):
            return self.pool.run(pages_in_upload, *arguments, deadline_s=deadline_s)
        return self.pool.run(pages_in_upload, *arguments, deadline_s=deadline_s)

    def pictures(self, wanted: tuple[int, ...], *, deadline_s: float) -> list[tuple[bytes, str]]:
        """A picture of each wanted page, or the cause why there is none."""
        arguments = (self.uploads, self.index, wanted)
        return self.pool.run(pictures_of_upload, *arguments, deadline_s=deadline_s)


class Clerk:
    """Hands whole uploads in, and clears away."""

    def __init__(
        self,
        room: Room,
        hand_in: HandIn,
        *,
        pool: Callable[[], ProcessPool] = lambda: ProcessPool(1, prepare),
    ) -> None:
        self._room, self._hand_in, self._pool = room, hand_in, pool

    def work(self) -> int:
        """Hand in what waits; gives how many piles are done now."""
        database = self._room.database
        with database.transaction() as tx:
            waiting = store.waiting_piles(tx, database.clock())
        return sum(self._handle(pile) for pile in waiting)

    def clear(self) -> None:
        """Take away what expired, and parts of which nobody knows."""
        database, parts = self._room.database, self._room.parts
        now = database.clock()
        there = parts.uploads()  # before the question: one that is begun meanwhile is not among it
        with database.transaction() as tx:
            due = [row.upload for row in store.due_uploads(tx, now)]
            store.end_uploads(tx, due, "expired", now)
            store.forget_before(tx, now - REMEMBERED)
            living = store.living(tx)
        for upload in there - living:
            parts.remove(upload)

    def _handle(self, pile: Row[Any]) -> bool:
        """One pile, unless another process has it."""
        database = self._room.database
        with database.transaction() as tx:
            rows = [row for row in store.uploads_of(tx, pile.pile) if row.sealed_key is not None]
        if not rows:
            return self._settle(pile, rows, PileState.REFUSED, "expired")
        try:
            with self._room.parts.held(rows[0].upload):
                return self._hold_and_hand_in(pile, rows)
        except RefusedError as refused:
            return refused.status != 423 and self._settle(pile, rows, PileState.REFUSED, "gone")

    def _hold_and_hand_in(self, pile: Row[Any], rows: Sequence[Row[Any]]) -> bool:
        with self._room.database.transaction() as tx:
            fresh = store.pile_of(tx, pile.pile)
        if fresh is None or fresh.state != PileState.WAITING:
            return False  # another process did it before we held it
        try:
            batch = self._submit(rows)
        except TooLargeError as large:
            return self._settle(pile, rows, PileState.REFUSED, str(large))
        except (DamagedPartError, FileNotFoundError):
            _log.error("upload %s is damaged", rows[0].upload)
            return self._settle(pile, rows, PileState.REFUSED, "damaged")
        except AWAY as away:
            _log.warning("pile %s waits: %s", pile.pile, type(away).__name__)
            with self._room.database.transaction() as tx:
                store.change_pile(tx, pile.pile, try_at=self._room.database.clock() + AGAIN)
            return False
        return self._settle(pile, rows, PileState.HANDED_IN, "", batch)

    def _submit(self, rows: Sequence[Row[Any]]) -> str:
        uploads = tuple(self._sealed(row) for row in rows)
        pool = self._pool()
        try:
            submission = Submission(self._room.database, self._hand_in, pool)
            scans = [SealedScan(pool, uploads, index) for index in range(len(uploads))]
            origin = store.origin_of(rows[0])
            return submission.submit_scans(scans, origin, lambda _done, _total: None).batch
        finally:
            pool.close()

    def _sealed(self, row: Row[Any]) -> SealedUpload:
        key = self._room.vault.open(row.upload, row.sealed_key)
        return SealedUpload(row.upload, self._room.parts.path(row.upload), row.size, key)

    def _settle(
        self,
        pile: Row[Any],
        rows: Sequence[Row[Any]],
        state: PileState,
        reason: str,
        batch: str | None = None,
    ) -> bool:
        now = self._room.database.clock()
        with self._room.database.transaction() as tx:
            store.change_pile(tx, pile.pile, state=state, reason=reason, batch=batch, try_at=now)
            store.end_uploads(tx, [row.upload for row in rows], reason or "handed_in", now)
        for row in rows:
            self._room.parts.remove(row.upload)
        return True


def _digest(upload: SealedUpload) -> bytes:
    whole = hashlib.sha256()
    with SealedFile(upload) as file:
        while piece := file.read(_HASHED_AT_ONCE):
            whole.update(piece)
    return whole.digest()
