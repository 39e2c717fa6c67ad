"""Which place of a sheet lies where, in 0.1 mm of its paper."""

from shared.contracts.look_commands import SIGNATURE, Box
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

# Strokes over a cell's border are shown with it.
_MARGIN = 15


def box_of(layout: Layout, side: Side, place: str) -> Box | None:
    """A field's change cell, or the place of the signature; None where it is not on this side."""
    if place == SIGNATURE:
        rect = layout.signature_rect if layout.signature_side is side else None
    else:
        cells = (cell for cell in layout.cells_of(side) if cell.field == place)
        rect = next((cell.change_rect for cell in cells), None)
    return _within(rect.grown(_MARGIN), layout.page_size) if rect is not None else None


def _within(rect: Rect, size: tuple[int, int]) -> Box:
    left, top = max(0, rect.x), max(0, rect.y)
    return left, top, min(size[0], rect.right) - left, min(size[1], rect.bottom) - top
