"""What a PDF page paints, as pdfium sees it: whether pictures alone make up the page, and where."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

Matrix = npt.NDArray[np.float64]  # 3 x 3, column vectors, to points of the page
Box = tuple[float, float, float, float]  # left, bottom, right, top in points

# More than any scanner paints; a page of thousands of words as invisible text stays below.
_MAX_OBJECTS = 20_000
_MAX_FORMS = 3  # nested; a scan lies at most in one
_INVISIBLE = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
_WHITE = 250
_COVERS = 0.98  # of the page: what is painted beneath cannot be seen
_CLIP_SLACK = 0.02  # of the picture's box that a clip may take off
_HARMLESS_NOTES = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture on a page; `handle` is pdfium's and lives as long as the page is open."""

    handle: object
    matrix: Matrix  # of the unit square
    size: tuple[int, int]  # width and height in pixels

    @property
    def box(self) -> Box:
        """The bounds on the page."""
        corners = self.matrix @ np.array([[0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, 1]], float)
        (left, bottom), (right, top) = corners[:2].min(axis=1), corners[:2].max(axis=1)
        return float(left), float(bottom), float(right), float(top)

    @property
    def dpi(self) -> float:
        """Pixels per inch across, however it is turned; 0 of a picture without width."""
        width = math.hypot(self.matrix[0, 0], self.matrix[1, 0])
        return 72 * self.size[0] / width if width > 0 else 0.0

    @property
    def quarters(self) -> int | None:
        """Quarter turns clockwise as it is painted; None when it is mirrored or leans."""
        a, b = self.matrix[0, 0], self.matrix[1, 0]
        if np.linalg.det(self.matrix[:2, :2]) <= 0:
            return None
        turn = -math.degrees(math.atan2(b, a)) / 90
        nearest = round(turn)
        # Ten degrees are a picture that was set straight; more is a collage.
        return nearest % 4 if abs(turn - nearest) < 10 / 90 else None


class _Drawn(Exception):  # noqa: N818  # an outcome: the page is more than its pictures
    """Something is seen on the page that no picture holds."""


def pictures_alone(page: pypdfium2.PdfPage) -> list[Painted]:
    """The pictures that make up a page, in the order they are painted.

    Returns:
        Nothing when text, lines or notes are seen besides, when a picture is transparent or cut
        by a clip, or when the page holds too much to look at: it has to be drawn.
    """
    try:
        if _has_notes(page):
            return []
        seen: list[Painted | None] = []
        for painted in _objects(page.raw, np.eye(3), pdfium.FPDFPage_CountObjects(page.raw), 0):
            seen.append(painted)
    except _Drawn:
        return []
    return _uncovered(seen, _page_box(page))


def _uncovered(seen: list[Painted | None], page: Box) -> list[Painted]:
    """None stands for print: it may lie beneath a picture that covers the page, never above."""
    pictures = [one for one in seen if one is not None]
    if None not in seen:
        return pictures
    last = seen[-1]
    if len(pictures) == 1 and last is not None and _share(last.box, page) >= _COVERS:
        return pictures
    return []


def _share(box: Box, page: Box) -> float:
    wide = min(box[2], page[2]) - max(box[0], page[0])
    high = min(box[3], page[3]) - max(box[1], page[1])
    area = (page[2] - page[0]) * (page[3] - page[1])
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0


def _objects(parent: object, to_page: Matrix, count: int, depth: int) -> Iterator[Painted | None]:
    if count > _MAX_OBJECTS or depth > _MAX_FORMS:
        raise _Drawn
    get = pdfium.FPDFFormObj_GetObject if depth else pdfium.FPDFPage_GetObject
    for index in range(count):
        one = get(parent, index)
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield _painted(one, to_page)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            inside = to_page @ _matrix(one)
            yield from _objects(one, inside, pdfium.FPDFFormObj_CountObjects(one), depth + 1)
        elif _is_seen(one, kind):
            yield None


def _is_seen(one: object, kind: int) -> bool:
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        return bool(pdfium.FPDFTextObj_GetTextRenderMode(one) != _INVISIBLE)
    return kind != pdfium.FPDF_PAGEOBJ_PATH or not _is_unseen(one)


def _painted(one: object, to_page: Matrix) -> Painted:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(one, width, height)
    painted = Painted(one, to_page @ _matrix(one), (width.value, height.value))
    if pdfium.FPDFPageObj_HasTransparency(one) or _is_clipped(one, to_page, painted.box):
        raise _Drawn
    return painted


def _matrix(one: object) -> Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(one, m):
        raise _Drawn
    found = np.array([[m.a, m.c, m.e], [m.b, m.d, m.f], [0, 0, 1]], float)
    if not np.isfinite(found).all():
        raise _Drawn
    return found


def _is_unseen(path: object) -> bool:
    """A clip, or white on white."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if stroke.value:
        return False
    if fill.value == pdfium.FPDF_FILLMODE_NONE:
        return True
    levels = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(path, *levels)
    return all(one.value >= _WHITE for one in levels[:3])


def _is_clipped(one: object, to_page: Matrix, box: Box) -> bool:
    clip = pdfium.FPDFPageObj_GetClipPath(one)
    for index in range(max(0, pdfium.FPDFClipPath_CountPaths(clip))):
        count = pdfium.FPDFClipPath_CountPathSegments(clip, index)
        if not 0 < count <= 64:
            return True
        points = [_point(clip, index, segment) for segment in range(count)]
        paper = to_page @ np.array([*zip(*points, strict=True), [1.0] * count], float)
        (left, bottom), (right, top) = paper[:2].min(axis=1), paper[:2].max(axis=1)
        slack_x = _CLIP_SLACK * (box[2] - box[0])
        slack_y = _CLIP_SLACK * (box[3] - box[1])
        if left > box[0] + slack_x or right < box[2] - slack_x:
            return True
        if bottom > box[1] + slack_y or top < box[3] - slack_y:
            return True
    return False


def _point(clip: object, path: int, segment: int) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    one = pdfium.FPDFClipPath_GetPathSegment(clip, path, segment)
    pdfium.FPDFPathSegment_GetPoint(one, x, y)
    return x.value, y.value


def _has_notes(page: pypdfium2.PdfPage) -> bool:
    count = pdfium.FPDFPage_GetAnnotCount(page.raw)
    if count > 64:
        return True
    return any(_subtype(page, index) not in _HARMLESS_NOTES for index in range(count))


def _subtype(page: pypdfium2.PdfPage, index: int) -> int:
    note = pdfium.FPDFPage_GetAnnot(page.raw, index)
    kind = pdfium.FPDFAnnot_GetSubtype(note)
    pdfium.FPDFPage_CloseAnnot(note)
    return int(kind)


def _page_box(page: pypdfium2.PdfPage) -> Box:
    left, bottom, right, top = page.get_bbox()
    return left, bottom, right, top
