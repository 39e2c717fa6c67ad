"""The names of a class's pupils, for the staff of its school and nobody above it."""

from services.roster import store
from services.roster.vault import Vault
from shared.contracts.acts import act_of
from shared.contracts.roster_commands import PupilName, PupilNames, PupilNamesRequest
from shared.kernel.authority import Act, Place, Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import StudentId
from shared.kernel.names import shown
from shared.kernel.units import Level
from shared.plumbing.acting import Deed, acting
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database

# Above the school names leave only by an export that two persons ask for.
INSIDE_SCHOOL = frozenset({Role.HOMEROOM_TEACHER, Role.REGISTRAR, Role.SCHOOL_LEADER})


def pupil_names(
    database: Database, vault: Vault, actors: Actors, request: PupilNamesRequest
) -> PupilNames:
    """The pupils of a class by number in class, with their names.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not of the staff of this school.
        UnknownUnitError: no such class.
    """
    actor = actors.of(request.actor)
    purpose = None if request.purpose is None else request.purpose.value
    deed = Deed("see_names", request.unit, request.unit, purpose=purpose)
    with acting(database, actor, deed) as tx:
        unit = store.unit_of(tx, request.unit)
        if unit is None or unit.level is not Level.CLASS:
            raise UnknownUnitError(request.unit)
        actor.require(act_of(request), Place(unit.path))
        if actor.role not in INSIDE_SCHOOL:
            raise NotAllowedError(Act.EXPORT_NAMES)
        rows = store.rows_of_class(tx, unit.code)
    pupils = []
    for row in rows:
        student = StudentId(row.student)
        name = vault.open(student, bytes(row.record)).get("name", "")
        pupils.append(PupilName(student, row.number_in_class, shown(name)))
    return PupilNames(tuple(pupils))
