"""What happens to one photo: every effect's strength, drawn from a seed by level.

easy: flat, sharp, full resolution. normal: tilted, slightly curled, uneven light. hard:
small or recompressed, or stronger curl, fold, shadow, a finger on a corner. extreme:
mostly past what a picture can still carry; the set for honest refusal.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from deploy.rehearse.photos.surface import Bend, Pose
from deploy.rehearse.seeds import seeded


class Level(StrEnum):
    """How bad a photo is."""

    EASY = "easy"
    NORMAL = "normal"
    HARD = "hard"
    EXTREME = "extreme"


@dataclass(frozen=True, slots=True)
class Light:
    """Light on the scene; shares of full light, colours as gains of blue, green, red."""

    level: float
    gradient: float
    gradient_angle: float
    shadow: float  # 0 none, 1 black
    shadow_angle: float
    shadow_at: float
    glare: float  # 0 none, above 1 burnt out
    glare_at: tuple[float, float]  # shares of the frame
    glare_size: float
    balance: tuple[float, float, float]
    seed: int


@dataclass(frozen=True, slots=True)
class Camera:
    """Lens and file. Blurs in photo pixels before any shrinking, motion with its angle."""

    frame_px: tuple[int, int]
    defocus_px: float
    motion_px: float
    motion_angle: float
    noise: float  # grey levels, standard deviation in mid grey
    sharpen: float
    contrast: float
    shrink_to_px: int  # longest side after a messenger had it; 0 = untouched
    quality: int
    second_quality: int  # 0 = compressed once
    orientation: int  # EXIF, 1..8; 0 = none written
    moire: float = 0.0  # 0 none .. 0.2 plain stripes
    moire_px: float = 12.0  # their pitch
    moire_angle: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What else is in the picture."""

    background: str  # "wood", "cloth", "tiles", "dark", "white"
    clutter: int
    neighbour: bool
    fingers: tuple[tuple[int, float, float], ...]  # page edge 0..3, share along it, reach in mm
    seal: bool
    stains: int
    pen_over_code: bool
    seed: int
    creases: int = 0  # sharp lines from having been folded once, besides those of its folds


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything done to one photo."""

    level: Level
    seed: int
    pose: Pose
    bends: tuple[Bend, ...]
    light: Light
    camera: Camera
    scene: Scene


# Upright frames (width, height) of phones' photos, and of what a page sends after shrinking.
_FRAMES = {
    Level.EASY: ((1800, 2400), (2448, 3264), (3000, 4000), (3024, 4032)),
    Level.NORMAL: ((1800, 2400), (1800, 2400), (1440, 1920), (2448, 3264), (3000, 4000)),
    Level.HARD: ((1800, 2400), (2448, 3264), (1440, 1920), (3000, 4000)),
    Level.EXTREME: ((1440, 1920), (1080, 1440), (810, 1080)),
}


_LARGE = ((3456, 4608), (4500, 6000), (6120, 8160))  # 16, 27 and 50 megapixels
_LARGE_SHARE = 0.1
MOST_PX = 13_000_000  # of a photo, unless larger ones are asked for


def recipe(level: Level, seed: int, *, most_px: int = MOST_PX) -> Recipe:
    """Draw one photo's effects; same level, seed and limit, same photo.

    Args:
        level: how bad it is.
        seed: of this photo.
        most_px: pixels of the frame at most; a photo of 50 megapixels takes seconds to
            simulate, so large ones are left out where nobody asks.
    """
    rng = seeded(list(Level).index(level), seed)
    wear = seeded(100 + list(Level).index(level), seed)
    made = Recipe(
        level=level,
        seed=seed,
        pose=_pose(level, rng),
        bends=_bends(level, rng),
        light=_light(level, rng),
        camera=_camera(level, rng),
        scene=_scene(level, rng),
    )
    return _larger(_worn(made, wear), wear, most_px)


def _worn(made: Recipe, rng: np.random.Generator) -> Recipe:
    """With what a sheet suffers in a school bag, and with the stripes of a screen's grid."""
    level = made.level
    bends, pose = made.bends, made.pose
    creases = int(rng.integers(1, 4)) if rng.random() < _pick(level, 0, 0.12, 0.3, 0.3) else 0
    if rng.random() < _pick(level, 0, 0.08, 0.25, 0.25):
        height = float(rng.uniform(0.5, _pick(level, 0.5, 2, 6, 6)))
        bends = (*bends, Bend("crumple", 0.0, height, float(rng.uniform(0, 1))))
    if level is Level.EXTREME and rng.random() < 0.2:  # a corner or two outside of the frame
        pose = replace(pose, fill=1.02, shift=(float(rng.choice([-0.08, 0.08])), 0.0))
    most = _pick(level, 0.02, 0.06, 0.12, 0.14)
    strength = rng.uniform(0.015, most) if rng.random() < _pick(level, 0, 0.03, 0.1, 0.1) else 0.0
    camera = replace(
        made.camera,
        moire=float(strength),
        moire_px=float(rng.uniform(7, 26)),
        moire_angle=float(rng.uniform(0, np.pi)),
    )
    return replace(
        made, bends=bends, pose=pose, camera=camera, scene=replace(made.scene, creases=creases)
    )


def _larger(made: Recipe, rng: np.random.Generator, most_px: int) -> Recipe:
    """Some with the frame of a large sensor, its blurs as wide on the paper as before."""
    able = [one for one in _LARGE if one[0] * one[1] <= most_px]
    if not able or rng.random() >= _LARGE_SHARE or made.level is Level.EXTREME:
        return made
    frame = able[int(rng.integers(len(able)))]
    old = made.camera
    grow = max(frame) / max(old.frame_px)
    is_wide = old.frame_px[0] > old.frame_px[1]
    camera = replace(
        old,
        frame_px=frame[::-1] if is_wide else frame,
        defocus_px=old.defocus_px * grow,
        motion_px=old.motion_px * grow,
    )
    return replace(made, camera=camera)


def _pick(level: Level, easy: float, normal: float, hard: float, extreme: float) -> float:
    return dict(zip(Level, (easy, normal, hard, extreme), strict=True))[level]


def _pose(level: Level, rng: np.random.Generator) -> Pose:
    lean = np.radians(_pick(level, 6, 18, 28, 35))
    quarter = int(rng.choice([0, 1, 2, 3], p=[0.7, 0.12, 0.06, 0.12]))
    roll = np.radians(rng.normal(0, _pick(level, 2, 5, 9, 14)) + 90 * quarter)
    low, high = {
        Level.EASY: (0.85, 0.95),
        Level.NORMAL: (0.78, 0.95),
        Level.HARD: (0.62, 1.0),
        Level.EXTREME: (0.35, 0.55),
    }[level]
    fill = rng.uniform(low, high)
    slack = max(0.0, 1 - fill) / 2
    over = 0.06 if level is Level.HARD and rng.random() < 0.25 else 0.0
    shift = (rng.uniform(-slack, slack) + rng.choice([-over, over]), rng.uniform(-slack, slack))
    return Pose(
        tilt=rng.uniform(-lean, lean),
        pan=rng.uniform(-lean, lean),
        roll=roll,
        fill=fill,
        shift=shift,
        distortion=rng.uniform(-0.02, 0.03),
    )


def _bends(level: Level, rng: np.random.Generator) -> tuple[Bend, ...]:
    bends = []
    most = _pick(level, 1, 8, 22, 20)
    angle = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)])
    kind = str(rng.choice(["curl", "lift", "wave"]))
    height = rng.uniform(0, most) * (0.4 if kind == "wave" else 1)
    bends.append(Bend(kind, angle, height, rng.uniform(0.3, 0.7)))
    if rng.random() < _pick(level, 0, 0.2, 0.5, 0.4):
        ridge = rng.uniform(1, _pick(level, 1, 3, 9, 8))
        turned = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.05)
        bends.append(Bend("fold", turned, ridge, rng.uniform(0.35, 0.65)))
    return tuple(bends)


def _light(level: Level, rng: np.random.Generator) -> Light:
    shadowed = rng.random() < _pick(level, 0.1, 0.45, 0.7, 0.6)
    glared = rng.random() < _pick(level, 0, 0.12, 0.3, 0.35)
    warm = rng.uniform(-1, 1) * _pick(level, 0.05, 0.12, 0.18, 0.22)
    return Light(
        level=rng.uniform(*((0.85, 1.0) if level is Level.EASY else (0.6, 1.0)))
        * (rng.uniform(0.25, 1) if level is Level.EXTREME else 1),
        gradient=rng.uniform(0, _pick(level, 0.15, 0.4, 0.6, 0.6)),
        gradient_angle=rng.uniform(0, 2 * np.pi),
        shadow=rng.uniform(0.1, _pick(level, 0.2, 0.45, 0.65, 0.7)) if shadowed else 0.0,
        shadow_angle=rng.uniform(0, 2 * np.pi),
        shadow_at=rng.uniform(-0.2, 0.2),
        glare=rng.uniform(0.2, _pick(level, 0.2, 0.7, 1.4, 1.6)) if glared else 0.0,
        glare_at=(rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)),
        glare_size=rng.uniform(0.05, 0.16),
        balance=(1 - warm, 1 - abs(warm) / 4, 1 + warm / 2),
        seed=int(rng.integers(2**31)),
    )


def _camera(level: Level, rng: np.random.Generator) -> Camera:
    frames = _FRAMES[level]
    frame = frames[int(rng.integers(len(frames)))]
    if rng.random() < 0.12:
        frame = frame[::-1]
    scale = max(frame) / 2400
    moved = rng.random() < _pick(level, 0.05, 0.25, 0.4, 0.6)
    sent_by_messenger = rng.random() < _pick(level, 0, 0.25, 0.55, 0.3)
    shrunk = int(rng.choice([960, 1080, 1280])) if level is Level.HARD else 1280
    return Camera(
        frame_px=frame,
        defocus_px=scale
        * (
            rng.uniform(2.5, 7)
            if level is Level.EXTREME
            else rng.uniform(0.4, _pick(level, 0.8, 1.3, 2.0, 0))
        ),
        motion_px=scale * rng.uniform(1, _pick(level, 1.5, 3, 6, 14)) if moved else 0.0,
        motion_angle=rng.uniform(0, np.pi),
        noise=rng.uniform(1, _pick(level, 3, 6, 10, 16)),
        sharpen=rng.uniform(0, 0.8),
        contrast=rng.uniform(0.85, 1.15),
        shrink_to_px=shrunk if sent_by_messenger else 0,
        quality=int(rng.integers(*((80, 95) if level in (Level.EASY, Level.NORMAL) else (50, 85)))),
        second_quality=int(rng.integers(55, 78)) if sent_by_messenger else 0,
        orientation=int(rng.choice([0, 1, 1, 3, 6, 8])),
    )


def _scene(level: Level, rng: np.random.Generator) -> Scene:
    fingers: list[tuple[int, float, float]] = []
    if rng.random() < _pick(level, 0.1, 0.25, 0.5, 0.5):
        # On a corner only in hard photos: there a thumb takes one code or one marker.
        along = rng.uniform(0.3, 0.7) if level in (Level.EASY, Level.NORMAL) else rng.uniform(0, 1)
        reach = rng.uniform(8, _pick(level, 14, 22, 35, 45))
        fingers.append((int(rng.integers(4)), along, reach))
    return Scene(
        background=str(rng.choice(["wood", "cloth", "tiles", "dark", "white"])),
        clutter=int(rng.integers(0, 1 + int(_pick(level, 2, 8, 20, 20)))),
        neighbour=bool(rng.random() < _pick(level, 0, 0.1, 0.2, 0.2)),
        fingers=tuple(fingers),
        seal=bool(rng.random() < _pick(level, 0.1, 0.2, 0.3, 0.3)),
        stains=int(rng.integers(0, 1 + int(_pick(level, 0, 1, 3, 3)))),
        pen_over_code=bool(rng.random() < _pick(level, 0, 0.04, 0.15, 0.2)),
        seed=int(rng.integers(2**31)),
    )
