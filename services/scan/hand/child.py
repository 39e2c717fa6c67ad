"""Reads crops in a locked child: whoever sends a picture, nothing else is at stake."""

import io
from dataclasses import replace
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
_TALL = 1.6  # times as high as wide: no cell is, and hardly a character that fills one
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
        return _read(upright_of(file.read_bytes()), CellKind(kind), evidence)
    except (UnreadableError, cv2.error, *BROKEN):
        return CellReading(reasons=(UNREADABLE,))


def _read(picture: Gray, kind: CellKind, evidence: Evidence) -> CellReading:
    """A crop as it stands; one that stands on its side is read both ways round.

    Where both ways say something, nobody knows which is right, and nothing is suggested.
    """
    height, width = picture.shape
    if height <= _TALL * width:
        return read_cell(picture, kind, evidence)
    turned = [np.ascontiguousarray(np.rot90(picture, turns)) for turns in (1, 3)]
    read = [read_cell(one, kind, evidence) for one in turned]
    suggested = [one for one in read if one.suggestion is not None]
    if len(suggested) == 1:
        return suggested[0]
    most = max(read, key=lambda one: len(one.raw))
    return replace(most, suggestion=None, grade="C" if most.grade else "")
