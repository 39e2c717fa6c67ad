"""The files that scanners write: PDF with JPEG or fax pages, TIFF of many pages, zip of pictures."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import simplejpeg
from PIL import Image, TiffImagePlugin

Gray = npt.NDArray[np.uint8]  # (height, width), 0 black .. 255 white
_NAMES = {"L": pikepdf.Name.DeviceGray, "RGB": pikepdf.Name.DeviceRGB}


@dataclass(frozen=True, slots=True)
class Strip:
    """One picture of a page: encoded bytes with their PDF dictionary, and the size in pixels."""

    data: bytes
    size: tuple[int, int]  # width, height
    entries: dict[str, object]


def tinted(page: Gray) -> npt.NDArray[np.uint8]:
    """A grey page as a colour scanner sees it: paper a little warm, ink a little blue."""
    return np.asarray(
        cv2.merge([page, cv2.convertScaleAbs(page, alpha=0.985), _cold(page)]), np.uint8
    )


def _cold(page: Gray) -> Gray:
    return np.asarray(cv2.convertScaleAbs(page, alpha=0.94, beta=8), dtype=np.uint8)


def jpeg(pixels: npt.NDArray[np.uint8], quality: int = 78) -> bytes:
    """A JPEG of grey or RGB pixels."""
    if pixels.ndim == 2:
        one = np.ascontiguousarray(pixels)[..., None]
        return bytes(simplejpeg.encode_jpeg(one, quality=quality, colorspace="GRAY"))
    rgb = np.ascontiguousarray(pixels)
    return bytes(simplejpeg.encode_jpeg(rgb, quality=quality, colorspace="RGB"))


def bitonal(page: Gray) -> Image.Image:
    """One bit per pixel, by a threshold as scanners do."""
    return (
        Image.fromarray(page)
        .point(lambda level: 255 * (level > 150))
        .convert("1", dither=Image.Dither.NONE)
    )


def jpeg_strip(pixels: npt.NDArray[np.uint8], quality: int = 78) -> Strip:
    """A DCT picture of a PDF."""
    space = _NAMES["L" if pixels.ndim == 2 else "RGB"]
    entries = {"/ColorSpace": space, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode}
    return Strip(jpeg(pixels, quality), (pixels.shape[1], pixels.shape[0]), entries)


def fax_strip(picture: Image.Image) -> Strip:
    """A CCITT group 4 picture of a PDF."""
    body = io.BytesIO()
    picture.save(body, "TIFF", compression="group4", tiffinfo={278: picture.height})
    with TiffImagePlugin.TiffImageFile(io.BytesIO(body.getvalue())) as again:
        [(at,), (size,)] = again.tag_v2[273], again.tag_v2[279]
        is_min_white = again.tag_v2[262] == 0
    entries = {
        "/ColorSpace": pikepdf.Name.DeviceGray,
        "/BitsPerComponent": 1,
        "/Filter": pikepdf.Name.CCITTFaxDecode,
        "/DecodeParms": pikepdf.Dictionary(
            K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=not is_min_white
        ),
    }
    return Strip(body.getvalue()[at : at + size], picture.size, entries)


def cut(pixels: npt.NDArray[np.uint8], parts: int) -> list[npt.NDArray[np.uint8]]:
    """A page in strips from top to bottom."""
    return [np.ascontiguousarray(one) for one in np.array_split(pixels, parts, axis=0)]


def pdf_of(pages: Sequence[Sequence[Strip]], *, dpi: float, text: bool = False) -> bytes:
    """A PDF whose pages are strips below each other, with invisible text over them if wanted."""
    document = pikepdf.new()
    for strips in pages:
        width, height = strips[0].size[0], sum(one.size[1] for one in strips)
        scale = 72 / dpi
        document.add_blank_page(page_size=(width * scale, height * scale))
        names, drawing, top = pikepdf.Dictionary(), [], height
        for number, one in enumerate(strips):
            top -= one.size[1]
            names[f"/Im{number}"] = document.make_indirect(_object(document, one))
            box = f"{one.size[0] * scale:.4f} 0 0 {one.size[1] * scale:.4f} 0 {top * scale:.4f}"
            drawing.append(f"q {box} cm /Im{number} Do Q")
        resources = pikepdf.Dictionary(XObject=names)
        if text:
            resources.Font = pikepdf.Dictionary(F1=_font())
            words = " ".join(f"1 0 0 1 {40 + 5 * n} {700 - 9 * n} Tm (word) Tj" for n in range(60))
            drawing.append(f"BT /F1 9 Tf 3 Tr {words} ET")
        document.pages[-1].Resources = resources
        document.pages[-1].Contents = document.make_stream("\n".join(drawing).encode())
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def tiff_of(pages: Sequence[Image.Image], **options: object) -> bytes:
    """A TIFF of many pages."""
    body = io.BytesIO()
    first, *rest = pages
    first.save(body, "TIFF", save_all=True, append_images=rest, **options)
    return body.getvalue()


def zip_of(entries: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of named files."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return body.getvalue()


def _object(document: pikepdf.Pdf, one: Strip) -> pikepdf.Stream:
    picture = pikepdf.Stream(document, one.data)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height = one.size
    for name, value in one.entries.items():
        picture[name] = value
    return picture


def _font() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
