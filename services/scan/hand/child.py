"""Reads crops in a locked child: whoever sends a picture, nothing else is at stake."""

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from services.scan.hand.reading import (
    CellKind,
    CellReading,
    Evidence,
    read_cell,
    warm,
)
from services.scan.image.child import prepare_for_files
from services.scan.image.source import BROKEN, Gray, Kind, UnreadableError, open_source
from services.scan.image.view import upright

MAX_BYTES = 20 << 20
UNREADABLE = "unreadable_file"
_ORIENTATION = 0x0112  # of EXIF


def prepare() -> None:
    """Open the model, use it, then lock; everything else is imported by now."""
    cv2.setNumThreads(1)
    warm()
    prepare_for_files()


def upright_of(data: bytes) -> Gray:
    """A picture's grey pixels as its metadata says they are held.

    Raises:
        UnreadableError: it is no picture, or has no pixels.
    """
    source = open_source(data)
    orientation = 1
    if source.kind is not Kind.HEIC:  # decoded upright
        with Image.open(io.BytesIO(data)) as picture:
            orientation = int(picture.getexif().get(_ORIENTATION, 1))
    return np.ascontiguousarray(upright(source.full, orientation))


def read_crop(path: str, kind: str, evidence: Evidence) -> CellReading:
    """Read a file that shows one cell; never raises for what the file holds."""
    try:
        file = Path(path)
        if file.stat().st_size > MAX_BYTES:
            return CellReading(reasons=("too_large",))
        return read_cell(upright_of(file.read_bytes()), CellKind(kind), evidence)
    except (UnreadableError, cv2.error, *BROKEN):
        return CellReading(reasons=(UNREADABLE,))
