"""What an office scanner does to a page: every effect's strength, drawn from a seed by level.

easy: straight, 200 dpi and more, grey or colour. normal: a little skewed, often upside down,
some streaks, holes and print shining through. hard: 150 to 200 dpi, black and white or dithered,
skewed, stretched, corners bent, pale. extreme: several of these at once.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.seeds import seeded


class Mode(StrEnum):
    """How a scanner writes levels down."""

    COLOUR = "colour"
    GREY = "grey"
    BITONAL = "bitonal"  # one threshold
    DITHER = "dither"  # black dots in place of grey


@dataclass(frozen=True, slots=True)
class Scanner:
    """The settings of one machine, the same for all pages of a file."""

    dpi: int
    mode: Mode
    quality: int  # of its JPEG
    threshold: float  # of its black and white: share of the way from black to paper
    bed: int  # grey level beside the paper


@dataclass(frozen=True, slots=True)
class Streak:
    """Dirt on the glass: a line along the feed."""

    at: float  # share of the width
    width_px: int
    level: float  # grey levels added, negative darkens


@dataclass(frozen=True, slots=True)
class Drag:
    """Where the feed held the paper back: from `at_mm` on, within 8 mm, it lies `by_mm` lower."""

    at_mm: float
    by_mm: float


@dataclass(frozen=True, slots=True)
class ScanRecipe:
    """Everything done to one page."""

    level: Level
    seed: int
    scanner: Scanner
    skew: float  # radians
    turns: int  # quarter turns clockwise
    shift_mm: tuple[float, float]
    stretch: tuple[float, float]  # across and along the feed
    drag: Drag | None
    blur_mm: float
    contrast: float  # share of the ink's darkness that is left
    paper: int  # grey level
    noise: float
    streaks: tuple[Streak, ...]
    holes_mm: tuple[tuple[float, float], ...]
    staple: bool
    dog_ear_mm: float  # 0 none; of the top right corner, where a code is
    bleed: float  # share of the back's ink that shines through
    specks: int


_MODES = {
    Level.EASY: (0.3, 0.7, 0.0, 0.0),
    Level.NORMAL: (0.2, 0.65, 0.15, 0.0),
    Level.HARD: (0.1, 0.35, 0.4, 0.15),
    Level.EXTREME: (0.0, 0.2, 0.5, 0.3),
}
_DPI = {
    Level.EASY: (200, 300),
    Level.NORMAL: (200, 200, 240, 300),
    Level.HARD: (150, 200, 200),
    Level.EXTREME: (150, 150, 200),
}
_STREAM, _FILES = 200, 210
_HOLES_MM = ((12.0, 108.5), (12.0, 188.5))


def scanner(level: Level, seed: int) -> Scanner:
    """The machine of one file."""
    rng = seeded(_FILES + list(Level).index(level), seed)
    mode = list(Mode)[int(rng.choice(4, p=_MODES[level]))]
    dpi = _DPI[level][int(rng.integers(len(_DPI[level])))]
    bed = int(rng.choice([255, 240, 90, 20], p=[0.5, 0.25, 0.15, 0.1]))
    low, high = (0.3, 0.85) if level is Level.EXTREME else (0.5, 0.8)
    return Scanner(dpi, mode, int(rng.integers(60, 92)), float(rng.uniform(low, high)), bed)


def scan_recipe(level: Level, seed: int, machine: Scanner | None = None) -> ScanRecipe:
    """Draw one page's effects; same level, seed and machine, same page."""
    machine = machine or scanner(level, seed)
    rng = seeded(_STREAM + list(Level).index(level), seed)

    def often(easy: float, normal: float, hard: float, extreme: float) -> bool:
        return bool(rng.random() < _pick(level, easy, normal, hard, extreme))

    degrees = float(np.clip(rng.normal(0, _pick(level, 0.25, 0.8, 2.0, 3.0)), -7, 7))
    turns = int(rng.choice([0, 1, 2, 3], p=[0.6, 0.03, 0.34, 0.03]))
    dragged = often(0, 0.04, 0.25, 0.5)
    pale = _pick(level, 0.85, 0.65, 0.45, 0.35)
    return ScanRecipe(
        level=level,
        seed=seed,
        scanner=machine,
        skew=float(np.radians(degrees)),
        turns=0 if level is Level.EASY and turns % 2 else turns,
        shift_mm=(float(rng.uniform(-2.5, 2.5)), float(rng.uniform(-2.5, 2.5))),
        stretch=tuple(1 + rng.normal(0, _pick(level, 0.001, 0.003, 0.008, 0.012), 2)),
        drag=_drag(level, rng) if dragged else None,
        blur_mm=float(rng.uniform(0.04, _pick(level, 0.07, 0.1, 0.13, 0.18))),
        contrast=float(rng.uniform(pale, 0.95)),
        paper=int(rng.integers(225, 253)),
        noise=float(rng.uniform(1, _pick(level, 2.5, 4, 7, 9))),
        streaks=_streaks(level, rng),
        holes_mm=_HOLES_MM if often(0, 0.15, 0.3, 0.3) else (),
        staple=often(0, 0.08, 0.2, 0.2),
        dog_ear_mm=float(rng.uniform(8, 32)) if often(0, 0.03, 0.15, 0.25) else 0.0,
        bleed=float(rng.uniform(0.03, 0.12)) if often(0, 0.3, 0.4, 0.4) else 0.0,
        specks=int(rng.integers(0, 1 + int(_pick(level, 3, 12, 60, 120)))),
    )


def _pick(level: Level, easy: float, normal: float, hard: float, extreme: float) -> float:
    return dict(zip(Level, (easy, normal, hard, extreme), strict=True))[level]


def _drag(level: Level, rng: np.random.Generator) -> Drag:
    most = _pick(level, 0, 1.0, 3.0, 6.0)
    return Drag(float(rng.uniform(30, 260)), float(rng.uniform(0.3, most)))


def _streaks(level: Level, rng: np.random.Generator) -> tuple[Streak, ...]:
    count = int(rng.integers(0, 1 + int(_pick(level, 0, 1, 3, 4))))
    return tuple(
        Streak(
            float(rng.uniform(0, 1)),
            int(rng.integers(1, 4)),
            float(rng.choice([-1, -1, 1]) * rng.uniform(30, 140)),
        )
        for _ in range(count)
    )
