"""The colours of a page, decoded only when somebody has to know whether ink is red."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.registration import Registration
from services.scan.image.source import Kind, Source
from shared.layout.model import Rect

# How much more of the paper's red than of its green and blue is left where ink is red.
_REDNESS = 0.16
_LARGE_PX = 5_000_000
_AROUND_MM = 0.35  # a stroke's rim is less red than its middle


@dataclass(slots=True)
class Colours:
    """Of one picture; None where it is grey, or only known as pixels."""

    source: Source | None
    _picture: npt.NDArray[np.uint8] | None = None
    _was_asked: bool = field(default=False)

    @property
    def is_known(self) -> bool:
        """Whether the picture has colours."""
        return self._decoded() is not None

    def red_in(
        self, page: Registration, area: Rect, px_per_mm: float
    ) -> npt.NDArray[np.bool_] | None:
        """Where an area of the layout is red; None where nobody can tell."""
        picture = self._decoded()
        if picture is None:
            return None
        scale = picture.shape[1] / page.picture.shape[1]
        flat = page.warp(picture, area, px_per_mm, scale=scale).astype(np.float32)
        paper = np.maximum(np.percentile(flat.reshape(-1, 3), 85, axis=0), 1.0)
        blue, green, red = np.moveaxis(flat / paper, -1, 0)
        is_red = (red - (green + blue) / 2 > _REDNESS).astype(np.uint8)
        reach = 2 * round(_AROUND_MM * px_per_mm) + 1
        grown = cv2.dilate(is_red, np.ones((reach, reach), np.uint8))
        return np.asarray(grown, bool)

    def _decoded(self) -> npt.NDArray[np.uint8] | None:
        if not self._was_asked:
            self._was_asked = True
            if self.source is not None and self.source.kind in _COLOURED:
                # Phones keep colour at half the pixels: less than that is not lost.
                is_large = self.source.width * self.source.height > _LARGE_PX
                colour = cv2.IMREAD_REDUCED_COLOR_2 if is_large else cv2.IMREAD_COLOR
                flags = colour | cv2.IMREAD_IGNORE_ORIENTATION
                bytes_ = np.frombuffer(self.source.data, np.uint8)
                found = cv2.imdecode(bytes_, flags)
                self._picture = None if found is None else np.asarray(found, np.uint8)
        return self._picture


_COLOURED = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
