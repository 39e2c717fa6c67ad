"""Parts of an upload, sealed with AES-256-GCM under a key of its own, and the file they make.

A part is sealed with its upload's id and its number as associated data: parts that were swapped,
between uploads or within one, are found. A part that is written again gets a new nonce.
"""

import errno
import hmac
import io
import os
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.scan.uploads.domain import PART_BYTES

KEY_BYTES = 32
_NONCE_BYTES, _TAG_BYTES = 12, 16
SLOT_BYTES = PART_BYTES + _NONCE_BYTES + _TAG_BYTES
_CACHED_PARTS = 6  # of a PDF: its table, its last objects, and the page that is read


class DamagedPartError(OSError):
    """A part is not what was sealed; an `OSError`, because decoders know what to do with one."""

    def __init__(self) -> None:
        super().__init__(errno.EBADMSG, "damaged part")


@dataclass(frozen=True, slots=True)
class SealedUpload:
    """A whole upload as it lies on the disk, and what opens it; crosses to a locked child."""

    upload: str
    path: Path
    size_bytes: int
    key: bytes = field(repr=False)


class PartSealer:
    """Seals and opens the parts of one upload."""

    def __init__(self, key: bytes, upload: str) -> None:
        self._cipher = AESGCM(key)
        self._upload = upload

    def seal(self, number: int, clear: Any) -> bytes:
        """One part, from anything that holds bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, clear, self._place(number))

    def open(self, number: int, sealed: bytes) -> bytes:
        """The bytes of one part.

        Raises:
            DamagedPartError: it was not sealed for this place.
        """
        nonce, body = sealed[:_NONCE_BYTES], memoryview(sealed)[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, self._place(number))
        except (InvalidTag, ValueError):
            raise DamagedPartError from None

    def _place(self, number: int) -> bytes:
        return f"hecha part 1\0{self._upload}\0{number}".encode()


class KeyVault:
    """Seals the keys of uploads for their rows, under scan's column key."""

    def __init__(self, column_key: bytes) -> None:
        if len(column_key) != KEY_BYTES:
            raise ValueError(f"a column key has {KEY_BYTES} bytes")
        self._cipher = AESGCM(hmac.digest(column_key, b"hecha column key 1\0uploads", "sha256"))

    def seal(self, upload: str, key: bytes) -> bytes:
        """A key, bound to its upload."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, upload.encode())

    def open(self, upload: str, sealed: bytes) -> bytes:
        """The key.

        Raises:
            DamagedPartError: sealed for another upload, or under another column key.
        """
        try:
            nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return self._cipher.decrypt(nonce, body, upload.encode())
        except (InvalidTag, ValueError):
            raise DamagedPartError from None


class SealedFile(io.RawIOBase):
    """A whole upload as a file to read, deciphered part by part; a few parts lie in memory.

    It asks the system for `lseek` and `read` alone, so it works in a child that was locked after
    this file was opened.
    """

    def __init__(self, upload: SealedUpload) -> None:
        """Open it.

        Raises:
            OSError: it is not there.
        """
        super().__init__()
        self._file = os.open(upload.path, os.O_RDONLY | os.O_CLOEXEC)
        self._sealer = PartSealer(upload.key, upload.upload)
        self._size, self._at = upload.size_bytes, 0
        self._parts: OrderedDict[int, bytes] = OrderedDict()

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed:
            os.close(self._file)
            self._parts.clear()
        super().close()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place from which is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere; a place before the beginning is the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the part goes.

        Raises:
            DamagedPartError: the part is not what was sealed.
        """
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PART_BYTES)
        view = memoryview(buffer).cast("B")
        found = memoryview(self._part(number))[start : start + len(view)]
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _part(self, number: int) -> bytes:
        if number in self._parts:
            self._parts.move_to_end(number)
            return self._parts[number]
        clear = self._sealer.open(number, self._sealed(number))
        if len(clear) != min(PART_BYTES, self._size - number * PART_BYTES):
            raise DamagedPartError
        self._parts[number] = clear
        if len(self._parts) > _CACHED_PARTS:
            self._parts.popitem(last=False)
        return clear

    def _sealed(self, number: int) -> bytes:
        left = min(SLOT_BYTES, sealed_size(self._size) - number * SLOT_BYTES)
        os.lseek(self._file, number * SLOT_BYTES, os.SEEK_SET)
        pieces = []
        while left > 0 and (piece := os.read(self._file, left)):
            pieces.append(piece)
            left -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def sealed_size(size: int) -> int:
    """What a whole upload of `size` bytes takes on the disk."""
    return size + -(-size // PART_BYTES) * (_NONCE_BYTES + _TAG_BYTES)
