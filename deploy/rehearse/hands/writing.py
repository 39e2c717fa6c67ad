"""Lines of writing: every hand with a slant, size, spacing and unsteadiness of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from deploy.rehearse.hands.faces import EM, Face, Faces, faces
from deploy.rehearse.hands.glyphs import FAR, PAD, Field, Glyph, glyph, real_digit, real_digits


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer's way; lengths as shares of a character's height, angles in radians."""

    han: Face
    digit: Face
    slant: float
    size_jitter: float
    drop: float  # how far characters leave the baseline
    gap: float
    turn: float  # of single characters
    wobble: float
    climb: float  # of the line
    real_digits: bool = False

    @property
    def name(self) -> str:
        """What the truth calls it."""
        digit = "real digits" if self.real_digits else self.digit.name
        return self.han.name if digit == self.han.name else f"{self.han.name} + {digit}"


class UnwritableError(ValueError):
    """No font of a hand has a character of a text."""


def hand(rng: np.random.Generator, known: Faces | None = None) -> Hand:
    """Draw a writer."""
    known = known or faces()
    han = known.han[int(rng.integers(len(known.han)))]
    own = rng.random() < 0.5 or not known.digit
    digit = han if own else known.digit[int(rng.integers(len(known.digit)))]
    unsteady = 2.8 if han.is_printed else 1.0  # print has no hand of its own
    return Hand(
        han=han,
        digit=digit,
        slant=float(rng.normal(0, 0.1)),
        size_jitter=float(rng.uniform(0.02, 0.09)),
        drop=float(rng.uniform(0.01, 0.06)),
        gap=float(rng.uniform(0.04, 0.22)),
        turn=float(rng.uniform(0.01, 0.06)),
        wobble=float(rng.uniform(0.008, 0.03)) * unsteady,
        climb=float(np.clip(rng.normal(0, 0.012), -0.03, 0.03)),
        real_digits=known.real_digits is not None and rng.random() < 0.3,
    )


def can_write(text: str, writer: Hand) -> bool:
    """Whether the hand's fonts have every character."""
    return all(_found(one, writer) is not None for one in text)


def length(text: str, writer: Hand) -> float:
    """How long a line will be, in heights of its characters.

    Raises:
        UnwritableError: a font lacks a character.
    """
    found = [_found(one, writer) for one in text]
    if None in found:
        raise UnwritableError
    return sum(one.width for one in found if one) / EM + writer.gap * len(text)


def line(
    text: str, writer: Hand, *, size_px: float, pen_px: float, rng: np.random.Generator
) -> Field:
    """A line as a field around its strokes, px outside of the ink; as high as needed.

    Raises:
        UnwritableError: a font lacks a character.
    """
    glyphs = [_one(character, writer, rng) for character in text]
    scale = size_px / EM
    gaps = writer.gap * EM * rng.uniform(0.5, 1.5, len(glyphs))
    lefts = np.concatenate([[0.0], np.cumsum([one.width for one in glyphs] + gaps)])
    spots = [(float(left + one.width / 2), 0.0) for left, one in zip(lefts, glyphs, strict=False)]
    return _laid(glyphs, spots, scale, writer, pen_px, rng)


def combed(
    text: str,
    writer: Hand,
    middles_px: Sequence[float],
    *,
    size_px: float,
    pen_px: float,
    rng: np.random.Generator,
) -> Field:
    """The same with one character over each of some middles, px from the first.

    Raises:
        UnwritableError: a font lacks a character.
    """
    glyphs = [_one(character, writer, rng) for character in text]
    scale = size_px / EM
    spots = [
        (middle / scale + float(rng.normal(0, 0.05)) * EM, 0.0)
        for middle, _ in zip(middles_px, glyphs, strict=False)
    ]
    return _laid(glyphs, spots, scale, writer, pen_px, rng)


def margin_px(size_px: float) -> int:
    """How far a line's field reaches left of its first character's middle and above its em."""
    return round(1.2 * size_px)


def _laid(
    glyphs: Sequence[Glyph],
    spots: Sequence[tuple[float, float]],
    scale: float,
    writer: Hand,
    pen_px: float,
    rng: np.random.Generator,
) -> Field:
    """Every glyph turned, leant and set down by its middle."""
    margin = margin_px(scale * EM)
    width = round(max(x for x, _ in spots) * scale) + 2 * margin
    height = round(EM * scale) + margin
    page = np.full((height, width), FAR, np.float32)
    for one, (x, _) in zip(glyphs, spots, strict=False):
        y = EM / 2 + float(rng.normal(0, writer.drop)) * EM - writer.climb * x
        middle = (margin + x * scale, margin / 2 + y * scale)
        _set_down(page, one, middle, scale, writer, pen_px, rng)
    return _unsteady(page, writer.wobble * scale * EM, scale * EM, rng)


def _set_down(  # noqa: PLR0913, PLR0917  # one step of `_laid`
    page: Field,
    one: Glyph,
    middle: tuple[float, float],
    scale: float,
    writer: Hand,
    pen_px: float,
    rng: np.random.Generator,
) -> None:
    size = scale * float(np.clip(rng.normal(1, writer.size_jitter), 0.7, 1.3))
    angle = float(np.clip(rng.normal(0, writer.turn), -0.2, 0.2))
    cos, sin = np.cos(angle) * size, np.sin(angle) * size
    lean = writer.slant + float(rng.normal(0, 0.02))
    turn = np.array([[cos, -sin - lean * size], [sin, cos]])
    height, width = one.field.shape
    reach = int(np.ceil((abs(turn) @ np.array([width, height]) / 2).max())) + 1
    left, top = int(middle[0]) - reach, int(middle[1]) - reach
    shift = np.array(middle) - (left, top) - turn @ (np.array([width, height]) / 2)
    field = cv2.warpAffine(
        one.field,
        np.column_stack([turn, shift]),
        (2 * reach, 2 * reach),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=float(FAR),
    )
    field = (field - one.offset(pen_px / size)) * size
    x0, y0 = max(0, left), max(0, top)
    area = page[y0 : top + 2 * reach, x0 : left + 2 * reach]
    np.minimum(area, field[y0 - top :, x0 - left :][: area.shape[0], : area.shape[1]], out=area)


def _unsteady(page: Field, reach_px: float, size_px: float, rng: np.random.Generator) -> Field:
    """Bent by a shaking hand: strokes are never as straight as a font's."""
    height, width = page.shape
    period = 0.35 * size_px
    shape = (max(2, round(height / period) + 1), max(2, round(width / period) + 1))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for axis in (x, y):
        shake = rng.uniform(-1, 1, shape).astype(np.float32) * reach_px
        axis[:] += cv2.resize(shake, (width, height), interpolation=cv2.INTER_CUBIC)
    bent = cv2.remap(
        page, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=float(FAR)
    )
    return np.asarray(bent, np.float32)


def _one(character: str, writer: Hand, rng: np.random.Generator) -> Glyph:
    if writer.real_digits and character.isdigit():
        file = faces().real_digits
        assert file is not None
        _, shown = real_digits(file)
        return real_digit(file, int(rng.choice(np.flatnonzero(shown == int(character)))))
    found = _found(character, writer)
    if found is None:
        raise UnwritableError
    return found


def _found(character: str, writer: Hand) -> Glyph | None:
    face = writer.digit if character.isascii() else writer.han
    return glyph(face, character) or glyph(writer.han, character)


def trimmed(field: Field) -> tuple[Field, npt.NDArray[np.int64]]:
    """A field cut to its ink and a pen's width around, and where its corner was (x, y)."""
    rows = np.flatnonzero(field.min(axis=1) < 3)
    columns = np.flatnonzero(field.min(axis=0) < 3)
    if not rows.size:
        return field[:1, :1], np.array([0, 0])
    cut = field[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return cut, np.array([columns[0], rows[0]])


assert PAD >= 8  # a wide pen must fit into a glyph's field
