"""A PDF's picture objects as bytes or pixels: JPEG and fax as they lie there, others by pdfium."""

import io
import struct
import warnings
from dataclasses import dataclass

import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import simplejpeg
from PIL import Image

from services.scan.image.pages_pdf_objects import Painted
from services.scan.image.pages_raster import Raster, grey_from
from services.scan.image.source import (
    MAX_JPEG_PIXELS,
    MAX_OTHER_PIXELS,
    Gray,
    UnreadableError,
    open_source,
)

_GREY, _COLOUR = 1, 3  # components
_PLAIN_SPACES = {"/DeviceGray": _GREY, "/CalGray": _GREY, "/DeviceRGB": _COLOUR, "/CalRGB": _COLOUR}
_MASKS = ("/SMask", "/Mask", "/ImageMask", "/SMaskInData", "/OC")
# pdfium turns these into four bytes a pixel and keeps a second copy while it does.
_MAX_DECODED_PIXELS = 24_000_000


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture as the file stores it, beside where it is painted."""

    painted: Painted
    stream: pikepdf.Object

    @property
    def is_masked(self) -> bool:
        """Whether something else decides which of its pixels are seen."""
        return any(_is_set(self.stream.get(name)) for name in _MASKS)

    @property
    def filters(self) -> tuple[str, ...]:
        """What its bytes are packed with, outermost first."""
        found = self.stream.get("/Filter")
        if found is None:
            return ()
        return (
            tuple(str(one) for one in found) if isinstance(found, pikepdf.Array) else (str(found),)
        )

    @property
    def parameters(self) -> pikepdf.Object | None:
        """Of its only filter."""
        found = self.stream.get("/DecodeParms")
        if isinstance(found, pikepdf.Array):
            return found[0] if len(found) else None
        return found


def _is_set(value: object) -> bool:
    return value is not None and value is not False


def stored_pictures(page: pikepdf.Page, painted: list[Painted]) -> list[Stored]:
    """The stored picture of each painted one; none when they cannot be told apart for certain."""
    named = page.get_images()
    streams = list(named.values())
    if len(painted) != 1 or len(streams) != 1:
        names = [str(one.operands[0]) for one in pikepdf.parse_content_stream(page, "Do")]
        streams = [named[name] for name in names if name in named]
    if len(streams) != len(painted):
        return []
    found = [Stored(*pair) for pair in zip(painted, streams, strict=True)]
    return found if all(_is_same(one) for one in found) else []


def _is_same(one: Stored) -> bool:
    size = (int(one.stream.get("/Width", 0)), int(one.stream.get("/Height", 0)))
    return size == one.painted.size


def jpeg_of(one: Stored) -> bytes | None:
    """The scanner's own JPEG, where its levels are what is seen; None otherwise."""
    if one.filters != ("/DCTDecode",) or _is_inverted(one, (0, 1)) or "/Decode" in one.stream:
        return None
    if one.parameters is not None and "/ColorTransform" in one.parameters:
        return None
    components = _components(one.stream.get("/ColorSpace"))
    jpeg = one.stream.read_raw_bytes()
    try:
        source = open_source(jpeg)
        _, _, space, *_ = simplejpeg.decode_jpeg_header(jpeg, strict=False)
    except (UnreadableError, ValueError, KeyError):
        return None
    seen = {"Gray": _GREY, "YCbCr": _COLOUR, "RGB": _COLOUR}.get(space)
    is_plain = components is not None and seen == components
    return jpeg if is_plain and source.width * source.height <= MAX_JPEG_PIXELS else None


def _components(space: pikepdf.Object | None) -> int | None:
    if isinstance(space, pikepdf.Name):
        return _PLAIN_SPACES.get(str(space))
    if isinstance(space, pikepdf.Array) and len(space) > 1:
        if str(space[0]) == "/ICCBased":
            count = int(space[1].get("/N", 0))
            return count if count in (_GREY, _COLOUR) else None
        return _PLAIN_SPACES.get(str(space[0]))
    return None


def raster_of(one: Stored) -> Raster | None:
    """The picture's pixels at their own size; None where it has to be drawn.

    Raises:
        Whatever decoders raise on hostile bytes.
    """
    width, height = one.painted.size
    if not 0 < width * height <= MAX_OTHER_PIXELS:
        return None
    jpeg = jpeg_of(one)
    if jpeg is not None:
        return Raster(open_source(jpeg).full)
    fax = _fax(one)
    if fax is not None:
        return Raster(fax)
    return None if width * height > _MAX_DECODED_PIXELS else Raster(_decoded(one.painted))


def _decoded(painted: Painted) -> Gray:
    bitmap = pypdfium2.PdfBitmap.from_raw(_checked(pdfium.FPDFImageObj_GetBitmap(painted.handle)))
    try:
        return np.array(grey_from(bitmap.to_numpy()))
    finally:
        bitmap.close()


def _checked(bitmap: object) -> object:
    if not bitmap:
        raise pypdfium2.PdfiumError("no bitmap")
    return bitmap


def _fax(one: Stored) -> Image.Image | None:
    """Group 4 through libtiff, three times as fast as pdfium's own; None for other kinds."""
    parameters = one.parameters
    if one.filters != ("/CCITTFaxDecode",) or parameters is None:
        return None
    if int(parameters.get("/K", 0)) >= 0 or bool(parameters.get("/EncodedByteAlign", False)):
        return None
    width, height = one.painted.size
    if int(parameters.get("/Columns", 1728)) != width or not _is_bits(one):
        return None
    # The runs called black are 0 unless BlackIs1; Decode may swap what 0 means.
    is_swapped = bool(parameters.get("/BlackIs1", False)) != _is_inverted(one, (0, 1))
    wrapped = _tiff_around(one.stream.read_raw_bytes(), width, height, is_swapped=is_swapped)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(wrapped), formats=("TIFF",)) as picture:
            picture.load()
            return picture


def _is_bits(one: Stored) -> bool:
    space = one.stream.get("/ColorSpace")
    return int(one.stream.get("/BitsPerComponent", 1)) == 1 and _components(space) == _GREY


def _is_inverted(one: Stored, normal: tuple[int, int]) -> bool:
    decode = one.stream.get("/Decode")
    return decode is not None and [float(value) for value in decode][:2] != [
        float(v) for v in normal
    ]


def _tiff_around(fax: bytes, width: int, height: int, *, is_swapped: bool) -> bytes:
    """A TIFF of one strip: Source: TIFF 6.0, sections 2 and 11."""
    entries = {
        256: width,
        257: height,
        258: 1,  # bits
        259: 4,  # group 4
        262: 1 if is_swapped else 0,  # photometric: what the runs called white mean
        273: 0,  # where the strip begins: filled in below
        278: height,
        279: len(fax),
    }
    start = 8 + 2 + 12 * len(entries) + 4
    entries[273] = start
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries.items())
    head = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    return head + table + bytes(4) + fax
