"""Cells as guardians fill them, drawn from fonts and bent: pens, papers, combs, rules, JPEG.

The fonts are test data and lie outside the repository: HECHA_HAND_FONTS names folders with
`han/` and `digit/` inside, and HECHA_HAND_DIGITS an .npz of real digits (`images`, `target`).
Without them the packaged print font is drawn, which is enough for the rules, not for figures.
Seeds 0..9999 are for development, 10000 and above for figures that are told.
"""

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Gray = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]  # 0 paper .. 1 full ink

_SIZE = 96  # px a glyph is drawn at
REPORT_SEED = 10_000


@dataclass(frozen=True, slots=True)
class Hand:
    """Fonts of one writer, and real digits instead of a font's where there are any."""

    han: Path
    digit: Path | None
    real_digits: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks; None draws it from the seed."""

    comb: bool | None = None
    rules: bool | None = None
    lines: int = 1
    is_clean: bool = False  # no noise, no distortion


def hands(folder: str | None = None) -> tuple[Hand, ...]:
    """The writers there are: of a folder, of HECHA_HAND_FONTS, or the packaged font."""
    root = folder or os.environ.get("HECHA_HAND_FONTS")
    if not root:
        return (Hand(_packaged(), None),)
    han = sorted((Path(root) / "han").iterdir())
    digit = sorted((Path(root) / "digit").iterdir())
    mixed = [Hand(han[place % len(han)], one) for place, one in enumerate(digit)]
    plain = [Hand(one, None) for one in han]
    real = [Hand(han[0], None, real_digits=True)] * 3 if _digits_file() else []
    return tuple(mixed + plain + real)


def draw(text: str, *, seed: int, hand: Hand, style: Style = Style()) -> Gray:
    """A cell with a text in it; the same seed and hand draw the same pixels."""
    rng = np.random.default_rng([23, seed])
    lines = _split(text, style.lines)
    is_comb = style.comb
    if is_comb is None:
        is_comb = text.isascii() and text[:-1].isdigit() and rng.random() < 0.4
    height = int(rng.integers(52, 100)) * len(lines)
    drawn = [_line(one, rng, hand, is_comb=is_comb) for one in lines]
    page, boxes = _placed(drawn, height, rng, is_comb=is_comb)
    if not style.is_clean:
        page = _bent(page, rng)
    return _photographed(page, boxes, rng, style)


def blank(*, seed: int, comb: bool = False, soil: bool = True) -> Gray:
    """A cell nobody wrote into: rules, combs, creases and what shines through from behind."""
    rng = np.random.default_rng([29, seed])
    height, width = int(rng.integers(50, 100)), int(rng.integers(180, 700))
    page = np.zeros((height, width), np.float32)
    boxes = _boxes(width, height, int(rng.integers(6, 18)), rng) if comb else []
    if soil and rng.random() < 0.4:  # a crease
        x = int(rng.integers(0, width))
        slope = int(rng.normal(0, 20))
        cv2.line(page, (x, 0), (x + slope, height), float(rng.uniform(0.04, 0.12)), 3)
        page = cv2.GaussianBlur(page, (0, 0), 2)
    if soil and rng.random() < 0.4:  # writing on the other side
        hand = hands()[0]
        ghost = _line("张伟明"[: int(rng.integers(1, 4))], rng, hand, is_comb=False)
        ghost = cv2.resize(
            ghost, None, fx=height * 0.6 / ghost.shape[0], fy=height * 0.6 / ghost.shape[0]
        )
        ghost = cv2.GaussianBlur(ghost[:, ::-1], (0, 0), 2.5)[:height, :width]
        page[: ghost.shape[0], : ghost.shape[1]] += ghost * float(rng.uniform(0.03, 0.10))
    return _photographed(page.astype(np.float32), boxes, rng, Style(rules=True))


def _split(text: str, lines: int) -> list[str]:
    cut = -(-len(text) // lines)
    return [text[at : at + cut] for at in range(0, len(text), cut)]


def _line(text: str, rng: np.random.Generator, hand: Hand, *, is_comb: bool) -> Ink:
    """One line of glyphs, each with a size, tilt and place of its own; height 1.6 glyphs."""
    gap = float(rng.uniform(1.0, 1.35)) if is_comb else float(rng.uniform(0.02, 0.16))
    stroke = int(rng.integers(-1, 4))
    slant = float(rng.normal(0, 0.09))
    glyphs = [_glyph(one, rng, hand) for one in text]
    pitch = gap * _SIZE * 0.62
    width = int(sum(g.shape[1] * 1.3 + _SIZE * gap for g in glyphs) + 2 * _SIZE + pitch * len(text))
    page = np.zeros((int(_SIZE * 1.6), width), np.float32)
    x = _SIZE * 0.5
    for place, glyph in enumerate(glyphs):
        moved = _jitter(glyph, rng, slant)
        at = _SIZE * 0.5 + place * pitch + (pitch - moved.shape[1]) / 2 if is_comb else x
        y = (page.shape[0] - moved.shape[0]) / 2 + rng.normal(0, 0.04) * _SIZE
        _stamp(page, moved, int(at), int(y))
        x += moved.shape[1] + gap * _SIZE * float(rng.uniform(0.6, 1.4))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(stroke) * 2 + 1,) * 2)
    if stroke > 0:
        page = cv2.dilate(page, kernel)
    elif stroke < 0:
        page = np.maximum(cv2.erode(page, np.ones((2, 2))), page * 0.35)
    return page.astype(np.float32)


def _stamp(page: Ink, glyph: Ink, x: int, y: int) -> None:
    x, y = max(0, x), max(0, y)
    part = page[y : y + glyph.shape[0], x : x + glyph.shape[1]]
    np.maximum(part, glyph[: part.shape[0], : part.shape[1]], out=part)


def _jitter(glyph: Ink, rng: np.random.Generator, slant: float) -> Ink:
    scale = float(rng.normal(1.0, 0.07))
    angle = float(np.clip(rng.normal(0, 3), -9, 9))
    h, w = glyph.shape
    pad = int(_SIZE * 0.2)
    turn = cv2.getRotationMatrix2D((w / 2, h / 2), angle, scale)
    turn[0, 1] -= slant + rng.normal(0, 0.03)
    turn[:, 2] += pad
    turn[0, 2] += slant * h / 2
    moved = cv2.warpAffine(glyph, turn, (w + 2 * pad, h + 2 * pad))
    columns = np.flatnonzero(moved.max(axis=0) > 0.1)
    if not columns.size:
        return np.asarray(moved, np.float32)
    return np.asarray(moved[:, columns[0] : columns[-1] + 1], np.float32)


def _glyph(character: str, rng: np.random.Generator, hand: Hand) -> Ink:
    if hand.real_digits and character.isdigit():
        return _real_digit(character, rng)
    path = hand.digit if hand.digit and character.isascii() else hand.han
    font = _font(path)
    size = int(_SIZE * (0.8 if character.isascii() else 0.95))
    image = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(image).text((size // 2, size // 2), character, fill=255, font=font)
    ink = np.asarray(image, np.float32) / 255
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.1), np.flatnonzero(ink.max(axis=0) > 0.1)
    if not rows.size:
        raise ValueError("the font has no such glyph")
    found = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if character.isdigit() or character == "X":
        found = cv2.resize(
            found, None, fx=_SIZE * 0.8 / found.shape[0], fy=_SIZE * 0.8 / found.shape[0]
        )
        return np.asarray(found, np.float32)
    # A dash or a 一 keeps its place in the line.
    whole = np.zeros((_SIZE, found.shape[1]), np.float32)
    top = min(max(0, rows[0] - size // 2), max(0, _SIZE - found.shape[0]))
    kept = found[: _SIZE - top]
    whole[top : top + kept.shape[0]] = kept
    return whole


def _real_digit(character: str, rng: np.random.Generator) -> Ink:
    images, target = _real()
    chosen = images[int(rng.choice(np.flatnonzero(target == int(character))))]
    side = chosen.shape[0]
    grown = cv2.resize(
        chosen.astype(np.float32),
        None,
        fx=_SIZE * 0.85 / side,
        fy=_SIZE * 0.85 / side,
        interpolation=cv2.INTER_CUBIC,
    )
    ink = np.clip((grown / grown.max() - 0.35) / 0.25, 0, 1).astype(np.float32)
    columns = np.flatnonzero(ink.max(axis=0) > 0.1)
    return np.asarray(ink[:, columns[0] : columns[-1] + 1], np.float32)


def _placed(
    lines: Sequence[Ink], height: int, rng: np.random.Generator, *, is_comb: bool
) -> tuple[Ink, list[tuple[int, int, int, int]]]:
    """The lines in a cell of a height, and the comb boxes around the glyphs, pixels."""
    fill = float(rng.uniform(0.85, 1.2)) if is_comb else float(rng.uniform(0.8, 1.3))
    scaled = []
    for line in lines:
        factor = height / len(lines) * fill / line.shape[0]
        scaled.append(cv2.resize(line, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    columns = [np.flatnonzero(one.max(axis=0) > 0.1) for one in scaled]
    scaled = [one[:, max(0, c[0] - 2) : c[-1] + 3] for one, c in zip(scaled, columns, strict=True)]
    left = int(rng.uniform(0.15, 0.6) * height / len(lines))
    width = left * 2 + max(one.shape[1] for one in scaled) + int(rng.integers(0, height * 2))
    page = np.zeros((height, width), np.float32)
    for place, one in enumerate(scaled):
        middle = height * (place + 0.5) / len(lines)
        top = int(middle - one.shape[0] / 2 + rng.normal(0, 0.02) * height)
        skip = max(0, -top)
        _stamp(page, one[skip:], left, max(0, top))
    boxes = []
    if is_comb:
        count = max(1, round((scaled[0].shape[1]) / (height * fill / 1.6 * 0.75)))
        boxes = _boxes(width, height, count, rng, (left - 2, left + scaled[0].shape[1] + 2))
    return page, boxes


def _boxes(
    width: int,
    height: int,
    count: int,
    rng: np.random.Generator,
    span: tuple[int, int] | None = None,
) -> list[tuple[int, int, int, int]]:
    left, right = span or (int(width * 0.04), int(width * 0.96))
    top = int(height * rng.uniform(0.06, 0.14))
    pitch = (right - left) / count
    return [
        (int(left + pitch * k), top, int(left + pitch * (k + 1)), height - top)
        for k in range(count)
    ]


def _bent(page: Ink, rng: np.random.Generator) -> Ink:
    """Elastic distortion and a slight turn."""
    height, width = page.shape
    strength = float(rng.uniform(0.5, 2.2)) * height / 60
    smooth = height / 9
    shift = [
        cv2.GaussianBlur(rng.uniform(-1, 1, page.shape).astype(np.float32), (0, 0), smooth)
        for _ in range(2)
    ]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = float(np.clip(rng.normal(0, 0.008), -0.03, 0.03))
    x += shift[0] / (np.abs(shift[0]).max() + 1e-6) * strength
    y += shift[1] / (np.abs(shift[1]).max() + 1e-6) * strength + (x - width / 2) * turn
    return np.asarray(cv2.remap(page, x, y, cv2.INTER_LINEAR), np.float32)


def _photographed(
    page: Ink, boxes: Sequence[tuple[int, int, int, int]], rng: np.random.Generator, style: Style
) -> Gray:
    width = page.shape[1]
    paper = float(rng.uniform(175, 250))
    pencil = rng.random() < 0.15
    darkness = float(rng.uniform(0.35, 0.55) if pencil else rng.uniform(0.6, 0.92))
    cover = page * darkness
    if pencil:
        grain = cv2.GaussianBlur(rng.uniform(0, 1, page.shape).astype(np.float32), (0, 0), 0.8)
        cover *= 0.6 + 0.8 * np.clip(grain - 0.25, 0, 0.6)
    pale, stroke = float(rng.uniform(0.18, 0.35)), int(rng.integers(1, 3))
    ruled = np.zeros_like(page)
    for x0, y0, x1, y1 in boxes:
        cv2.rectangle(ruled, (x0, y0), (x1, y1), pale, stroke)
    if style.rules or (style.rules is None and rng.random() < 0.5):
        _border(ruled, rng)
    cover = np.maximum(cover, ruled)
    light = paper * (1 - np.linspace(0, float(rng.uniform(0, 0.18)), width)[None, :])
    level = light * (1 - cover)
    level = cv2.GaussianBlur(level.astype(np.float32), (0, 0), float(rng.uniform(0.3, 0.9)))
    level += rng.normal(0, float(rng.uniform(0.5, 4)), page.shape)
    picture = Image.fromarray(np.clip(level, 0, 255).astype(np.uint8))
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=int(rng.integers(45, 92)))
    return np.asarray(Image.open(body), np.uint8)


def _border(ruled: Ink, rng: np.random.Generator) -> None:
    """What is left of the cell's own rules at the edges of the crop."""
    height, width = ruled.shape
    dark = float(rng.uniform(0.4, 0.85))
    inset = max(1, int(height * 0.05))
    tilt = int(rng.integers(-1, 2))
    for edge in range(4):
        if rng.random() < 0.35:
            continue
        at, thick = int(rng.integers(0, inset + 1)), int(rng.integers(1, 3))
        if edge < 2:
            y = at if edge == 0 else height - 1 - at
            cv2.line(ruled, (0, y), (width, y + tilt), dark, thick)
        else:
            x = at if edge == 2 else width - 1 - at
            cv2.line(ruled, (x, 0), (x + tilt, height), dark, thick)


def _packaged() -> Path:
    found = find_spec("pylopdf_fonts_zh_cn")
    if found is None or found.origin is None:
        raise FileNotFoundError("pylopdf_fonts_zh_cn")
    return Path(found.origin).parent / "NotoSansSC-Regular.otf"


@cache
def _font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), int(_SIZE * 0.9))


def _digits_file() -> str | None:
    return os.environ.get("HECHA_HAND_DIGITS")


@cache
def _real() -> tuple[Gray, Gray]:
    held = np.load(str(_digits_file()))
    return held["images"], held["target"]
