"""What a JPEG holds between its markers: the coded picture without its metadata."""

from collections.abc import Iterator

_SOS, _EOI = 0xDA, 0xD9
_BARE = {0x01, *range(0xD0, 0xD9)}  # markers without a length: TEM, restarts, start
_METADATA = {0xFE, *range(0xE0, 0xF0)}  # comments and applications' own
_ADOBE = b"Adobe"


def coded_parts(data: bytes) -> Iterator[bytes]:
    """The segments that decide the pixels, in order; up to the end of what is well formed.

    Adobe's mark stays: it says which colours the components are. What follows the end of the
    picture is left out.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:
            at += 1
            continue
        if kind == _EOI:
            return
        if kind in _BARE:
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if kind == _SOS:
            end = _end_of_scan(data, end)
        if kind not in _METADATA or data[at + 4 : at + 9] == _ADOBE:
            yield data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where entropy-coded data ends: at the next marker that is no restart and no stuffing."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        following = data[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:
            return at
        at += 2
