"""What the edge answers to scripts."""

from dataclasses import dataclass

Point = tuple[int, ...]  # right and down; two numbers


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    """The photo lies sealed in the province's bucket."""

    receipt: str
    status: str
    title: str
    advice: str
    result: str  # the address that tells what becomes of it


@dataclass(frozen=True, slots=True)
class PhotoTold:
    """What became of a photo; corners and places in thousandths of its width and height."""

    state: str
    reason: str
    corners: tuple[Point, ...]
    places: tuple[tuple[Point, ...], ...]
    is_final: bool
    tone: str
    may_retake: bool
    title: str
    advice: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the edge lives, or can take photos."""

    status: str
