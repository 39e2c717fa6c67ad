"""What the edge knows about a picture without decoding it."""

from dataclasses import dataclass
from enum import StrEnum

# A header may claim anything; these are the largest the reader would ever decode.
MAX_JPEG_PIXELS = 60_000_000
MAX_OTHER_PIXELS = 40_000_000


Bytes = bytes | bytearray


class Kind(StrEnum):
    """Formats the edge takes, as media types."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture without its metadata.

    `orientation` is the Exif value 1..8, kept because dropping it would turn the picture;
    1 where nothing was said.
    """

    kind: Kind
    body: bytes
    orientation: int = 1


class NotAPictureError(Exception):
    """The bytes are none of the formats taken; holds a code, never a byte."""

    def __init__(self, code: str = "not_an_image"):
        super().__init__(code)
        self.code = code


def refuse_too_many_pixels(width: int, height: int, limit: int) -> None:
    """Refuse a picture that would take too much memory to decode.

    Raises:
        NotAPictureError: `too_many_pixels`; `not_an_image` when a side is zero.
    """
    if width < 1 or height < 1:
        raise NotAPictureError
    if width * height > limit:
        raise NotAPictureError("too_many_pixels")
