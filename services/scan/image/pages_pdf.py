"""The pages of a PDF: a scan's own picture where that is the page, else the page drawn in grey."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from services.scan.image.archive import Window
from services.scan.image.pages_page import Page
from services.scan.image.pages_pdf_images import Stored, jpeg_of, raster_of, stored_pictures
from services.scan.image.pages_pdf_objects import Painted, pictures_alone
from services.scan.image.pages_raster import Raster
from services.scan.image.reading import Cause
from services.scan.image.source import BROKEN, MAX_OTHER_PIXELS, Gray, UnreadableError, open_source

# A page is drawn at 200 dpi: about seven pixels per module.
DPI = 200
_SCALE = DPI / 72
_NEEDS_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD
_MIN_SIDE_PX = 64  # a smaller picture is a dot blown up, not a scan
_MIN_INSIDE = 0.8  # of a picture that the page's crop must leave
_FAILS = (pikepdf.PdfError, pypdfium2.PdfiumError, UnreadableError, *BROKEN)
# EXIF's words for a page that is to be turned clockwise by quarters.
_ORIENTATIONS = (1, 6, 3, 8)


@dataclass(slots=True)
class Pdf:
    """An opened PDF."""

    drawn: pypdfium2.PdfDocument
    stored: pikepdf.Pdf | None  # None where pikepdf cannot make sense of it, and pdfium can

    def close(self) -> None:
        """Let go of the file."""
        self.drawn.close()
        if self.stored is not None:
            self.stored.close()

    def __len__(self) -> int:
        return len(self.drawn)


def open_pdf(file: bytes | str | Window) -> Pdf | Cause:
    """Open a PDF, given as bytes, a path or an open file, or say why it cannot be."""
    try:
        drawn = pypdfium2.PdfDocument(file.opened() if isinstance(file, Window) else file)
        count = len(drawn)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == _NEEDS_PASSWORD
        return Cause.ENCRYPTED_PDF if is_locked else Cause.DAMAGED_FILE
    except BROKEN:
        return Cause.DAMAGED_FILE
    if count == 0:
        drawn.close()
        return Cause.DAMAGED_FILE
    return Pdf(drawn, _stored(file))


def _stored(file: bytes | str | Window) -> pikepdf.Pdf | None:
    source: io.BytesIO | io.BufferedReader | str
    if isinstance(file, bytes):
        source = io.BytesIO(file)
    else:
        source = file.opened() if isinstance(file, Window) else file
    try:
        # Read, not mapped: a file that shrinks on a share would kill a child that maps it.
        stored = pikepdf.open(source, access_mode=pikepdf.AccessMode.stream)
        if "/OCProperties" in stored.Root:
            stored.close()
            return None  # layers that may be hidden: only drawing knows
        return stored
    except (pikepdf.PdfError, *BROKEN):
        return None


def pdf_pages(pdf: Pdf, numbers: range) -> Iterator[Page]:
    """The pages of these numbers, counted from 1, as far as there are any."""
    for number in numbers:
        if number > len(pdf):
            return
        yield _page(pdf, number)


def _page(pdf: Pdf, number: int) -> Page:
    try:
        page = pdf.drawn[number - 1]
    except (pypdfium2.PdfiumError, *BROKEN):
        return Page(number, cause=Cause.DAMAGED_FILE)
    try:
        return _scan(pdf, page, number) or _drawing(page, number)
    finally:
        page.close()


def _scan(pdf: Pdf, page: pypdfium2.PdfPage, number: int) -> Page | None:
    """The page as its scanner made it; None when it has to be drawn."""
    if pdf.stored is None:
        return None
    try:
        painted = pictures_alone(page)
        if not painted or min(painted[0].size) < 1:
            return None
        stored = stored_pictures(pdf.stored.pages[number - 1], painted)
        if not stored or any(one.is_masked for one in stored):
            return None
        turn = page.get_rotation() // 90
        if len(stored) == 1:
            return _of_one(stored[0], page, number, turn)
        return _of_strips(stored, number, turn)
    except _FAILS:
        return None


def _of_one(one: Stored, page: pypdfium2.PdfPage, number: int, turn: int) -> Page | None:
    quarters = one.painted.quarters
    if quarters is None or min(one.painted.size) < _MIN_SIDE_PX or not _is_inside(one, page):
        return None
    turn = (turn + quarters) % 4
    dpi = round(one.painted.dpi, 1)
    jpeg = jpeg_of(one)
    if jpeg is not None:
        source = open_source(jpeg)
        size = (source.width, source.height)
        orientation = _ORIENTATIONS[turn]
        return Page(number, data=jpeg, size=size, dpi=dpi, orientation=orientation)
    raster = raster_of(one)
    if raster is None:
        return None
    raster = raster.turned(turn)
    return Page(number, raster=raster, size=raster.size, dpi=dpi)


def _is_inside(one: Stored, page: pypdfium2.PdfPage) -> bool:
    left, bottom, right, top = one.painted.box
    edges = page.get_bbox()
    wide = min(right, edges[2]) - max(left, edges[0])
    high = min(top, edges[3]) - max(bottom, edges[1])
    area = (right - left) * (top - bottom)
    return bool(wide > 0 and high > 0 and wide * high >= _MIN_INSIDE * area)


def _of_strips(stored: list[Stored], number: int, turn: int) -> Page | None:
    """Strips and tiles of one scan laid side by side on their common grid of pixels."""
    painted = [one.painted for one in stored]
    grid = _grid(painted)
    if grid is None:
        return None
    (left, top), scale, size = grid
    canvas: Gray | Image.Image | None = None
    for one in stored:
        raster = raster_of(one)
        if raster is None:
            return None
        at = (round((one.painted.box[0] - left) * scale), round((top - one.painted.box[3]) * scale))
        canvas = _pasted(canvas, raster, at, size)
    if canvas is None:
        return None
    raster = Raster(canvas).turned(turn)
    return Page(number, raster=raster, size=raster.size, dpi=round(72 * scale, 1))


def _pasted(
    canvas: Gray | Image.Image | None, raster: Raster, at: tuple[int, int], size: tuple[int, int]
) -> Gray | Image.Image:
    picture = raster.picture
    if canvas is None:
        is_bits = isinstance(picture, Image.Image)
        canvas = Image.new("1", size, 1) if is_bits else np.full(size[::-1], 255, np.uint8)
    if isinstance(canvas, Image.Image):
        if isinstance(picture, Image.Image):
            canvas.paste(picture, at)
            return canvas
        canvas = Raster(canvas).grey.copy()  # strips of two kinds: all become grey
    grey = raster.grey
    left, top = max(0, at[0]), max(0, at[1])
    part = canvas[top : top + grey.shape[0], left : left + grey.shape[1]]
    part[:] = grey[: part.shape[0], : part.shape[1]]
    return canvas


def _grid(painted: list[Painted]) -> tuple[tuple[float, float], float, tuple[int, int]] | None:
    """Left and top in points, pixels per point, width and height in pixels; None if uncommon."""
    boxes = np.array([one.box for one in painted])
    left, bottom = boxes[:, :2].min(axis=0)
    right, top = boxes[:, 2:].max(axis=0)
    lengths = boxes[:, 2:] - boxes[:, :2]
    if lengths.min() <= 0 or any(one.quarters != 0 for one in painted):
        return None
    scales = np.array([one.size for one in painted], float) / lengths
    scale = float(np.median(scales))
    # Rounded coordinates of a strip of few rows are a little off; a picture of its own is more.
    off = np.abs(lengths * scale - np.array([one.size for one in painted]))
    if off.max() > 1.5:
        return None
    size = (round((right - left) * scale), round((top - bottom) * scale))
    if not 0 < size[0] * size[1] <= MAX_OTHER_PIXELS:
        return None
    return (float(left), float(top)), scale, size


def _drawing(page: pypdfium2.PdfPage, number: int) -> Page:
    try:
        width, height = page.get_size()
        if width * height * _SCALE**2 > MAX_OTHER_PIXELS:
            return Page(number, cause=Cause.TOO_MANY_PIXELS)
        bitmap = page.render(scale=_SCALE, grayscale=True)
        pixels: Gray = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, -1)
        raster = Raster(np.ascontiguousarray(pixels[:, : bitmap.width]))
        bitmap.close()
        return Page(number, raster=raster, size=raster.size, dpi=float(DPI))
    except (pypdfium2.PdfiumError, *BROKEN):
        return Page(number, cause=Cause.DAMAGED_FILE)
