"""Walking the boxes of an ISO base media file (ISO/IEC 14496-12), as HEIC is one."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.pictures.picture import NotAPictureError

# More boxes than any phone writes; a file of a million empty ones is an attack.
MAX_BOXES = 4096


@dataclass(frozen=True, slots=True)
class Box:
    """Where one box lies: offsets into the file."""

    name: bytes
    start: int
    payload: int
    end: int


class Reader:
    """Reads big-endian numbers one after the other; past the end is not a picture."""

    def __init__(self, view: memoryview, at: int, end: int):
        self._view = view
        self.at = at
        self._end = end

    def number(self, size: int) -> int:
        """The next `size` bytes as a number; 0 for a size of 0."""
        if self.at + size > self._end:
            raise NotAPictureError
        value = int.from_bytes(self._view[self.at : self.at + size])
        self.at += size
        return value


def boxes(view: memoryview, at: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets.

    Raises:
        NotAPictureError: a box reaches past `end`, or there are too many.
    """
    for _ in range(MAX_BOXES):
        if at == end:
            return
        box = _box(view, at, end)
        yield box
        at = box.end
    raise NotAPictureError


def _box(view: memoryview, at: int, end: int) -> Box:
    read = Reader(view, at, end)
    size, name = read.number(4), read.number(4).to_bytes(4)
    if size == 1:
        size = read.number(8)
    elif size == 0:  # reaches to the end of its parent
        size = end - at
    if size < read.at - at or at + size > end:
        raise NotAPictureError
    return Box(name, at, read.at, at + size)
