"""Review without a bus: real tables, facts handed over directly, records that are a dictionary."""

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.review import applying, learning
from services.review.deciding import tasks, verdicts
from services.review.documents import add_document
from services.review.entries import entering, submitting
from services.review.office import Office, Rules
from services.review.reconciling import usecases as reconciling
from services.review.vault import Vault
from shared.contracts.actors import Actor
from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.change_events import ChangeApplied, ChangeConflicted
from shared.contracts.events import (
    CampaignOpened,
    CellsRead,
    How,
    IssuedSheet,
    RecordChanged,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
    WindowClosed,
    WindowOpened,
)
from shared.contracts.facts import Fact
from shared.contracts.lane_commands import (
    DisagreementKind,
    SettleDisagreement,
    SettleReason,
    SheetStanding,
    ShowSheet,
)
from shared.contracts.record_commands import FieldValues, IdHolder
from shared.contracts.review_commands import (
    AddDocument,
    DecideChange,
    DocumentKind,
    EnterChange,
    EntryShown,
    NextTask,
    ReturnReason,
    SeenEntry,
    ShowEntries,
    SubmitChanges,
    TaskCommand,
    TaskShown,
    Verdict,
    WithdrawChange,
)
from shared.contracts.seen import Ink, Presence
from shared.contracts.wire import fact_of, open_envelope
from shared.kernel.authority import Role
from shared.kernel.errors import RecordsAwayError
from shared.kernel.errors_review import (
    DocumentsAwayError,
    UnknownDocumentError,
)
from shared.kernel.ids import (
    AccountId,
    ActorToken,
    CampaignId,
    EntryId,
    ObjectId,
    PersonId,
    ProvinceCode,
    SheetId,
    StudentId,
    UnitCode,
)
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level, codes_up
from shared.kernel.windows import Action
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade
from shared.plumbing.outbox import outbox_table

CAMPAIGN = CampaignId("44-2026a")
PROVINCE = ProvinceCode("44")
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in the morning in Beijing
TOKEN = ActorToken("checked before")

# A county school with two classes, and a city-run school in the same county.
PATHS = {
    "44": "44/",
    "4403": "44/4403/",
    "440305": "44/4403/440305/",
    "s1": "44/4403/440305/s1/",
    "c11": "44/4403/440305/s1/c11/",
    "c12": "44/4403/440305/s1/c12/",
    "s2": "44/4403/440305/s2/",
    "c21": "44/4403/440305/s2/c21/",
}
LEVELS = [Level.PROVINCE, Level.CITY, Level.COUNTY, Level.SCHOOL, Level.CLASS]
MANAGED = {"s1": UnitCode("440305"), "s2": UnitCode("4403")}
RECORD = {
    "name": "王小明",
    "sex": "1",
    "birth_date": "2015-05-06",
    "id_type": "1",
    "id_number": "440305201505062516",
    "phone": "13800138000",
    "health": "10",
    "guardian1_name": "王大明",
}


@dataclass
class HeardFact:
    """What `shared.plumbing.hears.Heard` looks like to a use case."""

    fact: Any
    database: Database
    at: datetime
    province: ProvinceCode = PROVINCE

    def transaction(self) -> Any:
        return self.database.transaction()


class FakeRecords:
    """Roster, as far as review asks it."""

    def __init__(self) -> None:
        self.values: dict[StudentId, dict[str, str]] = {}
        self.printed: dict[tuple[StudentId, int], dict[str, str]] = {}
        self.versions: dict[StudentId, int] = {}
        self.holders: dict[str, StudentId] = {}
        self.is_away = False

    def values_of(
        self, student: StudentId, fields: tuple[str, ...], printed_version: int | None
    ) -> FieldValues:
        if self.is_away:
            raise RecordsAwayError
        version = self.versions.get(student, 1)
        now = self.values.get(student, RECORD)
        then = now if printed_version == version else self.printed.get((student, printed_version))
        return FieldValues(
            student,
            UnitCode("c11"),
            version,
            {key: now[key] for key in fields if key in now},
            None if then is None else {key: then[key] for key in fields if key in then},
        )

    def holder_of(self, student: StudentId, id_number: str) -> IdHolder:
        if self.is_away:
            raise RecordsAwayError
        holder = self.holders.get(id_number)
        if holder is None or holder == student:
            return IdHolder(None, None)
        return IdHolder(holder, UnitCode("c21"))


class FakeObjects:
    """Storage, as far as review asks it: it keeps everything but what is named."""

    def __init__(self) -> None:
        self.unknown: set[ObjectId] = set()
        self.photos: set[ObjectId] = set()  # of sheets: no pages of a document
        self.is_away = False

    def check(self, object_: ObjectId, province: ProvinceCode) -> bool:
        if self.is_away:
            raise DocumentsAwayError
        if object_ in self.unknown or province != PROVINCE:
            raise UnknownDocumentError(object_)
        return object_ not in self.photos


@dataclass
class Clock:
    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class House:
    """Review, spoken to directly."""

    database: Database
    clock: Clock
    records: FakeRecords = field(default_factory=FakeRecords)
    rules: Rules = field(default_factory=Rules)
    objects: FakeObjects = field(default_factory=FakeObjects)

    @classmethod
    def at(cls, folder: Path, rules: Rules | None = None) -> "House":
        path = folder / "review.db"
        path.write_bytes(_empty_database())
        return cls.on(f"sqlite:///{path}", rules)

    @classmethod
    def on(cls, url: str, rules: Rules | None = None) -> "House":
        """With a database whose tables are there already."""
        clock = Clock()
        house = cls(Database("review", url, clock=clock), clock, rules=rules or Rules())
        if url.startswith("sqlite"):
            # What is proven here does not hang on a disk's patience.
            house.database.engine.raw_connection().execute("PRAGMA synchronous=OFF")
        house.hear(*(a_unit(code) for code in PATHS), a_window(), house.a_witness())
        return house

    def a_witness(self) -> CheckpointWitnessed:
        """A word of the witness, now."""
        return CheckpointWitnessed(1, "00" * 32, "hecha.example.gov.cn/witness", self.clock())

    @property
    def office(self) -> Office:
        vault = Vault(bytes(32))
        return Office(self.database, vault, self.records, self.rules, objects=self.objects)

    def hear(self, *facts: Fact) -> "House":
        for fact in facts:
            heard = HeardFact(fact, self.database, self.clock())
            if isinstance(fact, ChangeApplied):
                applying.note_applied(self.office, heard)  # type: ignore[arg-type]
            elif isinstance(fact, ChangeConflicted):
                applying.note_conflict(self.office, heard)  # type: ignore[arg-type]
            else:
                HANDLERS[type(fact)](heard)  # type: ignore[operator]
        return self

    def said(self, name: str) -> list[Any]:
        """The facts of a name that left, or will: what was taken back is not among them."""
        outbox = outbox_table(sa.MetaData())
        with self.database.transaction() as tx:
            bodies = tx.execute(
                sa.select(outbox.c.body).where(outbox.c.fact == name).order_by(outbox.c.id)
            )
            return [fact_of(open_envelope(bytes(body))) for body in bodies.scalars()]

    def outcomes(self, act: str) -> list[str]:
        return [one.outcome for one in self.said("act_done") if one.act == act]

    def enter(
        self, value: str, field: str = "phone", *, who: Actor | None = None, sheet: int = 1
    ) -> EntryShown:
        request = EnterChange(TOKEN, a_sheet(sheet), field, value)
        return entering.enter_change(self.office, who or CLERK, request)

    def submit(self, *drafts: EntryShown, who: Actor | None = None) -> dict[str, EntryShown]:
        seen = tuple(SeenEntry(one.entry, one.sequence) for one in drafts)
        request = SubmitChanges(TOKEN, drafts[0].sheet, seen)
        shown = submitting.submit_changes(self.office, who or CLERK, request)
        return {one.field: one for one in shown.entries}

    def prove(self, entry: EntryShown, number: int = 1) -> None:
        kind = DocumentKind.HOUSEHOLD_BOOK
        request = AddDocument(TOKEN, entry.entry, ObjectId(f"{number:032x}"), kind)
        add_document(self.office, REGISTRAR, request)

    def withdraw(self, entry: EntryShown, who: Actor | None = None) -> EntryShown:
        request = WithdrawChange(TOKEN, entry.entry)
        return submitting.withdraw_change(self.office, who or CLERK, request)

    def next(self, who: Actor) -> TaskShown:
        return tasks.next_task(self.office, who, NextTask(TOKEN, CAMPAIGN))

    def decide(
        self,
        entry: EntryShown,
        verdict: Verdict = Verdict.APPROVE,
        *,
        who: Actor,
        reason: ReturnReason | None = None,
        note: str = "",
    ) -> EntryShown:
        request = DecideChange(TOKEN, entry.entry, entry.revision, verdict, reason, note)
        return verdicts.decide_change(self.office, who, request)

    def undo(self, entry: EntryShown, who: Actor) -> EntryShown:
        return verdicts.undo_decision(self.office, who, TaskCommand(TOKEN, entry.entry))

    def entries(self, sheet: int = 1, who: Actor | None = None) -> dict[str, EntryShown]:
        shown = entering.show_entries(self.office, who or CLERK, ShowEntries(TOKEN, a_sheet(sheet)))
        return {one.field: one for one in shown.entries}

    def standing(self, sheet: int = 1, who: Actor | None = None) -> SheetStanding:
        request = ShowSheet(TOKEN, a_sheet(sheet))
        return reconciling.show_sheet(self.office, who or CLERK, request)

    def settle(
        self,
        field: str,
        kind: DisagreementKind,
        reason: SettleReason = SettleReason.STRAY_MARK,
        *,
        sheet: int = 1,
        note: str = "",
    ) -> SheetStanding:
        request = SettleDisagreement(TOKEN, a_sheet(sheet), field, kind, reason, note)
        return reconciling.settle_disagreement(self.office, CLERK, request)

    def entered(self, sheet: int = 1) -> list[bool]:
        """What was told about a sheet, in its order."""
        told = [one for one in self.said("sheet_entered") if one.sheet == a_sheet(sheet)]
        return [one.is_entered for one in sorted(told, key=lambda one: one.sequence)]

    def relay(self) -> None:
        """What the relay does with whatever is due."""
        outbox = outbox_table(sa.MetaData())
        due = sa.or_(outbox.c.not_before.is_(None), outbox.c.not_before <= self.clock())
        with self.database.transaction() as tx:
            tx.execute(sa.update(outbox).where(due).values(said_at=self.clock()))


@cache
def _empty_database() -> bytes:
    """A database with every table: made once, because migrations take longer than tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "review.db"
        upgrade("review", f"sqlite:///{path}")
        return path.read_bytes()


HANDLERS = {
    UnitRegistered: learning.keep_unit,
    CampaignOpened: learning.keep_campaign,
    WindowOpened: learning.keep_window,
    WindowClosed: learning.end_window,
    SheetIssued: learning.keep_sheets,
    CellsRead: learning.keep_cells,
    SheetReturned: learning.keep_return,
    SheetPhotographed: learning.keep_photo,
    RecordChanged: learning.keep_record_change,
    CheckpointWitnessed: learning.keep_word_of_witness,
}


def an_actor(role: Role, unit: str, person: int = 1) -> Actor:
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    account = AccountId(f"{unit}.{person:02}")
    return Actor(
        PersonId(f"{person:016x}"), account, role, UnitCode(unit), PATHS[unit], ends, MONDAY
    )


CLERK = an_actor(Role.ENTRY_CLERK, "s1", 1)
REGISTRAR = an_actor(Role.REGISTRAR, "s1", 2)
TEACHER = an_actor(Role.HOMEROOM_TEACHER, "c11", 3)
LEADER = an_actor(Role.SCHOOL_LEADER, "s1", 4)
REVIEWER = an_actor(Role.REVIEWER, "440305", 5)
CITY_REVIEWER = an_actor(Role.REVIEWER, "4403", 6)


def a_unit(code: str, sequence: int = 1) -> UnitRegistered:
    path = PATHS[code]
    up = codes_up(path)
    parent = up[1] if len(up) > 1 else None
    level = LEVELS[len(up) - 1]
    return UnitRegistered(UnitCode(code), level, parent, path, MANAGED.get(code), sequence)


def a_window(unit: str = "44", *, days: float = 30, sequence: int = 1) -> WindowOpened:
    opens, closes = MONDAY - timedelta(days=1), MONDAY + timedelta(days=days)
    return WindowOpened(CAMPAIGN, UnitCode(unit), Action.ENTER_CHANGES, opens, closes, sequence)


def an_issue(*numbers: int, unit: str = "c11", serial: int = 1, version: int = 1) -> SheetIssued:
    issued = [
        IssuedSheet(a_sheet(one), a_student(one), serial, 1, ("1" * 16,), version, one)  # type: ignore[arg-type]
        for one in numbers
    ]
    return SheetIssued(CAMPAIGN, UnitCode(unit), tuple(issued))


def a_return(number: int, how: How = How.PHOTO) -> SheetReturned:
    return SheetReturned(CAMPAIGN, a_sheet(number), how)


def seen_cells(
    number: int,
    *inked: str,
    unsure: tuple[str, ...] = (),
    signature: Presence | None = Presence.PRESENT,
    is_legible: bool = True,
    ticked: tuple[str, ...] = (),
    photo: int | None = None,
    serial: int = 1,
) -> CellsRead:
    cells = dict.fromkeys(RECORD, Ink.BLANK)
    cells |= dict.fromkeys(inked, Ink.INK) | dict.fromkeys(unsure, Ink.UNSURE)
    object_ = ObjectId(f"{photo or number:032x}")
    return CellsRead(
        CAMPAIGN,
        a_sheet(number),
        serial,
        Side.FRONT,
        object_,
        0,
        is_legible,
        cells if is_legible else {},
        {},
        signature,
        ticked,
    )


def a_sheet(number: int) -> SheetId:
    return SheetId(f"{number:012x}")


def a_student(number: int) -> StudentId:
    return StudentId(f"{number:032x}")


def an_entry_id(number: int) -> EntryId:
    return EntryId(f"{number:032x}")
