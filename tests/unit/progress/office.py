"""Progress as the people of a province work with it: tokens of accounts, a database that says."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from services.progress.reports import Desk
from services.progress.signing import Signer
from services.progress.tables import metadata
from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode
from shared.plumbing.actors import Actors, sign
from shared.plumbing.database import Database
from shared.plumbing.identity import Identity
from shared.plumbing.outbox import outbox_table
from tests.unit.progress.house import PATHS, House, the_tree

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
PROGRESS = Identity("progress", Ed25519PrivateKey.generate())
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


class Office:
    """Progress behind its commands, on a day that the test moves."""

    def __init__(self, database: Database | None = None) -> None:
        self.now = NOON
        self.database = database or Database("progress", "sqlite://")
        self.database.clock = lambda: self.now
        if database is None:
            metadata.create_all(self.database.engine)
        self.house = House.on(self.database).hear(*the_tree(), at=NOON)
        self.actors = Actors([ACCOUNTS.public_key], clock=lambda: self.now)
        self.desk = Desk(self.database, self.actors, Signer(PROGRESS))

    def token(self, role: Role, unit: str) -> ActorToken:
        """Somebody in a role at a unit, signed in with both factors."""
        actor = Actor(
            person=PersonId(f"{role.value}@{unit}"),
            account=AccountId(f"{unit}.01"),
            role=role,
            unit=UnitCode(unit),
            path=PATHS[unit],
            expires_at=self.now + timedelta(minutes=15),
            second_factor_at=self.now,
        )
        return sign(actor, ACCOUNTS)

    def go_to(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)

    def said(self, fact: str) -> list[dict[str, Any]]:
        """The data of every fact of a name that was said."""
        outbox = outbox_table(metadata)
        question = select(outbox.c.body).where(outbox.c.fact == fact).order_by(outbox.c.id)
        with self.database.transaction() as tx:
            return [json.loads(row.body)["data"] for row in tx.execute(question)]

    def acts(self) -> list[tuple[str, str, str]]:
        """Who did what with which outcome, as audit hears it."""
        return [(act["actor"], act["act"], act["outcome"]) for act in self.said("act_done")]
