"""Good rows become records: new, changed with a history, or left alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.roster import record_store, store
from services.roster.domain import KnownPupil
from services.roster.matching import Candidate
from services.roster.reading.columns import REGISTERED_ON
from services.roster.values import Values, decoded, encoded
from services.roster.vault import Vault
from shared.contracts.events import RecordChanged
from shared.kernel.ids import StudentId, new_student_ids
from shared.kernel.units import province_of
from shared.plumbing.database import Tx


class Writer:
    """Writes the good rows of one file; in a dry run it only counts.

    Columns that the file lacks keep what the record holds; a blank cell of a column that is
    there empties it, because the roster is what the register says. Only the value that an
    approved change has replaced does not come back: it is in `conflicts`, row and field.
    """

    def __init__(
        self, vault: Vault, covered: frozenset[str], cause: str, *, actor: str, is_dry: bool
    ) -> None:
        self._vault = vault
        self._covered = covered
        self._cause = f"import:{cause[:16]}"
        self._actor = actor
        self._is_dry = is_dry
        self.added: set[StudentId] = set()
        self.conflicts: list[tuple[int, str]] = []

    def write(self, tx: Tx, good: Sequence[Candidate], at: datetime) -> Counter[str]:
        """Write a batch; counts new, changed and unchanged rows."""
        counts: Counter[str] = Counter()
        rows: list[dict[str, Any]] = []
        numbers: list[dict[str, Any]] = []
        doubtful: list[tuple[Candidate, KnownPupil, bytes]] = []
        fresh = new_student_ids(len(good))
        for one in good:
            if one.known is None:
                counts["new"] += 1
                if not self._is_dry:
                    self._add(next(fresh), one, rows, numbers)
                continue
            digest = self._vault.digest(one.parsed.plain)
            if digest == one.known.digest and one.known.is_listed and one.known.unit == one.unit:
                counts["unchanged"] += 1
            else:
                doubtful.append((one, one.known, digest))
        store.add_pupils(tx, rows, numbers)
        records = store.records_of(tx, [known.student for _, known, _ in doubtful])
        decided = record_store.decided_fields(tx, list(records))
        for one, known, digest in doubtful:
            record = (records[known.student], decided.get(known.student, {}))
            outcome = self._compare(tx, one, known, digest, record, at)
            counts[outcome] += 1
        return counts

    def _add(
        self,
        student: StudentId,
        one: Candidate,
        rows: list[dict[str, Any]],
        numbers: list[dict[str, Any]],
    ) -> None:
        plain = one.parsed.plain
        row = _columns(one.parsed.values, one)
        row["registered_on"] = one.parsed.values.get(REGISTERED_ON)
        row["student"] = student
        row["version"] = 1
        row["digest"] = self._vault.digest(plain)
        row["record"] = self._vault.seal(student, plain)
        rows.append(row)
        self.added.add(student)
        numbers += _identifiers(one, student)

    def _compare(
        self,
        tx: Tx,
        one: Candidate,
        known: KnownPupil,
        digest: bytes,
        record: tuple[bytes, Mapping[str, int]],
        at: datetime,
    ) -> str:
        sealed, decided = record
        before = self._vault.open(known.student, sealed)
        kept = {key: value for key, value in before.items() if key not in self._covered}
        after = kept | decoded(one.parsed.plain)
        older = self._older(tx, known, (before, after), decided)
        if older:
            self.conflicts += [(one.parsed.row, field) for field in older]
            after = {key: value for key, value in after.items() if key not in older}
            after |= {key: before[key] for key in older if key in before}
            digest = self._vault.digest(encoded(after))  # the file says something else
        fields = _differing(before, after)
        is_moved = known.unit != one.unit or not known.is_listed
        if not fields and not is_moved:
            return "unchanged"
        if not self._is_dry:
            change = _columns(after, one) | {"digest": digest}
            if fields:
                store.keep_history(tx, known.student, known.version, sealed, at, self._cause)
                change["version"] = known.version + 1
                change["record"] = self._vault.seal(known.student, encoded(after))
                self._forget_id(tx, known.student, before, after)
                self._note_fields(tx, known, fields, at)
            found_by = [
                row
                for row in _identifiers(one, known.student)
                if row["kind"] != store.ID or "id_number" not in older
            ]
            store.change_pupil(tx, known.student, change, found_by)
            if fields:
                _say_changed(tx, one, known, fields)
        return "changed"

    def _older(
        self, tx: Tx, known: KnownPupil, values: tuple[Values, Values], decided: Mapping[str, int]
    ) -> tuple[str, ...]:
        """Fields of which the file still holds what an approved change has replaced."""
        before, after = values
        older = []
        for field in _differing(before, after):
            version = decided.get(field)
            was = (
                None if version is None else record_store.record_at(tx, known.student, version - 1)
            )
            if was is None:
                continue
            if self._vault.open(known.student, was).get(field) == after.get(field):
                older.append(field)
        return tuple(older)

    def _note_fields(
        self, tx: Tx, known: KnownPupil, fields: tuple[str, ...], at: datetime
    ) -> None:
        why = {"at": at, "cause": self._cause, "actor": self._actor, "evidence": ""}
        record_store.note_fields(tx, known.student, known.version + 1, fields, why)

    def _forget_id(self, tx: Tx, student: StudentId, before: Values, after: Values) -> None:
        old = before.get("id_number")
        if old is not None and old != after.get("id_number"):
            store.forget_id(tx, student, self._vault.find_by(old))


def _differing(before: Values, after: Values) -> tuple[str, ...]:
    keys = before.keys() | after.keys()
    return tuple(sorted(key for key in keys if before.get(key) != after.get(key)))


def _columns(values: Values, one: Candidate) -> dict[str, Any]:
    number = values.get("number_in_class")
    registered = values.get(REGISTERED_ON)
    return {
        "school": one.school.code if one.school else None,
        "unit": one.unit,
        "number_in_class": int(number) if number else None,
        "number_kind": values.get("student_number", "")[:1],
        "status": values.get("enrolment_status", ""),
        "registered_on": date.fromisoformat(registered) if registered else None,
        "is_listed": True,
    }


def _identifiers(one: Candidate, student: StudentId) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "digest": digest, "student": student}
        for kind, digest in ((store.NUMBER, one.number), (store.ID, one.id_number))
        if digest is not None
    ]


def _say_changed(tx: Tx, one: Candidate, known: KnownPupil, fields: tuple[str, ...]) -> None:
    assert one.school is not None
    assert one.unit is not None
    tx.say(
        RecordChanged(known.student, one.unit, known.version + 1, fields),
        province=province_of(one.school.path),
    )
