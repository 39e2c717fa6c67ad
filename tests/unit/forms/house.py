"""Forms without a bus: its books, one school of the roster, and a shelf that nobody fills."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from services.forms import store
from services.forms.ports import HandedOver, PrintRoom, Shelved
from services.forms.render.job import PrintJob
from services.forms.tables import jobs, metadata
from shared.contracts.actors import Actor
from shared.contracts.roster_commands import (
    ClassScope,
    ClassSnapshot,
    ClassVersions,
    PupilSnapshot,
    PupilVersion,
    RecordVersions,
    SchoolClasses,
)
from shared.kernel.authority import Role
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import (
    AccountId,
    ActorToken,
    CampaignId,
    ObjectId,
    PersonId,
    ProvinceCode,
    StudentId,
    UnitCode,
)
from shared.kernel.windows import Action, Window
from shared.plumbing.actors import Actors, sign
from shared.plumbing.database import Database
from shared.plumbing.identity import Identity
from shared.plumbing.outbox import outbox_table

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
CAMPAIGN = CampaignId("44-2026a")
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
SCHOOL, CLASS, OTHER_CLASS = UnitCode("s1"), UnitCode("s1-1"), UnitCode("s1-2")
PATHS = {
    "44": "44/",
    "4403": "44/4403/",
    "440305": "44/4403/440305/",
    "s1": "44/4403/440305/s1/",
    "s1-1": "44/4403/440305/s1/s1-1/",
    "s1-2": "44/4403/440305/s1/s1-2/",
    "s2": "44/4403/440305/s2/",
    "s2-1": "44/4403/440305/s2/s2-1/",
    "440306": "44/4403/440306/",
    "4404": "44/4404/",
}
PUPILS = tuple(StudentId(f"{number:032x}") for number in range(3))


class FakeRoster:
    """One school with two classes, the second without anybody in scope."""

    def __init__(self) -> None:
        self.snapshots = 0
        self.version = 1  # of every record

    def snapshot(self, campaign: CampaignId, unit: UnitCode) -> ClassSnapshot:
        self.snapshots += 1
        pupils = tuple(
            PupilSnapshot(student, f"G{place}", place, 1, {"name": "n"})
            for place, student in enumerate(PUPILS if unit == CLASS else (), start=1)
        )
        return ClassSnapshot(campaign, unit, PATHS[unit], "school", "class", pupils)

    def versions(self, campaign: CampaignId, unit: UnitCode) -> RecordVersions:
        if unit not in {SCHOOL, CLASS, OTHER_CLASS}:
            raise UnknownUnitError(unit)
        pupils = tuple(PupilVersion(one, i, self.version) for i, one in enumerate(PUPILS, start=1))
        classes = (ClassVersions(CLASS, "class", pupils), ClassVersions(OTHER_CLASS, "empty", ()))
        wanted = tuple(one for one in classes if unit in (SCHOOL, one.unit))
        return RecordVersions(unit, PATHS[unit], "school", wanted)

    def classes(self, campaign: CampaignId, unit: UnitCode) -> SchoolClasses:
        if unit not in {SCHOOL, CLASS, OTHER_CLASS}:
            raise UnknownUnitError(unit)
        scopes = tuple(
            ClassScope(code, PATHS[code], code, count, {})
            for code, count in ((CLASS, len(PUPILS)), (OTHER_CLASS, 0))
        )
        return SchoolClasses(SCHOOL, "school", scopes, PATHS[SCHOOL])


class FakeShelf:
    """Hands over an address; keeps what was put for a look into it."""

    def __init__(self) -> None:
        self.put_away: dict[str, bytes] = {}
        self.discarded: list[Shelved] = []

    def put(self, job: str, province: ProvinceCode, campaign: CampaignId, pdf: bytes) -> Shelved:
        self.put_away[job] = pdf
        return Shelved(province, campaign, ObjectId("1" * 32), "1", "00")

    def hand_over(self, job: str, shelved: Shelved, public_key: str) -> HandedOver:
        return HandedOver("https://shelf", "00", "1", "print")

    def discard(self, shelved: Shelved) -> None:
        self.discarded.append(shelved)


class House:
    """Forms behind its commands, with its window open all day."""

    def __init__(self) -> None:
        self.database = Database("forms", "sqlite://", clock=lambda: NOON)
        metadata.create_all(self.database.engine)
        self.roster = FakeRoster()
        self.shelf = FakeShelf()
        self.drawn: list[PrintJob] = []  # looked at before printing
        self.actors = Actors([ACCOUNTS.public_key], clock=lambda: NOON)
        self.room = PrintRoom(
            database=self.database,
            roster=self.roster,
            shelf=self.shelf,
            render=lambda _: (_ for _ in ()).throw(NotImplementedError),
            code_keys=lambda: (),
            ledger_key=bytes(32),
            fonts=(),
            host="HC.EXAMPLE.CN",
            keep_for=timedelta(hours=72),
            picture=self.picture,
        )
        self.open(NOON - timedelta(hours=1), NOON + timedelta(hours=1))

    def picture(self, job: PrintJob) -> bytes:
        self.drawn.append(job)
        return b"picture"

    def print_copies(self, *students: StudentId, serial: int = 1) -> None:
        """Put printed copies of sheets into the books."""
        for place, student in enumerate(students):
            sheet = f"{PUPILS.index(student):012x}"
            row = {"kind": "S", "campaign": CAMPAIGN, "holder": student, "generation": 1}
            copy = {"job": "j", "unit": CLASS, "layout": 1, "record_version": self.roster.version}
            copy |= {"number_in_class": None, "first_page": 1, "page_count": 1, "masked_name": ""}
            copy |= {
                "is_reprint": serial > 1,
                "printed_at": NOON,
                "school_name": "",
                "class_name": "",
            }
            named = {"sheet": sheet, "serial": serial, "number_base": f"{serial:06d}{place:07d}"}
            new = [{"sheet": sheet, **row}] if serial == 1 else []
            with self.database.transaction() as tx:
                store.add_copies(tx, new, [copy | named])

    def open(self, begin: datetime, end: datetime, sequence: int = 1) -> None:
        setting = (Window(begin, end), sequence)
        with self.database.transaction() as tx:
            store.save_window(tx, CAMPAIGN, UnitCode("44"), Action.EXPORT_SHEETS, setting)

    def token(self, role: Role, unit: str) -> ActorToken:
        """Somebody in a role at a unit, signed in with both factors."""
        actor = Actor(
            person=PersonId(f"{role.value}@{unit}"),
            account=AccountId(f"{unit}.01"),
            role=role,
            unit=UnitCode(unit),
            path=PATHS[unit],
            expires_at=NOON + timedelta(minutes=5),
            second_factor_at=NOON,
        )
        return sign(actor, ACCOUNTS)

    def finish(self, job: str) -> None:
        """Mark a job printed, as the printer leaves it."""
        shelved = Shelved(ProvinceCode("44"), CAMPAIGN, ObjectId("0" * 32), "1", "00")
        shelf = json.dumps({name: getattr(shelved, name) for name in Shelved.__slots__}).encode()
        with self.database.transaction() as tx:
            store.change_job(tx, job, state="printed", sha256="0" * 64, shelf=shelf)

    def kept_orders(self) -> list[bytes]:
        with self.database.transaction() as tx:
            return [bytes(row) for row in tx.execute(select(jobs.c.request)).scalars()]

    def acts(self) -> list[dict[str, Any]]:
        outbox = outbox_table(metadata)
        question = select(outbox.c.body).where(outbox.c.fact == "act_done").order_by(outbox.c.id)
        with self.database.transaction() as tx:
            return [json.loads(row.body)["data"] for row in tx.execute(question)]
