"""A printed sheet as every kind of file a phone, a scanner or an attacker may send."""

import io
import struct
import tempfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image

from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.printed import page_picture
from services.forms.render.file import render_file
from services.forms.render.fonts import find_chain
from services.forms.render.job import PrintJob
from shared.kernel.ids import SheetId, SheetNumber
from shared.layout.registry import layout
from tests.bench.pupils import classes
from tests.unit.scan.house import KEY

pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Paper:
    """One printed sheet."""

    sheet: SheetId
    pdf: bytes
    grey: npt.NDArray[np.uint8]  # 8 px/mm
    layout: int
    number: SheetNumber  # of its front

    @cached_property
    def without_codes(self) -> npt.NDArray[np.uint8]:
        """With something spilt over both symbols."""
        grey = self.grey.copy()
        scale = grey.shape[1] / layout(self.layout).page_size[0]
        for rect in layout(self.layout).qr_rects:
            left, top, right, bottom = (
                round(at * scale) for at in (rect.x, rect.y, rect.right, rect.bottom)
            )
            grey[top:bottom, left:right] //= 3
            grey[top + 20 : bottom - 20, left + 20 : right - 20] = 60
        return grey

    @cached_property
    def picture(self) -> Image.Image:
        return Image.fromarray(self.grey)

    @cached_property
    def colour(self) -> Image.Image:
        return self.picture.convert("RGB")

    @cached_property
    def photo(self) -> bytes:
        """A good photo of 12 megapixels."""
        page, geometry = coloured(self.grey), layout(self.layout)
        return photograph(page, level="easy", seed=610_001, layout=geometry).jpeg

    @cached_property
    def small(self) -> bytes:
        """A good picture that is read in a moment."""
        return saved(self.picture, "JPEG")


def print_paper() -> Paper:
    printed = render_file(
        PrintJob(
            campaign=KEY.campaign,
            campaign_name="2026年学籍信息核查",
            title="学籍基础信息确认表",
            host="XJ.GDEDU.GOV.CN",
            template="sheet-1",
            code_key=KEY,
            ledger_key=bytes(32),
            fonts=find_chain(),
            classes=classes(1),
        )
    )
    [one] = printed.sheets
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        path.write_bytes(printed.pdf)
        grey = page_picture(path, one.pages[0])
    return Paper(one.sheet, printed.pdf, grey, one.layout, one.numbers[0])


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def deep(paper: Paper, kind: str) -> bytes:
    """Sixteen bits of grey."""
    return saved(Image.fromarray(paper.grey.astype(np.uint16) * 257), kind)


def see_through(paper: Paper) -> bytes:
    """Black ink of varying opacity on nothing: black on black for who ignores transparency."""
    ink = np.zeros((*paper.grey.shape, 4), np.uint8)
    ink[..., 3] = 255 - paper.grey
    return saved(Image.fromarray(ink), "PNG")


def moving(paper: Paper, kind: str) -> bytes:
    first = paper.colour.resize((840, 1188))
    red = Image.new("RGB", first.size, "red")
    return saved(first, kind, save_all=True, append_images=[red], duration=100)


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = exif.tobytes()
    body = body if body.startswith(b"Exif") else b"Exif\0\0" + body
    return jpeg[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body + jpeg[2:]


def liar(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header claims another size."""
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def png(size: tuple[int, int], *, colour: int, bits: int, raw: bytes, extra: bytes = b"") -> bytes:
    """A PNG of our own making; `raw` is what its pixels inflate to."""
    head = struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, 0)
    pixels = zlib.compress(raw, 9)
    parts = chunk(b"IHDR", head) + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def tiff_of(pages: list[Image.Image]) -> bytes:
    return saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")


def circular_tiff(paper: Paper) -> bytes:
    """Its only page says that the next page is itself."""
    data = bytearray(saved(paper.picture, "TIFF"))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * entries, first)
    return bytes(data)


def many_strips() -> bytes:
    """A TIFF in sixty thousand strips, each of which costs a seek."""
    rows = 60_000
    arrays = struct.pack(f"<{rows}I", *[8] * rows) + struct.pack(f"<{rows}I", *[16] * rows)
    entries = [(256, 4, 1, 16), (257, 4, 1, rows), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, rows, 8), (278, 4, 1, 1), (279, 4, rows, 8 + 4 * rows)]
    table = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)
    return b"II*\0" + struct.pack("<I", 8 + len(arrays)) + arrays + table + bytes(4)


def pdf(pages: int = 1, *, box: bytes = b"0 0 595 842", catalogue: bytes = b"") -> bytes:
    """A PDF of empty pages."""
    kids = b" ".join(b"%d 0 R" % (3 + place) for place in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[%s]>>" % box] * pages,
    ]
    out, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, body in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = len(objects) + 1
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n" % size + table + tail
