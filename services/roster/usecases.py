"""What roster does with facts and commands: one function for each."""

from services.roster import scope, store
from services.roster.tree import school_of
from shared.contracts.events import CampaignOpened
from shared.contracts.roster_commands import (
    ClassesRequest,
    ClassScope,
    ManagingUnit,
    ManagingUnitRequest,
    NamedUnitsRequest,
    SchoolClasses,
    UnitEntry,
    Units,
    UnitsRequest,
)
from shared.kernel.errors import UnknownUnitError
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
        school.path,
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


def _entry(unit: Unit) -> UnitEntry:
    return UnitEntry(unit.code, unit.level, unit.name, unit.parent, unit.path, unit.managed_by)
