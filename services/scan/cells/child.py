"""Looks at one side of a sheet in a locked child: flat view, ink, marks, troubles, writing."""

import time
from dataclasses import replace

import cv2
import numpy as np

from services.scan.cells.seen import CellSeen, SideSeen
from services.scan.cells.texts import texts_of
from services.scan.digits.reading import read_numbers, read_strip
from services.scan.digits.strips import number_places
from services.scan.flat.registration import Registration
from services.scan.flat.sheet import SheetRead, read_source
from services.scan.flat.troubles import (
    Trouble,
    corners_of,
    place_in_paper,
    place_of,
    trouble_of,
)
from services.scan.flat.view import flat_view
from services.scan.hand.reading import warm
from services.scan.image.child import prepare as prepare_pictures
from services.scan.image.source import Source, UnreadableError, open_source
from services.scan.image.view import turned, upright_view
from shared.kernel.sheet_code import Side
from shared.layout.canonical import from_canonical
from shared.layout.model import Layout, Rect


def prepare() -> None:
    """Open the model of handwriting, then lock; everything else is imported by now."""
    warm()
    read_strip(np.tile(np.array([0, 255], np.uint8), (64, 300)))
    number_places()
    prepare_pictures()


def read_side(data: bytes, canonical: str, side: str, orientation: int, may_read: bool) -> SideSeen:
    """Read one side; a damaged picture gives a `SideSeen` without view.

    Args:
        data: the picture as it was sent.
        canonical: the layout as canonical JSON; "" where nobody knows whose page it is.
        side: front or back.
        orientation: EXIF's, 1 .. 8.
        may_read: whether handwriting is read, which a province may not want.
    """
    cv2.setNumThreads(1)
    started = time.thread_time()
    try:
        source = open_source(data)
        if canonical:
            seen = _read(source, from_canonical(canonical), Side(side), may_read=may_read)
        else:
            seen = SideSeen(numbers=read_numbers(source))
        if not seen.view:
            seen = _as_it_lies(seen, data, orientation)
    except UnreadableError:
        return SideSeen(cpu_ms=_ms(started))
    return replace(seen, cpu_ms=_ms(started))


def _read(source: Source, layout: Layout, side: Side, *, may_read: bool) -> SideSeen:
    read, page = read_source(source, layout, side)
    found = trouble_of(source, page, layout, side)
    signature = _presence(read, is_hidden=found.trouble is Trouble.GLARE)
    is_legible = bool(read.cells)
    field = found.field or _field_meant(found.trouble, signature, layout, side)
    places = found.places
    if not places and field is not None and page is not None:
        places = (place_of(page, field),)
    return SideSeen(
        quality=read.quality,
        is_legible=is_legible,
        trouble=found.trouble.value,
        places=places,
        places_in_view=(place_in_paper(field, layout),) if field and is_legible else (),
        corners=corners_of(page, layout) if page is not None else (),
        signature=signature,
        date=read.date.value if read.date is not None else None,
        cells=_cells(read, page, layout, source if may_read else None),
        view=flat_view(page, layout) if page is not None and is_legible else b"",
        is_flat=is_legible,
    )


def _field_meant(
    trouble: Trouble, signature: str | None, layout: Layout, side: Side
) -> Rect | None:
    """What to point at where the trouble has no place of its own: signature, or all changes."""
    if trouble is Trouble.NONE:
        return layout.signature_rect if signature == "absent" else None
    cells = [cell.change_rect for cell in layout.cells_of(side)]
    if not cells:
        return None
    left, top = min(one.x for one in cells), min(one.y for one in cells)
    right, bottom = max(one.right for one in cells), max(one.bottom for one in cells)
    return Rect(left, top, right - left, bottom - top)


def _as_it_lies(seen: SideSeen, data: bytes, orientation: int) -> SideSeen:
    """With a view that is no map of the sheet: by its four markers, or the photo turned upright."""
    view, is_photo = upright_view(data, orientation)
    places = tuple(turned(place, orientation) for place in seen.places) if is_photo else ()
    return replace(seen, view=view, places_in_view=places)


def _presence(read: SheetRead, *, is_hidden: bool) -> str | None:
    if read.signature is None:
        return None
    return "unsure" if is_hidden and read.signature.value == "absent" else read.signature.value


def _cells(
    read: SheetRead, page: Registration | None, layout: Layout, source: Source | None
) -> dict[str, CellSeen]:
    known = {cell.field: cell for cell in layout.cells}
    texts = texts_of(known, read, page, source)
    return {
        name: CellSeen(cell.ink.value, cell.tick.value, cell.share, texts.get(name))
        for name, cell in read.cells.items()
    }


def _ms(started: float) -> int:
    return round((time.thread_time() - started) * 1000)
