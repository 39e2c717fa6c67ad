"""The view of a sheet in its own geometry, and cells cut out of it for whoever may see them."""

import numpy as np
import simplejpeg

from services.scan.flat.registration import Registration
from services.scan.image.source import Gray
from services.scan.image.view import fitted
from shared.layout.model import Layout, Rect

PX_PER_MM = 7.0
_MARGIN = 15  # 0.1 mm around a cell, so that strokes over its border are seen
_CROP_QUALITY = 85


class NotInViewError(Exception):
    """The view does not show this place."""


def flat_view(page: Registration, layout: Layout) -> bytes:
    """The whole sheet laid flat: a grey JPEG of at most 120 KB, its paper the full picture."""
    width, height = layout.page_size
    return fitted(page.warp(page.picture, Rect(0, 0, width, height), PX_PER_MM))


def cut_out(view: bytes, layout: Layout, rect: Rect) -> bytes:
    """A rectangle of the layout out of a flat view, as a grey JPEG.

    Raises:
        NotInViewError: the view is no picture of a whole page, or the place lies outside it.
    """
    try:
        pixels: Gray = simplejpeg.decode_jpeg(view, "GRAY")[..., 0]
    except ValueError:
        raise NotInViewError from None
    scale = pixels.shape[1] / layout.page_size[0]
    place = rect.grown(_MARGIN)
    left, top = (max(0, round(at * scale)) for at in (place.x, place.y))
    right, bottom = (round(at * scale) for at in (place.right, place.bottom))
    crop = np.ascontiguousarray(pixels[top:bottom, left:right])
    if not crop.size:
        raise NotInViewError
    jpeg: bytes = simplejpeg.encode_jpeg(crop[..., None], _CROP_QUALITY, colorspace="GRAY")
    return jpeg
