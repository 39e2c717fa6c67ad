"""WebP without metadata: only the chunks that make the still picture (RFC 9649)."""

from collections.abc import Iterator

from shared.pictures.exif import orientation_of
from shared.pictures.picture import (
    MAX_OTHER_PIXELS,
    Bytes,
    Cleaned,
    Kind,
    NotAPictureError,
    refuse_too_many_pixels,
)

_HEAD = 12  # "RIFF", size, "WEBP"
_ALPHA_FLAG = 0x10
_KEPT = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH"}
MAX_CHUNKS = 1024
_EXIF_PREFIX = b"Exif\0\0"


def clean_webp(body: Bytes) -> Cleaned:
    """The still picture; animations are refused, they are no photo of a sheet.

    Raises:
        NotAPictureError: broken, animated, or too large.
    """
    view = memoryview(body)
    kept: list[bytes | memoryview] = []
    orientation, has_picture = 1, False
    for name, data in _chunks(view, len(body)):
        if name == b"EXIF":
            orientation = orientation_of(bytes(data).removeprefix(_EXIF_PREFIX))
        elif name in _KEPT:
            kept.append(_chunk(name, _plain_flags(data) if name == b"VP8X" else data))
        if name in {b"VP8 ", b"VP8L"}:
            _check_size(name, data)
            has_picture = True
    if not has_picture:
        raise NotAPictureError
    size = 4 + sum(map(len, kept))
    head = b"RIFF" + size.to_bytes(4, "little") + b"WEBP"
    return Cleaned(Kind.WEBP, b"".join([head, *kept]), orientation)


def _chunks(view: memoryview, length: int) -> Iterator[tuple[bytes, memoryview]]:
    end = min(length, 8 + int.from_bytes(view[4:8], "little"))
    at = _HEAD
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            return
        size = int.from_bytes(view[at + 4 : at + 8], "little")
        if at + 8 + size > end:
            raise NotAPictureError
        yield bytes(view[at : at + 4]), view[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise NotAPictureError


def _chunk(name: bytes, data: bytes | memoryview) -> bytes:
    padding = b"\0" * (len(data) % 2)
    return b"".join([name, len(data).to_bytes(4, "little"), data, padding])


def _plain_flags(data: memoryview) -> bytes:
    if len(data) != 10:
        raise NotAPictureError
    _refuse_large(1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
    return bytes([data[0] & _ALPHA_FLAG, 0, 0, 0]) + bytes(data[4:])


def _check_size(name: bytes, data: memoryview) -> None:
    if len(data) < 10:
        raise NotAPictureError
    if name == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        _refuse_large(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    else:
        width = int.from_bytes(data[6:8], "little") & 0x3FFF
        _refuse_large(width, int.from_bytes(data[8:10], "little") & 0x3FFF)


def _refuse_large(width: int, height: int) -> None:
    refuse_too_many_pixels(width, height, MAX_OTHER_PIXELS)
