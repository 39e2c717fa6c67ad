"""One page of a file, as reading and storing need it."""

import hashlib
import io
import struct
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import simplejpeg
from PIL import Image

from services.scan.image.pages_jpeg import coded_parts
from services.scan.image.pages_raster import Raster
from services.scan.image.pages_reading import read_picture, read_raster, read_scan
from services.scan.image.reading import Cause, Reading
from services.scan.image.source import Gray, Kind, kind_of

_QUALITY = 85  # of a page for which the file holds no picture that can be taken as it is
_PNG_EFFORT = 6


@dataclass(frozen=True)
class Page:
    """One page: a picture's own bytes, pixels, or the cause why there is neither."""

    number: int  # from 1
    data: bytes | None = None  # JPEG, PNG, WebP or HEIC, as it lay in the file
    raster: Raster | None = None
    cause: Cause | None = None
    size: tuple[int, int] | None = None  # width and height in pixels, where known
    dpi: float | None = None  # of these pixels, where the file says it
    orientation: int = 1  # EXIF's, how `data` is to be turned for people
    is_scan: bool = True  # False of a file that is one picture, and may be a photo

    @property
    def pixels(self) -> Gray | None:
        """Grey levels of a page that is pixels.

        Raises:
            UnreadableError: they cannot be decoded.
        """
        return None if self.raster is None else self.raster.grey

    def read(self, skip: tuple[str, ...] = ()) -> Reading:
        """The codes of the page; `Cause.BLANK` when it is an empty side."""
        if self.data is not None:
            return read_scan(self.data, skip) if self.is_scan else read_picture(self.data, skip)
        if self.raster is not None:
            return read_raster(self.raster, skip)
        return Reading(cause=self.cause or Cause.NOT_AN_IMAGE)

    def picture(self) -> bytes:
        """The page as a file of its own: as it came, else a PNG of bits or a JPEG of grey levels.

        Returns:
            b"" when the page has a cause instead of pixels.
        """
        if self.data is not None:
            return self.data
        if self.raster is None:
            return b""
        if isinstance(self.raster.picture, Image.Image):
            return _png(self.raster.picture, self.dpi)
        pixels = np.ascontiguousarray(self.raster.picture)[..., None]
        return bytes(simplejpeg.encode_jpeg(pixels, quality=_QUALITY, colorspace="GRAY"))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the page shows: equal in every container that keeps it as it was.

        Of a JPEG what is coded, without metadata; of pixels their size and levels, be they
        packed as fax, LZW or deflated. Empty when there is nothing to show.
        """
        if self.data is not None:
            return _digest_of_file(self.data)
        return "" if self.raster is None else digest_of_pixels(self.raster)


def digest_of_pixels(raster: Raster) -> str:
    """SHA-256 of size and levels; bits count as black and white."""
    whole = hashlib.sha256(struct.pack("<II", *raster.size))
    if isinstance(raster.picture, Image.Image):
        whole.update(raster.picture.tobytes())
        return whole.hexdigest()
    whole.update(_bits_of(raster.picture))
    return whole.hexdigest()


def _bits_of(grey: Gray) -> bytes:
    is_white = grey == 255
    if np.all(is_white | (grey == 0)):
        return np.packbits(is_white, axis=1).tobytes()
    return grey.tobytes()


def _digest_of_file(data: bytes) -> str:
    whole = hashlib.sha256()
    parts = coded_parts(data) if kind_of(data) is Kind.JPEG else (data,)
    for part in parts:
        whole.update(part)
    return whole.hexdigest()


def _png(picture: Image.Image, dpi: float | None) -> bytes:
    body = io.BytesIO()
    density = {"dpi": (dpi, dpi)} if dpi else {}
    picture.save(body, "PNG", compress_level=_PNG_EFFORT, **density)
    return body.getvalue()
