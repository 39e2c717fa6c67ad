"""A class put together: who its pupils are, how far each sheet has come, what was said of paper."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.portal.pages.classes import asking
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.progress_commands import ClassSheetsRequest, SheetStages
from shared.contracts.roster_commands import NamesPurpose, PupilName, PupilNamesRequest
from shared.contracts.tick_commands import ShowTicks, Tick, TickShown
from shared.kernel.ids import SheetId, StudentId, UnitCode
from shared.kernel.masking import masked_name


class State(StrEnum):
    """Where one pupil's sheet is for whoever collects it, what is still to do first."""

    RETAKE = "retake"  # every photo so far cannot be read
    OUT = "out"
    AWAY = "away"
    PAPER = "paper"  # the paper is here, no picture yet
    DECLINED = "declined"
    PHOTO = "photo"
    ENTERED = "entered"
    NOT_ISSUED = "not_issued"  # no sheet: printed later, or checked in the next campaign


# What a teacher still runs after.
MISSING = (State.RETAKE, State.OUT)


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil of the class with what the tile shows."""

    student: StudentId | None
    sheet: SheetId | None
    number: int | None
    name: str
    state: State
    tick: TickShown | None


@dataclass(frozen=True, slots=True)
class ClassSeen:
    """The pupils of a class by number in class, and how many are in which state."""

    unit: UnitCode
    pupils: tuple[Pupil, ...]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many pupils are in each state."""
        return Counter(one.state for one in self.pupils)

    @property
    def back(self) -> int:
        """How many sheets are with the school."""
        here = (State.PAPER, State.DECLINED, State.PHOTO, State.ENTERED)
        return sum(self.counts.get(state, 0) for state in here)

    @property
    def issued(self) -> int:
        """How many sheets were handed out."""
        return len(self.pupils) - self.counts.get(State.NOT_ISSUED, 0)

    def missing(self) -> list[Pupil]:
        """Whose sheet is still out, and not explained."""
        return [one for one in self.pupils if one.state in MISSING]

    def of_sheet(self, sheet: str) -> Pupil | None:
        """The pupil of a sheet of this class."""
        return next((one for one in self.pupils if one.sheet == sheet), None)


def see_class(
    staff: Staff, who: Visitor, unit: UnitCode, *, purpose: NamesPurpose | None = None
) -> ClassSeen:
    """A class as roster, progress and scan know it; names are masked unless a purpose is given.

    Raises:
        DomainError: whatever one of them refuses.
    """
    named = asking.names(staff.house, PupilNamesRequest(who.token, unit, purpose)).pupils
    told = asking.class_sheets(staff.house, ClassSheetsRequest(who.token, staff.campaign, unit))
    said = asking.ticks(staff.house, ShowTicks(who.token, staff.campaign, unit)).sheets
    by_student = {one.student: one.stages for one in told.sheets if one.student}
    by_sheet = {one.sheet: one for one in said}
    pupils = [_pupil(one, by_student, by_sheet, is_masked=purpose is None) for one in named]
    known = {one.student for one in named}
    # Printed, and moved to another class or gone since: the paper is still run after here.
    left = [one.stages for one in told.sheets if one.student not in known]
    pupils += [_of_stages(None, "", stages, by_sheet) for stages in left]
    return ClassSeen(unit, tuple(sorted(pupils, key=_by_number)))


def names_of(staff: Staff, who: Visitor, unit: UnitCode) -> dict[StudentId, tuple[int | None, str]]:
    """Numbers in class and masked names by pupil."""
    found = asking.names(staff.house, PupilNamesRequest(who.token, unit)).pupils
    return {one.student: (one.number_in_class, masked_name(one.name)) for one in found}


def state_of(stages: SheetStages, said: TickShown | None) -> State:
    """The one state of a sheet: what scan was told a moment ago goes before what was counted."""
    tick = said.tick if said is not None else None
    is_back = said.is_returned if said is not None else stages.is_returned
    told = (
        (stages.is_entered, State.ENTERED),
        (tick is Tick.DECLINED, State.DECLINED),
        (stages.is_photographed, State.PHOTO),
        (is_back, State.PAPER),
        (tick is Tick.AWAY, State.AWAY),
        (stages.to_retake, State.RETAKE),
    )
    return next((state for holds, state in told if holds), State.OUT)


def _pupil(
    one: PupilName,
    by_student: Mapping[StudentId, SheetStages],
    by_sheet: Mapping[SheetId, TickShown],
    *,
    is_masked: bool,
) -> Pupil:
    name = masked_name(one.name) if is_masked else one.name
    stages = by_student.get(one.student)
    if stages is None:
        return Pupil(one.student, None, one.number_in_class, name, State.NOT_ISSUED, None)
    found = _of_stages(one.student, name, stages, by_sheet)
    # The roster's number is newer than the one that was printed.
    number = one.number_in_class if one.number_in_class is not None else found.number
    return Pupil(one.student, found.sheet, number, name, found.state, found.tick)


def _of_stages(
    student: StudentId | None,
    name: str,
    stages: SheetStages,
    by_sheet: Mapping[SheetId, TickShown],
) -> Pupil:
    said = by_sheet.get(stages.sheet)
    return Pupil(student, stages.sheet, stages.number_in_class, name, state_of(stages, said), said)


def _by_number(one: Pupil) -> tuple[bool, int, str]:
    return one.number is None, one.number or 0, one.sheet or one.student or ""
