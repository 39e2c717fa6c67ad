"""What people do with roster files: hand one in, have it checked, have it written, drop it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row

from services.roster import store as roster_store
from services.roster.files import store
from services.roster.files.keeping import Keeping
from services.roster.reading.table import MAX_FILE_BYTES
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.roster_commands import ImportReport
from shared.contracts.roster_file_commands import (
    CheckFile,
    DropFile,
    FileBrief,
    FileState,
    ListFiles,
    RosterFile,
    RosterFiles,
    ShowFile,
    WriteFile,
)
from shared.kernel.authority import Act, Place
from shared.kernel.errors import LargeChangeError, RosterFileError, RosterNotCheckedError
from shared.kernel.units import Level
from shared.plumbing.acting import Deed, acting, looking
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx

LIFE = timedelta(hours=24)
MOST_LISTED = 20
# Of one unit, at the same time: a school tries the same file a few times over.
MOST_ALIVE_BYTES = 5 * MAX_FILE_BYTES


def receive(
    database: Database, keeping: Keeping, actor: Actor, at: tuple[str, int], pieces: Iterable[bytes]
) -> None:
    """Take a file in; broken off, it is sent again from its beginning under the same id.

    Args:
        database: roster's.
        keeping: seals it.
        actor: who sends it.
        at: the file's id, made by the page that sends it, and how many bytes come.
        pieces: the bytes.

    Raises:
        NotAllowedError, ActorRefusedError: not this actor.
        RosterFileError: "known" when it came before, "too_many" when too much of the unit lies here.
    """
    file, size = at
    with acting(database, actor, Deed("hand_in_roster", file, actor.unit)) as tx:
        actor.require(Act.IMPORT_ROSTER, Place(actor.path))
        known = store.file_of(tx, file)
        if known is not None and not (_is_own(known, actor) and known.state == FileState.ARRIVING):
            raise RosterFileError(file, "known")
        if known is None:
            if store.alive_bytes(tx, actor.unit) + size > MOST_ALIVE_BYTES:
                raise RosterFileError(file, "too_many")
            store.add_file(tx, _row(database, tx, actor, at))
    arrived = keeping.keep(file, store.ROSTER, pieces)
    with database.transaction() as tx:
        store.change_file(tx, file, state=FileState.ARRIVED, size=arrived)


def check_file(database: Database, actors: Actors, request: CheckFile) -> RosterFile:
    """Have the dry run made.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of their unit.
        RosterFileError: there is no such file, or it is written or thrown away.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("check_roster", request.file, actor.unit)) as tx:
        row = _own(tx, actor, request.file, act_of(request))
        if row.state == FileState.CHECKING:
            return _shown(row)  # the same press twice
        if row.state not in (FileState.ARRIVED, FileState.CHECKED, FileState.REFUSED):
            raise RosterFileError(request.file, row.state)
        columns = msgspec.json.encode(request.columns).decode()
        store.change_file(tx, request.file, columns=columns, state=FileState.CHECKING, **_fresh())
        return _shown(store.file_of(tx, request.file))


def write_file(database: Database, actors: Actors, request: WriteFile) -> RosterFile:
    """Have the good rows written; said again it changes nothing.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of their unit.
        RosterNotCheckedError: nobody has seen its counts yet.
        LargeChangeError: a class changes by more than a fifth, and nobody has accepted it.
        RosterFileError: there is no such file, or it was thrown away.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("write_roster", request.file, actor.unit)) as tx:
        row = _own(tx, actor, request.file, act_of(request))
        if row.state in (FileState.WRITING, FileState.WRITTEN):
            return _shown(row)
        report = _report(row.report)
        if row.state != FileState.CHECKED or report is None:
            raise RosterNotCheckedError(request.file)
        if report.large_changes and not request.accept_large_changes:
            raise LargeChangeError(*(one.unit for one in report.large_changes))
        store.change_file(
            tx,
            request.file,
            state=FileState.WRITING,
            accepts=request.accept_large_changes,
            **_fresh(),
        )
        return _shown(store.file_of(tx, request.file))


def drop_file(database: Database, actors: Actors, request: DropFile) -> RosterFile:
    """Throw a file away.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of their unit.
        RosterFileError: there is no such file, or it is being worked on or written.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("drop_roster", request.file, actor.unit)) as tx:
        row = _own(tx, actor, request.file, act_of(request))
        if row.state in (FileState.CHECKING, FileState.WRITING, FileState.WRITTEN):
            raise RosterFileError(request.file, row.state)
        store.change_file(tx, request.file, state=FileState.DROPPED)
        store.drop_parts(tx, request.file)
        return _shown(store.file_of(tx, request.file))


def show_file(database: Database, actors: Actors, request: ShowFile) -> RosterFile:
    """How far a file is.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of their unit.
        RosterFileError: there is no such file.
    """
    actor = actors.of(request.actor)
    with looking(database, actor, Deed("see_roster_file", request.file, actor.unit)) as tx:
        return _shown(_own(tx, actor, request.file, act_of(request)))


def list_files(database: Database, actors: Actors, request: ListFiles) -> RosterFiles:
    """The latest files of the actor's own unit.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or another role's work.
    """
    actor = actors.of(request.actor)
    with looking(database, actor, Deed("see_roster_files", actor.unit, actor.unit)) as tx:
        actor.require(act_of(request), Place(actor.path))
        rows = store.recent(tx, actor.unit, most=MOST_LISTED)
    return RosterFiles(tuple(_brief(row) for row in rows))


def errors_of(database: Database, actor: Actor, file: str) -> None:
    """Let somebody have the workbook of the wrong rows; it holds records, so it is on record.

    Raises:
        NotAllowedError, ActorRefusedError: not this actor, or not of their unit.
        RosterFileError: there is no such file, or no row of it is wrong.
    """
    with acting(database, actor, Deed("take_roster_errors", file, actor.unit)) as tx:
        row = _own(tx, actor, file, Act.IMPORT_ROSTER)
        if not row.wrong_listed:
            raise RosterFileError(file, "no_errors")


def _own(tx: Tx, actor: Actor, file: str, act: Act) -> Row[Any]:
    actor.require(act, Place(actor.path))
    row = store.file_of(tx, file, lock=True)
    if row is None or not _is_own(row, actor):
        raise RosterFileError(file, "unknown")
    return row


def _is_own(row: Row[Any], actor: Actor) -> bool:
    return bool(row.unit == actor.unit and row.path == actor.path)


def _row(database: Database, tx: Tx, actor: Actor, at: tuple[str, int]) -> dict[str, object]:
    unit = roster_store.unit_of(tx, actor.unit)
    is_school = unit is not None and unit.level is Level.SCHOOL
    now = database.clock()
    return {
        "file": at[0],
        "size": at[1],
        "unit": actor.unit,
        "path": actor.path,
        "school": actor.unit if is_school else None,
        "person": actor.person,
        "role": actor.role.value,
        "begun_at": now,
        "ends_at": now + LIFE,
    }


def _fresh() -> dict[str, object]:
    """What a new piece of work begins with."""
    return {"reason": "", "claim": None, "claimed_until": None, "attempts": 0, "rows_done": 0}


def _shown(row: Row[Any] | None) -> RosterFile:
    assert row is not None
    return RosterFile(
        row.file,
        FileState(row.state),
        row.begun_at,
        row.rows_done,
        row.reason,
        _report(row.report),
        _report(row.written),
        row.wrong_listed,
    )


def _brief(row: Row[Any]) -> FileBrief:
    report = _report(row.written) or _report(row.report)
    return FileBrief(
        row.file,
        FileState(row.state),
        row.begun_at,
        report.rows if report is not None else 0,
        report.wrong if report is not None else 0,
    )


def _report(written: str | None) -> ImportReport | None:
    return msgspec.json.decode(written, type=ImportReport) if written else None
