"""Fit a text into a fixed rectangle: choose size and lines, never cut, never below the floor."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.forms.render.fonts import FontChain
from shared.layout.conversions import to_points
from shared.layout.model import Rect
from shared.layout.typeset import LINE_HEIGHT

SIZES = (95, 85, 75, 65, 60, 55)  # 0.1 pt
# A character without a glyph is drawn as a box with its code point in 4 pt: wide enough
# for five hex digits, at any size of the text around it.
MISSING_WIDTH = 13.0
_NO_LINE_START = frozenset("）)，,。.、·：:；;！!？?”’》】")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text set in lines at one size (0.1 pt)."""

    size: int
    lines: tuple[str, ...]


def fit(chain: FontChain, text: str, rect: Rect, max_size: int, min_size: int) -> Fitted | None:
    """The largest size at which the text fits, or None when it does not fit at `min_size`."""
    width, height = to_points(rect.w), to_points(rect.h)
    ems, missing = _measure(chain, text)
    if ems * max_size / 10_000 + missing * MISSING_WIDTH <= width:
        return Fitted(max_size, (text,))
    for size in (max_size, *(one for one in SIZES if min_size <= one < max_size)):
        room = int(height / (LINE_HEIGHT * size / 10) + 1e-9)
        # A text longer than all lines together cannot be broken into them.
        if room * width * 10_000 / size < ems:
            continue
        lines = _broken(chain, text, size, width)
        if lines is not None and len(lines) <= room:
            return Fitted(size, tuple(lines))
    return None


def line_width(chain: FontChain, text: str, size: int) -> float:
    """Width of one line in points."""
    ems, missing = _measure(chain, text)
    return ems * size / 10_000 + missing * MISSING_WIDTH


def _measure(chain: FontChain, text: str) -> tuple[int, int]:
    try:
        return sum(map(chain.advances.__getitem__, text)), 0
    except KeyError:
        glyphs = [chain.glyph(character) for character in text]
        return sum(one.advance for one in glyphs if one), glyphs.count(None)


def _broken(chain: FontChain, text: str, size: int, width: float) -> list[str] | None:
    lines: list[str] = []
    current, used = "", 0.0
    for token in _tokens(chain, text, size, width):
        advance = line_width(chain, token, size)
        if current and used + advance > width:
            lines.append(current)
            current, used = "", 0.0
        if advance > width:
            return None
        current += token
        used += advance
    return [*lines, current] if current else lines


def _tokens(chain: FontChain, text: str, size: int, width: float) -> Iterator[str]:
    """Pieces between which a line may break."""
    token = ""
    for character in text:
        joins = token and (
            character in _NO_LINE_START or (_is_latin(character) and _is_latin(token[-1]))
        )
        # A run wider than the line has to break somewhere.
        if joins and line_width(chain, token + character, size) <= width:
            token += character
            continue
        if token:
            yield token
        token = character
    if token:
        yield token


def _is_latin(character: str) -> bool:
    return character.isascii() and character != " "
