"""Roster files as they rest: sealed in parts of a megabyte, and open in memory alone while read.

Readers of workbooks want a path. They get one of the system's files in memory, which has no name
on any disk and is gone with its descriptor.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.roster.files import store
from shared.kernel.errors import UnreadableRosterError
from shared.plumbing.column_key import ColumnSeal
from shared.plumbing.database import Database

PART_BYTES = 1 << 20


class Keeping:
    """Seals and opens files under roster's column key."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._seal = ColumnSeal(key, "roster.roster_file_parts.body")

    def keep(self, file: str, kind: str, pieces: Iterable[bytes]) -> int:
        """Seal what comes in, part by part, each written before the next is taken; gives its bytes."""
        number, size, part = 0, 0, bytearray()
        with self._database.transaction() as tx:
            store.drop_parts(tx, file, kind)
        for piece in pieces:
            part += piece
            size += len(piece)
            while len(part) >= PART_BYTES:
                self._put((file, kind, number), bytes(part[:PART_BYTES]))
                del part[:PART_BYTES]
                number += 1
        if part:
            self._put((file, kind, number), bytes(part))
        return size

    def pieces(self, file: str, kind: str) -> Iterator[bytes]:
        """What was kept, part by part.

        Raises:
            SealedColumnError: a part was altered or swapped.
        """
        for number, body in store.parts_of(self._database, file, kind):
            yield self._seal.open(_place(file, kind, number), body)

    @contextmanager
    def opened(self, file: str, size_bytes: int) -> Iterator[Path]:
        """A roster file as a path that readers can open, as long as the block lasts.

        Raises:
            SealedColumnError: a part was altered or swapped.
            UnreadableRosterError: parts are missing.
        """
        descriptor = os.memfd_create("roster", os.MFD_CLOEXEC)
        try:
            for piece in self.pieces(file, store.ROSTER):
                view = memoryview(piece)
                while view:
                    view = view[os.write(descriptor, view) :]
            if os.fstat(descriptor).st_size != size_bytes:
                raise UnreadableRosterError("damaged_file")
            yield Path(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)

    def _put(self, key: tuple[str, str, int], plain: bytes) -> None:
        body = self._seal.seal(_place(*key), plain)
        with self._database.transaction() as tx:
            store.put_part(tx, key, body)


def _place(file: str, kind: str, number: int) -> str:
    return f"{file}\0{kind}\0{number}"
