"""A class as its sheets show it: opened, in scope, labels instead of codes."""

from collections.abc import Mapping

from services.roster import store
from services.roster.domain import Enrolment, reason_out
from services.roster.scope import cut_off_of
from services.roster.values import Values
from services.roster.vault import Vault
from shared.contracts.fields import Catalogue, FieldType, national
from shared.contracts.roster_commands import ClassSnapshot, PupilSnapshot, SnapshotRequest
from shared.kernel import divisions
from shared.kernel.errors import NoPupilInScopeError, UnknownUnitError
from shared.kernel.ids import StudentId
from shared.kernel.names import shown
from shared.kernel.units import Level
from shared.plumbing.database import Database


def snapshot_class(
    database: Database,
    vault: Vault,
    request: SnapshotRequest,
    catalogue: Catalogue | None = None,
) -> ClassSnapshot:
    """The pupils of a class who are in scope, by number in class.

    Raises:
        UnknownUnitError: no such class.
        UnknownCampaignError: campaign has not told of it.
        NoPupilInScopeError: nobody to print a sheet for.
    """
    with database.transaction() as tx:
        unit = store.unit_of(tx, request.unit)
        school = store.unit_of(tx, unit.parent) if unit and unit.parent else None
        if unit is None or school is None or unit.level is not Level.CLASS:
            raise UnknownUnitError(request.unit)
        cut_off = cut_off_of(tx, request.campaign)
        rows = store.rows_of_class(tx, unit.code)
    display = Display(catalogue or national())
    pupils = []
    for row in rows:
        enrolment = Enrolment(row.status, row.registered_on, row.is_listed)
        if reason_out(enrolment, cut_off) is not None:
            continue
        student = StudentId(row.student)
        values = vault.open(student, bytes(row.record))
        pupils.append(
            PupilSnapshot(
                student,
                values.get("student_number", ""),
                row.number_in_class,
                row.version,
                display.of(values) | {"school_name": school.name, "class": unit.name},
            )
        )
    if not pupils:
        raise NoPupilInScopeError(request.unit)
    return ClassSnapshot(
        request.campaign, unit.code, unit.path, school.name, unit.name, tuple(pupils)
    )


class Display:
    """Turns stored values into what a guardian reads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._labels: dict[str, Mapping[str, str]] = {}
        self._types = {field.key: field.type for field in catalogue.fields}
        for field in catalogue.fields:
            codes = catalogue.codes_of(field)
            if codes is not None:
                self._labels[field.key] = dict(codes.values)

    def of(self, values: Values) -> dict[str, str]:
        """The values a sheet may show, by field key; columns no sheet knows are left out."""
        return {key: self._shown(key, value) for key, value in values.items() if key in self._types}

    def _shown(self, key: str, value: str) -> str:
        if key in self._labels:
            return self._labels[key].get(value, value)
        match self._types[key]:
            case FieldType.DIVISION:
                return divisions.full_name(value) or value
            case FieldType.NAME:
                return shown(value)
        return value
