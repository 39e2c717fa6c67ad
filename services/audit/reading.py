"""Who reads the log, and what they get: events in their scope, proofs, and a sheet's ledger."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from services.audit import checkpoint_store, store
from services.audit.checkpoints import signed_note
from services.audit.domain import Event, read_event
from services.audit.merkle import inclusion_ranges, root_of
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.audit_commands import (
    MOST_EVENTS,
    EventProof,
    EventShown,
    EventsShown,
    Ledger,
    LedgerEntry,
    ProveEvent,
    SheetLedger,
    ShowEvents,
)
from shared.contracts.events import ActDone
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownUnitError
from shared.kernel.errors_audit import LedgerRefusedError, NoCheckpointError, UnknownEventError
from shared.kernel.ids import ProvinceCode, SheetId, UnitCode
from shared.kernel.query_code import query_code
from shared.kernel.units import province_of
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database, Tx

WRONG_AN_HOUR, WRONG_A_DAY = 5, 20
_SKEW = timedelta(hours=1)  # between the clocks of two machines


def show_events(database: Database, actor: Actor, request: ShowEvents) -> EventsShown:
    """The newest events of a unit and everything below it; that they were read is an act.

    Raises:
        NotAllowedError: the unit is not below the actor's own.
        UnknownUnitError: roster has not told of this unit.
    """
    with acting(database, actor, Deed("read_audit", request.unit, request.unit)) as tx:
        path = path_of(tx, request.unit)
        actor.require(act_of(request), Place(path))
        return shown(tx, path, request)


def prove_event(database: Database, actor: Actor, request: ProveEvent) -> EventProof:
    """The proof that an event is in the log.

    Raises:
        NotAllowedError: the event is not of a unit below the actor's own.
        UnknownEventError: the log has none at this place.
        NoCheckpointError: no checkpoint covers it yet.
    """
    deed = Deed("prove_event", f"{request.province}:{request.seq}")
    with acting(database, actor, deed) as tx:
        row = store.event_at(tx, request.province, request.seq)
        place = place_of(tx, request.province, UnitCode(row.unit) if row and row.unit else None)
        actor.require(act_of(request), place)
        return proof_of(tx, request.province, request.seq)


def sheet_ledger(database: Database, ledger_key: bytes, request: SheetLedger) -> Ledger:
    """Everything that was done about a sheet, for whoever holds it.

    Raises:
        LedgerRefusedError: the code is not that of this copy, or was wrong too often.
    """
    given = "".join(request.query_code.split())
    right = query_code(ledger_key, request.sheet, request.serial)
    now = database.clock()
    with database.transaction() as tx:
        refusal = _refusal(
            tx, request.sheet, now, is_right=hmac.compare_digest(given.encode(), right.encode())
        )
        if refusal is None:
            return Ledger(request.sheet, tuple(map(_entry, _of_sheet(tx, request))))
        tx.say(
            ActDone("open_ledger", request.sheet, "guardian", refusal, sheet=request.sheet),
            province=request.province,
        )
    # Raised outside: the wrong try has to stay.
    raise LedgerRefusedError(refusal)


def proof_of(tx: Tx, province: ProvinceCode, seq: int) -> EventProof:
    """The proof that an event is under the newest checkpoint that covers it.

    Raises:
        UnknownEventError: the log has none at this place.
        NoCheckpointError: no checkpoint covers it yet.
    """
    row = store.event_at(tx, province, seq)
    if row is None:
        raise UnknownEventError(str(seq))
    checkpoint = checkpoint_store.last(tx, province, at_least=seq + 1)
    if checkpoint is None:
        raise NoCheckpointError(str(seq))
    hash_of = store.hash_of(tx, province)
    path = tuple(root_of(one, hash_of).hex() for one in inclusion_ranges(seq, checkpoint.size))
    note = signed_note(tx, province, checkpoint)
    return EventProof(seq, bytes(row.body).decode(), bytes(row.leaf).hex(), path, note)


def shown(tx: Tx, path: str, request: ShowEvents) -> EventsShown:
    """The newest events at or below a path that the request asks for."""
    limit = max(1, min(request.limit, MOST_EVENTS))
    found: list[EventShown] = []
    for event in _newest(tx, path, request):
        if len(found) == limit:
            return EventsShown(tuple(found), found[-1].seq)
        if request.since is not None and event.heard_at < request.since - _SKEW:
            break  # an act is heard after it was done, by whatever clock
        if _is_wanted(event, request):
            found.append(_shown(event))
    return EventsShown(tuple(found), None)


def _is_wanted(event: Event, request: ShowEvents) -> bool:
    return (
        request.act in {None, event.act}
        and request.done_by in {None, event.actor}
        and (request.since is None or request.since <= event.at)
        and (request.until is None or event.at < request.until)
    )


def path_of(tx: Tx, unit: UnitCode) -> str:
    """Where a unit lies; a province needs nobody to tell of it.

    Raises:
        UnknownUnitError: roster has not told of it.
    """
    path = store.path_of(tx, unit)
    if path is None and len(unit) == 2:
        return f"{unit}/"
    if path is None:
        raise UnknownUnitError(unit)
    return path


def place_of(tx: Tx, province: ProvinceCode, unit: UnitCode | None) -> Place:
    """Where an event lies; one that names no unit, or an unknown one, is the province's."""
    return Place((store.path_of(tx, unit) if unit else None) or f"{province}/")


def _newest(tx: Tx, path: str, request: ShowEvents) -> Iterator[Event]:
    before, province = request.before, ProvinceCode(province_of(path))
    while rows := store.newest(tx, province, path, request.sheet, before):
        for row in rows:
            yield read_event(bytes(row.body))
        before = rows[-1].seq


def _shown(event: Event) -> EventShown:
    return EventShown(
        event.seq,
        event.at,
        event.heard_at,
        event.act,
        event.object,
        event.actor,
        event.outcome,
        event.role,
        event.unit,
        event.sheet,
        event.purpose,
        event.fields,
        event.source,
    )


def _refusal(tx: Tx, sheet: SheetId, now: datetime, *, is_right: bool) -> str | None:
    day, hour = now - timedelta(days=1), now - timedelta(hours=1)
    tries = [at for at in store.lock_wrong_codes(tx, sheet) if at > day]
    if sum(at > hour for at in tries) >= WRONG_AN_HOUR or len(tries) >= WRONG_A_DAY:
        # The right code as well: whoever guesses must not learn that it was right.
        return "too_many_tries"
    if is_right:
        return None
    store.save_wrong_codes(tx, sheet, [*tries, now])
    return "wrong_code"


def _of_sheet(tx: Tx, request: SheetLedger) -> Iterator[Event]:
    for body in store.bodies_of_sheet(tx, request.province, request.sheet):
        yield read_event(body)


def _entry(event: Event) -> LedgerEntry:
    actor = "service" if event.actor.startswith("service:") else "guardian"
    who = event.role or actor
    return LedgerEntry(event.at, event.act, event.outcome, who, event.fields, event.purpose)
