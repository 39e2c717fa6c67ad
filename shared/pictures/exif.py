"""The one value read from Exif before it is thrown away: how the picture is turned."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3
_MAX_ENTRIES = 512


def orientation_of(tiff: bytes) -> int:
    """The orientation in a TIFF block, 1..8; 1 when it is missing or broken."""
    try:
        return _read(tiff)
    except (struct.error, ValueError):
        return 1


def _read(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(bytes(tiff[:2]))
    if order is None:
        return 1
    magic, at = struct.unpack_from(order + "HI", tiff, 2)
    if magic != 42:
        return 1
    (count,) = struct.unpack_from(order + "H", tiff, at)
    for entry in range(min(count, _MAX_ENTRIES)):
        tag, kind, _count, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * entry)
        if tag == _ORIENTATION:
            return value if kind == _SHORT and 1 <= value <= 8 else 1
    return 1
