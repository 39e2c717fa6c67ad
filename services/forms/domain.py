"""Pure rules of printing: which copy a print makes, in which order, and who may take it away."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from services.forms.render.job import Copy
from shared.contracts.roster_commands import PupilSnapshot
from shared.kernel.ids import CampaignId, SheetId, StudentId, UnitCode
from shared.kernel.sheet_code import MAX_SERIAL

DOWNLOAD_CODE_DIGITS = 8
# Eight digits and five tries: one in twenty million guesses a code.
MAX_WRONG_CODES = 5

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What a job prints, as its books keep it: the token of who asked is not among it."""

    campaign: CampaignId
    unit: UnitCode
    campaign_name: str
    template: str
    with_cover: bool
    students: tuple[StudentId, ...] = ()


class SheetKind(StrEnum):
    """What a row of `sheets` is printed for."""

    SHEET = "S"
    COVER = "B"


@dataclass(frozen=True, slots=True)
class LastCopy:
    """The newest copy of a holder's sheet."""

    sheet: SheetId
    generation: int
    serial: int


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """A copy to be printed; a new sheet is not in the books yet."""

    copy: Copy
    generation: int
    is_new_sheet: bool


def next_copy(
    last: LastCopy | None, new_sheet: Callable[[], SheetId], number_base: str
) -> PlannedCopy:
    """The copy that follows: the same sheet with a higher print serial.

    The 32nd print does not fit the sheet code's five bits, so it begins a new sheet.
    """
    if last is None:
        return PlannedCopy(Copy(new_sheet(), 1, number_base), 1, is_new_sheet=True)
    if last.serial == MAX_SERIAL:
        fresh = Copy(new_sheet(), 1, number_base, is_reprint=True)
        return PlannedCopy(fresh, last.generation + 1, is_new_sheet=True)
    again = Copy(last.sheet, last.serial + 1, number_base, is_reprint=True)
    return PlannedCopy(again, last.generation, is_new_sheet=False)


def in_print_order(pupils: Iterable[PupilSnapshot]) -> tuple[PupilSnapshot, ...]:
    """By number in class; pupils without one last, by student number."""
    return tuple(
        sorted(
            pupils,
            key=lambda one: (
                one.number_in_class is None,
                one.number_in_class or 0,
                one.student_number,
                one.student,
            ),
        )
    )


def in_chunks(items: Sequence[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """The items in their order, `size` at a time."""
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])


def code_digest(job: str, download_code: str) -> str:
    """What is kept of a download code."""
    return hashlib.sha256(f"{job} {download_code}".encode()).hexdigest()
