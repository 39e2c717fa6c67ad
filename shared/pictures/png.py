"""PNG without metadata: only the chunks that make pixels (W3C PNG, third edition)."""

import struct

from shared.pictures.exif import orientation_of
from shared.pictures.picture import (
    MAX_OTHER_PIXELS,
    Bytes,
    Cleaned,
    Kind,
    NotAPictureError,
    refuse_too_many_pixels,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Coders write image data in pieces of 8 KB; far more would only keep us busy.
MAX_CHUNKS = 20_000
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"IDAT", b"IEND"}


def clean_png(body: Bytes) -> Cleaned:
    """The picture up to its IEND, without texts, times, profiles and animation frames.

    Raises:
        NotAPictureError: a chunk is broken, or the picture is too large.
    """
    kept: list[bytes | memoryview] = [SIGNATURE]
    view = memoryview(body)
    orientation = 1
    at = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        name, data, end = _chunk(view, at)
        if at == len(SIGNATURE):
            _check_header(name, data)
        if name == b"eXIf":
            orientation = orientation_of(bytes(data))
        if name in _KEPT:
            kept.append(view[at:end])
        if name == b"IEND":
            break
        at = end
    else:
        raise NotAPictureError
    return Cleaned(Kind.PNG, b"".join(kept), orientation)


def _chunk(view: memoryview, at: int) -> tuple[bytes, memoryview, int]:
    length = int.from_bytes(view[at : at + 4])
    end = at + 12 + length
    if end > len(view):
        raise NotAPictureError
    return bytes(view[at + 4 : at + 8]), view[at + 8 : end - 4], end


def _check_header(name: bytes, data: memoryview) -> None:
    if name != b"IHDR" or len(data) != 13:
        raise NotAPictureError
    width, height = struct.unpack(">II", data[:8])
    refuse_too_many_pixels(width, height, MAX_OTHER_PIXELS)
