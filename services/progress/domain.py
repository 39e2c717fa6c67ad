"""What a sheet adds to the counts, and how counts climb the tree: pure rules.

Every rule here is a maximum or an "ever": told late, twice or in any order, the same
facts leave the same flags, and so the same counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import add, attrgetter, sub

from shared.contracts.progress_commands import Counts
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import codes_up

NOTHING = Counts()
# The serial of a sheet that was seen before anybody said it was issued.
NOT_ISSUED = 0

_VALUES = attrgetter(*(field.name for field in fields(Counts)))


@dataclass(frozen=True, slots=True)
class SheetFlags:
    """One flag per stage of one sheet.

    `unit` is the class the latest print was made for. Until the first print is heard of
    it is the province: what has come in is counted at once, and moves down later.
    """

    unit: UnitCode
    serial: int = NOT_ISSUED
    photographed: bool = False
    returned: bool = False
    declined: bool = False
    unreadable_pages: int = 0

    def issued_for(self, unit: UnitCode, serial: int) -> "SheetFlags":
        """The flags once a print is heard of; an older print than the known one changes nothing."""
        if (serial, unit) <= (self.serial, self.unit):
            return self
        return replace(self, unit=unit, serial=serial)

    def counts(self) -> Counts:
        """What this sheet adds to its class."""
        return Counts(
            issued=int(self.serial > NOT_ISSUED),
            photographed=int(self.photographed),
            returned=int(self.returned),
            declined=int(self.declined),
            unreadable=self.unreadable_pages,
            to_retake=int(self.unreadable_pages > 0 and not self.photographed),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """Counts that one unit of its own gains, or loses where negative."""

    unit: UnitCode
    counts: Counts


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that does not agree with the flags."""

    campaign: CampaignId
    unit: UnitCode
    counted: Counts
    recounted: Counts


def plus(one: Counts, other: Counts) -> Counts:
    """The sum, count by count."""
    return Counts(*map(add, _VALUES(one), _VALUES(other)))


def minus(one: Counts, other: Counts) -> Counts:
    """The difference, count by count."""
    return Counts(*map(sub, _VALUES(one), _VALUES(other)))


def changes_between(before: SheetFlags, after: SheetFlags) -> tuple[Change, ...]:
    """What a sheet's new flags change: in its class, or in two when it moved."""
    return (
        Change(before.unit, minus(NOTHING, before.counts())),
        Change(after.unit, after.counts()),
    )


def units_above(path: str | None) -> tuple[UnitCode, ...]:
    """The units that also count what the unit at `path` counts; none while its place is unknown."""
    return codes_up(path)[1:] if path else ()


def roll_up(
    changes: Iterable[Change], paths: Mapping[UnitCode, str | None]
) -> dict[UnitCode, Counts]:
    """What every unit up to the province gains; without those where nothing changes."""
    own: dict[UnitCode, Counts] = {}
    for change in changes:
        own[change.unit] = plus(own.get(change.unit, NOTHING), change.counts)
    gains = _Gains()
    for unit, counts in own.items():
        path = paths.get(unit)
        gains.give((unit, *units_above(path)), counts)
    return gains.in_locking_order()


def moved(own: Counts, before: str | None, after: str | None) -> dict[UnitCode, Counts]:
    """What the units above gain and lose when a unit that counted `own` moves."""
    gains = _Gains()
    gains.give(units_above(before), minus(NOTHING, own))
    gains.give(units_above(after), own)
    return gains.in_locking_order()


class _Gains:
    def __init__(self) -> None:
        self._counts: dict[UnitCode, Counts] = {}
        self._depths: dict[UnitCode, int] = {}

    def give(self, units: Sequence[UnitCode], counts: Counts) -> None:
        """Add the same to several units of one path, given from the lowest up."""
        for depth, code in enumerate(reversed(units)):
            self._counts[code] = plus(self._counts.get(code, NOTHING), counts)
            self._depths[code] = depth

    def in_locking_order(self) -> dict[UnitCode, Counts]:
        """The same order in every transaction: deepest first, the busy province last.

        So no two transactions wait for each other, and the counter that all of them
        change is held for the shortest time.
        """
        ordered = sorted(self._counts, key=lambda code: (-self._depths[code], code))
        return {code: self._counts[code] for code in ordered if self._counts[code] != NOTHING}
