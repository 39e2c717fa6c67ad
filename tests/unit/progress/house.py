"""Progress without a bus: facts are handed over directly, the tables are real."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, insert
from sqlalchemy.pool import StaticPool

from services.progress import usecases
from services.progress.domain import Difference
from services.progress.tables import metadata, sheets
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
from shared.contracts.progress_commands import ChildrenRequest, Counts, CountsRequest
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId, StudentId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level

CAMPAIGN = CampaignId("44-2026a")
PROVINCE = ProvinceCode("44")
HANDLERS = {
    UnitRegistered: usecases.register_unit,
    ScopeCounted: usecases.count_scope,
    SheetIssued: usecases.issue_sheets,
    SheetPhotographed: usecases.mark_photographed,
    SheetReturned: usecases.mark_returned,
    PhotoUnreadable: usecases.mark_unreadable,
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
        metadata.create_all(engine)

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

    def hear(self, *facts: Fact) -> "House":
        for fact in facts:
            HANDLERS[type(fact)](HeardFact(fact, self.database))  # type: ignore[operator]
        return self

    def counts(self, unit: str) -> Counts:
        return usecases.counts(self.database, CountsRequest(CAMPAIGN, UnitCode(unit))).counts

    def children(self, unit: str) -> dict[str, Counts]:
        below = usecases.children(self.database, ChildrenRequest(CAMPAIGN, UnitCode(unit)))
        return {child.unit: child.counts for child in below.units}

    def every_count(self) -> dict[str, Counts]:
        return {unit: self.counts(unit) for unit in PATHS}

    def differences(self) -> tuple[Difference, ...]:
        return usecases.recount(self.database)

    def falsify(self) -> None:
        """Flag a sheet behind the back of the counters."""
        row = {"campaign": CAMPAIGN, "sheet": "f" * 12, "unit": "c11", "serial": 1}
        flags = {"photographed": True, "returned": False, "declined": False}
        with self.database.transaction() as tx:
            tx.execute(insert(sheets).values(**row, **flags, unreadable_pages=0))


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


def a_photo(number: int, *, page: int = 0) -> SheetPhotographed:
    object_ = ObjectId(f"{number:032x}")
    return SheetPhotographed(CAMPAIGN, a_sheet(number), 1, Side.FRONT, object_, page)


def a_return(number: int, how: How = How.PHOTO) -> SheetReturned:
    return SheetReturned(CAMPAIGN, a_sheet(number), how)


def an_unreadable(number: int | None, *, object_: int = 1, page: int = 0) -> PhotoUnreadable:
    sheet = None if number is None else a_sheet(number)
    return PhotoUnreadable(CAMPAIGN, ObjectId(f"{object_:032x}"), page, sheet, "blurred")


def a_sheet(number: int) -> SheetId:
    return SheetId(f"{number:012x}")
