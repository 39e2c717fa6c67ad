"""What a child that reads pictures does first: load every decoder, use it once, then lock itself."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pypdfium2
from PIL import Image

from services.scan.image.markers import page_size
from services.scan.image.pages import pages_in_file, pages_of
from services.scan.image.view import rendition
from shared.plumbing.sandbox import lock

# Of this a quarter is libraries; the dearest picture within the limits takes half of the rest.
MAX_MEMORY_BYTES = 1_280 << 20
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")


def prepare() -> None:
    """Lock a service's child: it sees the bytes it is given and nothing else."""
    _use_every_decoder()
    lock(memory_bytes=MAX_MEMORY_BYTES)


def prepare_for_files() -> None:
    """Lock the child of a tool that is given names of files."""
    _use_every_decoder()
    lock(memory_bytes=MAX_MEMORY_BYTES, may_read_files=True)


def _use_every_decoder() -> None:
    # Decoders load plug-ins, tables and threads when they are first used; a locked child cannot.
    cv2.setNumThreads(1)
    pillow_heif.options.DECODE_THREADS = 1
    empty = Image.fromarray(np.full((160, 160), 255, np.uint8))
    for body in (*_one_of_each(empty), *_one_of_each(_written())):
        for page in pages_of(body):
            page.read()
            page.picture()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.pdf"
        path.write_bytes(_pdf(_written()))
        for page in pages_in_file(str(path)):
            page.read()
    rendition(next(_one_of_each(empty)))
    page_size()  # read from the package's data, and kept


def _written() -> Image.Image:
    """A page with ink and no code: it is looked at in every way there is before it is given up."""
    pixels = np.full((320, 240), 255, np.uint8)
    pixels[40:280:12, 30:210] = 0
    return Image.fromarray(pixels)


def _one_of_each(picture: Image.Image) -> Iterator[bytes]:
    for kind in _FORMATS:
        body = io.BytesIO()
        picture.save(body, kind)
        yield body.getvalue()
    body = io.BytesIO()
    picture.convert("1").save(body, "TIFF", compression="group4")
    yield body.getvalue()
    body = io.BytesIO()
    pillow_heif.from_pillow(picture).save(body)
    yield body.getvalue()
    yield _pdf(picture)
    body = io.BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(100, 100)
        document.save(body)
    yield body.getvalue()
    with zipfile.ZipFile(body := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.pdf", _pdf(picture))
    yield body.getvalue()


def _pdf(picture: Image.Image) -> bytes:
    """Two pages as scanners make them: a JPEG, and fax."""
    body = io.BytesIO()
    picture.save(body, "PDF", save_all=True, append_images=[picture.convert("1")])
    return body.getvalue()
