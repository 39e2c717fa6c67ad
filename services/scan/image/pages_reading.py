"""Reads scan pages: two corners first, then the whole page, then what photos get, unless blank.

A feeder lays the sheet along the pixels, so its two codes stand in two opposite corners: top
right and bottom left both ways up, and the other two of a page fed sideways.
"""

import time
from collections.abc import Callable, Collection, Iterator

import cv2
import numpy as np
import simplejpeg

from services.scan.image.cascade import _Found, _ms, _Pixels, _Search
from services.scan.image.pages_blank import is_blank
from services.scan.image.pages_raster import Box, Raster
from services.scan.image.reading import Cause, Engine, Reading, code_in
from services.scan.image.source import (
    BROKEN,
    Gray,
    Kind,
    Source,
    UnreadableError,
    open_source,
)
from services.scan.image.symbols import Symbol, read_fast

# A page is first read at no less than 150 dpi of A4: five pixels per module.
LONG_SIDE_PX = 1700
# Of the shorter side: 50 mm of code and its distance from the edges, 20 mm of skew and feed.
_CORNER = 0.34
_ASPECT = (1.25, 1.6)  # of pages that may be one sheet of A4

_Stages = Iterator[tuple[Engine, Callable[[], Iterator[_Found]]]]


def read_scan(data: bytes, skip: tuple[str, ...] = ()) -> Reading:
    """Read a page that is a picture of its own; never raises, whatever the bytes are.

    Differs from `read_photo` in the first look, and in that a page without code, other symbol
    and ink ends as `Cause.BLANK` at once.

    Args:
        data: a JPEG, PNG, WebP, HEIC or one-page TIFF file.
        skip: codes that were read before and whose check is wrong.
    """
    return _guarded(lambda started: _scan_search(data, skip, started))


def read_picture(data: bytes, skip: tuple[str, ...] = ()) -> Reading:
    """Read a file that is one picture, photo or scan: like a photo, except that it may be blank."""
    return _guarded(lambda started: _PhotoSearch(open_source(data), skip, started))


def read_raster(raster: Raster, skip: tuple[str, ...] = ()) -> Reading:
    """Read a page that is pixels already; never raises."""
    return _guarded(lambda started: _ScanSearch(_Lazy(raster), raster, skip, started))


def first_factor(width: int, height: int) -> int:
    """What a picture's sides may be divided by for the first look: 1, 2 or 4."""
    return next((one for one in (4, 2) if max(width, height) >= one * LONG_SIDE_PX), 1)


def _guarded(prepare: Callable[[float], _Search]) -> Reading:
    cv2.setNumThreads(1)  # one page, one core: other cores have pages of their own
    started = time.thread_time()
    try:
        return prepare(started).run()
    except UnreadableError as unreadable:
        return Reading(cause=unreadable.cause, cpu_ms=_ms(started))
    except (*BROKEN, cv2.error, Exception):  # decoders raise anything; this one page ends here
        return Reading(cause=Cause.DAMAGED_FILE, cpu_ms=_ms(started))


def _scan_search(data: bytes, skip: Collection[str], started: float) -> "_ScanSearch":
    source = open_source(data)
    return _ScanSearch(source, Raster(_first_look(source)), skip, started)


def _first_look(source: Source) -> Gray:
    factor = first_factor(source.width, source.height)
    if source.kind is not Kind.JPEG or factor == 1:
        return source.full
    return source.half if factor == 2 else _reduced(source, factor)


def _reduced(source: Source, factor: int) -> Gray:
    try:
        least = {"min_height": source.height // factor, "min_width": source.width // factor}
        grey = simplejpeg.decode_jpeg(source.data, "GRAY", min_factor=factor, **least)
    except (ValueError, KeyError):
        return source.half
    pixels: Gray = grey[..., 0]
    return pixels


def _is_intact(data: bytes) -> bool:
    """Whether a JPEG decodes to its end: what is missing of one would pass for paper."""
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(data)
        least = {"min_height": height // 8, "min_width": width // 8}
        simplejpeg.decode_jpeg(data, "GRAY", min_factor=8, **least)
    except (ValueError, KeyError):
        return False
    return True


class _Lazy(_Pixels):
    """A raster in the shape of a `Source`: grey only when a later stage asks."""

    def __init__(self, raster: Raster) -> None:
        self._raster = raster
        self._half: Gray | None = None
        self.width, self.height = raster.size

    @property
    def full(self) -> Gray:  # type: ignore[override]  # an attribute there
        return self._raster.grey

    @property
    def half(self) -> Gray:
        if self._half is None:
            factor = 2 if max(self.width, self.height) >= 2 * LONG_SIDE_PX else 1
            self._half = _shrunk(self._raster.grey, factor)
        return self._half


def _shrunk(grey: Gray, factor: int) -> Gray:
    if factor == 1:
        return grey
    size = (grey.shape[1] // factor, grey.shape[0] // factor)
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


class _BlankSearch(_Search):
    """A search that ends where it sees that there is nothing to find."""

    _is_blank = False

    def _ends_blank(self, seen: Gray) -> bool:
        source = self._source
        is_jpeg = isinstance(source, Source) and source.kind is Kind.JPEG
        self._is_blank = (
            not self._others
            and is_blank(seen)
            and not (is_jpeg and isinstance(source, Source) and not _is_intact(source.data))
        )
        return self._is_blank

    def _nothing(self) -> Reading:
        if not self._is_blank:
            return super()._nothing()
        return Reading(
            cause=Cause.BLANK,
            width=self._source.width,
            height=self._source.height,
            cpu_ms=_ms(self._started),
        )


class _PhotoSearch(_BlankSearch):
    def _stages(self) -> _Stages:
        first, *more = super()._stages()
        yield first
        if not self._ends_blank(self._source.half):
            yield from more


class _ScanSearch(_BlankSearch):
    def __init__(
        self, source: Source | _Pixels, first: Raster, skip: Collection[str], started: float
    ) -> None:
        super().__init__(source, skip, started)
        self._first = first

    def _stages(self) -> _Stages:
        yield Engine.FULL, self._corners
        yield Engine.FULL, self._whole
        if not self._ends_blank(self._first.grey):
            yield from super()._stages()

    def _corners(self) -> Iterator[_Found]:
        """Both codes, each in its corner; nothing when one is missing: then all of it is read."""
        boxes = _corner_boxes(*self._first.size)
        found = [self._read_part(box) for box in boxes]
        if boxes and all(self._has_ours(symbols) for symbols in found):
            yield [symbol for symbols in found for symbol in symbols], self._to_full()

    def _whole(self) -> Iterator[_Found]:
        yield read_fast(self._first.grey), self._to_full()

    def _read_part(self, box: Box) -> list[Symbol]:
        shift = box[:2]
        return [Symbol(one.text, one.corners + shift) for one in read_fast(self._first.part(box))]

    def _has_ours(self, symbols: list[Symbol]) -> bool:
        codes = [code_in(one.text) for one in symbols]
        return any(code is not None and code[1] not in self._skip for code in codes)

    def _to_full(self) -> float:
        return self._source.width / self._first.size[0]


def _corner_boxes(width: int, height: int) -> tuple[Box, ...]:
    shorter, longer = sorted((width, height))
    if not _ASPECT[0] <= longer / max(1, shorter) <= _ASPECT[1]:
        return ()
    side = int(_CORNER * shorter)
    if height >= width:
        return (width - side, 0, width, side), (0, height - side, side, height)
    return (0, 0, side, side), (width - side, height - side, width, height)
