"""Content streams: texts as glyph ids, rules, marks and symbols, all in DeviceGray."""

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
        self.used: list[dict[int, str]] = [{} for _ in chain.faces]

    def text(self, x: float, baseline: float, size: int, text: str) -> str:
        """Operators that show a text inside BT ... ET; x and baseline in 0.1 mm."""
        left, bottom = point_xy(x, baseline, self.page_height)
        parts: list[str] = []
        for face, codes, width in self._runs(text, size):
            if face is None:
                parts.append(self._missing(left, bottom, size, codes))
            else:
                parts.append(
                    f"1 0 0 1 {left:.2f} {bottom:.2f} Tm /F{face} {size / 10:g} Tf <{codes}> Tj\n"
                )
            left += width
        return "".join(parts)

    def _runs(self, text: str, size: int) -> list[tuple[int | None, str, float]]:
        runs: list[tuple[int | None, str, float]] = []
        face: int | None = None
        codes: list[str] = []
        advance = 0
        for character in text:
            glyph = self.chain.glyph(character)
            if glyph is None or glyph.face != face:
                if codes:
                    runs.append((face, "".join(codes), advance * size / 10_000))
                    codes, advance = [], 0
                face = None if glyph is None else glyph.face
            if glyph is None:
                runs.append((None, f"{ord(character):04X}", MISSING_WIDTH))
                continue
            codes.append(f"{glyph.id:04X}")
            advance += glyph.advance
            self._use(glyph.face, glyph.id, character)
        if codes:
            runs.append((face, "".join(codes), advance * size / 10_000))
        return runs

    def _use(self, face: int, glyph: int, character: str) -> None:
        known = self.used[face]
        if glyph not in known:
            known[glyph] = character
        elif character not in known[glyph]:
            known[glyph] += character

    def _missing(self, left: float, bottom: float, size: int, code: str) -> str:
        """A box with the code point inside: never .notdef, never a silent blank."""
        em = size / 10
        low, high = bottom - 0.12 * em, bottom + 0.88 * em
        inner = self._runs(code, _MISSING_CODE_SIZE)
        width = sum(run[2] for run in inner)
        start = left + (MISSING_WIDTH - width) / 2
        middle = (low + high) / 2 - 0.36 * _MISSING_CODE_SIZE / 10
        shown = "".join(
            f"1 0 0 1 {start:.2f} {middle:.2f} Tm /F{face} {_MISSING_CODE_SIZE / 10:g} Tf"
            f" <{codes}> Tj\n"
            for face, codes, _ in inner
        )
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
