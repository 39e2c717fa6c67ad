"""Reads a pile of files against a kit: one answer per page, in the order given, on every core.

Files are opened and decoded in child processes that may crash, hang or be taken over; this
side only ever sees texts and numbers.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from deploy.kit.campaign import Kit, KitSheet
from deploy.kit.cells import read_cells
from services.scan.domain import HandedIn, Issued, Seen, decide, named, verified
from services.scan.hand.reading import warm
from services.scan.image.child import prepare_for_files
from services.scan.image.pages import count_pages, pages_of
from services.scan.image.reading import Reading
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import SheetId
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout

COUNT_S = 20.0
PAGE_S = 10.0
CELLS_S = 20.0
MAX_BYTES = 512 << 20
# Pages of one file that a child reads in one go.
AT_ONCE = 10
MAX_SKIPPED = 3
# What a page adds that was not laid flat.
NO_CELLS: dict[str, Any] = {"registration": None, "signature": None, "date": None, "cells": {}}
_DIED = (WorkerCrashed, WorkerFailed, WorkerTimeout)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """One line of `kit read`."""

    file: str
    page: int
    state: str
    reason: str
    sheet: str | None
    student_number: str | None
    cpu_ms: int
    engine: str
    cells: dict[str, Any] | None = None  # where they were asked for

    def as_plain(self) -> dict[str, Any]:
        """The line as JSON has it."""
        plain = asdict(self)
        del plain["cells"]
        return plain | (self.cells or {})


def read_pages(path: str, first: int, last: int, skip: tuple[str, ...]) -> tuple[Reading, ...]:
    """Runs in a child: the readings of some pages of a file."""
    data = Path(path).read_bytes()
    return tuple(page.read(skip) for page in pages_of(data, range(first, last + 1)))


def pages_in(path: str) -> int:
    """Runs in a child: how many pages a file has."""
    return count_pages(Path(path).read_bytes())


def prepare() -> None:
    """What a child does first; this module's imports are whole before it locks itself."""
    prepare_for_files()


def prepare_for_cells() -> None:
    """The same of a child that reads cells as well: the model is opened before the lock."""
    warm()
    prepare_for_files()


class KitReader:
    """Reads files against one kit."""

    def __init__(self, kit: Kit, *, workers: int | None = None, cells: bool = False) -> None:
        """With `cells` every matched page is laid flat as well, and its cells are read."""
        self._kit = kit
        self._with_cells = cells
        self._workers = workers or os.cpu_count() or 2
        self._pool = ProcessPool(self._workers, prepare_for_cells if cells else prepare)
        self._sheets = {(one.sheet, one.serial): one for one in kit.issued}
        self._issued = _issued(kit.issued)
        self._keys = (kit.campaign.code_key,)
        self._seen: set[tuple[str, str]] = set()

    def close(self) -> None:
        """End the children."""
        self._pool.close()

    def read(self, files: Sequence[str]) -> Iterator[PageAnswer]:
        """One answer per page, files in the order given; never raises on any file."""
        with ThreadPoolExecutor(self._workers + 1) as threads:
            for file, readings in zip(files, threads.map(self._readings, files), strict=True):
                for page, (reading, cells) in enumerate(readings, start=1):
                    answer = self._answer(file, page, reading)
                    is_matched = answer.state == PageState.MATCHED.value
                    added = (cells if is_matched else None) or NO_CELLS
                    yield replace(answer, cells=added) if self._with_cells else answer

    def _readings(self, file: str) -> "list[tuple[Reading | str, dict[str, Any] | None]]":
        """Each page's reading or the reason there is none, and its cells where asked for."""
        return [
            (reading, self._cells(file, page, reading))
            for page, reading in enumerate(self._pages(file), start=1)
        ]

    def _cells(self, file: str, page: int, reading: Reading | str) -> dict[str, Any] | None:
        if not self._with_cells or isinstance(reading, str):
            return None
        code = named(verified([(one.letter, one.code) for one in reading.codes], self._keys))
        if code is None:
            return None
        order = (file, page, code.head.layout, code.head.side.value)
        try:
            return dict(self._pool.run(read_cells, *order, deadline_s=CELLS_S))
        except _DIED:
            return None

    def _pages(self, file: str) -> "list[Reading | str]":
        problem = _problem_of(Path(file))
        if problem:
            return [problem]
        try:
            count = self._pool.run(pages_in, file, deadline_s=COUNT_S)
        except _DIED:
            return ["reader_died"]
        readings: list[Reading | str] = []
        for first in range(1, count + 1, AT_ONCE):
            readings += self._some(file, first, min(first + AT_ONCE - 1, count))
        return readings

    def _some(self, file: str, first: int, last: int) -> "list[Reading | str]":
        try:
            deadline_s = PAGE_S * (last - first + 1)
            read = self._pool.run(read_pages, file, first, last, (), deadline_s=deadline_s)
        except _DIED:
            if first == last:
                return ["reader_died"]
            # One bad page must not take its neighbours with it.
            return [one for page in range(first, last + 1) for one in self._some(file, page, page)]
        return [self._again(file, page, reading) for page, reading in enumerate(read, start=first)]

    def _again(self, file: str, page: int, reading: Reading) -> Reading | str:
        """Look further where every code found has a wrong check."""
        skipped: tuple[str, ...] = ()
        found = reading
        while found.codes and not self._verified(found) and len(skipped) < MAX_SKIPPED:
            skipped += tuple(one.code for one in found.codes)
            try:
                again = self._pool.run(read_pages, file, page, page, skipped, deadline_s=PAGE_S)
            except _DIED:
                return reading
            found = again[0] if again else reading
        return found if found.codes else reading

    def _verified(self, reading: Reading) -> bool:
        return bool(verified([(one.letter, one.code) for one in reading.codes], self._keys))

    def _answer(self, file: str, page: int, reading: Reading | str) -> PageAnswer:
        if isinstance(reading, str):
            state = PageState.FAILED if reading == "reader_died" else PageState.REFUSED
            return PageAnswer(file, page, state.value, reading, None, None, 0, "")
        codes = tuple((one.letter, one.code) for one in reading.codes)
        cause = reading.cause.value if reading.cause else None
        seen = Seen(codes, reading.others, cause)
        given = HandedIn(self._kit.campaign.campaign, None)
        decision = decide(seen, self._keys, self._issued, given)
        sheet = student_number = None
        reason = decision.reason
        if decision.match is not None:
            known = self._sheets[decision.match.sheet, decision.match.serial]
            sheet, student_number = known.sheet, known.student_number
            side = (known.sheet, decision.match.side.value)
            # A second page of the same side is still this pupil's: it is said, not refused.
            reason = "same_sheet_same_side" if side in self._seen else reason
            self._seen.add(side)
        return PageAnswer(
            file,
            page,
            decision.state.value,
            reason,
            sheet,
            student_number,
            reading.cpu_ms,
            reading.engine.value,
        )


def _issued(copies: Sequence[KitSheet]) -> dict[SheetId, Issued]:
    serials: dict[SheetId, set[int]] = {}
    for one in copies:
        serials.setdefault(one.sheet, set()).add(one.serial)
    return {sheet: Issued(sheet, max(known), frozenset(known)) for sheet, known in serials.items()}


def _problem_of(path: Path) -> str:
    try:
        if not path.is_file():
            return "not_a_file" if path.exists() else "no_such_file"
        size = path.stat().st_size
    except (OSError, ValueError):
        return "no_such_file"
    if size == 0:
        return "empty_file"
    if size > MAX_BYTES:
        return "too_big"
    try:
        path.open("rb").close()
    except OSError:
        return "cannot_be_opened"
    return ""
