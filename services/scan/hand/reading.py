"""Reads one cell: what is written there, and what of it may be suggested to a clerk.

A suggestion is never an entry, and never a repair: what the guardian wrote is shown as written,
and what does not fit its own rules is said to not fit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.hand.addresses import read_address, region_in
from services.scan.hand.finding import NO_EVIDENCE, Evidence, Finding, Grade, Why
from services.scan.hand.ink import ink_of
from services.scan.hand.model import MODEL_NAME
from services.scan.hand.names import read_name
from services.scan.hand.numbers import read_date, read_id, read_phone
from services.scan.hand.sight import Sight
from services.scan.hand.simplified import simplified
from services.scan.hand.words import read_word
from shared.contracts.fields import national
from shared.kernel.divisions import is_known

__all__ = ["NO_EVIDENCE", "VERSION", "CellKind", "CellReading", "Evidence", "read_cell", "warm"]

VERSION = f"{MODEL_NAME}/3"  # of model and decoder, kept with every suggestion
MAX_PIXELS = 4_000_000
_MIN_SIDE = 6
_NEGATIVE = 100  # levels: the paper of a crop that is darker may be ink's


class CellKind(StrEnum):
    """What a cell is for, and by which rules it is read."""

    NAME = "name"
    ID = "id"
    DATE = "date"
    PHONE = "phone"
    ADDRESS = "address"
    ETHNIC = "ethnic"
    HUKOU = "hukou"
    SEX = "sex"
    YES_NO = "yesno"


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell seems to say; `grade` is "" where nothing was read."""

    raw: str = ""
    suggestion: str | None = None
    candidates: tuple[str, ...] = ()
    grade: str = ""
    reasons: tuple[str, ...] = ()


_CODES = {
    CellKind.ETHNIC: "ethnic",
    CellKind.HUKOU: "hukou",
    CellKind.SEX: "sex",
    CellKind.YES_NO: "yes_no",
}
_READERS: dict[CellKind, Callable[[Sight, Evidence], Finding]] = {
    CellKind.NAME: read_name,
    CellKind.ID: read_id,
    CellKind.DATE: read_date,
    CellKind.PHONE: read_phone,
}


def warm() -> None:
    """Use every rule once: a locked child can open neither the model nor a list any more."""
    strokes = np.full((60, 300), 235, np.uint8)
    for left in range(30, 250, 40):
        cv2.line(strokes, (left, 12), (left + 20, 48), 40, 3)
        cv2.line(strokes, (left + 20, 12), (left, 48), 40, 3)
    for kind in CellKind:
        read_cell(strokes, kind)
    for codes in national().code_lists:
        read_cell(strokes, CellKind.ETHNIC, codes=codes)
    region_in("广东省深圳市南山区")
    is_known("440000")
    simplified("")


def read_cell(
    picture: npt.NDArray[np.uint8],
    kind: CellKind,
    evidence: Evidence = NO_EVIDENCE,
    *,
    codes: str = "",
) -> CellReading:
    """Read a cell cut out of a sheet laid flat.

    Args:
        picture: grey (height, width) or blue-green-red (height, width, 3), 0 black .. 255 white;
            45 to 100 px high is best.
        kind: what the cell is for.
        evidence: what else is known of the pupil.
        codes: a code list that the cell is about, instead of the kind's own.
    """
    grey = _grey(picture)
    if min(grey.shape) < _MIN_SIDE or grey.size > MAX_PIXELS:
        return CellReading(reasons=("too_small" if min(grey.shape) < _MIN_SIDE else "too_large",))
    ink = ink_of(grey)
    if ink.is_blank:
        return CellReading(reasons=(Why.BLANK.value,))
    if kind is CellKind.ADDRESS:
        return _plain(read_address(ink))
    sight = Sight(ink)
    vocabulary = codes or _CODES.get(kind)
    if vocabulary:
        return _plain(read_word(sight, vocabulary, evidence))
    return _plain(_READERS[kind](sight, evidence))


def _grey(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    grey = picture
    if picture.ndim == 3:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    low, middle, high = np.percentile(grey, (0.5, 50, 99.5))
    # White on black, as some programs export strokes: paper in the dark has no such lights.
    is_negative = middle < _NEGATIVE and high - middle > 2 * (middle - low)
    return np.asarray(255 - grey, np.uint8) if is_negative else grey


def _plain(found: Finding) -> CellReading:
    if not found.raw and found.suggestion is None:
        return CellReading(reasons=(Why.NOTHING_READ.value, *(one.value for one in found.reasons)))
    reasons = tuple(one.value for one in found.reasons)
    grade = found.grade.value if found.grade is not Grade.NONE else ""
    return CellReading(found.raw, found.suggestion, found.candidates, grade, reasons)
