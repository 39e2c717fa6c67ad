"""Pages of scanner files to ids, against drawing every page at 200 dpi and reading with pyzbar.

Every container holds the same kind of pages: printed sheets, filled in, scanned a little skewed
and spoiled (`deploy.rehearse`), with seeds that neither tests nor thresholds ever saw. Each side
runs in a process of its own, so that its memory is its own; time is CPU of the reading thread.
An id counts as found when its check is right and it is the very sheet of that page.
"""

import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from deploy.rehearse.making import filled_page
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.scans.files import (
    Gray,
    Strip,
    bitonal,
    cut,
    fax_strip,
    jpeg,
    jpeg_strip,
    pdf_of,
    tiff_of,
    tinted,
    zip_of,
)
from deploy.rehearse.scans.recipe import Mode, Scanner
from deploy.rehearse.scans.scan import scan
from deploy.rehearse.sheets import KEY, PrintedPage, made_up_pages
from shared.kernel.sheet_code import parse_url, verify_code

_PART = 5  # of the pages of the grey 200 dpi PDF that every other file has
DRAWN_DPI = 200
_PDF = "pypdfium2 at 200 dpi, pyzbar"
_PILLOW = "Pillow, pyzbar"
LIBRARIES = {
    "ours": ("services.scan.image.pages", "shared.layout.registry"),
    "peer": ("pypdfium2", "PIL.TiffImagePlugin", "PIL.JpegImagePlugin", "pyzbar.pyzbar"),
}


def tell_containers(seeds: range) -> None:
    """Print one line per figure; a seed per page of the largest file."""
    some = max(4, len(seeds) // _PART)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheets = [one for one in made_up_pages(folder, len(seeds), seed=2) if one.side == "front"]
        orders = [
            (name, dpi, number, sheets[number], seed)
            for dpi, count in ((200, len(seeds)), (300, some))
            for number, seed in enumerate(seeds[:count])
        ]
        with get_context("spawn").Pool() as pool:
            pool.map(scan_one, orders, chunksize=4)
        for container, (make, peer) in CONTAINERS.items():
            count = len(seeds) if container in _WHOLE else some
            file = folder / container
            file.write_bytes(make(folder, count))
            truth = [one.sheet for one in sheets[:count]]
            tell(container, truth, run_side("ours", file), run_side("peer", file), peer)
            file.unlink()


def scan_one(order: tuple[str, int, int, PrintedPage, int]) -> None:
    """Scan one sheet, in a child."""
    folder, dpi, number, page, seed = order
    cv2.setNumThreads(1)
    machine = Scanner(dpi, Mode.GREY, quality=78, threshold=0.6, bed=255)
    sheet, _, _ = filled_page(page, Level.NORMAL, seed)
    seen = scan(sheet, level=Level.NORMAL, seed=seed, machine=machine)
    # Bent corners and dropped pages belong to the levels; here containers are compared.
    np.save(f"{folder}/{dpi}-{number}.npy", _upright(seen.pixels))


def _upright(pixels: Gray) -> Gray:
    """A page fed across lies beside the others otherwise."""
    return pixels if pixels.shape[0] > pixels.shape[1] else np.ascontiguousarray(np.rot90(pixels))


def pages(folder: Path, dpi: int, count: int) -> Iterator[Gray]:
    """The scanned pages, one in memory at a time."""
    for number in range(count):
        yield np.load(folder / f"{dpi}-{number}.npy")


def scan_pdf(dpi: int, strips: Callable[[Gray], list[Strip]], *, text: bool = False):
    """Gives what writes a PDF of pages that are strips."""

    def make(folder: Path, count: int) -> bytes:
        return pdf_of([strips(page) for page in pages(folder, dpi, count)], dpi=dpi, text=text)

    return make


def scan_tiff(dpi: int, compression: str):
    """Gives what writes a TIFF of many pages."""

    def make(folder: Path, count: int) -> bytes:
        from PIL import Image

        is_fax = compression == "group4"
        seen = pages(folder, dpi, count)
        pictures = [bitonal(page) if is_fax else Image.fromarray(page) for page in seen]
        return tiff_of(pictures, compression=compression, dpi=(dpi, dpi))

    return make


def zip_of_pictures(folder: Path, count: int) -> bytes:
    """One JPEG a page."""
    return zip_of([(f"{n}.jpg", jpeg(page)) for n, page in enumerate(pages(folder, 200, count))])


def zip_of_pdfs(folder: Path, count: int) -> bytes:
    """Four PDFs."""
    strips = [[jpeg_strip(page)] for page in pages(folder, 200, count)]
    part = -(-len(strips) // 4)
    groups = [strips[at : at + part] for at in range(0, len(strips), part)]
    return zip_of([(f"{n}.pdf", pdf_of(group, dpi=200)) for n, group in enumerate(groups)])


CONTAINERS = {
    "grey 200 dpi PDF": (scan_pdf(200, lambda page: [jpeg_strip(page)]), _PDF),
    "colour 200 dpi PDF with text": (
        scan_pdf(200, lambda page: [jpeg_strip(tinted(page))], text=True),
        _PDF,
    ),
    "grey 300 dpi PDF": (scan_pdf(300, lambda page: [jpeg_strip(page)]), _PDF),
    "fax 300 dpi PDF": (scan_pdf(300, lambda page: [fax_strip(bitonal(page))]), _PDF),
    "grey 200 dpi PDF in 8 strips": (
        scan_pdf(200, lambda page: [jpeg_strip(one) for one in cut(page, 8)]),
        _PDF,
    ),
    "fax 300 dpi PDF in 8 strips": (
        scan_pdf(300, lambda page: [fax_strip(bitonal(one)) for one in cut(page, 8)]),
        _PDF,
    ),
    "vector PDF": (lambda folder, _: (folder / "sheets.pdf").read_bytes(), _PDF),
    "fax 300 dpi TIFF": (scan_tiff(300, "group4"), _PILLOW),
    "grey 200 dpi LZW TIFF": (scan_tiff(200, "tiff_lzw"), _PILLOW),
    "grey 200 dpi JPEG TIFF": (scan_tiff(200, "jpeg"), _PILLOW),
    "zip of grey 200 dpi JPEG": (zip_of_pictures, _PILLOW),
    "zip of grey 200 dpi PDF": (zip_of_pdfs, _PDF),
}


_WHOLE = ("grey 200 dpi PDF", "vector PDF")


def run_side(side: str, file: Path) -> dict:
    """What one side found, its seconds, and the most memory it held."""
    command = [sys.executable, "-m", "tests.bench.scan_containers", side, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def serve(side: str, file: str) -> None:
    """One side, in its own process."""
    cv2.setNumThreads(1)
    for name in LIBRARIES[side]:
        import_module(name)  # is not reading
    reader = ours(file) if side == "ours" else peer(file)
    found, started = [], time.thread_time()
    for texts in reader:
        found.append(texts)
    seconds = time.thread_time() - started
    sheets = [sorted(sheets_in(texts)) for texts in found]
    print(json.dumps({"sheets": sheets, "seconds": seconds, "peak_mb": peak_mb()}))


def ours(file: str) -> Iterator[list[tuple[str, str]]]:
    """Letters and codes of each page."""
    from services.scan.image.pages import pages_in_file

    for page in pages_in_file(file):
        yield [(one.letter, one.code) for one in page.read().codes]


def peer(file: str) -> Iterator[list[tuple[str, str]]]:
    """The same by the usual way."""
    from pyzbar import pyzbar

    for picture in peer_pictures(Path(file)):
        found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
        parsed = [parse_url(one.data.decode("ascii", "replace")) for one in found]
        yield [one for one in parsed if one]


def peer_pictures(file: Path) -> Iterator[Gray]:
    """Each page in grey, drawn or decoded."""
    head = file.open("rb").read(4)
    if head == b"PK\3\4":
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield from pictures_in(archive.read(name))
    else:
        yield from pictures_in(file.read_bytes())


def pictures_in(data: bytes) -> Iterator[Gray]:
    """Pages of a PDF, frames of a TIFF, or one picture."""
    import pypdfium2
    from PIL import Image, ImageSequence

    if data.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(data) as document:
            for page in document:
                yield page.render(scale=DRAWN_DPI / 72, grayscale=True).to_numpy()
        return
    with Image.open(io.BytesIO(data)) as picture:
        for frame in ImageSequence.Iterator(picture):
            yield np.asarray(frame.convert("L"))


def sheets_in(codes: list[tuple[str, str]]) -> set[str]:
    """The sheets whose codes have a right check; covers are none."""
    found = [verify_code(letter, code, [KEY]) for letter, code in codes if letter == "S"]
    return {str(one.head.sheet) for one in found if one}


def peak_mb() -> float:
    """The most this process ever held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def tell(container: str, truth: list[str], mine: dict, theirs: dict, peer_name: str) -> None:
    """One container's figures."""
    count = len(truth)
    speeds = [count / side["seconds"] for side in (mine, theirs)]
    figure(
        f"{container}, {count} pages, pages/s/core",
        f"{speeds[0]:.0f}",
        f"{speeds[1]:.1f} ({peer_name})",
        f"{speeds[0] / speeds[1]:.1f}",
    )
    rights = [right(side["sheets"], truth) for side in (mine, theirs)]
    asked = sum(bool(sheet) for sheet in truth)
    figure(f"{container}, ids", f"{rights[0]}/{asked}", f"{rights[1]}/{asked}")
    wrongs = [wrong(side["sheets"], truth) for side in (mine, theirs)]
    figure(f"{container}, wrong ids", str(wrongs[0]), str(wrongs[1]))
    figure(f"{container}, peak memory", f"{mine['peak_mb']:.0f} MB", f"{theirs['peak_mb']:.0f} MB")


def right(found: list[list[str]], truth: list[str]) -> int:
    """Pages that name their own sheet and no other."""
    return sum(bool(sheet) and seen == [sheet] for seen, sheet in zip(found, truth, strict=True))


def wrong(found: list[list[str]], truth: list[str]) -> int:
    """Pages that name another sheet."""
    return sum(bool(set(seen) - {sheet}) for seen, sheet in zip(found, truth, strict=True))


def figure(name: str, ours: str, peer: str = "-", ratio: str = "-") -> None:
    """One line as the report takes it."""
    print(f"containers: {name}\tours {ours}\tpeer {peer}\tratio {ratio}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(*sys.argv[1:])
