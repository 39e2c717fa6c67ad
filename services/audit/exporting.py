"""An export: some events, hashes for all the others, checkpoints, and a verifier beside them.

Events that were not asked for are told by the hashes of the largest complete subtrees that hold
none that was, so an export for one unit discloses nothing of another. Format: docs/spec/audit-log.md.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Row

from services.audit import checkpoint_store, store
from services.audit.checkpoints import LogKey, signed_note
from services.audit.merkle import subtrees
from services.audit.notes import VerifierKey
from services.audit.reading import path_of
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.audit_commands import MOST_EXPORTED, EventsExported, ExportEvents
from shared.kernel.authority import Act, Place
from shared.kernel.errors import UnknownUnitError
from shared.kernel.errors_audit import NoCheckpointError, TooManyEventsError
from shared.kernel.ids import ProvinceCode, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database, Tx

VERIFIER = Path(__file__).with_name("offline") / "__main__.py"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: from `start` to before `end`, at or below `path`."""

    start: int
    end: int | None  # None: to the newest checkpoint
    path: str


@dataclass(frozen=True, slots=True)
class ExportAsked:
    """What an auditor asks to be exported; `end` None goes to the newest checkpoint."""

    province: ProvinceCode
    unit: UnitCode
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Keys:
    """By which the export is believed."""

    log: VerifierKey
    witness: VerifierKey | None


def export_for(database: Database, actor: Actor, asked: ExportAsked, keys: Keys, out: Path) -> int:
    """An export for an auditor, of what lies at or below a unit; that it was made is an act.

    Raises:
        NotAllowedError: the unit is not below the actor's own.
        NoCheckpointError: none covers the events asked for.
        OSError: the file cannot be written.
    """
    with acting(database, actor, Deed("export_audit", asked.unit, asked.unit)) as tx:
        path = path_of(tx, asked.unit)
        actor.require(Act.READ_AUDIT, Place(path))
    # Said before it is written: an export that nobody was told of must not be.
    return export(database, asked.province, Wanted(asked.start, asked.end, path), keys, out)


def export(
    database: Database, province: ProvinceCode, wanted: Wanted, keys: Keys, out: Path
) -> int:
    """Write a zip that verifies itself (`python3 -I out`); gives how many events it tells.

    Raises:
        NoCheckpointError: none covers the events asked for.
        OSError: the file cannot be written.
    """
    with database.transaction() as tx:
        scope = _scope(tx, province, wanted, keys)
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in scope.beside.items():
            archive.writestr(name, text)
        with archive.open("log", "w", force_zip64=True) as log:
            for line in _lines(database, province, scope.seqs, scope.size):
                log.write(line + b"\n")
    return len(scope.seqs)


def export_texts(
    database: Database,
    actor: Actor,
    request: ExportEvents,
    logs: Mapping[ProvinceCode, LogKey],
    witness: VerifierKey | None,
) -> EventsExported:
    """A small export as texts, for pages to put into a zip; that it was made is an act.

    Raises:
        NotAllowedError: the unit is not below the actor's own.
        UnknownUnitError: roster has not told of this unit, or its log is kept elsewhere.
        NoCheckpointError: none covers the events asked for.
        TooManyEventsError: more than `MOST_EXPORTED`.
    """
    with acting(database, actor, Deed("export_audit", request.unit, request.unit)) as tx:
        path = path_of(tx, request.unit)
        actor.require(act_of(request), Place(path))
        province = ProvinceCode(province_of(path))
        wanted = Wanted(request.start, request.end, path)
        if province not in logs:
            raise UnknownUnitError(request.unit)
        scope = _scope(tx, province, wanted, Keys(logs[province].public, witness))
        if len(scope.seqs) > MOST_EXPORTED:
            raise TooManyEventsError(str(len(scope.seqs)), str(MOST_EXPORTED))
    log = b"\n".join([*_lines(database, province, scope.seqs, scope.size), b""]).decode()
    return EventsExported(len(scope.seqs), {**scope.beside, "log": log})


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which events of a log of `size`, and the files that lie beside them."""

    seqs: Sequence[int]
    size: int
    beside: dict[str, str]


def _scope(tx: Tx, province: ProvinceCode, wanted: Wanted, keys: Keys) -> _Scope:
    last = checkpoint_store.last(tx, province, at_least=wanted.end or 0)
    if last is None or last.size == 0:
        raise NoCheckpointError(str((wanted.end or 1) - 1))
    end = last.size if wanted.end is None else min(wanted.end, last.size)
    seqs = store.seqs_of(tx, province, wanted.path, range(wanted.start, end))
    notes = [signed_note(tx, province, row) for row in _notes(tx, province, last.size)]
    told = {"log": keys.log.text(), "witness": keys.witness.text() if keys.witness else None}
    beside = {
        "__main__.py": VERIFIER.read_text("utf-8"),
        "keys": json.dumps(told, indent=1),
        "checkpoints": json.dumps(notes, ensure_ascii=False, indent=1),
    }
    return _Scope(seqs, last.size, beside)


def _notes(tx: Tx, province: ProvinceCode, size: int) -> list[Row[Any]]:
    rows = checkpoint_store.by_size(tx, province)
    return [row for at, row in rows.items() if at <= size]


def _lines(
    database: Database, province: ProvinceCode, seqs: Sequence[int], size: int
) -> Iterator[bytes]:
    """The whole log up to `size`: events of `seqs`, hashes for what lies between."""
    place = 0
    for first, last in _runs(seqs):
        yield from _hidden(database, province, place, first)
        for rows in store.pages_of(database, province, first, last):
            for _, leaf, body, *_ in rows:
                yield leaf.hex().encode() + b" " + body
        place = last
    yield from _hidden(database, province, place, size)


def _hidden(database: Database, province: ProvinceCode, start: int, end: int) -> Iterator[bytes]:
    with database.transaction() as tx:
        hash_of = store.hash_of(tx, province)
        found = [(level, hash_of(level, index)) for level, index in subtrees(start, end)]
    for level, hash_ in found:
        yield f"{hash_.hex()} *{level}".encode()


def _runs(seqs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring places, as half-open ranges."""
    start = previous = None
    for seq in seqs:
        if previous is None or start is None:
            start = seq
        elif seq != previous + 1:
            yield start, previous + 1
            start = seq
        previous = seq
    if start is not None and previous is not None:
        yield start, previous + 1
