"""Accounts without a bus: a real database, a clock that is moved by hand, a hasher in a hurry."""

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.accounts import issuing, machine, signing_in, steps, store, usecases
from services.accounts.credentials import Passwords
from services.accounts.naming import Newcomer
from services.accounts.office import Office
from services.accounts.store import Place
from services.accounts.vault import Vault
from shared.contracts.account_commands import (
    Account,
    AccountsIssued,
    IssueAccounts,
    IssuedAccount,
    PersonGiven,
    ShowAccount,
)
from shared.contracts.actors import Actor
from shared.contracts.sign_in_commands import (
    EnrolSecondStep,
    GiveCode,
    SetPassword,
    SignedIn,
    SignIn,
    Step,
    TakeToken,
)
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, ActorToken, CampaignId, PersonId, UnitCode
from shared.kernel.units import LEVELS, Level
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.identity import Identity
from shared.plumbing.migrations import upgrade
from shared.plumbing.outbox import outbox_table

CAMPAIGN = CampaignId("44-2026a")
START = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
PATHS = {
    "44": "44/",
    "4491": "44/4491/",
    "449101": "44/4491/449101/",
    "449102": "44/4491/449102/",
    "449101-01": "44/4491/449101/449101-01/",
    "449101-02": "44/4491/449101/449101-02/",
    "449101-01-1": "44/4491/449101/449101-01/449101-01-1/",
    "449101-01-2": "44/4491/449101/449101-01/449101-01-2/",
}
NOTHING = ActorToken("")  # use cases are given the actor that the service has read from it
CHOSEN = "Xq7-bridge-lamp-vow"
NAME = "欧阳小明"


@cache
def empty_database() -> bytes:
    """Made by the migrations once; every test starts from a copy."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        upgrade("accounts", f"sqlite:///{path}")
        connection = sqlite3.connect(path)
        connection.execute("pragma journal_mode=delete")
        connection.close()
        return path.read_bytes()


def level_of(unit: str) -> Level:
    return LEVELS[PATHS[unit].count("/") - 1]


@dataclass
class Signed:
    """Somebody who is signed in, and what they keep in mind and on their phone."""

    login: str
    session: str
    password: str
    seed: str | None = None


@dataclass
class House:
    folder: Path
    at: datetime = START
    url: str = ""  # of a database whose tables are there already
    identity: Identity = field(
        default_factory=lambda: Identity("accounts", Ed25519PrivateKey.generate())
    )

    def __post_init__(self) -> None:
        if not self.url:
            path = self.folder / "accounts.db"
            path.write_bytes(empty_database())
            self.url = f"sqlite:///{path}"
        self.database = Database("accounts", self.url, clock=lambda: self.at)
        hasty = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.office = Office(self.database, Vault(bytes(32)), hasty, self.identity)
        with self.database.transaction() as tx:
            for code, path in PATHS.items():
                store.save_unit(tx, Place(UnitCode(code), level_of(code), path), 1)
        self.end_campaign(None, 1)

    def end_campaign(self, at: datetime | None, sequence: int) -> None:
        with self.database.transaction() as tx:
            store.save_campaign(tx, CAMPAIGN, at, sequence)

    def later(self, **passed: float) -> None:
        self.at += timedelta(**passed)

    def actor(self, role: Role = Role.UNIT_ADMINISTRATOR, unit: str = "44") -> Actor:
        who = (PersonId("0f" * 8), AccountId(f"{unit}.99"), role, UnitCode(unit), PATHS[unit])
        return Actor(*who, self.at + timedelta(minutes=5), self.at)

    def first(self, role: Role = Role.UNIT_ADMINISTRATOR, name: str = NAME, **more) -> PersonGiven:
        options = {"by": "operator:test", "another": False} | more
        return machine.first_account(self.office, UnitCode("44"), role, Newcomer(name), **options)

    def issue(self, role: Role, unit: str, level: Level | None = None, **more) -> AccountsIssued:
        by = more.pop("by", self.actor())
        where = (CAMPAIGN, UnitCode(unit), level or level_of(unit))
        return issuing.issue_accounts(
            self.office, by, IssueAccounts(NOTHING, *where, (role,), **more)
        )

    def issued(self, role: Role, unit: str) -> IssuedAccount:
        return self.issue(role, unit).accounts[0]

    def begin(self, login: str, password: str) -> SignedIn:
        return signing_in.sign_in(self.office, SignIn(login, password))

    def come_in(self, given: IssuedAccount | PersonGiven, name: str = NAME) -> Signed:
        """A first sign-in with every step it asks for."""
        told = self.begin(given.login, given.one_time_password)
        who = Signed(given.login, told.session, CHOSEN)
        while told.step is not Step.DONE:
            told = self._step(who, told.step, name)
        return who

    def again(self, who: Signed) -> Signed:
        """A later sign-in of the same person."""
        told = self.begin(who.login, who.password)
        who.session = told.session
        if told.step is Step.CODE:
            self.later(seconds=30)
            steps.give_code(self.office, GiveCode(who.session, self.code(who.seed)))
        return who

    def code(self, seed: str | None) -> str:
        return pyotp.TOTP(seed or "").at(self.at)

    def token_of(self, who: Signed) -> Actor:
        given = signing_in.take_token(self.office, TakeToken(who.session))
        return Actors([self.identity.public_key], clock=lambda: self.at).of(given.token)

    def acts(self) -> list[tuple[str, str, str]]:
        """What was said to the audit log: act, object, outcome."""
        outbox = outbox_table(sa.MetaData())
        with self.database.transaction() as tx:
            bodies = tx.execute(sa.select(outbox.c.body).order_by(outbox.c.id)).scalars()
            said = [json.loads(body)["data"] for body in bodies]
        return [(one["act"], one["object"], one["outcome"]) for one in said]

    def everything_at_rest(self) -> bytes:
        """Every file of the database, as somebody who steals the disk has it."""
        return b"".join(path.read_bytes() for path in self.folder.glob("accounts.db*"))

    def show(self, account: AccountId) -> Account:
        return usecases.show_account(self.office, self.actor(), ShowAccount(NOTHING, account))

    def _step(self, who: Signed, step: Step, name: str) -> SignedIn:
        if step is Step.PASSWORD:
            return steps.set_password(self.office, SetPassword(who.session, who.password, name))
        assert step is Step.ENROL
        who.seed = steps.enrol(self.office, EnrolSecondStep(who.session)).seed
        return steps.give_code(self.office, GiveCode(who.session, self.code(who.seed)))
