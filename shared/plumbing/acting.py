"""An act of a person: its effect and its line for the audit log, in one transaction.

A refusal undoes the effect, and with it everything said; its own line is written afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from shared.contracts.actors import Actor
from shared.contracts.events import ActDone
from shared.kernel.errors import DomainError
from shared.kernel.ids import ProvinceCode, SheetId, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.database import Database, Tx


@dataclass(frozen=True, slots=True)
class Deed:
    """What is being done, to what; ids and codes only."""

    act: str  # a verb of the service: "open_export_sheets"
    object: str  # id of what is acted on
    unit: UnitCode | None = None  # where, if a unit is concerned
    purpose: str | None = None
    fields: tuple[str, ...] = ()
    sheet: SheetId | None = None  # whose ledger shows it


@contextmanager
def acting(database: Database, actor: Actor, deed: Deed) -> Iterator[Tx]:
    """One transaction that says `act_done` with its effect; a refusal is said in the next one.

    Raises:
        DomainError: whatever the body refused, said before.
    """
    try:
        with database.transaction() as tx:
            yield tx
            note(tx, actor, deed)
    except DomainError as refusal:
        with database.transaction() as tx:
            note(tx, actor, deed, refusal.code)
        raise


@contextmanager
def looking(database: Database, actor: Actor, deed: Deed) -> Iterator[Tx]:
    """One transaction of a look at figures without people: only its refusal is said.

    A board is looked at all day long; lines about it would bury those about pupils.

    Raises:
        DomainError: whatever the body refused, said before.
    """
    try:
        with database.transaction() as tx:
            yield tx
    except DomainError as refusal:
        with database.transaction() as tx:
            note(tx, actor, deed, refusal.code)
        raise


def note(tx: Tx, actor: Actor, deed: Deed, outcome: str = "done") -> None:
    """Say that a person did something, or was refused it."""
    fact = ActDone(
        act=deed.act,
        object=deed.object,
        actor=actor.person,
        outcome=outcome,
        unit=deed.unit,
        purpose=deed.purpose,
        fields=deed.fields,
        role=actor.role,
        sheet=deed.sheet,
    )
    tx.say(fact, province=province_of(actor.path))


@contextmanager
def telling_refusal(
    database: Database, act: ActDone, province: ProvinceCode | None
) -> Iterator[None]:
    """Work that says its own success: a refusal of it is said here, in a transaction of its own.

    For work of several transactions, or before its first one. None: nobody's log is concerned.

    Raises:
        DomainError: whatever the body refused, said before.
    """
    try:
        yield
    except DomainError as refusal:
        if province is not None:
            with database.transaction() as tx:
                tx.say(replace(act, outcome=refusal.code), province=province)
        raise
