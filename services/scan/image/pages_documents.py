"""The pages of one file that is no archive: a PDF, a TIFF, or a picture."""

from collections.abc import Iterator

from PIL.TiffImagePlugin import TiffImageFile

from services.scan.image.archive import Window
from services.scan.image.pages_page import Page
from services.scan.image.pages_pdf import Pdf, open_pdf, pdf_pages
from services.scan.image.pages_tiff import count_frames, open_tiff, tiff_pages
from services.scan.image.reading import Cause
from services.scan.image.source import BROKEN, Kind, kind_of

# A picture of 40 megapixels in colour that is not packed at all.
MAX_PICTURE_BYTES = 128 << 20
_HEAD_BYTES = 1024

File = bytes | str | Window  # what it holds, a path, or a part of an archive


def kind_of_file(file: File) -> Kind | None:
    """What the first bytes say; None also where there are none to be had."""
    try:
        return kind_of(_beginning(file, _HEAD_BYTES))
    except BROKEN:
        return None


def count_document(file: File, kind: Kind | None, limit: int) -> int:
    """How many answers it gets: one per page up to `limit`, never none."""
    if kind not in (Kind.PDF, Kind.TIFF):
        return 1
    opened = _opened(file, kind)
    if isinstance(opened, Cause):
        return 1
    try:
        count = len(opened) if isinstance(opened, Pdf) else count_frames(opened, limit)
    finally:
        opened.close()
    return max(1, min(count, limit))


def document_pages(file: File, kind: Kind | None, wanted: range) -> Iterator[Page]:
    """The wanted pages, counted from 1; a picture is page 1, and so is a cause for all."""
    if kind not in (Kind.PDF, Kind.TIFF):
        if 1 in wanted:
            yield _single(file, kind)
        return
    opened = _opened(file, kind)
    if isinstance(opened, Cause):
        if 1 in wanted:
            yield Page(1, cause=opened)
        return
    try:
        if isinstance(opened, Pdf):
            yield from pdf_pages(opened, wanted)
        else:
            yield from tiff_pages(opened, wanted)
    finally:
        opened.close()


def _opened(file: File, kind: Kind) -> Pdf | TiffImageFile | Cause:
    return open_pdf(file) if kind is Kind.PDF else open_tiff(file)


def _single(file: File, kind: Kind | None) -> Page:
    if kind is Kind.ZIP:
        return Page(1, cause=Cause.ARCHIVE_LIMITS)  # an archive in an archive
    if kind is None:
        return Page(1, cause=Cause.NOT_AN_IMAGE)
    try:
        data = _beginning(file, MAX_PICTURE_BYTES + 1)
    except BROKEN:
        return Page(1, cause=Cause.DAMAGED_FILE)
    if len(data) > MAX_PICTURE_BYTES:
        return Page(1, cause=Cause.TOO_MANY_PIXELS)
    return Page(1, data=data, is_scan=False)


def _beginning(file: File, count: int) -> bytes:
    if isinstance(file, bytes):
        return file[:count] if len(file) > count else file
    if isinstance(file, Window):
        return file.opened().read(count)
    with open(file, "rb") as opened:
        return opened.read(count)
