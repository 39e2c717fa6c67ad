"""A pile of paper as a school's scanner hands it in: known page by page, in no order."""

import io
import json
import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2
import simplejpeg

Gray = npt.NDArray[np.uint8]
DPI = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page that lies in the pile."""

    sheet: str
    unit: str
    number_in_class: int | None


@dataclass(frozen=True, slots=True)
class Pile:
    """A file, and of each of its pages the state it must end in and the sheet it is of."""

    file: Path
    truth: tuple[tuple[str, Sheet | None], ...]


def make_pile(prints: Path, school: str, other: str, target: Path, pages: int) -> Pile:
    """Sheets of a school, some twice, some of another school, covers, blanks and strangers."""
    rng = random.Random(20261124)
    own, covers = printed(prints, school)
    strangers, _ = printed(prints, other)
    # Which of two equal pages is the duplicate is the reader's choice.
    lying = [("twice", one) for one in rng.sample(own[: pages // 2], 8)]
    lying += [("misfiled", one) for one in strangers[:8]]
    lying += [("cover", one) for one in covers[:4]]
    lying += [("blank", None)] * 12 + [("foreign", None)] * 4 + [("unmatched", None)] * 4
    lying += [("matched", one) for one in own[: pages - len(lying)]]
    assert len(lying) == pages
    rng.shuffle(lying)
    noise = np.random.default_rng(11)
    files = (pypdfium2.PdfDocument(prints / f"{one}.pdf") for one in (school, other))
    with next(files) as ours, next(files) as theirs:
        flats = (_flat(kind, one, ours, theirs) for kind, one in lying)
        _write(target, [_scanned(flat, noise) for flat in flats])
    truth = tuple((kind, one[0] if one else None) for kind, one in lying)
    return Pile(target, truth)


def printed(prints: Path, school: str) -> tuple[list[tuple[Sheet, int]], list[tuple[Sheet, int]]]:
    """Fronts and covers of a school's file: what each is, and its page from 1."""
    manifest = json.loads((prints / f"{school}.json").read_text())
    fronts = [
        (Sheet(one["sheet"], one["unit"], one["number_in_class"]), one["pages"][0])
        for one in manifest["sheets"]
    ]
    taken = {page for one in manifest["sheets"] for page in one["pages"]}
    covers = [
        (Sheet("", "", None), page)
        for page in range(1, max(taken) + 1)
        if page not in taken and page + 1 in taken
    ]
    return fronts, covers


def _flat(
    kind: str,
    what: tuple[Sheet, int] | None,
    ours: pypdfium2.PdfDocument,
    theirs: pypdfium2.PdfDocument,
) -> Gray:
    if what is not None:
        file = theirs if kind == "misfiled" else ours
        bitmap = file[what[1] - 1].render(scale=DPI / 72, grayscale=True)
        return np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, -1)[:, : bitmap.width]
    paper = np.full((2339, 1654), 255, np.uint8)
    if kind == "foreign":
        code = cv2.QRCodeEncoder.create().encode("https://example.org/menu")
        side = np.kron(code, np.ones((12, 12), np.uint8)).astype(np.uint8)
        paper[300 : 300 + side.shape[0], 300 : 300 + side.shape[1]] = side
    if kind == "unmatched":
        for line in range(20):
            at = (200, 300 + 80 * line)
            cv2.putText(paper, "A letter to the school, no sheet", at, 0, 1.6, 30, 3)
    return paper


def _scanned(flat: Gray, rng: np.random.Generator) -> Gray:
    """Slightly turned or upside down, with the noise of a scanner."""
    height, width = flat.shape
    angle = rng.normal(0, 0.6) + 180 * rng.integers(2)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(flat, turn, (width, height), borderValue=(250,))
    grain = rng.normal(0, 3, (height // 4 + 1, width // 4 + 1)).astype(np.float32)
    grain = cv2.resize(grain, (width, height))
    return np.clip(turned * 0.9 + 18 + grain, 0, 255).astype(np.uint8)


def _write(target: Path, pages: list[Gray]) -> None:
    pdf = pikepdf.new()
    for page in pages:
        height, width = page.shape
        picture = pikepdf.Stream(
            pdf, simplejpeg.encode_jpeg(page[..., None], quality=80, colorspace="GRAY")
        )
        picture.update(
            {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": width,
                "/Height": height,
                "/ColorSpace": pikepdf.Name.DeviceGray,
                "/BitsPerComponent": 8,
                "/Filter": pikepdf.Name.DCTDecode,
            }
        )
        size = (width * 72 / DPI, height * 72 / DPI)
        pdf.add_blank_page(page_size=size)
        one = pdf.pages[-1]
        one.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture))
        )
        drawing = f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q"
        one.Contents = pdf.make_stream(drawing.encode())
    body = io.BytesIO()
    pdf.save(body)
    target.write_bytes(body.getvalue())
