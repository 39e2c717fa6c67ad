"""Pages of printed files as pictures."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2

# Twice what a good photo of a whole page holds, so that print is never the limit.
PIXELS_PER_MM = 8.0
_POINTS_PER_MM = 72 / 25.4


def page_picture(pdf: Path, page: int, px_per_mm: float = PIXELS_PER_MM) -> npt.NDArray[np.uint8]:
    """A page of a PDF in grey; pages count from 1."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[page - 1].render(scale=px_per_mm / _POINTS_PER_MM, grayscale=True)
        grey: npt.NDArray[np.uint8] = np.array(picture.to_numpy()).reshape(
            picture.height, picture.width
        )
    finally:
        document.close()
    return grey
