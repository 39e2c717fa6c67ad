"""What a sheet adds to the counts, and how counts climb the tree: pure rules.

Every rule here is a maximum or an "ever": told late, twice or in any order, the same
facts leave the same flags, and so the same counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import add, attrgetter, sub

from services.progress.entries import (
    TO_APPLY,
    UNDECIDED,
    WITHOUT_CHANGE,
    EntryFlags,
    Stage,
    in_stage,
    waiting_by_due,
)
from shared.contracts.events import How
from shared.contracts.progress_commands import Counts
from shared.kernel.ids import CampaignId, EntryId, StudentId, UnitCode
from shared.kernel.units import Level, codes_up

NOTHING = Counts()
# The serial of a sheet that was seen before anybody said it was issued.
NOT_ISSUED = 0

_VALUES = attrgetter(*(field.name for field in fields(Counts)))


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted at one unit: numbers, and entries in decision by the day they are due."""

    counts: Counts = NOTHING
    waiting: Mapping[date, int] = field(default_factory=dict)  # never holds a zero

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(plus(self.counts, other.counts), _merged(self.waiting, other.waiting, 1))

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(minus(self.counts, other.counts), _merged(self.waiting, other.waiting, -1))


EMPTY = Tally()


@dataclass(frozen=True, slots=True)
class UnitTally:
    """What one unit counts, and when it last moved on; None: nothing has happened there."""

    unit: UnitCode
    level: Level
    tally: Tally
    moved_on: date | None


@dataclass(frozen=True, slots=True)
class SheetFlags:
    """One flag per stage of one sheet, and how its change entries stand.

    `unit` is the class the latest print was made for. Until the first print is heard of
    it is the province: what has come in is counted at once, and moves down later.
    `entered` is what was told last with a sequence; None when only a confirmation can tell.
    """

    unit: UnitCode
    serial: int = NOT_ISSUED
    student: StudentId | None = None
    number_in_class: int | None = None
    photographed: bool = False
    photographed_sequence: int = -1
    returned: bool = False
    returned_sequence: int = -1
    declined: bool = False
    unreadable_pages: int = 0
    confirmed: bool = False
    entered: bool | None = None
    entered_sequence: int = -1
    entries: Mapping[EntryId, EntryFlags] = field(default_factory=dict)

    def issued_for(self, unit: UnitCode, printed: "Printed") -> "SheetFlags":
        """The flags once a print is heard of; an older print than the known one changes nothing."""
        if (printed.serial, unit) <= (self.serial, self.unit):
            return self
        return replace(
            self,
            unit=unit,
            serial=printed.serial,
            student=printed.student,
            number_in_class=printed.number_in_class,
        )

    def told_photographed(self, sequence: int, *, is_photographed: bool) -> "SheetFlags":
        """The flags once it is told whether a page counts; a lower sequence changes nothing."""
        if sequence < self.photographed_sequence:
            return self
        return replace(self, photographed=is_photographed, photographed_sequence=sequence)

    def told_returned(self, sequence: int, how: How, *, is_returned: bool) -> "SheetFlags":
        """The flags once it is told whether it is back and how; a lower sequence changes nothing.

        Of two words under one sequence, which older facts have, a refusal holds.
        """
        if sequence < self.returned_sequence:
            return self
        same = self.declined and sequence == self.returned_sequence
        declined = same or (is_returned and how is How.DECLINED)
        return replace(self, returned=is_returned, returned_sequence=sequence, declined=declined)

    def told_entered(self, sequence: int, *, is_entered: bool) -> "SheetFlags":
        """The flags once it is told whether all is entered; a lower sequence changes nothing."""
        if sequence <= self.entered_sequence:
            return self
        return replace(self, entered=is_entered, entered_sequence=sequence)

    def tally(self) -> Tally:
        """What this sheet adds to its class."""
        return Tally(self._counts(), waiting_by_due(self.entries.values()))

    def _counts(self) -> Counts:
        entries = self.entries.values()
        is_entered = self.confirmed if self.entered is None else self.entered
        is_decided = is_entered and not in_stage(entries, *UNDECIDED)
        asks_nothing = in_stage(entries, *WITHOUT_CHANGE) == len(entries)
        return Counts(
            issued=int(self.serial > NOT_ISSUED),
            photographed=int(self.photographed),
            returned=int(self.returned),
            declined=int(self.declined and self.returned),
            unreadable=self.unreadable_pages,
            to_retake=int(self.unreadable_pages > 0 and not self.photographed),
            entered=int(is_entered),
            no_change=int(is_entered and self.confirmed and asks_nothing),
            decided=int(is_decided),
            applied=int(is_decided and not in_stage(entries, *TO_APPLY)),
            in_decision=in_stage(entries, Stage.SUBMITTED),
            sent_back=in_stage(entries, Stage.RETURNED),
            conflicts=in_stage(entries, Stage.CONFLICTED),
            queries=sum(entry.is_queried for entry in entries),
        )


@dataclass(frozen=True, slots=True)
class Printed:
    """What a print tells of its sheet."""

    serial: int
    student: StudentId
    number_in_class: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one unit of its own gains, or loses where negative."""

    unit: UnitCode
    tally: Tally


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that does not agree with the flags."""

    campaign: CampaignId
    unit: UnitCode
    counted: Tally
    recounted: Tally


def plus(one: Counts, other: Counts) -> Counts:
    """The sum, count by count."""
    return Counts(*map(add, _VALUES(one), _VALUES(other)))


def minus(one: Counts, other: Counts) -> Counts:
    """The difference, count by count."""
    return Counts(*map(sub, _VALUES(one), _VALUES(other)))


def changes_between(before: SheetFlags, after: SheetFlags) -> tuple[Change, ...]:
    """What a sheet's new flags change: in its class, or in two when it moved."""
    return (
        Change(before.unit, EMPTY - before.tally()),
        Change(after.unit, after.tally()),
    )


def units_above(path: str | None) -> tuple[UnitCode, ...]:
    """The units that also count what the unit at `path` counts; none while its place is unknown."""
    return codes_up(path)[1:] if path else ()


def roll_up(
    changes: Iterable[Change], paths: Mapping[UnitCode, str | None]
) -> dict[UnitCode, Tally]:
    """What every unit up to the province gains; without those where nothing changes."""
    own: dict[UnitCode, Tally] = {}
    for change in changes:
        own[change.unit] = own.get(change.unit, EMPTY) + change.tally
    gains = _Gains()
    for unit, tally in own.items():
        path = paths.get(unit)
        gains.give((unit, *units_above(path)), tally)
    return gains.in_locking_order()


def moved(own: Tally, before: str | None, after: str | None) -> dict[UnitCode, Tally]:
    """What the units above gain and lose when a unit that counted `own` moves."""
    gains = _Gains()
    gains.give(units_above(before), EMPTY - own)
    gains.give(units_above(after), own)
    return gains.in_locking_order()


class _Gains:
    def __init__(self) -> None:
        self._tallies: dict[UnitCode, Tally] = {}
        self._depths: dict[UnitCode, int] = {}

    def give(self, units: Sequence[UnitCode], tally: Tally) -> None:
        """Add the same to several units of one path, given from the lowest up."""
        for depth, code in enumerate(reversed(units)):
            self._tallies[code] = self._tallies.get(code, EMPTY) + tally
            self._depths[code] = depth

    def in_locking_order(self) -> dict[UnitCode, Tally]:
        """The same order in every transaction: deepest first, the busy province last.

        So no two transactions wait for each other, and the counter that all of them
        change is held for the shortest time.
        """
        ordered = sorted(self._tallies, key=lambda code: (-self._depths[code], code))
        return {code: self._tallies[code] for code in ordered if self._tallies[code] != EMPTY}


def _merged(one: Mapping[date, int], other: Mapping[date, int], sign: int) -> dict[date, int]:
    sums = {day: one.get(day, 0) + sign * other.get(day, 0) for day in {**one, **other}}
    return {day: entries for day, entries in sums.items() if entries}
