"""Good rows become records: new, changed with a history, or left alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from services.roster import record_store, store
from services.roster.domain import KnownPupil
from services.roster.matching import Candidate
from services.roster.reading.columns import REGISTERED_ON
from services.roster.values import Values, decoded, encoded
from services.roster.vault import Vault
from shared.contracts.events import RecordChanged
from shared.kernel.ids import StudentId, new_student_id
from shared.kernel.units import province_of
from shared.plumbing.database import Tx


class Writer:
    """Writes the good rows of one file; in a dry run it only counts.

    Columns that the file lacks keep what the record holds; a blank cell of a column that is
    there empties it, because the roster is what the register says.
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

    def write(self, tx: Tx, good: Sequence[Candidate], at: datetime) -> Counter[str]:
        """Write a batch; counts new, changed and unchanged rows."""
        counts: Counter[str] = Counter()
        rows: list[dict[str, Any]] = []
        numbers: list[dict[str, Any]] = []
        doubtful: list[tuple[Candidate, KnownPupil, bytes]] = []
        for one in good:
            if one.known is None:
                counts["new"] += 1
                if not self._is_dry:
                    self._add(one, rows, numbers)
                continue
            digest = self._vault.digest(one.parsed.plain)
            if digest == one.known.digest and one.known.is_listed and one.known.unit == one.unit:
                counts["unchanged"] += 1
            else:
                doubtful.append((one, one.known, digest))
        store.add_pupils(tx, rows, numbers)
        records = store.records_of(tx, [known.student for _, known, _ in doubtful])
        for one, known, digest in doubtful:
            outcome = self._compare(tx, one, known, digest, records[known.student], at)
            counts[outcome] += 1
        return counts

    def _add(
        self, one: Candidate, rows: list[dict[str, Any]], numbers: list[dict[str, Any]]
    ) -> None:
        student, plain = new_student_id(), one.parsed.plain
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
        sealed: bytes,
        at: datetime,
    ) -> str:
        before = self._vault.open(known.student, sealed)
        kept = {key: value for key, value in before.items() if key not in self._covered}
        after = kept | decoded(one.parsed.plain)
        fields = tuple(
            sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        )
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
            store.change_pupil(tx, known.student, change, _identifiers(one, known.student))
            if fields:
                _say_changed(tx, one, known, fields)
        return "changed"

    def _note_fields(
        self, tx: Tx, known: KnownPupil, fields: tuple[str, ...], at: datetime
    ) -> None:
        why = {"at": at, "cause": self._cause, "actor": self._actor, "evidence": ""}
        record_store.note_fields(tx, known.student, known.version + 1, fields, why)

    def _forget_id(self, tx: Tx, student: StudentId, before: Values, after: Values) -> None:
        old = before.get("id_number")
        if old is not None and old != after.get("id_number"):
            store.forget_id(tx, student, self._vault.find_by(old))


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
