"""Content streams: texts as glyph ids, rules, marks and symbols, all in DeviceGray."""

from itertools import groupby

from services.forms.render.fit import MISSING_WIDTH, Fitted, line_width
from services.forms.render.fonts import FontChain
from shared.layout.conversions import point_xy, size_length, to_points
from shared.layout.model import (
    MARKER_BITS,
    MARKER_MODULES,
    Align,
    Face,
    FillOp,
    Layout,
    LineOp,
    Marker,
    Rect,
    RectOp,
    TextOp,
)
from shared.layout.typeset import CENTRE, LINE_HEIGHT

_MISSING_CODE_SIZE = 40
_BOLD_STROKE = 0.028  # of the em


class Ink:
    """Writes text operators and remembers which glyphs of which face a file uses."""

    def __init__(self, chain: FontChain, page_height: int) -> None:
        self.chain = chain
        self.page_height = page_height
        self._characters: set[str] = set()

    def used(self) -> list[dict[int, str]]:
        """Per face: the glyphs written so far, and the characters each stood for."""
        used: list[dict[int, str]] = [{} for _ in self.chain.faces]
        for character in sorted(self._characters):
            glyph = self.chain.glyph(character)
            if glyph is not None:
                known = used[glyph.face]
                known[glyph.id] = known.get(glyph.id, "") + character
        return used

    def text(self, x: float, baseline: float, size: int, text: str) -> str:
        """Operators that show a text inside BT ... ET; x and baseline in 0.1 mm."""
        left, bottom = point_xy(x, baseline, self.page_height)
        self._characters.update(text)
        try:
            codes = "".join(map(self.chain.first_face_codes.__getitem__, text))
        except KeyError:
            return self._mixed(left, bottom, size, text)
        return _shown(left, bottom, 0, size, codes)

    def _mixed(self, left: float, bottom: float, size: int, text: str) -> str:
        """The slow way: characters of several faces, or without any glyph."""
        parts: list[str] = []
        for face, run in groupby(text, self._face_of):
            characters = list(run)
            if face is None:
                for character in characters:
                    parts.append(self._missing(left, bottom, size, f"{ord(character):04X}"))
                    left += MISSING_WIDTH
                continue
            glyphs = [glyph for one in characters if (glyph := self.chain.glyph(one))]
            codes = "".join(f"{glyph.id:04X}" for glyph in glyphs)
            parts.append(_shown(left, bottom, face, size, codes))
            left += sum(glyph.advance for glyph in glyphs) * size / 10_000
        return "".join(parts)

    def _face_of(self, character: str) -> int | None:
        glyph = self.chain.glyph(character)
        return None if glyph is None else glyph.face

    def _missing(self, left: float, bottom: float, size: int, code: str) -> str:
        """A box with the code point inside: never .notdef, never a silent blank."""
        em = size / 10
        low, high = bottom - 0.12 * em, bottom + 0.88 * em
        start = left + (MISSING_WIDTH - line_width(self.chain, code, _MISSING_CODE_SIZE)) / 2
        middle = (low + high) / 2 - 0.36 * _MISSING_CODE_SIZE / 10
        self._characters.update(code)
        shown = self._mixed(start, middle, _MISSING_CODE_SIZE, code)
        # A path may not stand inside a text object.
        box = f"{left + 0.5:.2f} {low:.2f} {MISSING_WIDTH - 1:.2f} {high - low:.2f} re S"
        return f"{shown}ET 0.5 w 0 G {box} BT\n"

    def placed(self, fitted: Fitted, rect: Rect, align: Align = Align.LEFT) -> str:
        """Operators for a fitted text, vertically centred in its rectangle."""
        height = LINE_HEIGHT * size_length(fitted.size)
        top = rect.y + (rect.h - height * len(fitted.lines)) / 2
        parts = []
        for line in fitted.lines:
            baseline = top + height / 2 + CENTRE * size_length(fitted.size)
            x = self.start(line, fitted.size, rect.x, rect.right, align)
            parts.append(self.text(x, baseline, fitted.size, line))
            top += height
        return "".join(parts)

    def start(self, text: str, size: int, left: int, right: int, align: Align) -> float:
        """Where a line begins that is aligned between two edges, in 0.1 mm."""
        if align is Align.LEFT:
            return left
        room = right - left - line_width(self.chain, text, size) / to_points(1)
        return left + (room / 2 if align is Align.CENTER else room)


def static_stream(ink: Ink, layout: Layout, face: Face) -> str:
    """Everything on a side that no pupil changes: marks first, then the face's operators."""
    height = ink.page_height
    parts = ["0 g\n"]
    parts += [_marker(marker, height) for marker in layout.markers]
    parts += [f"{_re(tick, height)} f\n" for tick in layout.ticks]
    fills = [op for op in face.statics if isinstance(op, FillOp)]
    parts += [f"{_grey(op.grey)} g {_re(op.rect, height)} f\n" for op in fills]
    parts.append("0 g\n")
    parts += [_rule(op, height) for op in face.statics if isinstance(op, LineOp | RectOp)]
    texts = [op for op in face.statics if isinstance(op, TextOp)]
    parts.append("0 G BT\n" + "".join(_text(ink, op) for op in texts if not op.bold))
    parts.append("2 Tr\n")
    parts += [f"{_BOLD_STROKE * op.size / 10:.2f} w {_text(ink, op)}" for op in texts if op.bold]
    parts.append("ET\n")
    return "".join(parts)


def symbol_stream(path: bytes, rect: Rect, version: int, page_height: int) -> bytes:
    """A symbol's path under the matrix that puts it at its place."""
    module = to_points(rect.w) / (17 + 4 * version)
    left, top = point_xy(rect.x, rect.y, page_height)
    return b"q %.4f 0 0 %.4f %.3f %.3f cm " % (module, -module, left, top) + path + b" f Q\n"


def _shown(left: float, bottom: float, face: int, size: int, codes: str) -> str:
    return f"1 0 0 1 {left:.2f} {bottom:.2f} Tm /F{face} {size / 10:g} Tf <{codes}> Tj\n"


def _marker(marker: Marker, page_height: int) -> str:
    module = to_points(marker.rect.w) / MARKER_MODULES
    left, top = point_xy(marker.rect.x, marker.rect.y, page_height)
    last = MARKER_MODULES - 1
    boxes = [
        f"0 0 {MARKER_MODULES} 1 re",
        f"0 {last} {MARKER_MODULES} 1 re",
        f"0 1 1 {last - 1} re",
        f"{last} 1 1 {last - 1} re",
    ]
    for row, bits in enumerate(MARKER_BITS[marker.id], start=1):
        boxes += [f"{x} {row} 1 1 re" for x, bit in enumerate(bits, start=1) if bit == "1"]
    matrix = f"{module:.5f} 0 0 {-module:.5f} {left:.3f} {top:.3f} cm"
    return f"q {matrix} {' '.join(boxes)} f Q\n"


def _re(rect: Rect, page_height: int) -> str:
    left, bottom = point_xy(rect.x, rect.bottom, page_height)
    return f"{left:.3f} {bottom:.3f} {to_points(rect.w):.3f} {to_points(rect.h):.3f} re"


def _rule(op: LineOp | RectOp, page_height: int) -> str:
    style = f"{op.stroke / 10:g} w {_grey(op.grey)} G"
    if isinstance(op, RectOp):
        return f"{style} {_re(op.rect, page_height)} S\n"
    x1, y1 = point_xy(op.x1, op.y1, page_height)
    x2, y2 = point_xy(op.x2, op.y2, page_height)
    return f"{style} {x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l S\n"


def _text(ink: Ink, op: TextOp) -> str:
    x = ink.start(op.text, op.size, op.x, op.x, op.align)
    return ink.text(x, op.baseline, op.size, op.text)


def _grey(percent: int) -> str:
    return f"{percent / 100:g}"
