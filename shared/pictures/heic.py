"""HEIC with its metadata blotted out: offsets stay, so nothing has to be written anew."""

from collections.abc import Iterator

from shared.pictures.boxes import MAX_BOXES, Box, Reader, boxes
from shared.pictures.picture import (
    MAX_OTHER_PIXELS,
    Bytes,
    Cleaned,
    Kind,
    NotAPictureError,
    refuse_too_many_pixels,
)

# What stands in for each kind of item: readers take an empty Exif block, not one of zeros.
_BLANKS = {b"Exif": bytes(4) + b"II*\0\x08\0\0\0" + bytes(6), b"mime": b"", b"uri ": b""}
_KEPT_BOXES = {b"ftyp", b"meta", b"mdat", b"free", b"skip"}
_FULL_BOX = 4  # version and flags
# A 48-megapixel picture in tiles takes some 20 KB; more is made to keep us busy.
MAX_META_BYTES = 1 << 20

Extent = tuple[int, int]
"""Start and end in the file."""


def clean_heic(body: Bytes) -> Cleaned:
    """The picture with Exif, XMP and every unneeded box overwritten by zeros.

    The picture's turn is a property of its own in this format, so nothing is lost.

    Raises:
        NotAPictureError: the boxes cannot be walked, or the picture is too large.
    """
    cleaned = bytearray(body)
    view = memoryview(body)
    top = list(boxes(view, 0, len(view)))
    meta = next((box for box in top if box.name == b"meta"), None)
    if meta is None or meta.end - meta.start > MAX_META_BYTES:
        raise NotAPictureError
    inside = {box.name: box for box in boxes(view, meta.payload + _FULL_BOX, meta.end)}
    _check_size(view, inside)
    _blot_items(cleaned, view, inside)
    for box in top:
        if box.name not in _KEPT_BOXES:
            cleaned[box.start + 4 : box.start + 8] = b"free"
        if box.name not in _KEPT_BOXES - {b"free", b"skip"}:
            cleaned[box.payload : box.end] = bytes(box.end - box.payload)
    return Cleaned(Kind.HEIC, bytes(cleaned))


def _check_size(view: memoryview, inside: dict[bytes, Box]) -> None:
    properties = inside.get(b"iprp")
    if properties is None:
        raise NotAPictureError
    for container in boxes(view, properties.payload, properties.end):
        if container.name != b"ipco":
            continue
        for box in boxes(view, container.payload, container.end):
            if box.name == b"ispe":
                read = Reader(view, box.payload + _FULL_BOX, box.end)
                refuse_too_many_pixels(read.number(4), read.number(4), MAX_OTHER_PIXELS)


def _blot_items(cleaned: bytearray, view: memoryview, inside: dict[bytes, Box]) -> None:
    if b"iinf" not in inside or b"iloc" not in inside:
        raise NotAPictureError
    located = _locations(view, inside[b"iloc"], inside.get(b"idat"))
    left = len(cleaned)
    for item, kind in _metadata_items(view, inside[b"iinf"]):
        for start, end in located.get(item, []):
            left -= end - start
            if end > len(cleaned) or left < 0:
                raise NotAPictureError
            cleaned[start:end] = _BLANKS[kind].ljust(end - start, b"\0")[: end - start]


def _metadata_items(view: memoryview, info: Box) -> Iterator[tuple[int, bytes]]:
    read = Reader(view, info.payload, info.end)
    version = read.number(4) >> 24
    read.number(2 if version == 0 else 4)
    for box in boxes(view, read.at, info.end):
        entry = Reader(view, box.payload, box.end)
        entry_version = entry.number(4) >> 24
        item = entry.number(4 if entry_version == 3 else 2)
        entry.number(2)
        kind = entry.number(4).to_bytes(4) if entry_version >= 2 else b""
        if kind in _BLANKS:
            yield item, kind


def _locations(view: memoryview, box: Box, idat: Box | None) -> dict[int, list[Extent]]:
    read = Reader(view, box.payload, box.end)
    version = read.number(4) >> 24
    sizes = read.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version > 0 else 0
    if length_size == 0:
        raise NotAPictureError
    located: dict[int, list[Extent]] = {}
    for _ in range(min(read.number(4 if version == 2 else 2), MAX_BOXES)):
        item = read.number(4 if version == 2 else 2)
        in_idat = version > 0 and read.number(2) & 15 == 1
        read.number(2)
        base = read.number(base_size) + (idat.payload if in_idat and idat else 0)
        extents = []
        for _ in range(min(read.number(2), MAX_BOXES)):
            read.number(index_size)
            start = base + read.number(offset_size)
            extents.append((start, start + read.number(length_size)))
        located[item] = extents
    return located
