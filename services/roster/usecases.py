"""What roster does with facts and commands: one function for each."""

from pathlib import Path

from services.roster import importing, scope, store
from services.roster.importing import ImportOptions
from services.roster.tree import read_units_file, register_units, school_of
from services.roster.vault import Vault
from shared.contracts.events import CampaignOpened
from shared.contracts.roster_commands import (
    CheckRequest,
    ClassesRequest,
    ClassScope,
    CommitRequest,
    ImportReport,
    ManagingUnit,
    ManagingUnitRequest,
    NamedUnitsRequest,
    RegisterUnits,
    SchoolClasses,
    UnitEntry,
    Units,
    UnitsRegistered,
    UnitsRequest,
)
from shared.kernel.errors import UnknownUnitError, UnreadableRosterError
from shared.kernel.units import Level, Unit
from shared.plumbing.database import Database
from shared.plumbing.hears import Heard


def learn_campaign(heard: Heard[CampaignOpened]) -> None:
    """A campaign exists or its cut-off date moved: count every class anew."""
    fact = heard.fact
    with heard.transaction() as tx:
        if not scope.learn_campaign(tx, fact.campaign, fact.cut_off, fact.sequence):
            return
        classes = store.class_codes(tx)
        for start in range(0, len(classes), scope.CLASSES_AT_ONCE):
            part = classes[start : start + scope.CLASSES_AT_ONCE]
            scope.tell_scopes(tx, fact.campaign, part)


def register(database: Database, uploads: Path, request: RegisterUnits) -> UnitsRegistered:
    """Take the units of a file of the upload folder.

    Raises:
        UnitsFileError: with the row and the reason.
    """
    rows = read_units_file(_in_folder(uploads, request.file))
    return UnitsRegistered(len(rows), register_units(database, rows, by=request.actor))


def check(database: Database, vault: Vault, uploads: Path, request: CheckRequest) -> ImportReport:
    """The dry run of a roster file.

    Raises:
        UnreadableRosterError: the file as a whole cannot be taken.
        UnknownUnitError: no such school.
    """
    path = _in_folder(uploads, request.file)
    return importing.check_roster(database, vault, path, _options(request))


def commit(database: Database, vault: Vault, uploads: Path, request: CommitRequest) -> ImportReport:
    """Write the good rows of a checked file, and count the classes it touched.

    Raises:
        RosterNotCheckedError: not the file that was checked.
        LargeChangeError: a class changes by more than a fifth, and nobody has accepted it.
    """
    report = importing.commit_roster(
        database,
        vault,
        _in_folder(uploads, request.file),
        _options(request),
        checked=request.checked,
        accept_large_changes=request.accept_large_changes,
    )
    scope.recount(database, report.classes)
    return report


def classes(database: Database, request: ClassesRequest) -> SchoolClasses:
    """The classes of a school with their scope.

    Raises:
        UnknownUnitError: no such school.
        UnknownCampaignError: campaign has not told of it.
    """
    with database.transaction() as tx:
        school = school_of(tx, request.unit)
        found = store.units_below(tx, school.path, Level.CLASS)
        counted = scope.count(
            tx, scope.cut_off_of(tx, request.campaign), [one.code for one in found]
        )
    return SchoolClasses(
        school.code,
        school.name,
        tuple(
            ClassScope(
                one.code,
                one.path,
                one.name,
                counted[one.code].in_scope,
                counted[one.code].out_of_scope,
            )
            for one in found
        ),
    )


def units(database: Database, request: UnitsRequest) -> Units:
    """The units of one level at or below a unit.

    Raises:
        UnknownUnitError: no such unit.
    """
    with database.transaction() as tx:
        above = store.unit_of(tx, request.unit)
        if above is None:
            raise UnknownUnitError(request.unit)
        found = store.units_below(tx, above.path, request.level)
    return Units(tuple(_entry(one) for one in found))


def named_units(database: Database, request: NamedUnitsRequest) -> Units:
    """Units by their codes, in the order of the tree."""
    with database.transaction() as tx:
        return Units(tuple(_entry(one) for one in store.units_named(tx, request.units)))


def managing_unit(database: Database, request: ManagingUnitRequest) -> ManagingUnit:
    """The authority that decides the key data of a school.

    Raises:
        UnknownUnitError: no such school or class.
    """
    with database.transaction() as tx:
        school = school_of(tx, request.unit)
    if school.managed_by is None:
        raise UnknownUnitError(request.unit)
    return ManagingUnit(school.code, school.managed_by)


def _options(request: CheckRequest | CommitRequest) -> ImportOptions:
    return ImportOptions(request.actor, request.school, request.columns)


def _in_folder(folder: Path, name: str) -> Path:
    """A file of the folder by its bare name: nothing outside of it can be named."""
    if Path(name).name != name:
        raise UnreadableRosterError("no_such_file")
    return folder / name


def _entry(unit: Unit) -> UnitEntry:
    return UnitEntry(unit.code, unit.level, unit.name, unit.parent, unit.path, unit.managed_by)
