"""Hands a bulk scan in: pages are taken out of the files in a locked child, sealed, and sent.

Nothing of a page ever lies on a disk in clear. Broken off anywhere, the same files handed in
again are the same batch and go on where they were: a page is the same object both times.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.scan import batches
from services.scan.image.pages import MAX_PAGES
from services.scan.image.source import kind_of
from services.scan.image.split import pages_in, pictures_of
from shared.contracts.batch_commands import BatchBegun, BatchState, BeginBatch
from shared.contracts.events import Lane, Sender
from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode
from shared.plumbing.database import Database
from shared.plumbing.handin import HandIn, Parcel
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

MAX_BYTES = 512 << 20  # of all files together
COUNT_S, PAGE_S = 60.0, 20.0
AT_ONCE = 4  # pages that lie in memory together
_HASHED_AT_ONCE = 1 << 20
_DIED = (WorkerCrashed, WorkerFailed, WorkerTimeout)

Tick = Callable[[int, int], None]


class TooLargeError(Exception):
    """The files hold more than a bulk scan may; args: "too_big" or "too_many_pages"."""


class NoFilesError(Exception):
    """There is nothing to hand in; args: a reason code, the path."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose bulk scan it is."""

    campaign: CampaignId
    province: ProvinceCode
    school: UnitCode
    actor: str


class Scan(Protocol):
    """A file whose pages can be taken out, wherever it lies."""

    def digest(self) -> bytes:
        """SHA-256 of what it holds."""
        ...

    def count(self, *, deadline_s: float) -> int:
        """How many pages it has."""
        ...

    def pictures(self, wanted: tuple[int, ...], *, deadline_s: float) -> list[tuple[bytes, str]]:
        """A picture of each wanted page, or b"" and the cause why there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ScanOnDisk:
    """A file of a person's own machine, opened by name in the child."""

    pool: ProcessPool
    path: Path

    def digest(self) -> bytes:
        """SHA-256 of what it holds."""
        return _digest(self.path)

    def count(self, *, deadline_s: float) -> int:
        """How many pages it has."""
        return self.pool.run(pages_in, str(self.path), deadline_s=deadline_s)

    def pictures(self, wanted: tuple[int, ...], *, deadline_s: float) -> list[tuple[bytes, str]]:
        """A picture of each wanted page, or b"" and the cause why there is none."""
        return self.pool.run(pictures_of, str(self.path), wanted, deadline_s=deadline_s)


@dataclass(frozen=True, slots=True)
class Submission:
    """What handing in needs."""

    database: Database
    hand_in: HandIn
    pool: ProcessPool

    def submit(self, files: Sequence[Path], origin: Origin, tick: Tick) -> BatchBegun:
        """Hand the pages of some files in as one batch, in the order given.

        Args:
            files: PDF, TIFF, zip or pictures; folders stand for the files in them.
            origin: whose they are.
            tick: told how many pages of how many were handed in.

        Raises:
            NoFilesError, TooLargeError: nothing was handed in.
            StoreUnavailableError, NoManifestError: try again; it goes on where it was.
        """
        return self.submit_scans(
            [ScanOnDisk(self.pool, one) for one in files_of(files)], origin, tick
        )

    def submit_scans(self, scans: Sequence[Scan], origin: Origin, tick: Tick) -> BatchBegun:
        """The same of files that lie elsewhere.

        Raises:
            TooLargeError: nothing was handed in.
            StoreUnavailableError, NoManifestError: try again; it goes on where it was.
        """
        counts = [_count(one) for one in scans]
        total = sum(counts)
        if total > MAX_PAGES:
            raise TooLargeError("too_many_pages")
        begun = batches.begin_batch(
            self.database,
            BeginBatch(
                origin.campaign,
                origin.province,
                origin.school,
                origin.actor,
                _joined(one.digest() for one in scans),
                total,
            ),
        )
        if begun.state is BatchState.ARRIVING:
            self._send(begun.batch, list(zip(scans, counts, strict=True)), origin, tick)
            batches.all_arrived(self.database, begun.batch)
        return begun

    def _send(
        self, batch: str, files: Sequence[tuple[Scan, int]], origin: Origin, tick: Tick
    ) -> None:
        total = sum(count for _, count in files)
        number = 0
        for scan, count in files:
            for first in range(1, count + 1, AT_ONCE):
                last = min(first + AT_ONCE - 1, count)
                wanted = [
                    page
                    for page in range(first, last + 1)
                    if batches.announce_page(self.database, batch, number + page)
                ]
                for page, picture, cause in self._pictures(scan, wanted):
                    self._hand_in(batch, number + page, picture, cause, origin)
                tick(number + last, total)
            number += count

    def _pictures(self, scan: Scan, wanted: Sequence[int]) -> Iterator[tuple[int, bytes, str]]:
        if not wanted:
            return
        try:
            taken = scan.pictures(tuple(wanted), deadline_s=PAGE_S * len(wanted))
        except _DIED:
            if len(wanted) == 1:
                yield wanted[0], b"", "reader_died"
                return
            # One bad page must not take its neighbours with it.
            for page in wanted:
                yield from self._pictures(scan, [page])
            return
        yield from zip(wanted, (one[0] for one in taken), (one[1] for one in taken), strict=True)

    def _hand_in(self, batch: str, number: int, picture: bytes, cause: str, origin: Origin) -> None:
        if not picture:
            batches.settle_unread(self.database, batch, number, cause)
            return
        object_ = batches.page_object(batch, number)
        kind = kind_of(picture)
        media_type = f"image/{kind.value}" if kind is not None else "application/octet-stream"
        claim = Claim(Sender.SCANNER, Lane.PAGE, object_, media_type, actor=origin.actor)
        original = (origin.province, origin.campaign, Rendition.ORIGINAL)
        self.hand_in.hand_in(Parcel(*original, picture, claim, object=object_))


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Every file meant, folders in the order people number files: 2.jpg before 10.jpg.

    Raises:
        NoFilesError: a path is not there or cannot be read, or no file is left.
        TooLargeError: they hold too many bytes.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (one for one in path.rglob("*") if one.is_file() and one.name[:1] != ".")
            found += sorted(inside, key=_natural)
        elif path.is_file() and os.access(path, os.R_OK):
            found.append(path)
        else:
            raise NoFilesError("no_such_file", str(path))
    if not found:
        raise NoFilesError("empty_folder", str(paths[0]) if paths else "")
    if sum(one.stat().st_size for one in found) > MAX_BYTES:
        raise TooLargeError("too_big")
    return found


def digest_of(paths: Sequence[Path]) -> str:
    """Of what the files hold, whatever they are called: the same scan again is recognised."""
    return _joined(_digest(path) for path in paths)


def _joined(digests: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _digest(path: Path) -> bytes:
    one = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_HASHED_AT_ONCE):
            one.update(part)
    return one.digest()


def _count(scan: Scan) -> int:
    try:
        return scan.count(deadline_s=COUNT_S)
    except _DIED:
        return 1  # one page that says so


def _natural(path: Path) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", str(path))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
