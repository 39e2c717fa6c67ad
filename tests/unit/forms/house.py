"""Forms without a bus: its books, one school of the roster, and a shelf that nobody fills."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from services.forms import store
from services.forms.ports import HandedOver, PrintRoom, Shelved
from services.forms.tables import jobs, metadata
from shared.contracts.actors import Actor
from shared.contracts.roster_commands import (
    ClassScope,
    ClassSnapshot,
    PupilSnapshot,
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

    def snapshot(self, campaign: CampaignId, unit: UnitCode) -> ClassSnapshot:
        self.snapshots += 1
        pupils = tuple(
            PupilSnapshot(student, f"G{place}", place, 1, {"name": "n"})
            for place, student in enumerate(PUPILS if unit == CLASS else (), start=1)
        )
        return ClassSnapshot(campaign, unit, PATHS[unit], "school", "class", pupils)

    def classes(self, campaign: CampaignId, unit: UnitCode) -> SchoolClasses:
        if unit not in {SCHOOL, CLASS, OTHER_CLASS}:
            raise UnknownUnitError(unit)
        scopes = tuple(
            ClassScope(code, PATHS[code], code, count, {})
            for code, count in ((CLASS, len(PUPILS)), (OTHER_CLASS, 0))
        )
        return SchoolClasses(SCHOOL, "school", scopes, PATHS[SCHOOL])


class FakeShelf:
    """Hands over an address and takes nothing."""

    def put(self, job: str, province: ProvinceCode, campaign: CampaignId, pdf: bytes) -> Shelved:
        raise NotImplementedError

    def hand_over(self, job: str, shelved: Shelved, public_key: str) -> HandedOver:
        return HandedOver("https://shelf", "00", "1", "print")

    def discard(self, shelved: Shelved) -> None:
        raise NotImplementedError


class House:
    """Forms behind its commands, with its window open all day."""

    def __init__(self) -> None:
        self.database = Database("forms", "sqlite://", clock=lambda: NOON)
        metadata.create_all(self.database.engine)
        self.roster = FakeRoster()
        self.actors = Actors([ACCOUNTS.public_key], clock=lambda: NOON)
        self.room = PrintRoom(
            database=self.database,
            roster=self.roster,
            shelf=FakeShelf(),
            render=lambda _: (_ for _ in ()).throw(NotImplementedError),
            code_keys=lambda: (),
            ledger_key=bytes(32),
            fonts=(),
            host="HC.EXAMPLE.CN",
            keep_for=timedelta(hours=72),
        )
        self.open(NOON - timedelta(hours=1), NOON + timedelta(hours=1))

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
