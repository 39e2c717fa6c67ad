"""Which version the records of a class or school are at: whether a printed sheet is still true."""

from services.roster import store
from services.roster.domain import Enrolment, reason_out
from services.roster.scope import cut_off_of
from shared.contracts.roster_commands import (
    ClassVersions,
    PupilVersion,
    RecordVersions,
    VersionsRequest,
)
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import StudentId
from shared.kernel.units import Level
from shared.plumbing.database import Database


def record_versions(database: Database, request: VersionsRequest) -> RecordVersions:
    """The version of every record in scope; no record is opened.

    Raises:
        UnknownUnitError: no such class or school.
        UnknownCampaignError: campaign has not told of it.
    """
    with database.transaction() as tx:
        unit = store.unit_of(tx, request.unit)
        if unit is None or unit.level not in (Level.SCHOOL, Level.CLASS):
            raise UnknownUnitError(request.unit)
        cut_off = cut_off_of(tx, request.campaign)
        classes = store.units_below(tx, unit.path, Level.CLASS)
        rows = store.enrolments_of(tx, [one.code for one in classes])
    in_scope: dict[str, list[PupilVersion]] = {}
    for row in rows:
        if reason_out(Enrolment(row.status, row.registered_on, row.is_listed), cut_off) is None:
            pupil = PupilVersion(StudentId(row.student), row.number_in_class, row.version)
            in_scope.setdefault(row.unit, []).append(pupil)
    return RecordVersions(
        unit.code,
        unit.path,
        unit.name,
        tuple(
            ClassVersions(one.code, one.name, tuple(in_scope.get(one.code, ()))) for one in classes
        ),
    )
