"""Rules of the log: what an event is as bytes, what may be wrong with one, what is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from shared.contracts.events import ActDone
from shared.kernel.authority import Role
from shared.kernel.ids import FactId, ProvinceCode, SheetId, UnitCode

# An act's number that has not come by then was taken out of an outbox, or lies among the dead.
GAP_PATIENCE = timedelta(minutes=10)
CHECKPOINT_EVENTS = 1_000
CHECKPOINT_EVERY = timedelta(seconds=60)
# A log without new events is witnessed again all the same: an old word is no word.
WITNESS_EVERY = timedelta(minutes=15)
VERSION = 1
# What the first event names as the one before it.
NO_LEAF = bytes(32)


class EventError(ValueError):
    """Bytes that are no event of the log."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An act as the log keeps it: ids, codes and times, never a name or a value.

    Written as JSON with sorted keys, without spaces, absent values left out: those bytes are
    the leaf. `prev` is the leaf hash of the event before, so that a rewritten event is named by
    the one after it.
    """

    v: int
    seq: int
    prev: str
    id: FactId
    province: ProvinceCode
    at: datetime  # when the act was done, by its service's clock
    heard_at: datetime  # when the log took it, by ours
    act: str
    object: str
    actor: str
    outcome: str
    unit: UnitCode | None = None
    sheet: SheetId | None = None
    role: Role | None = None
    purpose: str | None = None
    fields: tuple[str, ...] = ()
    commitments: dict[str, str] = {}
    request: str | None = None
    source: str | None = None
    source_seq: int | None = None


class Links(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What holds an event in its place and is searched by: all that verifying has to read."""

    seq: int
    prev: str
    province: ProvinceCode
    source: str | None = None
    source_seq: int | None = None
    sheet: SheetId | None = None
    unit: UnitCode | None = None


class Wrong(StrEnum):
    """What may be wrong with a log."""

    EDITED = "edited"  # the event is not what its leaf hash was made from
    REPLACED = "replaced"  # the event after it was chained to another one
    MISSING = "missing"
    INSERTED = "inserted"  # an event that the log never took
    MISPLACED = "misplaced"  # an event that stands where another one stood
    INDEX = "index"  # the columns that are searched by say something else than the event
    CUT = "cut"  # events at the end are gone
    HEAD = "head"  # the log's head is not that of its events
    SUBTREE = "subtree"  # a kept hash is not that of its events
    CHECKPOINT = "checkpoint"  # a checkpoint says something else than the events
    SIGNATURE = "signature"  # a checkpoint is not signed by the log's key
    NUMBER_TWICE = "number_twice"  # a service's number came twice
    NUMBER_MISSING = "number_missing"  # a service's number never came


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at the event `seq`; `until` where it is somewhere in a range."""

    wrong: Wrong
    seq: int
    expected: str
    found: str
    until: int | None = None
    source: str | None = None  # whose number, for the last two kinds


@dataclass(frozen=True, slots=True)
class Chained:
    """Where an event goes: its place, and the leaf hash before it."""

    seq: int
    prev: bytes
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An act as it came over the bus."""

    fact: ActDone
    id: FactId
    at: datetime
    province: ProvinceCode


def event_of(told: Told, place: Chained) -> Event:
    """The event that an act becomes at its place."""
    fact = told.fact
    return Event(
        v=VERSION,
        seq=place.seq,
        prev=place.prev.hex(),
        id=told.id,
        province=told.province,
        at=told.at,
        heard_at=place.heard_at,
        act=fact.act,
        object=fact.object,
        actor=fact.actor,
        outcome=fact.outcome,
        unit=fact.unit,
        sheet=fact.sheet,
        role=fact.role,
        purpose=fact.purpose,
        fields=fact.fields,
        commitments=fact.commitments,
        request=fact.request,
        source=fact.source,
        source_seq=fact.source_seq,
    )


def body_of(event: Event) -> bytes:
    """The leaf of an event."""
    return msgspec.json.encode(event, order="sorted")


_events = msgspec.json.Decoder(Event)
_links = msgspec.json.Decoder(Links)


def read_event(body: bytes) -> Event:
    """The event of a leaf.

    Raises:
        EventError: no event.
    """
    try:
        return _events.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise EventError from None


def read_links(body: bytes) -> Links:
    """As `read_event`, what verifying needs alone: a quarter of the time.

    Raises:
        EventError: no event.
    """
    try:
        return _links.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise EventError from None
