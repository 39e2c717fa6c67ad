"""Takes the pages of a file apart, each as a picture of its own; runs in a locked child."""

from pathlib import Path

import numpy as np
import simplejpeg

from services.scan.image.pages import Page, count_pages, pages_of

_QUALITY = 85  # of a page that is drawn, or that no picture alone holds


def pages_in(path: str) -> int:
    """How many pages a file has."""
    return count_pages(Path(path).read_bytes())


def pictures_of(path: str, wanted: tuple[int, ...]) -> list[tuple[bytes, str]]:
    """A picture of each wanted page, counted from 1, or b"" and the cause why there is none."""
    data = Path(path).read_bytes()
    return [_taken(data, number) for number in wanted]


def _taken(data: bytes, number: int) -> tuple[bytes, str]:
    page = next(iter(pages_of(data, range(number, number + 1))), None)
    if page is None:
        return b"", "damaged_file"
    picture = _picture(page)
    cause = page.cause.value if page.cause else ""
    return picture, cause or ("" if picture else "damaged_file")


def _picture(page: Page) -> bytes:
    if page.data is not None:
        return page.data
    if page.pixels is None:
        return b""
    pixels = np.ascontiguousarray(page.pixels)[..., None]
    jpeg: bytes = simplejpeg.encode_jpeg(pixels, quality=_QUALITY, colorspace="GRAY")
    return jpeg
