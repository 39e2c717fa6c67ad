"""Named questions about one record: as it is, as it was, and who changed which field."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, text

from services.roster.store import ID
from services.roster.tables import field_history, pupils, record_history
from shared.kernel.ids import StudentId
from shared.plumbing.database import Tx

# How the cause of a change begins that a decision made.
DECISION = "change:"
# SQLite takes at most 32,766 variables in one statement.
_AT_ONCE = 5_000
_CLAIM = text(
    "INSERT INTO identifiers (kind, digest, student) VALUES (:kind, :digest, :student)"
    " ON CONFLICT (kind, digest) DO NOTHING"
)


def record_of(tx: Tx, student: StudentId, *, lock: bool = False) -> Row[Any] | None:
    """A pupil with the sealed record; `lock` lets no other transaction change it meanwhile."""
    question = select(pupils).where(pupils.c.student == student)
    return tx.execute(question.with_for_update() if lock else question).one_or_none()


def record_at(tx: Tx, student: StudentId, version: int) -> bytes | None:
    """A sealed record as it was in an earlier version; None where that is not kept."""
    question = select(record_history.c.record).where(
        record_history.c.student == student, record_history.c.version == version
    )
    found = tx.execute(question).scalar_one_or_none()
    return None if found is None else bytes(found)


def records_before(tx: Tx, student: StudentId) -> Sequence[Row[Any]]:
    """Every earlier version of a record, sealed, oldest first."""
    question = select(record_history).where(record_history.c.student == student)
    return tx.execute(question.order_by(record_history.c.version)).all()


def note_fields(
    tx: Tx, student: StudentId, version: int, fields: Sequence[str], why: Mapping[str, Any]
) -> None:
    """Keep which fields a version changed: when, and by which import or decision."""
    rows = [{"student": student, "version": version, "field": one, **why} for one in fields]
    if rows:
        tx.execute(insert(field_history), rows)


def history_of(tx: Tx, student: StudentId) -> Sequence[Row[Any]]:
    """Every change of every field of a record, oldest first."""
    question = select(field_history).where(field_history.c.student == student)
    return tx.execute(question.order_by(field_history.c.version, field_history.c.field)).all()


def decided_fields(tx: Tx, students: Sequence[StudentId]) -> dict[StudentId, dict[str, int]]:
    """Of some records the fields that a decision changed last, with the version it made."""
    found: dict[StudentId, dict[str, int]] = defaultdict(dict)
    for start in range(0, len(students), _AT_ONCE):
        some = students[start : start + _AT_ONCE]
        question = select(
            field_history.c.student,
            field_history.c.field,
            field_history.c.version,
            field_history.c.cause,
        ).where(field_history.c.student.in_(some))
        for row in tx.execute(question.order_by(field_history.c.version)):
            fields = found[StudentId(row.student)]
            if row.cause.startswith(DECISION):
                fields[row.field] = row.version
            else:
                fields.pop(row.field, None)
    return found


def claim_id(tx: Tx, student: StudentId, digest: bytes) -> None:
    """Find a pupil by an ID number from now on, unless somebody else is found by it."""
    tx.execute(_CLAIM, {"kind": ID, "digest": digest, "student": student})
