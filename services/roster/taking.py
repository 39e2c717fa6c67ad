"""Files of people: whoever takes units or a roster in has to be somebody, and of that place.

What a file does is `tree`'s and `importing`'s; here it is decided who may have it done, and
every try is said to the audit log with who tried.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from services.roster import importing, scope, store
from services.roster.importing import ImportOptions, WrongRows
from services.roster.tree import read_units_file, register_units
from services.roster.vault import Vault
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import ActDone
from shared.contracts.roster_commands import (
    CheckRequest,
    CommitRequest,
    ImportReport,
    RegisterUnits,
    UnitsRegistered,
)
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownUnitError, UnreadableRosterError
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level, path_below, province_of
from shared.plumbing.acting import telling_refusal
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """What files are taken in with."""

    database: Database
    vault: Vault
    actors: Actors


def in_folder(folder: Path, name: str) -> Path:
    """A file of the folder by its bare name: nothing outside of it can be named.

    Raises:
        UnreadableRosterError: it is no bare name.
    """
    if Path(name).name != name:
        raise UnreadableRosterError("no_such_file")
    return folder / name


def register(desk: Desk, path: Path, request: RegisterUnits) -> UnitsRegistered:
    """Take the units of a file into the tree; for the province's administrator.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnitsFileError: with the row and the reason.
    """
    actor = desk.actors.of(request.actor)
    top = province_of(actor.path)
    act = ActDone("register_units", top, actor.person, "done", role=actor.role)
    within = path_below("", UnitCode(top))
    with telling_refusal(desk.database, act, top):
        actor.require(act_of(request), Place(within))
        rows = read_units_file(path)
        changed = register_units(desk.database, rows, by=act, within=within)
    return UnitsRegistered(len(rows), changed)


def check(
    desk: Desk, path: Path, request: CheckRequest, wrong_rows: WrongRows | None = None
) -> ImportReport:
    """The dry run of a roster file.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnreadableRosterError: the file as a whole cannot be taken.
        UnknownUnitError: no such school.
    """
    actor = desk.actors.of(request.actor)
    province = province_of(actor.path)
    act = ActDone("check_roster", actor.unit, actor.person, "done", request.school, role=actor.role)
    with telling_refusal(desk.database, act, province):
        options = _allowed(desk, actor, request)
        report = importing.check_roster(desk.database, desk.vault, path, options, wrong_rows)
    with desk.database.transaction() as tx:
        tx.say(replace(act, object=report.file_hash), province=province)
    return report


def commit(desk: Desk, path: Path, request: CommitRequest) -> ImportReport:
    """Write the good rows of a checked file, and count the classes it touched.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        RosterNotCheckedError: not the file that was checked.
        LargeChangeError: a class changes by more than a fifth, and nobody has accepted it.
    """
    actor = desk.actors.of(request.actor)
    act = ActDone(
        "import_roster", request.checked, actor.person, "done", request.school, role=actor.role
    )
    with telling_refusal(desk.database, act, province_of(actor.path)):
        options = _allowed(desk, actor, request)
    report = importing.commit_roster(
        desk.database,
        desk.vault,
        path,
        options,
        checked=request.checked,
        accept_large_changes=request.accept_large_changes,
    )
    scope.recount(desk.database, report.classes)
    return report


def _allowed(desk: Desk, actor: Actor, request: CheckRequest | CommitRequest) -> ImportOptions:
    """How the file is taken for this actor: never past their own part of the tree.

    Raises:
        NotAllowedError, ActorRefusedError: not this actor, not here.
        UnknownUnitError: no such school.
    """
    place, school = Place(actor.path), request.school
    if school is not None:
        with desk.database.transaction() as tx:
            unit = store.unit_of(tx, school)
        if unit is None:
            raise UnknownUnitError(school)
        place = Place(unit.path)
    elif _is_at_a_school(desk, actor):
        school = actor.unit
    actor.require(act_of(request), place)
    return ImportOptions(actor.person, school, request.columns, role=actor.role, within=actor.path)


def _is_at_a_school(desk: Desk, actor: Actor) -> bool:
    with desk.database.transaction() as tx:
        unit = store.unit_of(tx, actor.unit)
    return unit is not None and unit.level is Level.SCHOOL
