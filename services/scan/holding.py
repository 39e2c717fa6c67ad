"""Who works on a batch: taken for five minutes by an act, and every act on record."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.domain import school_of
from services.scan.places import place_of
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import ActDone
from shared.kernel.errors import (
    BatchClosedError,
    BatchHeldError,
    BatchNotYoursError,
    UnknownBatchError,
)
from shared.kernel.ids import ActorToken, ObjectId, ProvinceCode, SheetId, UnitCode
from shared.plumbing.acting import Deed
from shared.plumbing.acting import acting as plumbing_acting
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx

HOLD = timedelta(minutes=5)
CLOSED = (batch_store.COMMITTED, batch_store.DISCARDED)


def page_object(batch: str, number: int) -> ObjectId:
    """The object that a page of a batch is: handed in again it is the same one."""
    digest = hashlib.sha256(f"hecha page 1\0{batch}{number}".encode())
    return ObjectId(digest.hexdigest()[:32])


@dataclass(frozen=True, slots=True)
class Desk:
    """What people act on batches with."""

    database: Database
    actors: Actors


class Asked(Protocol):
    """A command of a person about one batch."""

    @property
    def batch(self) -> str:
        """Its id."""
        ...

    @property
    def actor(self) -> ActorToken:
        """Who asks."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """A batch in the hands of who acts on it."""

    tx: Tx
    row: Row[Any]
    actor: Actor

    def check_owner(self) -> None:
        """Only who handed a batch in lets it count or throws it away.

        Raises:
            BatchNotYoursError: it is somebody else's.
        """
        if self.row.owner != self.actor.person:
            raise BatchNotYoursError(self.row.batch, self.row.owner)


@contextmanager
def acting(
    desk: Desk,
    request: Asked,
    act: str,
    page: int = 0,
    sheet: SheetId | None = None,
    *,
    closed: Collection[str] = CLOSED,
) -> Iterator[Held]:
    """A transaction in which somebody acts on a batch; done or refused, it is on record.

    Args:
        desk: scan's.
        request: the command; its batch is taken for five minutes.
        act: its name in the audit log.
        page: of an act on one page, its number.
        sheet: whose page it is said to be; without one the page's own, if it has one. An act on
            a page lies in the class of that sheet, else, like one on the batch, in its school.
        closed: states of a batch in which the act is too late.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school or class.
        UnknownBatchError, BatchHeldError, BatchClosedError: it may not be acted on now.
    """
    actor = desk.actors.of(request.actor)
    with desk.database.transaction() as tx:
        aim = aim_of(tx, request.batch, page, sheet)
    deed = Deed(act, aim.object, aim.school, sheet=aim.sheet)
    with plumbing_acting(desk.database, actor, deed) as tx:
        require_at(tx, actor, request, aim)
        yield Held(tx, take(tx, desk.database, request.batch, actor.person, closed=closed), actor)


@dataclass(frozen=True, slots=True)
class Aim:
    """What an act is about: `unit` is the class of its sheet, or the batch's school."""

    object: str
    school: UnitCode | None = None  # None: nobody knows such a batch
    unit: UnitCode | None = None
    sheet: SheetId | None = None


def aim_of(tx: Tx, batch: str, page: int = 0, sheet: SheetId | None = None) -> Aim:
    """Where an act on a batch or one of its pages lies."""
    object_ = page_object(batch, page) if page else batch
    row = batch_store.batch_of(tx, batch)
    if row is None:
        return Aim(object_)
    school = UnitCode(row.school)
    known = store.page_of(tx, ObjectId(object_)) if page and sheet is None else None
    sheet = SheetId(known.sheet) if known is not None and known.sheet else sheet
    of = store.sheet_of(tx, sheet) if sheet is not None else None
    if of is None or school_of(UnitCode(of.unit)) != school:
        return Aim(object_, school, school)
    return Aim(object_, school, UnitCode(of.unit), sheet)


def require_at(tx: Tx, actor: Actor, request: object, aim: Aim) -> None:
    """Go on only where the authority table gives the command there.

    Raises:
        UnknownBatchError: there is no such batch.
        UnknownUnitError: nobody has told where its school lies.
        NotAllowedError, ActorRefusedError: it is not this actor's.
    """
    if aim.unit is None:
        raise UnknownBatchError(aim.object)
    actor.require(act_of(request), place_of(tx, aim.unit))


def take(
    tx: Tx, database: Database, batch: str, actor: str, *, closed: Collection[str]
) -> Row[Any]:
    """The batch, from now on held by who acts on it.

    Raises:
        UnknownBatchError, BatchHeldError, BatchClosedError: it may not be acted on now.
    """
    row = known_batch(tx, batch, lock=True)
    if row.state in closed:
        raise BatchClosedError(batch, row.state)
    now = database.clock()
    if row.holder not in (None, actor) and row.held_until > now:
        raise BatchHeldError(batch, row.holder, row.held_until.isoformat())
    batch_store.change(tx, batch, holder=actor, held_until=now + HOLD)
    return row


def known_batch(tx: Tx, batch: str, *, lock: bool = False) -> Row[Any]:
    """A batch by its id.

    Raises:
        UnknownBatchError: there is none.
    """
    row = batch_store.batch_of(tx, batch, lock=lock)
    if row is None:
        raise UnknownBatchError(batch)
    return row


def note(tx: Tx, act: str, actor: str, row: Row[Any], object_: str) -> None:
    """Put on record what was done for a person by whoever took their files."""
    done = ActDone(act, object_, actor, "done", row.school)
    tx.say(done, province=ProvinceCode(row.province))
