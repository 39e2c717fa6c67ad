"""The pages of any file: photos are one page, PDF and TIFF have many. Never raises."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from services.scan.image.cascade import read_page, read_photo
from services.scan.image.reading import Cause, Reading
from services.scan.image.source import (
    BROKEN,
    MAX_JPEG_PIXELS,
    MAX_OTHER_PIXELS,
    Gray,
    Kind,
    UnreadableError,
    grey_of,
    kind_of,
    open_source,
)

MAX_PAGES = 2500
ALL_PAGES = range(1, MAX_PAGES + 2)
# A page is drawn at 200 dpi: about seven pixels per module.
_RENDER_SCALE = 200 / 72
_NEEDS_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD
_EMBEDDED_SHARE = 0.8  # of the page's area that one picture must cover to stand for it


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a file: an embedded photo's own bytes, pixels, or the cause there is neither."""

    number: int  # from 1
    data: bytes | None = None
    pixels: Gray | None = None
    cause: Cause | None = None

    def read(self, skip: tuple[str, ...] = ()) -> Reading:
        """The codes of the page."""
        if self.data is not None:
            return read_photo(self.data, skip)
        if self.pixels is not None:
            return read_page(self.pixels, skip)
        return Reading(cause=self.cause or Cause.NOT_AN_IMAGE)


def count_pages(data: bytes) -> int:
    """How many answers a file gets: one per page, one for all beyond `MAX_PAGES`, never none."""
    match kind_of(data):
        case Kind.PDF:
            try:
                with pypdfium2.PdfDocument(data) as document:
                    return max(1, min(len(document), MAX_PAGES + 1))
            except (pypdfium2.PdfiumError, *BROKEN):
                return 1
        case Kind.TIFF:
            return sum(1 for _ in _tiff(data, ALL_PAGES, is_counting=True))
        case _:
            return 1


def pages_of(data: bytes, wanted: range = ALL_PAGES) -> Iterator[Page]:
    """The wanted pages of a file, counted from 1; one page in memory at a time.

    What lies beyond `MAX_PAGES` is one more page that says so.
    """
    match kind_of(data):
        case Kind.PDF:
            yield from _pdf(data, wanted)
        case Kind.TIFF:
            yield from _tiff(data, wanted)
        case None:
            yield Page(1, cause=Cause.NOT_AN_IMAGE)
        case _:
            yield Page(1, data=data)


def _tiff(data: bytes, wanted: range, *, is_counting: bool = False) -> Iterator[Page]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=("TIFF",))
    except Image.DecompressionBombError:
        yield Page(1, cause=Cause.TOO_MANY_PIXELS)
        return
    except BROKEN:
        yield Page(1, cause=Cause.DAMAGED_FILE)
        return
    with picture:
        for number in wanted:
            if number > MAX_PAGES + 1:
                return
            try:
                picture.seek(number - 1)
            except EOFError:
                return
            except BROKEN:
                yield Page(number, cause=Cause.DAMAGED_FILE)
                return
            yield Page(number) if is_counting else _frame(picture, number)


def _frame(picture: Image.Image, number: int) -> Page:
    if number > MAX_PAGES:
        return Page(number, cause=Cause.TOO_MANY_PAGES)
    if picture.width * picture.height > MAX_OTHER_PIXELS:
        return Page(number, cause=Cause.TOO_MANY_PIXELS)
    try:
        return Page(number, pixels=grey_of(picture))
    except UnreadableError as unreadable:
        return Page(number, cause=unreadable.cause)


def _pdf(data: bytes, wanted: range) -> Iterator[Page]:
    try:
        drawn = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == _NEEDS_PASSWORD
        yield Page(1, cause=Cause.ENCRYPTED_PDF if is_locked else Cause.DAMAGED_FILE)
        return
    except BROKEN:
        yield Page(1, cause=Cause.DAMAGED_FILE)
        return
    embedded = _embedded(data)
    try:
        if len(drawn) == 0:
            yield Page(1, cause=Cause.DAMAGED_FILE)
        for number in wanted:
            if number > min(len(drawn), MAX_PAGES + 1):
                return
            yield _pdf_page(drawn, embedded, number - 1)
    finally:
        drawn.close()
        if embedded is not None:
            embedded.close()


def _embedded(data: bytes) -> pikepdf.Pdf | None:
    try:
        return pikepdf.open(io.BytesIO(data))
    except (pikepdf.PdfError, *BROKEN):
        return None  # drawing may still work


def _pdf_page(drawn: pypdfium2.PdfDocument, embedded: pikepdf.Pdf | None, index: int) -> Page:
    number = index + 1
    if number > MAX_PAGES:
        return Page(number, cause=Cause.TOO_MANY_PAGES)
    jpeg = _scan_of(drawn, embedded, index)
    if jpeg is not None:
        return Page(number, data=jpeg)
    try:
        page = drawn[index]
        width, height = page.get_size()
        if width * height * _RENDER_SCALE**2 > MAX_OTHER_PIXELS:
            return Page(number, cause=Cause.TOO_MANY_PIXELS)
        bitmap = page.render(scale=_RENDER_SCALE, grayscale=True)
        pixels: Gray = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, -1)
        return Page(number, pixels=np.ascontiguousarray(pixels[:, : bitmap.width]))
    except (pypdfium2.PdfiumError, *BROKEN):
        return Page(number, cause=Cause.DAMAGED_FILE)


def _scan_of(
    drawn: pypdfium2.PdfDocument, embedded: pikepdf.Pdf | None, index: int
) -> bytes | None:
    """The scanner's own JPEG, taken out as it is, where one covers the page."""
    if embedded is None:
        return None
    try:
        pictures = list(embedded.pages[index].get_images().values())
        if len(pictures) != 1 or pictures[0].get("/Filter") != pikepdf.Name.DCTDecode:
            return None
        if "/SMask" in pictures[0] or "/Decode" in pictures[0] or not _covers(drawn[index]):
            return None
        jpeg = pictures[0].read_raw_bytes()
        source = open_source(jpeg)
    except (pikepdf.PdfError, pypdfium2.PdfiumError, UnreadableError, *BROKEN):
        return None
    return jpeg if source.width * source.height <= MAX_JPEG_PIXELS else None


def _covers(page: pypdfium2.PdfPage) -> bool:
    objects = list(page.get_objects(max_depth=2))
    if len(objects) != 1:
        return False
    left, bottom, right, top = objects[0].get_bounds()
    width, height = page.get_size()
    return bool((right - left) * (top - bottom) >= _EMBEDDED_SHARE * width * height)
