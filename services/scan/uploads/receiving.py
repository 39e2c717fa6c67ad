"""Takes the bytes of a request in: a part at a time, sealed, on the disk, and then acknowledged.

In memory lie the part that is filled and the same one sealed. What came before a line broke
stays, except of a request with a checksum: of that nothing counts before all of it was seen.
"""

import base64
import binascii
import errno
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Row

from services.scan.submitting import Origin
from services.scan.uploads.domain import PART_BYTES, RefusedError
from services.scan.uploads.sealed import DamagedPartError
from services.scan.uploads.usecases import Room, arrived, still_open

ALGORITHMS = ("sha256", "sha1", "md5")
MISMATCH = 460  # Source: tus 1.0.0, checksum extension


class Pieces(Protocol):
    """The bytes of a request as they come in."""

    def __iter__(self) -> Iterator[bytes]:
        """Pieces, as far as they came."""
        ...

    @property
    def trouble(self) -> RefusedError | None:
        """Why there are no more of them than there are; None when they are all there."""
        ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must add up to."""

    algorithm: str
    digest: bytes


def checksum_of(header: str | None) -> Checksum | None:
    """The checksum of an `Upload-Checksum` header, None without one.

    Raises:
        RefusedError: 400, it is none, or of an algorithm that is not known here.
    """
    if header is None:
        return None
    algorithm, _, text = header.strip().partition(" ")
    try:
        digest = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in ALGORITHMS or not digest:
        raise RefusedError(400, "bad_checksum")
    return Checksum(algorithm, digest)


def receive(
    room: Room, who: Origin, at: tuple[str, int], pieces: Pieces, checksum: Checksum | None
) -> int:
    """Take bytes of an upload in; gives the new offset.

    Args:
        room: where uploads are.
        who: who sends them.
        at: the upload, and the offset of the first byte.
        pieces: the bytes; no more than the upload still lacks.
        checksum: of all of them.

    Raises:
        RefusedError: 404, 409, 410, 423; 460 for a wrong checksum; or the trouble of the pieces,
            after what came was kept.
    """
    upload, offset = at
    with room.parts.held(upload):
        row = still_open(room, who, upload, offset)
        try:
            taking = _Taking(room, row, is_checked=checksum is not None)
        except DamagedPartError:
            raise RefusedError(410, "damaged") from None
        seen = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        for piece in pieces:
            if seen is not None:
                seen.update(piece)
            taking.take(piece)
        if checksum is not None and seen is not None:
            if pieces.trouble is not None:
                raise pieces.trouble
            if not hmac.compare_digest(seen.digest(), checksum.digest):
                raise RefusedError(MISMATCH, "checksum_mismatch")
        taking.finish()
    if pieces.trouble is not None:
        raise pieces.trouble
    return taking.offset


class _Taking:
    """One request's bytes on their way into parts."""

    def __init__(self, room: Room, row: Row[Any], *, is_checked: bool) -> None:
        self._room, self._row, self._is_checked = room, row, is_checked
        self._sealer = room.sealer(row)
        self.offset: int = row.arrived
        self._told: int = row.arrived
        self._first, self._filled = divmod(self.offset, PART_BYTES)
        self._number = self._first
        self._part = bytearray(min(PART_BYTES, row.size))
        if self._filled:
            tail = room.parts.tail(row.upload, self._sealer, self._number, self._filled)
            self._part[: self._filled] = tail

    def take(self, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            count = min(len(view), PART_BYTES - self._filled)
            self._part[self._filled : self._filled + count] = view[:count]
            view = view[count:]
            self._filled += count
            self.offset += count
            if self._filled == PART_BYTES or self.offset == self._row.size:
                self._write(self._room.parts.write)
                self._number, self._filled = self._number + 1, 0
                if not self._is_checked:
                    self._tell()

    def finish(self) -> None:
        """Keep what fills no part, and say that everything arrived."""
        if self._filled and self.offset > self._told:
            self._write(self._room.parts.write_tail)
        self._tell()

    def _write(self, write: Callable[..., None]) -> None:
        part = memoryview(self._part)[: self._filled]
        try:
            write(self._row.upload, self._sealer, self._number, part)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise RefusedError(507, "disk_full", 600) from None

    def _tell(self) -> None:
        if self.offset == self._told:
            return
        arrived(self._room, self._row, self.offset)
        self._told = self.offset
        if self._number > self._first:
            self._room.parts.drop_tail(self._row.upload, self._first)
            self._first = self._number
