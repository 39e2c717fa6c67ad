"""A picture's bytes as grey pixels: sniffed, bounded, and never decoded larger than needed."""

import io
import struct
import warnings
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
import simplejpeg
from PIL import Image

from services.scan.image.reading import Cause

Gray = npt.NDArray[np.uint8]
Colour = npt.NDArray[np.uint8]  # (height, width, 3), blue green red

MAX_JPEG_PIXELS = 60_000_000  # read reduced
MAX_OTHER_PIXELS = 40_000_000  # decoded whole
# Sheets of more pixels than this are looked at in colour at half the size.
MAX_COLOUR_PIXELS = 8_000_000
_FORMATS = ("PNG", "WEBP", "TIFF")
# Each strip or tile of a TIFF costs time whatever it holds; one per row of a large scan is fewer.
_MAX_TILES = 16_384
# What the decoders raise on hostile bytes, as found by feeding them such.
BROKEN = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    SyntaxError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    struct.error,
)


class Kind(StrEnum):
    """Formats that are read, by their first bytes, never by name."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    TIFF = "tiff"
    PDF = "pdf"
    ZIP = "zip"


_FIRST_BYTES = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),  # an archive of nothing
)


class UnreadableError(Exception):
    """No pixels can be had from these bytes; `cause` says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


def kind_of(data: bytes) -> Kind | None:
    """What the first bytes say."""
    for first, kind in _FIRST_BYTES:
        if data.startswith(first):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"heim"):
        return Kind.HEIC
    return Kind.PDF if b"%PDF-" in data[:1024] else None


@dataclass(slots=True)
class Source:
    """One picture; `half` and `full` are made when asked for, and kept."""

    data: bytes
    kind: Kind
    width: int
    height: int
    _half: Gray | None = None
    _full: Gray | None = None
    _colour: Colour | None = None
    _was_colour_asked: bool = False

    @property
    def half(self) -> Gray:
        """Grey pixels at about half the size, where the picture is large enough.

        Raises:
            UnreadableError: the pixels cannot be decoded.
        """
        if self._half is None:
            self._half = self._jpeg(2) if self.kind is Kind.JPEG else _shrunk(self.full)
        return self._half

    @property
    def full(self) -> Gray:
        """Grey pixels; of a JPEG above 30 megapixels still half the size.

        Raises:
            UnreadableError: the pixels cannot be decoded.
        """
        if self._full is None:
            is_huge = self.width * self.height > MAX_JPEG_PIXELS // 2
            if self.kind is Kind.JPEG:
                self._full = self.half if is_huge else self._jpeg(1)
            else:
                self._full = _decoded(self.data, self.kind)
        return self._full

    @property
    def colour(self) -> Colour | None:
        """Blue, green and red, of a large picture at half the size; None where it has none."""
        if not self._was_colour_asked:
            self._was_colour_asked = True
            self._colour = self._coloured()
        return self._colour

    @property
    def is_large(self) -> bool:
        """Whether half of its pixels show a sheet well enough."""
        return self.width * self.height > MAX_COLOUR_PIXELS

    def _coloured(self) -> Colour | None:
        if self.kind is Kind.JPEG and not _is_grey_jpeg(self.data):
            try:
                factor = 2 if self.is_large else 1
                least = {"min_height": self.height // factor, "min_width": self.width // factor}
                return np.asarray(
                    simplejpeg.decode_jpeg(
                        self.data, "BGR", min_factor=factor, strict=False, **least
                    ),
                    np.uint8,
                )
            except (ValueError, KeyError):
                return None
        if self.kind not in _COLOURED:
            return None
        # Phones keep colour at half the pixels: less than that is not lost.
        colour = cv2.IMREAD_REDUCED_COLOR_2 if self.is_large else cv2.IMREAD_COLOR
        flags = colour | cv2.IMREAD_IGNORE_ORIENTATION
        found = cv2.imdecode(np.frombuffer(self.data, np.uint8), flags)
        return None if found is None else np.asarray(found, np.uint8)

    def _jpeg(self, factor: int) -> Gray:
        least = {"min_height": self.height // factor, "min_width": self.width // factor}
        for is_strict in (True, False):
            try:
                grey = simplejpeg.decode_jpeg(
                    self.data, "GRAY", min_factor=factor, strict=is_strict, **least
                )
                pixels: Gray = np.ascontiguousarray(grey[..., 0])
                return pixels
            except (ValueError, KeyError):
                continue
        return self._jpeg_otherwise(factor)

    def _jpeg_otherwise(self, factor: int) -> Gray:
        # CMYK and other shapes that the fast decoder leaves alone.
        flag = cv2.IMREAD_REDUCED_GRAYSCALE_2 if factor == 2 else cv2.IMREAD_GRAYSCALE
        flag |= cv2.IMREAD_IGNORE_ORIENTATION  # as stored, like every other way here
        picture = cv2.imdecode(np.frombuffer(self.data, np.uint8), flag)
        if picture is None:
            raise UnreadableError(Cause.DAMAGED_FILE)
        return picture.astype(np.uint8, copy=False)


def open_source(data: bytes) -> Source:
    """A picture after its header was held against the limits; nothing is decoded yet.

    Raises:
        UnreadableError: not a picture we read, damaged, animated or too large.
    """
    kind = kind_of(data)
    if kind in (None, Kind.PDF, Kind.ZIP):
        raise UnreadableError(Cause.NOT_AN_IMAGE)
    width, height = _jpeg_size(data) if kind is Kind.JPEG else _size(data, kind)
    limit = MAX_JPEG_PIXELS if kind is Kind.JPEG else MAX_OTHER_PIXELS
    if width * height > limit:
        raise UnreadableError(Cause.TOO_MANY_PIXELS)
    if min(width, height) < 16:
        raise UnreadableError(Cause.TOO_SMALL)
    return Source(data, kind, width, height)


def grey_of(picture: Image.Image) -> Gray:
    """An opened picture as grey pixels, 16 bits and transparency flattened onto white.

    Raises:
        UnreadableError: its pixels cannot be decoded.
    """
    try:
        if len(getattr(picture, "tile", ())) > _MAX_TILES:
            raise UnreadableError(Cause.DAMAGED_FILE)
        if picture.mode.startswith("I;16") or picture.mode == "I":
            deep = np.asarray(picture, dtype=np.float32)
            levels: Gray = np.clip(deep / 257.0, 0, 255).astype(np.uint8)
            return levels
        if "A" in picture.getbands():
            return _on_white(picture)
        if "transparency" in picture.info:
            return _on_white(picture.convert("RGBA"))
        grey: Gray = np.asarray(picture.convert("L"), dtype=np.uint8)
        return grey
    except BROKEN:
        raise UnreadableError(Cause.DAMAGED_FILE) from None


def _on_white(picture: Image.Image) -> Gray:
    """Band by band: a whole picture in colour besides would be half a gigabyte."""
    ink = cv2.bitwise_not(np.asarray(picture.convert("L"), dtype=np.uint8))
    opaque = np.asarray(picture.getchannel("A"), dtype=np.uint8)
    return cv2.bitwise_not(cv2.multiply(ink, opaque, scale=1 / 255)).astype(np.uint8, copy=False)


_COLOURED = frozenset({Kind.PNG, Kind.WEBP})


def _is_grey_jpeg(data: bytes) -> bool:
    return bool(simplejpeg.decode_jpeg_header(data, strict=False)[2] == "Gray")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(data, strict=False)
    except (ValueError, KeyError):  # the latter for a colour space it does not know
        raise UnreadableError(Cause.DAMAGED_FILE) from None
    return int(width), int(height)


def _size(data: bytes, kind: Kind) -> tuple[int, int]:
    if kind is Kind.HEIC:
        width, height = _heif(data).size
        return width, height
    with _opened(data) as picture:
        if getattr(picture, "is_animated", False) and kind is not Kind.TIFF:
            raise UnreadableError(Cause.ANIMATED)
        return picture.size


def _decoded(data: bytes, kind: Kind) -> Gray:
    with _heic(data) if kind is Kind.HEIC else _opened(data) as picture:
        return grey_of(picture)


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError:
        raise UnreadableError(Cause.TOO_MANY_PIXELS) from None
    except BROKEN:
        raise UnreadableError(Cause.DAMAGED_FILE) from None


def _heif(data: bytes) -> pillow_heif.HeifFile:
    """The file with its header read."""
    try:
        return pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    except BROKEN:
        raise UnreadableError(Cause.DAMAGED_FILE) from None


def _heic(data: bytes) -> Image.Image:
    try:
        picture: Image.Image = _heif(data).to_pillow()
    except BROKEN:
        raise UnreadableError(Cause.DAMAGED_FILE) from None
    return picture


def _shrunk(picture: Gray) -> Gray:
    height, width = picture.shape
    if min(width, height) < 1000:
        return picture
    return cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
