"""The pixels of a page, kept as they were decoded and made grey only where somebody looks."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from services.scan.image.source import Gray, grey_of

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(slots=True)
class Raster:
    """A decoded page: grey levels, or one bit per pixel as fax and bitonal scans have it.

    Making nine million bits grey costs more than decoding them, and most pages are read from
    two of their corners.
    """

    picture: Gray | Image.Image  # a Pillow picture is of mode "1"
    _grey: Gray | None = None

    @property
    def is_bitonal(self) -> bool:
        """Whether a pixel is either black or white."""
        return isinstance(self.picture, Image.Image)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        if isinstance(self.picture, Image.Image):
            return self.picture.size
        return self.picture.shape[1], self.picture.shape[0]

    @property
    def grey(self) -> Gray:
        """All of it.

        Raises:
            UnreadableError: the pixels cannot be decoded.
        """
        if not isinstance(self.picture, Image.Image):
            return self.picture
        if self._grey is None:
            self._grey = grey_of(self.picture)
        return self._grey

    def part(self, box: Box) -> Gray:
        """A part of it.

        Raises:
            UnreadableError: the pixels cannot be decoded.
        """
        if isinstance(self.picture, Image.Image) and self._grey is None:
            return grey_of(self.picture.crop(box))
        left, top, right, bottom = box
        return np.ascontiguousarray(self.grey[top:bottom, left:right])

    def turned(self, quarters: int) -> "Raster":
        """The page turned clockwise by quarters."""
        if quarters % 4 == 0:
            return self
        if isinstance(self.picture, Image.Image):
            return Raster(self.picture.transpose(_TURNS[quarters % 4]))
        return Raster(np.ascontiguousarray(np.rot90(self.picture, -quarters)))


def grey_from(pixels: Gray) -> Gray:
    """Grey levels of what a decoder gave: grey, or blue-green-red with or without a fourth."""
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels)
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[..., 0])
    code = cv2.COLOR_BGRA2GRAY if pixels.shape[2] == 4 else cv2.COLOR_BGR2GRAY
    return cv2.cvtColor(pixels, code).astype(np.uint8, copy=False)


_TURNS = {
    1: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}
