"""Takes the demo's photos from the printed PDFs, in child processes: half a second each."""

import ctypes
import json
from dataclasses import replace
from pathlib import Path

import cv2

from deploy.demo.plan import Kind
from deploy.rehearse.hands.filling import fill
from deploy.rehearse.photos.oddities import photograph_foreign, photograph_hopeless
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.photos.recipe import Level, Recipe, recipe
from deploy.rehearse.printed import page_picture
from shared.kernel.sheet_code import Side
from shared.layout.registry import layout

# What the guardian's page makes of a photo before it sends it; without scripts it goes as it is.
SENT_PX = 2_400
WHOLE_EVERY = 8
# Parameters of glibc's mallopt (malloc.h).
_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4
_KEPT_BYTES = 1 << 30


def take_photo(order: tuple[str, int, int, str, str, int, str]) -> str:
    """Take one photo and write it; a photo that is there already is left alone.

    Beside it lies what was written on the sheet, `NNNNN.truth`: JSON, field key -> stored value.

    Args:
        order: PDF file, page from 1, layout number, kind, level, seed, file to write.
            Plain values, because they cross into a child process.

    Returns:
        The file written.
    """
    pdf, page, layout_number, kind, level, seed, target = order
    path = Path(target)
    if not path.exists():
        jpeg, truth = _picture(Kind(kind), (pdf, page, layout_number), level, seed)
        path.with_suffix(".truth").write_text(json.dumps(truth))
        beside = path.with_suffix(".new")
        beside.write_bytes(jpeg)
        beside.replace(path)
    return target


def _picture(
    kind: Kind, printed: tuple[str, int, int], level: str, seed: int
) -> tuple[bytes, dict[str, str]]:
    if kind is Kind.FOREIGN:
        return photograph_foreign(seed=seed).jpeg, {}
    pdf, page, number = printed
    paper = page_picture(Path(pdf), page)
    if kind is Kind.HOPELESS:
        return photograph_hopeless(paper, seed=seed).jpeg, {}
    geometry = layout(number)
    if geometry is None:
        raise LookupError(f"layout {number}")
    sheet = coloured(paper)
    filled = fill(sheet, geometry, Side.FRONT, seed=seed)
    truth = {key: entry.stored for key, entry in filled.entries.items()}
    made = recipe(Level(level), seed)
    made = made if seed % WHOLE_EVERY == 0 else as_sent(made)
    return photograph(sheet, level=level, seed=seed, layout=geometry, made=made).jpeg, truth


def as_sent(made: Recipe) -> Recipe:
    """The same photo once the page has shrunk it: a smaller frame, its blurs as wide on the paper."""
    shrink = SENT_PX / max(made.camera.frame_px)
    if shrink >= 1:
        return made
    width, height = made.camera.frame_px
    camera = replace(
        made.camera,
        frame_px=(round(width * shrink), round(height * shrink)),
        defocus_px=made.camera.defocus_px * shrink,
        motion_px=made.camera.motion_px * shrink,
    )
    return replace(made, camera=camera)


def lock_child() -> None:
    """What every child does first: keep to one core, and keep the memory of one photo for the next.

    Otherwise the kernel hands out and clears some hundred megabytes anew for every photo.
    """
    cv2.setNumThreads(1)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's
    if mallopt is not None:
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
