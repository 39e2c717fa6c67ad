"""What is true of a simulated picture, as one JSON line: whose it is, where, and what is on it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from deploy.rehearse.cells import Cell
from deploy.rehearse.hands.filling import Entry, Filled
from deploy.rehearse.photos.photo import Photo, Soil
from deploy.rehearse.photos.surface import Points
from deploy.rehearse.scans.scan import A4_MM, Scan
from deploy.rehearse.sheets import PrintedPage
from deploy.rehearse.troubles import NoTruthError
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

TRUTH = "truth.jsonl"
_ACROSS, _DOWN = 9, 13  # samples of the map
_INSET_MM = 5.0

Line = dict[str, Any]


def photo_line(file: str, page: PrintedPage, photo: Photo, filled: Filled, layout: Layout) -> Line:
    """The truth of a photo."""
    made = photo.truth
    line = _line(file, 1, "photo", page, made.recipe.level.value, made.recipe.seed)
    line |= _place(made.size_px, made.corners_px, made.to_photo)
    line |= _content(filled, layout, Side(page.side), made.soil)
    return line | {"effects": _plain(asdict(made.recipe))}


def scan_line(
    place: tuple[str, int], page: PrintedPage, scan: Scan, filled: Filled, layout: Layout
) -> Line:
    """The truth of a page of a scanner's file; `place` is the file and the page in it, from 1."""
    made = scan.truth
    line = _line(*place, "scan", page, made.recipe.level.value, made.recipe.seed)
    line |= _place(made.size_px, made.corners_px, made.to_scan)
    line |= _content(filled, layout, Side(page.side), ())
    return line | {"effects": _plain(asdict(made.recipe))}


def cell_line(file: str, cell: Cell, kind: str, seed: int) -> Line:
    """The truth of a single cell."""
    wrote = cell.written
    return {
        "file": file,
        "page": 1,
        "picture": "cell",
        "kind": kind,
        "seed": seed,
        "text": wrote.text,
        "stored": wrote.stored,
        "hand": cell.hand,
        "pen": cell.pen,
        "comb": cell.has_comb,
        "lines": cell.lines,
    }


def read_lines(file: Path) -> Iterator[Line]:
    """The lines of a truth.

    Raises:
        NoTruthError: there is none, or it is none.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError):
        raise NoTruthError(str(file)) from None


def as_text(line: Line) -> str:
    """A line as it is written; the same truth is the same text."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


def samples_mm(size_mm: tuple[float, float] = A4_MM) -> Points:
    """The points of the paper whose places in a picture are told."""
    xs = np.linspace(_INSET_MM, size_mm[0] - _INSET_MM, _ACROSS)
    ys = np.linspace(_INSET_MM, size_mm[1] - _INSET_MM, _DOWN)
    return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)


def _line(file: str, number: int, picture: str, page: PrintedPage, level: str, seed: int) -> Line:
    return {
        "file": file,
        "page": number,
        "picture": picture,
        "level": level,
        "seed": seed,
        "sheet": page.sheet,
        "serial": page.serial,
        "side": page.side,
        "layout": page.layout,
    }


def _place(size: tuple[int, int], corners: Points, project: Callable[[Points], Points]) -> Line:
    points = samples_mm()
    return {
        "size_px": list(size),
        "corners_px": np.round(corners, 2).tolist(),
        "map": {
            "mm": np.round(points, 2).tolist(),
            "px": np.round(project(points), 2).tolist(),
        },
    }


def _content(filled: Filled, layout: Layout, side: Side, soil: tuple[Soil, ...]) -> Line:
    fields = {}
    for cell in layout.cells_of(side):
        entry = filled.entries.get(cell.field)
        soiled = sorted({one.kind for one in soil if _lies_over(one, cell.change_rect)})
        fields[cell.field] = _field(entry) | {"soiled": soiled}
    has_signature = layout.signature_side is side
    return {
        "fields": fields,
        "signature": filled.signature if has_signature else None,
        "date": filled.date if has_signature else None,
        "hand": filled.hand,
        "pen": filled.pen,
        "soil": [{"kind": one.kind, "rect_mm": list(one.rect_mm)} for one in soil],
    }


def _field(entry: Entry | None) -> Line:
    if entry is None:
        return {"ink": False, "tick": False}
    return {
        "ink": True,
        "tick": entry.ticked,
        "text": entry.text,
        "stored": entry.stored,
        "kind": "choice" if entry.choice else entry.kind.value,
        "corrected": entry.corrected,
    }


def _lies_over(soil: Soil, rect: Rect) -> bool:
    left, top, right, bottom = (10 * value for value in soil.rect_mm)
    return left < rect.right and rect.x < right and top < rect.bottom and rect.y < bottom


def _plain(value: Any) -> Any:  # what JSON can hold
    """Numbers as they are told: five digits are more than any effect is exact to."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.5g}")
    return value.item() if isinstance(value, np.generic) else value
