"""What `kit read --cells` adds to a page: how well it lies, its signature, and its cells' ink."""

from typing import Any

from services.scan.cells.seen import CellText
from services.scan.cells.texts import texts_of
from services.scan.flat.registration import Quality, Registration
from services.scan.flat.sheet import SheetRead, read_source
from services.scan.image.pages import pages_in_file
from services.scan.image.source import BROKEN, Source, UnreadableError, open_source
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout
from shared.layout.registry import layout


def read_cells(path: str, page: int, layout_number: int, side: str) -> dict[str, Any]:
    """Runs in a child: the added part of a page's line.

    `registration` says how well the page lies and whether its cells may be read; without that
    `cells` is empty and `signature` null, never guessed.
    """
    known = layout(layout_number)
    if known is None:
        return as_plain(SheetRead(None), None, None, None)
    try:
        one = next(iter(pages_in_file(path, range(page, page + 1))))
        source = open_source(one.picture())
        read, registration = read_source(source, known, Side(side))
    except (StopIteration, UnreadableError, *BROKEN):
        return as_plain(SheetRead(None), None, None, None)
    return as_plain(read, registration, known, source)


def as_plain(
    read: SheetRead,
    registration: Registration | None,
    known: Layout | None,
    source: Source | None,
) -> dict[str, Any]:
    """A side that was looked at, as the line has it; its writing is read here."""
    cells = {cell.field: cell for cell in known.cells} if known is not None else {}
    texts = texts_of(cells, read, registration, source)
    return {
        "registration": _quality(read.quality),
        "signature": read.signature.value if read.signature is not None else None,
        "date": read.date.value if read.date is not None else None,
        "cells": {
            name: {
                "ink": found.ink.value,
                "tick": found.tick.value,
                "choices": list(found.choices),
                **_text(texts.get(name, CellText())),
            }
            for name, found in read.cells.items()
        },
    }


def _quality(quality: Quality | None) -> dict[str, Any] | None:
    if quality is None:
        return None
    return {
        "markers": quality.markers,
        "ticks": list(quality.ticks),
        "rms_mm": round(quality.rms_mm, 2),
        "max_mm": round(quality.max_mm, 2),
        "rules": round(quality.rules, 2),
        "inner_mm": round(quality.inner_mm, 2),
        "cells_read": quality.may_read_cells,
    }


def _text(text: CellText) -> dict[str, Any]:
    """What the writing seems to say; nothing where nobody has written."""
    return {
        "raw": text.raw,
        "suggestion": text.suggestion,
        "candidates": list(text.candidates),
        "class": text.grade,
        "reasons": list(text.reasons),
    }
