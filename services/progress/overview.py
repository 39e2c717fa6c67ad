"""What supervisors ask: ranked tables, units that stand still, who is missing in a class."""

from services.progress import counting, store
from services.progress.ranking import ranked, stalled_days
from services.progress.usecases import told
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.progress_commands import (
    Children,
    ChildrenRequest,
    CountsRequest,
    MissingRequest,
    MissingSheet,
    MissingSheets,
    RankedTable,
    RankedUnit,
    StalledRequest,
    StalledUnit,
    StalledUnits,
    TableRequest,
    UnitCounts,
)
from shared.kernel.authority import Act, Place, Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from shared.kernel.working_days import beijing_day, working_days
from shared.plumbing.acting import Deed, acting, looking
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx

# Above the school pupils are numbers in a table, never a list.
INSIDE_SCHOOL = frozenset({Role.HOMEROOM_TEACHER, Role.REGISTRAR, Role.SCHOOL_LEADER})


def counts(database: Database, actors: Actors, request: CountsRequest) -> UnitCounts:
    """The counts of one unit.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownUnitError: roster has not told of this unit.
    """
    actor = actors.of(request.actor)
    with looking(database, actor, Deed("see_counts", request.campaign, request.unit)) as tx:
        allowed_path(tx, actor, act_of(request), request.unit)
        (found,) = counting.tallies_of(tx, request.campaign, counting.the_unit(request.unit))
    return told(found, beijing_day(database.clock()))


def children(database: Database, actors: Actors, request: ChildrenRequest) -> Children:
    """The counts of every unit directly below one.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownUnitError: roster has not told of this unit.
    """
    actor = actors.of(request.actor)
    with looking(database, actor, Deed("see_counts", request.campaign, request.unit)) as tx:
        allowed_path(tx, actor, act_of(request), request.unit)
        below = counting.tallies_of(tx, request.campaign, counting.children_of(request.unit))
    today = beijing_day(database.clock())
    return Children(tuple(told(one, today) for one in below))


def table(database: Database, actors: Actors, request: TableRequest) -> RankedTable:
    """The units of one level, ranked by the share of pupils whose sheets have come so far.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownUnitError: roster has not told of this unit.
    """
    actor = actors.of(request.actor)
    act = "export_table" if request.is_export else "see_table"
    with acting(database, actor, Deed(act, request.campaign, request.unit)) as tx:
        path = allowed_path(tx, actor, act_of(request), request.unit)
        below = counting.units_below(path, request.level)
        found = counting.tallies_of(tx, request.campaign, below)
    today = beijing_day(database.clock())
    rows = ranked(found, request.by)
    return RankedTable(
        request.by, tuple(RankedUnit(rank, share, told(one, today)) for rank, share, one in rows)
    )


def stalled(database: Database, actors: Actors, request: StalledRequest) -> StalledUnits:
    """The units of one level that stand still, the longest first.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownUnitError: roster has not told of this unit.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("see_stalled", request.campaign, request.unit)) as tx:
        path = allowed_path(tx, actor, act_of(request), request.unit)
        below = counting.units_below(path, request.level)
        found = counting.tallies_of(tx, request.campaign, below)
    today, calendar = beijing_day(database.clock()), working_days()
    still = [
        StalledUnit(told(one, today), one.moved_on, days)
        for one in found
        if one.moved_on is not None
        and (days := stalled_days(one.tally.counts, one.moved_on, today, calendar)) is not None
    ]
    return StalledUnits(tuple(sorted(still, key=lambda one: (-one.working_days, one.unit.unit))))


def missing(database: Database, actors: Actors, request: MissingRequest) -> MissingSheets:
    """The sheets of a class that did not come back, or are not entered yet.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of the staff of this school.
        UnknownUnitError: no such class.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("see_missing", request.campaign, request.unit)) as tx:
        allowed_path(tx, actor, act_of(request), request.unit)
        if actor.role not in INSIDE_SCHOOL:
            raise NotAllowedError(Act.EXPORT_NAMES)
        if store.level_of(tx, request.unit) is not Level.CLASS:
            raise UnknownUnitError(request.unit)
        rows = store.missing_sheets(tx, request.campaign, request.unit)
        (unit,) = counting.tallies_of(tx, request.campaign, counting.the_unit(request.unit))
    counts = unit.tally.counts
    sheets = [
        MissingSheet(row.sheet, row.student, row.number_in_class, row.returned) for row in rows
    ]
    return MissingSheets(counts.in_scope, counts.issued, tuple(sheets))


def allowed_path(tx: Tx, actor: Actor, act: Act, unit: UnitCode) -> str:
    """The path of a unit where an actor may do an act; an unknown unit is nobody's place.

    Raises:
        NotAllowedError, ActorRefusedError: the actor may not act there.
        UnknownUnitError: the actor's own province has no such unit.
    """
    path = store.path_of(tx, unit)
    if path is None:
        raise UnknownUnitError(unit)
    actor.require(act, Place(path))
    return path
