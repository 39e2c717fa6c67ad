"""How well photographed sheets are laid flat, and what is seen in their cells.

Photos come from the simulator with seeds that no threshold was set on (development uses those
below 10,000). Errors are against the simulator's own map of the paper. The peer lays the sheet
flat by the corners of its four markers alone and takes for ink what is darker than the paper in
a twentieth of a cell; the floor of time is the entropy decoding of the same files.
"""

import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from deploy.rehearse.hands.filling import Filled, fill
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import Photo, photograph
from deploy.rehearse.printed import page_picture
from services.forms.render.file import render_file
from services.scan.flat.plate import Points, project
from services.scan.flat.registration import Registration, register
from services.scan.flat.sheet import SheetRead, read_source
from services.scan.flat.view import flat_view
from services.scan.image.source import Source, open_source
from shared.contracts.seen import Ink, Presence
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect
from shared.layout.registry import layout
from tests.bench.bench_forms import job

LEVELS = ("easy", "normal", "hard")
PHOTOS = int(os.environ.get("HECHA_BENCH_PHOTOS", "100"))
SHEETS = 20
FIRST_SEED = int(os.environ.get("HECHA_BENCH_SEED", "550000"))
WITHIN_MM = 2.5
_PX_PER_MM = 6.0
_FRONT = Side.FRONT


@dataclass(slots=True)
class Tally:
    """What became of the photos of one level."""

    photos: int = 0
    found: int = 0  # registered at all
    errors: list[tuple[float, float]] = field(default_factory=list)  # mean and most, mm
    peer_errors: list[float] = field(default_factory=list)  # most, mm
    read_errors: list[float] = field(default_factory=list)  # most, mm, of cells that were read
    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Another one's photos too."""
        self.photos += other.photos
        self.found += other.found
        self.errors += other.errors
        self.peer_errors += other.peer_errors
        self.read_errors += other.read_errors
        self.counts += other.counts
        self.seconds += other.seconds


def main() -> None:
    """Print one line per figure."""
    with tempfile.TemporaryDirectory() as name:
        printed = render_file(job(SHEETS))
        (Path(name) / "sheets.pdf").write_bytes(printed.pdf)
        pages = [(one.pages[0], one.layout) for one in printed.sheets]
        from tests.bench.bench_sheet import look as looker  # importable in a child

        for level in LEVELS:
            orders = [
                (name, level, FIRST_SEED + number, *pages[number % len(pages)])
                for number in range(PHOTOS)
            ]
            whole = Tally()
            with get_context("spawn").Pool() as pool:
                for one in pool.imap_unordered(looker, orders, chunksize=2):
                    whole.add(one)
            tell(level, whole)
    print(
        f"photos of seeds from {FIRST_SEED:,} on, {PHOTOS} a level, {SHEETS} sheets; thresholds "
        "were set on seeds below 10,000; every photo has 0 to 8 changed cells, nine of ten are "
        "signed, seals, stains and fingers lie where the simulator puts them"
    )


def look(order: tuple[str, str, int, int, int]) -> Tally:
    """One photo, in a child."""
    folder, level, seed, page, layout_number = order
    cv2.setNumThreads(1)
    geometry = layout(layout_number)
    assert geometry is not None
    sheet = coloured(page_picture(Path(folder) / "sheets.pdf", page))
    filled = fill(sheet, geometry, _FRONT, seed=seed, changes=seed % 5 * 2)
    photo = photograph(sheet, level=level, seed=seed, layout=geometry)
    tally = Tally(photos=1)
    _time_entropy(photo.jpeg, tally)
    source = open_source(photo.jpeg)
    _lay_flat(source, photo, geometry, tally)
    started = time.thread_time()
    read, registered = read_source(open_source(photo.jpeg), geometry, _FRONT)
    tally.seconds["everything"] += time.thread_time() - started
    if registered is not None:
        started = time.thread_time()
        flat_view(registered, geometry)
        tally.seconds["view"] += time.thread_time() - started
        _count(read, registered, filled, geometry, tally)
    return tally


def _time_entropy(data: bytes, tally: Tally) -> None:
    started = time.thread_time()
    height, width, *_ = simplejpeg.decode_jpeg_header(data)
    simplejpeg.decode_jpeg(data, "GRAY", min_height=height // 8, min_width=width // 8, min_factor=8)
    tally.seconds["floor"] += time.thread_time() - started


def _lay_flat(source: Source, photo: Photo, geometry: Layout, tally: Tally) -> None:
    full, half = source.full, source.half
    started = time.thread_time()
    page = register(full, half, geometry, _FRONT)
    tally.seconds["registration"] += time.thread_time() - started
    if page is None:
        return
    tally.found += 1
    xs, ys = np.meshgrid(np.linspace(160, 1940, 8), np.linspace(480, 2560, 12))
    points = np.stack([xs, ys], axis=-1).reshape(-1, 2)
    grow = full.shape[1] / source.width
    truth = (photo.truth.to_photo(points / 10) + 0.5) * grow - 0.5
    off = np.linalg.norm(page.to_picture(points) - truth, axis=1) / page.px_per_mm
    tally.errors.append((float(off.mean()), float(off.max())))
    plain = np.linalg.norm(project(page.matrix, points) - truth, axis=1) / page.px_per_mm
    tally.peer_errors.append(float(plain.max()))
    if page.quality.may_read_cells:
        held = [one.change_rect for one in geometry.cells_of(_FRONT) if page.holds(one.change_rect)]
        tally.read_errors.append(max((_off(page, one, photo, grow) for one in held), default=0.0))


def _off(page: Registration, rect: Rect, photo: Photo, grow: float) -> float:
    """How far the worst corner of a cell lies off, in mm."""
    truth = (photo.truth.to_photo(_corners(rect) / 10) + 0.5) * grow - 0.5
    return (
        float(np.linalg.norm(page.to_picture(_corners(rect)) - truth, axis=1).max())
        / page.px_per_mm
    )


def _corners(rect: Rect) -> Points:
    around = (
        (rect.x, rect.y),
        (rect.right, rect.y),
        (rect.right, rect.bottom),
        (rect.x, rect.bottom),
    )
    return np.array(around, float)


def _count(
    read: SheetRead, page: Registration, filled: Filled, geometry: Layout, tally: Tally
) -> None:
    counts = tally.counts
    if not read.cells:
        counts["pages not read"] += 1
        return
    for cell in geometry.cells_of(_FRONT):
        is_written = cell.field in filled.changed
        kind = "written" if is_written else "blank"
        ink = read.cells[cell.field].ink
        counts[kind] += 1
        counts[f"{kind} {ink}"] += 1
        counts[f"{kind} peer {_peer_ink(page, cell.change_rect)}"] += 1
        counts[f"tick {kind} {read.cells[cell.field].tick}"] += 1
    signed = "signed" if filled.is_signed else "unsigned"
    counts[signed] += 1
    counts[f"{signed} {read.signature}"] += 1


def _peer_ink(page: Registration, rect: Rect) -> Ink:
    """Darker than four fifths of the paper in a twentieth of the cell, by the markers alone."""
    seen = project(page.matrix, _corners(rect)).astype(np.float32)
    width, height = (round(side * _PX_PER_MM / 10) for side in (rect.w, rect.h))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    crop = cv2.warpPerspective(
        page.picture, cv2.getPerspectiveTransform(seen, flat), (width, height)
    )
    inner = crop[6:-6, 6:-6].astype(float)
    return Ink.INK if (inner < 0.8 * np.percentile(inner, 80)).mean() > 0.05 else Ink.BLANK


def tell(level: str, tally: Tally) -> None:
    """One level's figures."""
    errors = np.array(tally.errors).reshape(-1, 2)
    near = int((errors[:, 1] < WITHIN_MM).sum())
    peer_near = sum(one < WITHIN_MM for one in tally.peer_errors)
    peer = "(four markers, one homography)"
    photos = tally.photos
    figure(
        level,
        f"pages within {WITHIN_MM} mm everywhere",
        share(near, photos),
        f"{share(peer_near, photos)} {peer}",
    )
    figure(
        level,
        "error, mean / median of the most, mm",
        f"{errors[:, 0].mean():.2f} / {np.median(errors[:, 1]):.2f}",
        f"- / {np.median(tally.peer_errors):.2f} {peer}",
    )
    figure(level, "pages whose cells are read", share(len(tally.read_errors), photos))
    worst = max(tally.read_errors, default=0.0)
    figure(level, "of these, the most any read cell is off", f"{worst:.2f} mm")
    _tell_cells(level, tally.counts)
    _tell_times(level, tally)


def _tell_cells(level: str, counts: Counter[str]) -> None:
    written, blank = counts["written"], counts["blank"]
    peer = "(markers alone, a twentieth dark)"
    figure(
        level,
        "ink missed",
        share(counts[f"written {Ink.BLANK}"], written),
        f"{share(counts[f'written peer {Ink.BLANK}'], written)} {peer}",
    )
    figure(
        level,
        "ink invented",
        share(counts[f"blank {Ink.INK}"], blank),
        f"{share(counts[f'blank peer {Ink.INK}'], blank)} {peer}",
    )
    unsure = counts[f"written {Ink.UNSURE}"] + counts[f"blank {Ink.UNSURE}"]
    figure(level, "ink unsure", share(unsure, written + blank))
    figure(level, "ticks missed", share(counts["tick written empty"], written))
    figure(level, "ticks invented", share(counts["tick blank marked"], blank))
    figure(level, "signature missed", share(counts[f"signed {Presence.ABSENT}"], counts["signed"]))
    figure(
        level,
        "signature invented",
        share(counts[f"unsigned {Presence.PRESENT}"], counts["unsigned"]),
    )
    doubt = counts[f"signed {Presence.UNSURE}"] + counts[f"unsigned {Presence.UNSURE}"]
    figure(level, "signature unsure", share(doubt, counts["signed"] + counts["unsigned"]))


def _tell_times(level: str, tally: Tally) -> None:
    floor = tally.seconds["floor"]
    for stage in ("registration", "everything", "view"):
        figure(
            level,
            f"CPU a photo, {stage}",
            f"{1000 * tally.seconds[stage] / tally.photos:.0f} ms",
            f"{1000 * floor / tally.photos:.1f} ms (entropy decoding alone)",
            f"{tally.seconds[stage] / floor:.1f}",
        )


def share(part: int, whole: int) -> str:
    """As a percentage with its counts."""
    return f"{100 * part / whole:.1f} % ({part}/{whole})" if whole else "-"


def figure(level: str, name: str, ours: str, peer: str = "-", ratio: str = "-") -> None:
    """One line as the report takes it."""
    print(f"sheet: {level}, {name}\tours {ours}\tpeer {peer}\tratio {ratio}", flush=True)


if __name__ == "__main__":
    main()
