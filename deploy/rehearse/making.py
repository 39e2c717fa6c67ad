"""Makes a rehearsal's pictures in child processes, and writes the truth in their order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from deploy.rehearse.cells import a_cell
from deploy.rehearse.hands.filling import Filled, fill
from deploy.rehearse.hands.pens import ColourImage
from deploy.rehearse.hands.texts import TextKind
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.scans.files import (
    fax_strip,
    jpeg,
    jpeg_strip,
    pdf_of,
    tiff_of,
)
from deploy.rehearse.scans.recipe import Scanner, scanner
from deploy.rehearse.scans.scan import Scan, scan
from deploy.rehearse.sheets import PrintedPage, picture_of
from deploy.rehearse.troubles import NotEmptyError
from deploy.rehearse.truth import TRUTH, Line, as_text, cell_line, photo_line, scan_line
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout
from shared.layout.registry import layout

MISTAKES = {Level.EASY: 0.0, Level.NORMAL: 0.03, Level.HARD: 0.06, Level.EXTREME: 0.06}
_SHARP_PX_PER_MM = 12.0  # of a page that is scanned finer than 200 dpi
_FINE_DPI = 210

Tick = Callable[[int, int], None]
"""Told how far a rehearsal is: pictures made, pictures in all."""


class Container(StrEnum):
    """The files a scanner writes."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpeg"


@dataclass(frozen=True, slots=True)
class PhotoOrder:
    """One photo to be taken."""

    file: Path
    page: PrintedPage
    level: Level
    seed: int
    most_px: int


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """One file to be scanned; its pages' seeds count on from the first."""

    file: Path
    pages: tuple[PrintedPage, ...]
    level: Level
    seed: int
    container: Container


@dataclass(frozen=True, slots=True)
class CellOrder:
    """One cell to be cut out."""

    file: Path
    kind: TextKind
    seed: int


Order = PhotoOrder | ScanOrder | CellOrder


def photo_orders(
    folder: Path, pages: Sequence[PrintedPage], levels: Sequence[Level], seeds: range, most_px: int
) -> list[PhotoOrder]:
    """A photo per seed, the pages in turn, the levels in turn."""
    return [
        PhotoOrder(
            folder / f"{number:06d}.jpg",
            pages[(number - 1) % len(pages)],
            levels[(number - 1) % len(levels)],
            seed,
            most_px,
        )
        for number, seed in enumerate(seeds, start=1)
    ]


def scan_orders(  # what a pile of scans is
    folder: Path,
    pages: Sequence[PrintedPage],
    levels: Sequence[Level],
    seeds: range,
    container: Container,
    to_a_file: int,
) -> list[ScanOrder]:
    """The pages in turn, so many to a file; JPEG has one."""
    to_a_file = 1 if container is Container.JPEG else to_a_file
    orders = []
    for number, first in enumerate(range(0, len(seeds), to_a_file), start=1):
        count = min(to_a_file, len(seeds) - first)
        taken = tuple(pages[(first + place) % len(pages)] for place in range(count))
        file = folder / f"{number:06d}.{_ENDINGS[container]}"
        level = levels[(number - 1) % len(levels)]
        orders.append(ScanOrder(file, taken, level, seeds[first], container))
    return orders


_ENDINGS = {Container.PDF: "pdf", Container.TIFF: "tif", Container.JPEG: "jpg"}


def make(folder: Path, orders: Sequence[Order], workers: int, tick: Tick) -> int:
    """Make every picture and `truth.jsonl` beside them; how many lines it has.

    Raises:
        NotEmptyError: the folder holds another rehearsal.
        ReportSeedError: a seed is kept for the report.
    """
    if (folder / TRUTH).exists():
        raise NotEmptyError(str(folder))
    total = sum(len(one.pages) if isinstance(one, ScanOrder) else 1 for one in orders)
    done = 0
    beside = folder / f"{TRUTH}.new"
    with beside.open("w", encoding="utf-8") as truth:
        for lines in _made(orders, workers):
            truth.writelines(as_text(line) + "\n" for line in lines)
            done += len(lines)
            tick(done, total)
    beside.replace(folder / TRUTH)
    return done


def _made(orders: Sequence[Order], workers: int) -> Iterator[list[Line]]:
    if workers == 1 or len(orders) == 1:
        yield from map(make_one, orders)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_prepare) as pool:
        try:
            yield from pool.map(make_one, orders, chunksize=1)
        except BaseException:
            pool.shutdown(cancel_futures=True)  # whoever interrupts does not wait for the rest
            raise


def _prepare() -> None:
    cv2.setNumThreads(1)


def make_one(order: Order) -> list[Line]:
    """Make one file; the truth of each of its pages."""
    match order:
        case PhotoOrder():
            return [_photo(order)]
        case ScanOrder():
            return _scan(order)
        case CellOrder():
            cell = a_cell(order.kind, order.seed)
            order.file.write_bytes(cell.jpeg)
            return [cell_line(order.file.name, cell, order.kind.value, order.seed)]


def filled_page(
    page: PrintedPage,
    level: Level,
    seed: int,
    *,
    px_per_mm: float = 8.0,
    changes: int | None = None,
) -> tuple[ColourImage, Filled, Layout]:
    """A printed page with a guardian's writing on it; `changes` None leaves their number open."""
    geometry = layout(page.layout)
    if geometry is None:
        raise LookupError(f"layout {page.layout}")
    sheet = coloured(picture_of(page, px_per_mm))
    filled = fill(
        sheet, geometry, Side(page.side), seed=seed, changes=changes, mistakes=MISTAKES[level]
    )
    return sheet, filled, geometry


def _photo(order: PhotoOrder) -> Line:
    sheet, filled, geometry = filled_page(order.page, order.level, order.seed)
    photo = photograph(
        sheet, level=order.level, seed=order.seed, layout=geometry, most_px=order.most_px
    )
    order.file.write_bytes(photo.jpeg)
    return photo_line(order.file.name, order.page, photo, filled, geometry)


def _scan(order: ScanOrder) -> list[Line]:
    machine = scanner(order.level, order.seed)
    lines: list[Line] = []
    scans = _scans(order, machine, lines)
    order.file.write_bytes(_WRITERS[order.container](scans, machine))
    return lines


def _scans(order: ScanOrder, machine: Scanner, lines: list[Line]) -> Iterator[Scan]:
    """Each page scanned, one in memory at a time; its truth is added to the lines."""
    sharp = _SHARP_PX_PER_MM if machine.dpi > _FINE_DPI else 8.0
    for number, page in enumerate(order.pages, start=1):
        seed = order.seed + number - 1
        sheet, filled, geometry = filled_page(page, order.level, seed, px_per_mm=sharp)
        one = scan(sheet, level=order.level, seed=seed, machine=machine)
        lines.append(scan_line((order.file.name, number), page, one, filled, geometry))
        yield one


def _as_jpeg(scans: Iterable[Scan], machine: Scanner) -> bytes:
    (one,) = scans
    return jpeg(_rgb(one), machine.quality)


def _as_pdf(scans: Iterable[Scan], machine: Scanner) -> bytes:
    strips = [
        [fax_strip(_one_bit(one)) if one.is_bitonal else jpeg_strip(_rgb(one), machine.quality)]
        for one in scans
    ]
    return pdf_of(strips, dpi=machine.dpi)


def _as_tiff(scans: Iterable[Scan], machine: Scanner) -> bytes:
    pictures = [_one_bit(one) if one.is_bitonal else Image.fromarray(_rgb(one)) for one in scans]
    fax = pictures[0].mode == "1"
    options = {"compression": "group4"} if fax else {"compression": "tiff_lzw"}
    return tiff_of(pictures, dpi=(machine.dpi, machine.dpi), **options)


def _one_bit(one: Scan) -> Image.Image:
    return Image.fromarray(one.pixels).convert("1", dither=Image.Dither.NONE)


def _rgb(one: Scan) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    if one.pixels.ndim == 2:
        return one.pixels
    return np.asarray(cv2.cvtColor(one.pixels, cv2.COLOR_BGR2RGB), np.uint8)


_WRITERS = {Container.JPEG: _as_jpeg, Container.PDF: _as_pdf, Container.TIFF: _as_tiff}
