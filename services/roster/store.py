"""Named questions about units, pupils and imports."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Row, and_, delete, func, insert, or_, select, text, update

from services.roster.domain import KnownPupil
from services.roster.tables import identifiers, imports, pupils, record_history, units
from shared.kernel.ids import StudentId, UnitCode
from shared.kernel.units import Level, Unit
from shared.plumbing.database import Tx

NUMBER, ID = "N", "I"
# SQLite's limit of variables in one statement is 32,766.
_AT_ONCE = 10_000
_KNOWN = (
    pupils.c.student,
    pupils.c.school,
    pupils.c.unit,
    pupils.c.number_kind,
    pupils.c.version,
    pupils.c.digest,
    pupils.c.is_listed,
)
_NEW_IDENTIFIER = text(
    "INSERT INTO identifiers (kind, digest, student) VALUES (:kind, :digest, :student)"
    " ON CONFLICT (kind, digest) DO UPDATE SET student = excluded.student"
)
_T = TypeVar("_T")


def unit_of(tx: Tx, code: UnitCode) -> Unit | None:
    """A unit of the tree."""
    row = tx.execute(select(units).where(units.c.code == code)).one_or_none()
    return None if row is None else _unit(row)


def units_below(tx: Tx, path: str, level: Level) -> tuple[Unit, ...]:
    """The units of one level at or below a path, in the tree's order."""
    question = (
        select(units)
        .where(units.c.path.startswith(path, autoescape=True), units.c.level == level)
        .order_by(units.c.path)
    )
    return tuple(_unit(row) for row in tx.execute(question))


def units_named(tx: Tx, codes: Collection[UnitCode]) -> tuple[Unit, ...]:
    """The units with these codes, in the tree's order."""
    question = select(units).where(units.c.code.in_(codes)).order_by(units.c.path)
    return tuple(_unit(row) for row in tx.execute(question))


def classes_of(tx: Tx, school: UnitCode) -> dict[str, UnitCode]:
    """The classes of a school by their key."""
    question = select(units.c.class_key, units.c.code).where(
        units.c.parent == school, units.c.level == Level.CLASS
    )
    return {row.class_key: UnitCode(row.code) for row in tx.execute(question)}


def units_by_code(tx: Tx, codes: Collection[UnitCode]) -> dict[UnitCode, tuple[Unit, int]]:
    """Those of some units that are known, with the sequence they were last told of with."""
    found = {}
    for part in _parts(codes):
        for row in tx.execute(select(units).where(units.c.code.in_(part))):
            found[UnitCode(row.code)] = (_unit(row), row.sequence)
    return found


def add_units(tx: Tx, new: Sequence[tuple[Unit, str | None]]) -> None:
    """Write new units; a class comes with its key."""
    if new:
        rows = [
            {"code": unit.code, "class_key": key, "sequence": 1, **_unit_values(unit)}
            for unit, key in new
        ]
        tx.execute(insert(units), rows)


def change_unit(tx: Tx, unit: Unit, sequence: int) -> None:
    """Write what has changed about a unit."""
    values = {"sequence": sequence, **_unit_values(unit)}
    tx.execute(update(units).where(units.c.code == unit.code).values(**values))


def has_pupils(tx: Tx) -> bool:
    """Whether the register holds anybody yet."""
    return tx.execute(select(identifiers.c.student).limit(1)).first() is not None


def owners_of(
    tx: Tx, numbers: Collection[bytes], ids: Collection[bytes]
) -> dict[tuple[str, bytes], StudentId]:
    """Who holds, or held, these student numbers and ID numbers."""
    found = {}
    for kind, digests in ((NUMBER, numbers), (ID, ids)):
        for part in _parts(digests):
            question = select(identifiers.c.digest, identifiers.c.student).where(
                identifiers.c.kind == kind, identifiers.c.digest.in_(part)
            )
            for digest, student in tx.execute(question).all():
                found[kind, bytes(digest)] = StudentId(student)
    return found


def known_pupils(tx: Tx, students: Collection[StudentId]) -> dict[StudentId, KnownPupil]:
    """Some pupils as an import has to know them."""
    found = {}
    for part in _parts(students):
        for row in tx.execute(select(*_KNOWN).where(pupils.c.student.in_(part))).all():
            student = StudentId(row.student)
            found[student] = KnownPupil(
                student,
                UnitCode(row.school),
                UnitCode(row.unit),
                row.number_kind,
                row.version,
                bytes(row.digest),
                row.is_listed,
            )
    return found


def records_of(tx: Tx, students: Collection[StudentId]) -> dict[StudentId, bytes]:
    """The sealed records of some pupils."""
    found: dict[StudentId, bytes] = {}
    for part in _parts(students):
        question = select(pupils.c.student, pupils.c.record).where(pupils.c.student.in_(part))
        found |= {StudentId(who): bytes(record) for who, record in tx.execute(question).all()}
    return found


def listed_in(tx: Tx, classes: Collection[UnitCode]) -> dict[UnitCode, set[StudentId]]:
    """The pupils who stand on the latest roster, by class."""
    found: dict[UnitCode, set[StudentId]] = defaultdict(set)
    for part in _parts(classes):
        question = select(pupils.c.unit, pupils.c.student).where(
            pupils.c.unit.in_(part), pupils.c.is_listed
        )
        for unit, student in tx.execute(question).all():
            found[UnitCode(unit)].add(StudentId(student))
    return found


def add_pupils(
    tx: Tx, rows: Sequence[Mapping[str, Any]], numbers: Sequence[Mapping[str, Any]]
) -> None:
    """Write new pupils with their identifiers; dates as ISO text."""
    # In the order of their indexes: neighbours share pages.
    tx.insert_many(pupils, sorted(rows, key=itemgetter("student")))
    tx.insert_many(identifiers, sorted(numbers, key=itemgetter("kind", "digest")))


def change_pupil(
    tx: Tx, student: StudentId, values: Mapping[str, Any], numbers: Sequence[Mapping[str, Any]]
) -> None:
    """Write what changed about a pupil; a number they held before is still theirs."""
    tx.execute(update(pupils).where(pupils.c.student == student).values(**values))
    if numbers:
        tx.execute(_NEW_IDENTIFIER, numbers)


def forget_id(tx: Tx, student: StudentId, digest: bytes) -> None:
    """Take away an ID number that was corrected, so that its rightful holder can have it."""
    mine = and_(
        identifiers.c.kind == ID,
        identifiers.c.digest == digest,
        identifiers.c.student == student,
    )
    tx.execute(delete(identifiers).where(mine))


def keep_history(
    tx: Tx, student: StudentId, version: int, record: bytes, at: datetime, cause: str
) -> None:
    """Keep a record as it was."""
    row = {"student": student, "version": version, "record": record, "at": at, "cause": cause}
    tx.execute(insert(record_history).values(**row))


def unlist(tx: Tx, students: Collection[StudentId]) -> None:
    """Note that some pupils no longer stand on the roster."""
    for part in _parts(students):
        tx.execute(update(pupils).where(pupils.c.student.in_(part)).values(is_listed=False))


def import_of(tx: Tx, file_hash: str, options: str) -> Row[Any] | None:
    """What is known of an import of this file with these options."""
    question = select(imports).where(imports.c.file_hash == file_hash, imports.c.options == options)
    return tx.execute(question).one_or_none()


def was_committed(tx: Tx, file_hash: str) -> bool:
    """Whether this file was written before, with whatever options."""
    question = select(func.count()).where(
        imports.c.file_hash == file_hash, imports.c.committed_at.is_not(None)
    )
    return bool(tx.execute(question).scalar_one())


def save_import(tx: Tx, file_hash: str, options: str, values: Mapping[str, Any]) -> None:
    """Write what is known of an import."""
    mine = and_(imports.c.file_hash == file_hash, imports.c.options == options)
    if tx.execute(update(imports).where(mine).values(**values)).rowcount == 0:
        tx.execute(insert(imports).values(file_hash=file_hash, options=options, **values))


def rows_of_class(tx: Tx, unit: UnitCode) -> Sequence[Row[Any]]:
    """Every pupil of a class with their sealed record, by number in class."""
    question = (
        select(pupils)
        .where(pupils.c.unit == unit)
        .order_by(pupils.c.number_in_class.is_(None), pupils.c.number_in_class, pupils.c.student)
    )
    return tx.execute(question).all()


def enrolments_of(tx: Tx, classes: Collection[UnitCode]) -> list[Row[Any]]:
    """Who is in some classes and whether they count, by number in class; no record is read."""
    columns = ("student", "unit", "number_in_class", "version", "status", "registered_on")
    found: list[Row[Any]] = []
    for part in _parts(classes):
        question = (
            select(*(pupils.c[name] for name in columns), pupils.c.is_listed)
            .where(pupils.c.unit.in_(part))
            .order_by(
                pupils.c.number_in_class.is_(None), pupils.c.number_in_class, pupils.c.student
            )
        )
        found += tx.execute(question)
    return found


def class_codes(tx: Tx, at_or_below: str | None = None) -> list[UnitCode]:
    """The codes of all classes, or of those at or below a path."""
    question = select(units.c.code).where(units.c.level == Level.CLASS).order_by(units.c.code)
    if at_or_below is not None:
        question = question.where(
            or_(units.c.path == at_or_below, units.c.path.startswith(at_or_below, autoescape=True))
        )
    return [UnitCode(code) for code in tx.execute(question).scalars()]


def _unit(row: Row[Any]) -> Unit:
    return Unit(
        UnitCode(row.code),
        Level(row.level),
        row.name,
        None if row.parent is None else UnitCode(row.parent),
        row.path,
        None if row.managed_by is None else UnitCode(row.managed_by),
    )


def _unit_values(unit: Unit) -> dict[str, Any]:
    return {
        "level": unit.level,
        "name": unit.name,
        "parent": unit.parent,
        "path": unit.path,
        "managed_by": unit.managed_by,
    }


def _parts(items: Collection[_T]) -> Iterable[list[_T]]:
    rest = iter(items)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
