"""Photograph a page as a guardian would: deterministic by seed, with exact truth."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from deploy.rehearse.photos.develop import expose, write_file
from deploy.rehearse.photos.paper import (
    Box,
    ColourImage,
    coloured,
    crease,
    cross_out,
    other_paper,
    stain,
    stamp_seal,
)
from deploy.rehearse.photos.recipe import MOST_PX, Level, Recipe, recipe
from deploy.rehearse.photos.surface import Points, Surface, surface
from shared.layout.model import Layout

A4_MM = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Soil:
    """Something that lies over a part of the page: "seal", "stain", "pen" or "finger"."""

    kind: str
    rect_mm: tuple[float, float, float, float]  # left, top, right, bottom on the paper


@dataclass(frozen=True, slots=True)
class Truth:
    """What is really in the photo.

    `scale` is what a messenger shrank the picture by; `paper` maps in unshrunk pixels.
    """

    recipe: Recipe
    paper: Surface
    scale: float
    size_px: tuple[int, int]  # width, height of the file
    soil: tuple[Soil, ...] = ()

    def to_photo(self, points_mm: Points) -> Points:
        """Where points of the paper (mm from its top left corner) lie in the file, in pixels."""
        return (self.paper.project(points_mm) + 0.5) * self.scale - 0.5

    @property
    def corners_px(self) -> Points:
        """The page's corners, clockwise from its own top left."""
        width, height = self.paper.size_mm
        return self.to_photo(np.array([[0, 0], [width, 0], [width, height], [0, height]], float))

    @property
    def px_per_module(self) -> float:
        """Pixels per 0.9 mm module in the middle of the page: below 2 nothing can be read."""
        width, height = self.paper.size_mm
        middle = np.array([[width / 2, height / 2], [width / 2 + 0.9, height / 2]])
        ends = self.to_photo(middle)
        return float(np.linalg.norm(ends[1] - ends[0]))


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG and the truth about it."""

    jpeg: bytes
    truth: Truth


def photograph(  # noqa: PLR0913  # the options of one photo, all but the page by name
    page: npt.NDArray[np.uint8],
    *,
    level: str,
    seed: int,
    size_mm: tuple[float, float] = A4_MM,
    layout: Layout | None = None,
    other: npt.NDArray[np.uint8] | None = None,
    made: Recipe | None = None,
    most_px: int = MOST_PX,
) -> Photo:
    """Take one photo of a page.

    Args:
        page: the flat page, grey or blue-green-red, any resolution from about 6 px/mm.
        level: a `Level` by name.
        seed: same page, level and seed give the same bytes.
        size_mm: the paper's size.
        layout: where the codes are, for the pen across one of them; None leaves it out.
        other: another sheet that may lie in view; None takes some other print.
        made: a recipe changed by hand (`dataclasses.replace`) instead of the drawn one.
        most_px: of the frame.
    """
    plan = made or recipe(Level(level), seed, most_px=most_px)
    rng = np.random.default_rng([13, plan.scene.seed])
    picture, soil = _soiled(coloured(page), plan, size_mm, layout, rng)
    paper = surface(size_mm, plan.camera.frame_px, plan.pose, plan.bends)
    neighbour = other_paper(rng) if other is None else coloured(other)
    shown = expose(picture, paper, plan, neighbour)
    jpeg = write_file(shown, plan.camera)
    height, width = shown.shape[:2]
    shrink = plan.camera.shrink_to_px
    scale = min(1.0, shrink / max(width, height)) if shrink else 1.0
    size = (round(width * scale), round(height * scale))
    fingers = tuple(_finger(one, size_mm) for one in plan.scene.fingers)
    return Photo(jpeg, Truth(plan, paper, scale, size, soil + fingers))


def _finger(finger: tuple[int, float, float], size_mm: tuple[float, float]) -> Soil:
    """About where a thumb of 19 mm covers the page."""
    edge, along, reach = finger
    width, height = size_mm
    across = along * (width if edge in (0, 2) else height)
    low, high = across - 10, across + 10
    tip = reach + 10
    rect = {
        0: (low, 0.0, high, tip),
        1: (width - tip, low, width, high),
        2: (low, height - tip, high, height),
        3: (0.0, low, tip, high),
    }[edge]
    return Soil("finger", rect)


def _soiled(
    page: ColourImage,
    plan: Recipe,
    size_mm: tuple[float, float],
    layout: Layout | None,
    rng: np.random.Generator,
) -> tuple[ColourImage, tuple[Soil, ...]]:
    per_mm = page.shape[1] / size_mm[0]
    # Copy paper is not pure white, print not pure black.
    page = np.asarray(cv2.convertScaleAbs(page, alpha=0.82, beta=28), dtype=np.uint8)
    boxes = []
    if plan.scene.seal:
        boxes.append(("seal", stamp_seal(page, per_mm, rng)))
    boxes += [("stain", stain(page, per_mm, rng)) for _ in range(plan.scene.stains)]
    if plan.scene.pen_over_code and layout is not None:
        rect = layout.qr_rects[int(rng.integers(2))]
        scale = page.shape[1] / layout.page_size[0]
        box = tuple(int(value * scale) for value in (rect.x, rect.y, rect.w, rect.h))
        cross_out(page, box, per_mm, rng)  # type: ignore[arg-type]  # four ints
        boxes.append(("pen", (box[0], box[1], box[0] + box[2], box[1] + box[3])))
    _creased(page, plan, per_mm)
    soil = tuple(Soil(kind, _in_mm(box, per_mm)) for kind, box in boxes)
    return page, soil


def _in_mm(box: Box, per_mm: float) -> Box:
    left, top, right, bottom = (round(value / per_mm, 1) for value in box)
    return (left, top, right, bottom)


def _creased(page: ColourImage, plan: Recipe, per_mm: float) -> None:
    """Lines where the sheet is folded across, and where it was folded before."""
    rng = np.random.default_rng([19, plan.scene.seed])
    for bend in plan.bends:
        if bend.kind == "fold" and abs(bend.angle - np.pi / 2) < 0.3:
            crease(page, per_mm, rng, bend.at)
    for _ in range(plan.scene.creases):
        crease(page, per_mm, rng)
