"""Reads what storage grants: opened in memory, decoded in a child that may die."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.scan.domain import verified
from services.scan.image.cascade import read_photo
from services.scan.image.pages_reading import read_scan
from services.scan.image.reading import Cause, Reading
from shared.contracts.storage_commands import Purpose
from shared.kernel.ids import ObjectId
from shared.kernel.sheet_code import CodeKey
from shared.plumbing.grants import GrantClient, Opened
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout

DEADLINE_S = 5.0
TRIES = 2
# Codes with a wrong check that are skipped before the page is given up.
MAX_SKIPPED = 3

# Reads the codes of a picture, those already skipped left out; runs in a child.
Look = Callable[[bytes, tuple[str, ...]], Reading]


class ReaderDiedError(Exception):
    """The reader died on this picture twice: a person looks at it."""


@dataclass(frozen=True, slots=True)
class Read:
    """A picture as read; `digest` is of its bytes."""

    opened: Opened
    reading: Reading
    digest: str


@dataclass(frozen=True, slots=True)
class Reader:
    """The hands of a scan process."""

    grants: GrantClient
    pool: ProcessPool
    keys: Callable[[], tuple[CodeKey, ...]]

    def read(self, object_: ObjectId, *, is_scan: bool = False) -> Read:
        """Open and read one object; `is_scan` says that it came from an office scanner.

        Raises:
            ReaderDiedError: twice in a row.
            NotSealedError: it is not what storage kept.
            StoreUnavailableError, RpcDeadlineError: try again later.
        """
        opened = self.grants.open(object_, Purpose.READ)
        reading = self._read(opened.data, read_scan if is_scan else read_photo)
        if is_scan:
            reading = as_scanned(reading)
        return Read(opened, reading, hashlib.sha256(opened.data).hexdigest())

    def _read(self, data: bytes, look: Look) -> Reading:
        """Read until a code's check is right; a wrong one never ends the search."""
        keys = self.keys()
        skipped: tuple[str, ...] = ()
        reading = first = self._in_child(look, data, skipped)
        while (
            reading.codes
            and not verified([(one.letter, one.code) for one in reading.codes], keys)
            and len(skipped) < MAX_SKIPPED
        ):
            skipped += tuple(one.code for one in reading.codes)
            reading = self._in_child(look, data, skipped)
        return reading if reading.codes else first

    def _in_child(self, look: Look, data: bytes, skipped: tuple[str, ...]) -> Reading:
        for _ in range(TRIES):
            try:
                return self.pool.run(look, data, skipped, deadline_s=DEADLINE_S)
            except (WorkerCrashed, WorkerTimeout, WorkerFailed):
                continue
        raise ReaderDiedError


def as_scanned(reading: Reading) -> Reading:
    """A reading of a scanner's page: what has neither code nor marker is some other paper.

    On a photo the same says that it was taken badly, and asks for another.
    """
    is_photo_talk = reading.cause in (Cause.CROPPED, Cause.BLURRED) and not reading.markers
    return replace(reading, cause=Cause.NO_CODE) if is_photo_talk else reading
