"""A log in a database of its own, and acts to fill it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit import store
from services.audit.appending import Appender, write
from services.audit.checking import Checker
from services.audit.checkpoints import LogKey, make_checkpoint
from services.audit.domain import Finding, Told
from services.audit.notes import Kind, VerifierKey
from services.audit.tables import INSERT_ONLY
from shared.contracts.events import ActDone
from shared.kernel.ids import FactId, ProvinceCode, SheetId, UnitCode
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard
from shared.plumbing.identity import Identity
from shared.plumbing.migrations import upgrade

GUANGDONG, GUANGXI = ProvinceCode("44"), ProvinceCode("45")
NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
QUEUE = "audit.on_act_done.44"
CLASS = UnitCode("440305-017-0701")
SHEET = SheetId("0123456789ab")
ORIGIN = "hecha.example.gov.cn/audit/44"


def identity(name: str, seed: int) -> Identity:
    """Always the same key for a seed."""
    return Identity(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


LOG, WITNESS = identity("audit", 1), identity("witness", 2)
LOG_KEY = VerifierKey(ORIGIN, Kind.NOTE, LOG.public_key)


def an_act(number: int = 1, **others: Any) -> ActDone:
    """The `number`-th act of forms."""
    plain: dict[str, Any] = {
        "act": "print_sheets",
        "object": f"{number:032x}",
        "actor": "p-01",
        "outcome": "done",
        "unit": CLASS,
        "source": "forms",
        "source_seq": number,
    }
    return ActDone(**plain | others)


def an_id(number: int) -> FactId:
    """A fact's id."""
    return FactId(str(UUID(int=number)))


class House:
    """Audit's database with a clock that is moved by hand."""

    def __init__(self, url: str) -> None:
        self.now = NOON
        upgrade("audit", url)
        self.database = Database("audit", url, clock=lambda: self.now)
        self.appender = Appender(self.database)

    def fill(self, count: int, province: ProvinceCode = GUANGDONG) -> None:
        """Append that many acts in one go, without the bus."""
        with self.database.transaction() as tx:
            head = store.lock_head(tx, province)
            first = head.compact.size + 1
            acts = [
                Told(an_act(number), an_id(number), NOON, province)
                for number in range(first, first + count)
            ]
            write(tx, head, acts, self.now)

    def hear(self, fact: ActDone, number: int, province: ProvinceCode = GUANGDONG) -> None:
        """Hear one act as it comes over the bus."""
        self.appender.append(Heard(fact, an_id(number), NOON, province, 1, QUEUE, self.database))

    def checkpoint(self) -> None:
        """Sign how the log stands."""
        make_checkpoint(self.database, GUANGDONG, LogKey(ORIGIN, LOG), now=True)

    def findings(self, province: ProvinceCode = GUANGDONG) -> list[Finding]:
        """What is wrong with the log."""
        return list(Checker(self.database, province, LOG_KEY).run())

    def pass_by(self, delta: timedelta) -> None:
        """Let time pass."""
        self.now += delta

    @contextmanager
    def tampering(self) -> Iterator[Tx]:
        """A transaction of somebody who took the guards off first."""
        with self.database.transaction() as tx:
            for table in INSERT_ONLY:
                for what in ("update", "delete"):
                    tx.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{what}"))
            yield tx


def new_house(folder: Path) -> House:
    """A house on SQLite."""
    return House(f"sqlite:///{folder}/audit.db")
