"""Zip archives of scans: the directory is judged first, then each entry is read by its bytes.

Names order the entries and say nothing else: none is ever a path, an error or a log line.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from services.scan.image.reading import Cause
from services.scan.image.source import BROKEN

# Source: scan reference, section 11 (ratio, no nesting) and 12 (512 MiB); the XLSX reader's
# ratio is the same.
MAX_DECLARED_BYTES = 512 << 20
MAX_RATIO = 200
# Four times the pages of a bulk scan leave room for folders and what systems put beside.
MAX_ENTRIES = 10_000
# What one packed entry may inflate to: it lies in memory, and a child may hold 400 MB.
MAX_ENTRY_BYTES = 128 << 20
_MAX_DIRECTORY_BYTES = 4 << 20
_AT_ONCE = 1 << 20
_HEAD_BYTES = 1024
_ENCRYPTED = 0x1 | 0x40
_LOCAL_HEADER = 30
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Beside pictures: resource forks and folder views of macOS, thumbnails and views of Windows.
_JUNK = re.compile(
    r"(^|/)(__MACOSX/|\.[^/]*$|thumbs\.db$|desktop\.ini$|ehthumbs\.db$)", re.IGNORECASE
)
_FAILS = (zipfile.BadZipFile, zlib.error, NotImplementedError, *BROKEN)


class _TooMuchError(Exception):
    """The directory is larger than any that is taken."""


class Readable(Protocol):
    """As much of an open file as is needed to read parts of it."""

    def seek(self, offset: int, /) -> object:
        """Go somewhere."""
        ...

    def read(self, size: int, /) -> bytes | None:
        """Some of the bytes there, or all of that size."""
        ...


class Window(io.RawIOBase):
    """A part of a file, or the whole of an opened one, as a file of its own."""

    def __init__(self, file: Readable, start: int, size: int) -> None:
        super().__init__()
        self._file, self._start, self._size, self._at = file, start, size, 0

    def opened(self) -> io.BufferedReader:
        """The same part from its beginning, with a place of its own."""
        return io.BufferedReader(Window(self._file, self._start, self._size))

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

    def readinto(self, buffer: Any) -> int:  # Any: Python 3.11 has no name for a buffer
        """Fill a buffer with what follows, as far as there is."""
        view = memoryview(buffer).cast("B")
        count = max(0, min(len(view), self._size - self._at))
        self._file.seek(self._start + self._at)
        found = self._file.read(count) or b""
        view[: len(found)] = found
        self._at += len(found)
        return len(found)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive within the limits; its entries in the order people number files."""

    file: BinaryIO
    directory: zipfile.ZipFile
    entries: tuple[zipfile.ZipInfo, ...]

    def close(self) -> None:
        """Let go of the file."""
        self.directory.close()
        self.file.close()

    def head(self, entry: zipfile.ZipInfo) -> bytes | Cause:
        """The first bytes of an entry, or why there are none."""
        return self._refusal(entry) or self._inflated(entry, _HEAD_BYTES)

    def content(self, entry: zipfile.ZipInfo) -> bytes | Window | Cause:
        """An entry: a window where it is stored, bytes where it is packed, or why neither."""
        refusal = self._refusal(entry)
        if refusal is not None:
            return refusal
        if entry.compress_type == zipfile.ZIP_STORED:
            return self._window(entry)
        whole = self._inflated(entry, MAX_ENTRY_BYTES + 1)
        return Cause.ARCHIVE_LIMITS if len(whole) > MAX_ENTRY_BYTES else whole

    def _refusal(self, entry: zipfile.ZipInfo) -> Cause | None:
        if entry.flag_bits & _ENCRYPTED:
            return Cause.ENCRYPTED_ARCHIVE
        is_stored = entry.compress_type == zipfile.ZIP_STORED
        if entry.compress_type not in _METHODS:
            return Cause.ARCHIVE_LIMITS
        return None if is_stored or entry.file_size <= MAX_ENTRY_BYTES else Cause.ARCHIVE_LIMITS

    def _inflated(self, entry: zipfile.ZipInfo, limit: int) -> bytes | Cause:
        """At most `limit` bytes, counted while reading: a directory may lie."""
        try:
            with self.directory.open(entry) as packed:
                parts, size = [], 0
                while size < limit and (part := packed.read(min(_AT_ONCE, limit - size))):
                    parts.append(part)
                    size += len(part)
                return b"".join(parts)
        except _FAILS:
            return Cause.DAMAGED_FILE

    def _window(self, entry: zipfile.ZipInfo) -> Window | Cause:
        try:
            self.directory.open(entry).close()  # holds the local header against the directory
            self.file.seek(entry.header_offset)
            header = self.file.read(_LOCAL_HEADER)
        except _FAILS:
            return Cause.DAMAGED_FILE
        name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
        start = entry.header_offset + _LOCAL_HEADER + name + extra
        return Window(self.file, start, entry.file_size)


def open_archive(file: bytes | str | Window) -> Archive | Cause:
    """Open an archive, given as bytes, a path or an open file, or say why it is refused."""
    try:
        opened = _opened(file)
    except BROKEN:
        return Cause.DAMAGED_FILE
    archive = _judged(opened)
    if isinstance(archive, Cause):
        opened.close()
    return archive


def _opened(file: bytes | str | Window) -> BinaryIO:
    if isinstance(file, bytes):
        return io.BytesIO(file)
    return file.opened() if isinstance(file, Window) else Path(file).open("rb")


def _judged(file: BinaryIO) -> Archive | Cause:
    try:
        directory = zipfile.ZipFile(_Careful(file))
    except _TooMuchError:
        return Cause.ARCHIVE_LIMITS
    except _FAILS:
        return Cause.DAMAGED_FILE
    infos = directory.infolist()
    if len(infos) > MAX_ENTRIES or _is_beyond(infos):
        return Cause.ARCHIVE_LIMITS
    kept = [one for one in infos if not one.is_dir() and not _JUNK.search(one.filename)]
    return Archive(file, directory, tuple(sorted(kept, key=_natural)))


def _is_beyond(infos: list[zipfile.ZipInfo]) -> bool:
    if sum(one.file_size for one in infos) > MAX_DECLARED_BYTES:
        return True
    return any(one.file_size > MAX_RATIO * max(1, one.compress_size) for one in infos)


def _natural(entry: zipfile.ZipInfo) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", entry.filename)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


class _Careful:
    """A file from which no directory larger than the limit is read in one go."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """As the file, unless it is too much."""
        wanted = size if size >= 0 else _MAX_DIRECTORY_BYTES + 1
        found = self._file.read(wanted) if wanted <= _MAX_DIRECTORY_BYTES + 1 else b""
        if wanted > _MAX_DIRECTORY_BYTES + 1 or len(found) > _MAX_DIRECTORY_BYTES:
            raise _TooMuchError
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As the file."""
        return self._file.tell()

    def seekable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """The file is somebody else's."""
