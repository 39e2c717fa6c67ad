"""Where the sealed parts of uploads lie: a file of whole parts, and one part that is growing.

Whole parts have their place in `<upload>.parts`; what is left over from a request lies in
`<upload>.<number>.tail`, replaced as a whole. Everything is on the disk before the database says
that it arrived, so a process may be killed between any two lines.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.scan.uploads.domain import RefusedError
from services.scan.uploads.sealed import SLOT_BYTES, DamagedPartError, PartSealer
from shared.plumbing.offload import thread

_PARTS, _TAIL = ".parts", ".tail"
RETRY_S = 3


class Parts:
    """The folder of all uploads; nothing in it can be read without the database's keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """See that parts can be written.

        Raises:
            OSError: they cannot.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(b"1")

    def make(self, upload: str) -> None:
        """The place of a new upload."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path(upload), os.O_CREAT | os.O_WRONLY, 0o600))

    def path(self, upload: str) -> Path:
        """The file of whole parts."""
        return self.folder / f"{upload}{_PARTS}"

    @contextmanager
    def held(self, upload: str) -> Iterator[None]:
        """Keep others off an upload, also in other processes; ends with the process.

        Raises:
            RefusedError: 423 when another holds it, 410 when its file is gone.
        """
        try:
            file = os.open(self.path(upload), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            raise RefusedError(410, "gone") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise RefusedError(423, "busy", RETRY_S) from None
        try:
            yield
        finally:
            os.close(file)

    def write(self, upload: str, sealer: PartSealer, number: int, clear: Any) -> None:
        """Seal a part into its place; it is on the disk when this returns."""
        thread(_write_at, self.path(upload), number * SLOT_BYTES, sealer, number, clear)

    def write_tail(self, upload: str, sealer: PartSealer, number: int, clear: Any) -> None:
        """Seal what there is of a part that is growing, in place of what there was."""
        thread(_replace, self._tail(upload, number), sealer, number, clear)

    def tail(self, upload: str, sealer: PartSealer, number: int, count: int) -> bytes:
        """The first bytes of a part that is growing.

        Raises:
            DamagedPartError: there are fewer, or not those that were sealed.
        """
        try:
            clear = sealer.open(number, self._tail(upload, number).read_bytes())
        except FileNotFoundError:
            raise DamagedPartError from None
        if len(clear) < count:
            raise DamagedPartError
        return clear[:count]

    def drop_tail(self, upload: str, number: int) -> None:
        """The part is whole now."""
        self._tail(upload, number).unlink(missing_ok=True)

    def remove(self, upload: str) -> None:
        """Take away everything of an upload."""
        for path in self.folder.glob(f"{upload}.*"):
            path.unlink(missing_ok=True)

    def uploads(self) -> set[str]:
        """The ids of all that lies here."""
        return {path.name.partition(".")[0] for path in self.folder.glob("*.*")}

    def _tail(self, upload: str, number: int) -> Path:
        return self.folder / f"{upload}.{number}{_TAIL}"


def _write_at(path: Path, at: int, sealer: PartSealer, number: int, clear: Any) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        view = memoryview(sealer.seal(number, clear))
        while view:
            count = os.pwrite(file, view, at)
            view, at = view[count:], at + count
        os.fsync(file)
    finally:
        os.close(file)


def _replace(path: Path, sealer: PartSealer, number: int, clear: Any) -> None:
    beside = path.with_name(path.name + ".new")
    with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(sealer.seal(number, clear))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
