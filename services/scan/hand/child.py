"""Reads crops in a locked child: whoever sends a picture, nothing else is at stake."""

from pathlib import Path

import cv2

from services.scan.hand.reading import CellKind, CellReading, read_cell, warm
from services.scan.image.child import prepare_for_files
from services.scan.image.source import BROKEN, UnreadableError, open_source

MAX_BYTES = 20 << 20
UNREADABLE = "unreadable_file"


def prepare() -> None:
    """Open the model, use it, then lock; everything else is imported by now."""
    cv2.setNumThreads(1)
    warm()
    prepare_for_files()


def read_crop(path: str, kind: str) -> CellReading:
    """Read a file that shows one cell; never raises for what the file holds."""
    try:
        file = Path(path)
        if file.stat().st_size > MAX_BYTES:
            return CellReading(reasons=("too_large",))
        return read_cell(open_source(file.read_bytes()).full, CellKind(kind))
    except (UnreadableError, cv2.error, *BROKEN):
        return CellReading(reasons=(UNREADABLE,))
