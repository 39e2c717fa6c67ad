"""Progress without a bus: facts are handed over directly, the tables are real."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, insert
from sqlalchemy.pool import StaticPool

from services.progress import changes, counting, usecases
from services.progress.domain import Difference
from services.progress.tables import metadata, sheets
from shared.contracts.change_events import (
    ChangeApplied,
    ChangeApproved,
    ChangeConflicted,
    ChangeEntered,
    ChangeExpired,
    ChangeQueried,
    ChangeRejected,
    ChangeReturned,
    ChangeWithdrawn,
    SheetConfirmed,
    SheetEntered,
)
from shared.contracts.events import (
    How,
    IssuedSheet,
    PhotoUnreadable,
    ScopeCounted,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
)
from shared.contracts.facts import Fact
from shared.contracts.fields import FieldKind
from shared.contracts.progress_commands import Ages, Counts, UnitCounts
from shared.kernel.ids import (
    CampaignId,
    EntryId,
    ObjectId,
    ProvinceCode,
    SheetId,
    StudentId,
    UnitCode,
)
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level
from shared.kernel.working_days import beijing_day

CAMPAIGN = CampaignId("44-2026a")
PROVINCE = ProvinceCode("44")
DUE = date(2026, 11, 16)  # ten working days after `HeardFact.at`
HANDLERS = {
    UnitRegistered: usecases.register_unit,
    ScopeCounted: usecases.count_scope,
    SheetIssued: usecases.issue_sheets,
    SheetPhotographed: usecases.mark_photographed,
    SheetReturned: usecases.mark_returned,
    PhotoUnreadable: usecases.mark_unreadable,
    SheetConfirmed: changes.confirm_sheet,
    SheetEntered: changes.enter_sheet,
    ChangeQueried: changes.note_query,
    **dict.fromkeys(changes.STAGES, changes.note_stage),
}
# A small province: one county school with two classes, one city-run school with one.
PATHS = {
    "44": "44/",
    "4403": "44/4403/",
    "440305": "44/4403/440305/",
    "s1": "44/4403/440305/s1/",
    "c11": "44/4403/440305/s1/c11/",
    "c12": "44/4403/440305/s1/c12/",
    "s2": "44/4403/s2/",
    "c21": "44/4403/s2/c21/",
}
LEVELS = {
    "44": Level.PROVINCE,
    "4403": Level.CITY,
    "440305": Level.COUNTY,
    "s1": Level.SCHOOL,
    "s2": Level.SCHOOL,
    "c11": Level.CLASS,
    "c12": Level.CLASS,
    "c21": Level.CLASS,
}


@dataclass
class HeardFact:
    """What `shared.plumbing.hears.Heard` looks like to a use case."""

    fact: Any
    database: "Tables"
    province: ProvinceCode = PROVINCE
    at: datetime = datetime(2026, 11, 2, tzinfo=UTC)

    def transaction(self) -> Any:
        return self.database.transaction()


class Tables:
    """The tables of progress on any engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.today = datetime(2026, 11, 2, 4, tzinfo=UTC)
        metadata.create_all(engine)

    def clock(self) -> datetime:
        return self.today

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection


class House:
    """Progress, spoken to directly."""

    def __init__(self, database: Any = None) -> None:
        self.database = database or Tables(in_memory())

    @classmethod
    def on(cls, database: Any) -> "House":
        """With a database whose tables are there already."""
        return cls(database)

    def hear(self, *facts: Fact, at: datetime | None = None) -> "House":
        for fact in facts:
            heard = HeardFact(fact, self.database, at=at or HeardFact.at)
            HANDLERS[type(fact)](heard)  # type: ignore[operator]
        return self

    def ages(self, unit: str) -> Ages:
        return self._told(counting.the_unit(UnitCode(unit)))[unit].ages

    def counts(self, unit: str) -> Counts:
        return self._told(counting.the_unit(UnitCode(unit)))[unit].counts

    def children(self, unit: str) -> dict[str, Counts]:
        below = self._told(counting.children_of(UnitCode(unit)))
        return {code: child.counts for code, child in below.items()}

    def _told(self, units: Any) -> dict[str, UnitCounts]:
        with self.database.transaction() as tx:
            found = counting.tallies_of(tx, CAMPAIGN, units)
        today = beijing_day(self.database.clock())
        return {one.unit: usecases.told(one, today) for one in found}

    def every_count(self) -> dict[str, Counts]:
        return {unit: self.counts(unit) for unit in PATHS}

    def differences(self) -> tuple[Difference, ...]:
        return usecases.recount(self.database)

    def falsify(self) -> None:
        """Flag a sheet behind the back of the counters."""
        row = {"campaign": CAMPAIGN, "sheet": "f" * 12, "unit": "c11", "serial": 1}
        flags = {"photographed": True, "returned": False, "declined": False}
        with self.database.transaction() as tx:
            entered = {"confirmed": False, "entered_sequence": -1}
            tx.execute(insert(sheets).values(**row, **flags, **entered, unreadable_pages=0))


def in_memory() -> Engine:
    return create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )


def a_unit(code: str, *, path: str | None = None, sequence: int = 1) -> UnitRegistered:
    path = path or PATHS[code]
    above = path.rstrip("/").split("/")[:-1]
    parent = UnitCode(above[-1]) if above else None
    return UnitRegistered(UnitCode(code), LEVELS[code], parent, path, None, sequence)


def the_tree() -> Iterable[UnitRegistered]:
    return [a_unit(code) for code in PATHS]


def a_scope(unit: str, in_scope: int, *, out: int = 0, sequence: int = 1) -> ScopeCounted:
    return ScopeCounted(CAMPAIGN, UnitCode(unit), in_scope, {"too_late": out}, sequence)


def an_issue(unit: str, *numbers: int, serial: int = 1) -> SheetIssued:
    issued = [
        IssuedSheet(a_sheet(number), StudentId(f"{number:032x}"), serial, 1, (), 1, None)
        for number in numbers
    ]
    return SheetIssued(CAMPAIGN, UnitCode(unit), tuple(issued))


def a_photo(
    number: int, *, page: int = 0, is_left: bool = True, sequence: int = 0
) -> SheetPhotographed:
    """A page that counts; not left: it was taken back, and no other page counts."""
    told = SheetPhotographed(
        CAMPAIGN, a_sheet(number), 1, Side.FRONT, ObjectId(f"{number:032x}"), page
    )
    return replace(told, is_withdrawn=not is_left, is_photographed=is_left, sequence=sequence)


def a_return(number: int, how: How = How.PHOTO) -> SheetReturned:
    return SheetReturned(CAMPAIGN, a_sheet(number), how)


def a_taking_back(number: int, *, is_back: bool = False, sequence: int) -> SheetReturned:
    """What it was returned by was taken back, or came in once more."""
    sheet = a_sheet(number)
    return SheetReturned(CAMPAIGN, sheet, How.BULK_SCAN, is_returned=is_back, sequence=sequence)


def an_unreadable(number: int | None, *, object_: int = 1, page: int = 0) -> PhotoUnreadable:
    sheet = None if number is None else a_sheet(number)
    return PhotoUnreadable(CAMPAIGN, ObjectId(f"{object_:032x}"), page, sheet, "blurred")


def a_confirmation(number: int) -> SheetConfirmed:
    return SheetConfirmed(CAMPAIGN, a_sheet(number), UnitCode("c11"))


def an_entered_sheet(number: int, *, is_entered: bool = True, sequence: int = 1) -> SheetEntered:
    return SheetEntered(CAMPAIGN, a_sheet(number), UnitCode("c11"), is_entered, sequence)


def an_entry(number: int, *, entry: int = 0, revision: int = 1, due: date = DUE) -> ChangeEntered:
    school = UnitCode("s1")
    rest = (FieldKind.MAINTENANCE, school, revision, due)
    return ChangeEntered(*_entry(number, entry), *rest)


def a_query(number: int, *, is_open: bool = True, sequence: int = 1) -> ChangeQueried:
    return ChangeQueried(*_entry(number, 0), is_open, sequence)


def a_withdrawal(number: int, *, entry: int = 0, revision: int = 1) -> ChangeWithdrawn:
    return ChangeWithdrawn(*_entry(number, entry), revision)


def an_expiry(number: int, *, entry: int = 0, revision: int = 1) -> ChangeExpired:
    return ChangeExpired(*_entry(number, entry), revision)


def sent_back(number: int, *, entry: int = 0, revision: int = 1) -> ChangeReturned:
    return ChangeReturned(*_entry(number, entry), revision, "proof_missing")


def a_rejection(number: int, *, entry: int = 0, revision: int = 1) -> ChangeRejected:
    return ChangeRejected(*_entry(number, entry), revision, "not_proven")


def an_approval(number: int, *, entry: int = 0, revision: int = 1) -> ChangeApproved:
    campaign, id_, sheet, unit, field = _entry(number, entry)
    student = StudentId(f"{number:032x}")
    kind = FieldKind.MAINTENANCE
    return ChangeApproved(campaign, id_, sheet, student, unit, field, kind, revision)


def an_applied(number: int, *, entry: int = 0, revision: int = 1) -> ChangeApplied:
    return ChangeApplied(an_entry_id(number, entry), StudentId("0" * 32), "phone", revision, 2)


def a_conflict(number: int, *, entry: int = 0, revision: int = 1) -> ChangeConflicted:
    return ChangeConflicted(an_entry_id(number, entry), StudentId("0" * 32), "phone", revision, 2)


def an_entry_id(number: int, entry: int) -> EntryId:
    return EntryId(f"{number:016x}{entry:016x}")


def _entry(number: int, entry: int) -> tuple[CampaignId, EntryId, SheetId, UnitCode, str]:
    return CAMPAIGN, an_entry_id(number, entry), a_sheet(number), UnitCode("c11"), "phone"


def a_sheet(number: int) -> SheetId:
    return SheetId(f"{number:012x}")
