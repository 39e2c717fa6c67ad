"""The pages of a TIFF: bits stay bits, everything else becomes grey levels."""

import io
import warnings
from collections.abc import Iterator

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from services.scan.image.archive import Window
from services.scan.image.pages_page import Page
from services.scan.image.pages_raster import Raster
from services.scan.image.reading import Cause
from services.scan.image.source import (
    _MAX_TILES,
    BROKEN,
    MAX_OTHER_PIXELS,
    UnreadableError,
    grey_of,
)

_CENTIMETRES = 3  # of the tag for the unit of the resolution
_UNIT, _RESOLUTION = 296, 282


def open_tiff(file: bytes | str | Window) -> TiffImageFile | Cause:
    """Open a TIFF, given as bytes, a path or an open file, or say why it cannot be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Image.open(_source(file), formats=("TIFF",))
    except Image.DecompressionBombError:
        return Cause.TOO_MANY_PIXELS
    except BROKEN:
        return Cause.DAMAGED_FILE
    return opened if isinstance(opened, TiffImageFile) else Cause.DAMAGED_FILE


def _source(file: bytes | str | Window) -> str | io.BytesIO | io.BufferedReader:
    if isinstance(file, Window):
        return file.opened()
    return io.BytesIO(file) if isinstance(file, bytes) else file


def count_frames(picture: TiffImageFile, limit: int) -> int:
    """How many frames can be gone to, at most `limit`; one that is damaged counts and ends it."""
    for count in range(limit):
        try:
            picture.seek(count)
        except EOFError:
            return count
        except BROKEN:
            return count + 1
    return limit


def tiff_pages(picture: TiffImageFile, numbers: range) -> Iterator[Page]:
    """The pages of these numbers, counted from 1, as far as there are any."""
    for number in numbers:
        try:
            picture.seek(number - 1)
        except EOFError:
            return
        except BROKEN:
            yield Page(number, cause=Cause.DAMAGED_FILE)
            return
        yield _frame(picture, number)


def _frame(picture: TiffImageFile, number: int) -> Page:
    if picture.width * picture.height > MAX_OTHER_PIXELS:
        return Page(number, cause=Cause.TOO_MANY_PIXELS)
    try:
        raster = _raster(picture)
    except UnreadableError as unreadable:
        return Page(number, cause=unreadable.cause)
    return Page(number, raster=raster, size=raster.size, dpi=_dpi(picture))


def _raster(picture: TiffImageFile) -> Raster:
    if picture.mode != "1":
        return Raster(grey_of(picture))
    if len(picture.tile) > _MAX_TILES:
        raise UnreadableError(Cause.DAMAGED_FILE)
    try:
        return Raster(picture.copy())
    except BROKEN:
        raise UnreadableError(Cause.DAMAGED_FILE) from None


def _dpi(picture: TiffImageFile) -> float | None:
    try:
        tags = picture.tag_v2
        found = float(tags[_RESOLUTION]) * (2.54 if tags.get(_UNIT) == _CENTIMETRES else 1)
    except BROKEN:
        return None
    return round(found, 1) if 30 <= found <= 4800 else None
