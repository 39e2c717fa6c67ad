"""Where static text stands: Han characters are one em wide, so no font is needed here."""

from shared.layout.conversions import size_length
from shared.layout.model import Align, Rect, TextOp

LINE_HEIGHT = 1.15  # of the em
# The ink of a Han character is centred this far above the baseline, in em.
CENTRE = 0.38
_LABEL_SIZES = (90, 85, 80, 75, 70, 65, 60, 55)
_LABEL_PADDING = 12


def line(
    rect: Rect, text: str, size: int, align: Align = Align.LEFT, *, bold: bool = False
) -> TextOp:
    """One line of text, vertically centred in a rectangle."""
    x = {
        Align.LEFT: rect.x,
        Align.CENTER: rect.x + rect.w // 2,
        Align.RIGHT: rect.right,
    }[align]
    baseline = round(rect.y + rect.h / 2 + CENTRE * size_length(size))
    return TextOp(x, baseline, size, text, align, bold)


def label(rect: Rect, text: str, hint: str = "") -> tuple[TextOp, ...]:
    """A label of at most two lines with a small hint below it, centred in its cell.

    Raises:
        ValueError: it does not fit at the smallest size; the text is the layout's own.
    """
    width = rect.w - 2 * _LABEL_PADDING
    hint_lines = _wrapped(hint, 55, width)
    for size in _LABEL_SIZES:
        lines = _wrapped(text, size, width)
        heights = [*[_height(size)] * len(lines), *[_height(55)] * len(hint_lines)]
        if len(lines) <= 2 and sum(heights) <= rect.h:
            return _stacked(rect, [*lines, *hint_lines], heights, len(lines), size)
    raise ValueError(f"label does not fit: {text}")


def text_width(text: str, size: int) -> float:
    """Width of a text of Han characters; ASCII counts half."""
    return sum(0.56 if ord(character) < 0x80 else 1.0 for character in text) * size_length(size)


def _height(size: int) -> float:
    return LINE_HEIGHT * size_length(size)


def _wrapped(text: str, size: int, width: int) -> list[str]:
    if not text:
        return []
    lines = -(-text_width(text, size) // width)
    per_line = -(-len(text) // int(lines))
    return [text[start : start + per_line] for start in range(0, len(text), per_line)]


def _stacked(
    rect: Rect, lines: list[str], heights: list[float], labels: int, size: int
) -> tuple[TextOp, ...]:
    top = rect.y + (rect.h - sum(heights)) / 2
    ops = []
    for place, (text, height) in enumerate(zip(lines, heights, strict=True)):
        box = Rect(rect.x, round(top), rect.w, round(height))
        ops.append(line(box, text, size if place < labels else 55, Align.CENTER))
        top += height
    return tuple(ops)
