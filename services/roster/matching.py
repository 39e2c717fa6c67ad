"""Who a row is: an old acquaintance, a new pupil, or a finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.roster import store
from services.roster.domain import KnownPupil
from services.roster.reading.rows import Finding, ParsedRow
from services.roster.tree import ClassBook
from services.roster.vault import Vault
from shared.kernel.ids import StudentId, UnitCode
from shared.kernel.student_number import NumberKind
from shared.kernel.units import Unit
from shared.plumbing.database import Tx


@dataclass(slots=True)
class Candidate:
    """A row on its way: where it belongs, and whom it is about."""

    parsed: ParsedRow
    school: Unit | None = None
    unit: UnitCode | None = None
    number: bytes | None = None  # digest of the student number
    id_number: bytes | None = None  # digest of the ID number
    known: KnownPupil | None = None


@dataclass(slots=True)
class Seen:
    """What earlier rows of the file held."""

    numbers: dict[bytes, int] = field(default_factory=dict)
    ids: dict[bytes, int] = field(default_factory=dict)
    students: set[StudentId] = field(default_factory=set)
    unsure_classes: set[UnitCode] = field(default_factory=set)
    unsure_schools: set[UnitCode] = field(default_factory=set)
    has_lost_rows: bool = False  # rows of which not even the school is known


class Matcher:
    """Places the rows of one file, a batch at a time."""

    def __init__(
        self, vault: Vault, book: ClassBook, own_school: UnitCode | None, within: str = ""
    ) -> None:
        """Rows of another school than `own_school`, or of one outside the path `within`, are wrong."""
        self.seen = Seen()
        self._within = within
        self._vault = vault
        self._book = book
        self._own_school = own_school

    def place(self, tx: Tx, batch: Sequence[ParsedRow], *, is_empty: bool) -> list[Candidate]:
        """Every row with its class and pupil; what is wrong is added to the row's findings."""
        candidates = [self._located(tx, parsed) for parsed in batch]
        owners: dict[tuple[str, bytes], StudentId] = {}
        known: Mapping[StudentId, KnownPupil] = {}
        if not is_empty:
            owners = store.owners_of(
                tx,
                [one.number for one in candidates if one.number],
                [one.id_number for one in candidates if one.id_number],
            )
            known = store.known_pupils(tx, set(owners.values()))
        for candidate in candidates:
            self._identify(candidate, owners, known)
        return candidates

    def _located(self, tx: Tx, parsed: ParsedRow) -> Candidate:
        values, vault = parsed.values, self._vault
        candidate = Candidate(parsed)
        if number := values.get("student_number"):
            candidate.number = vault.find_by(number)
        if (number := values.get("id_number")) and _is_sound(parsed, "id_number"):
            candidate.id_number = vault.find_by(number)
        code = values.get("school_code") or self._own_school
        school = self._book.school(tx, code, values.get("school_name", "")) if code else None
        if school is None:
            parsed.findings.append(Finding("school_code", "unknown_school" if code else "missing"))
        elif self._own_school is not None and school.code != self._own_school:
            parsed.findings.append(Finding("school_code", "other_school"))
        elif not school.path.startswith(self._within):
            parsed.findings.append(Finding("school_code", "not_below"))
        else:
            candidate.school = school
            grade, label = values.get("grade", ""), values.get("class", "")
            if grade or label:
                candidate.unit = self._book.class_of(tx, school, grade, label)
        return candidate

    def _identify(
        self,
        one: Candidate,
        owners: Mapping[tuple[str, bytes], StudentId],
        known: Mapping[StudentId, KnownPupil],
    ) -> None:
        findings = one.parsed.findings
        by_number = owners.get((store.NUMBER, one.number)) if one.number else None
        by_id = owners.get((store.ID, one.id_number)) if one.id_number else None
        pupil = known.get(by_number or by_id or StudentId(""))
        repeated = self._repeated(one)
        if repeated is not None:
            findings.append(repeated)
        elif pupil is not None:
            finding = _contradiction(one, pupil, by_number, by_id)
            if finding is None and not findings and pupil.student in self.seen.students:
                finding = Finding("student_number", "same_pupil")
            if finding is not None:
                findings.append(finding)
                pupil = None
        if pupil is not None:
            one.known = pupil
            # A known pupil whose row is wrong has not vanished.
            self.seen.students.add(pupil.student)
        elif findings:
            self._note_unsure(one)

    def _repeated(self, one: Candidate) -> Finding | None:
        row = one.parsed.row
        if one.number and (other := self.seen.numbers.setdefault(one.number, row)) != row:
            return Finding("student_number", "number_repeated", other)
        if one.id_number and (other := self.seen.ids.setdefault(one.id_number, row)) != row:
            return Finding("id_number", "id_repeated", other)
        return None

    def _note_unsure(self, one: Candidate) -> None:
        if one.unit is not None:
            self.seen.unsure_classes.add(one.unit)
        elif one.school is not None:
            self.seen.unsure_schools.add(one.school.code)
        else:
            self.seen.has_lost_rows = True


def _contradiction(
    one: Candidate, pupil: KnownPupil, by_number: StudentId | None, by_id: StudentId | None
) -> Finding | None:
    if by_number is not None and by_id is not None and by_number != by_id:
        return Finding("id_number", "id_known")
    if one.school is not None and pupil.school != one.school.code:
        field_, code = (
            ("student_number", "number_elsewhere") if by_number else ("id_number", "id_known")
        )
        return Finding(field_, code)
    if by_number is None and one.number is not None:
        # Found by ID number alone: only a pupil without a formal number may get another one.
        becomes_formal = one.parsed.values["student_number"][0] == NumberKind.FORMAL
        if pupil.number_kind == NumberKind.FORMAL or (pupil.number_kind and not becomes_formal):
            return Finding("id_number", "id_known")
    return None


def _is_sound(parsed: ParsedRow, key: str) -> bool:
    return not parsed.findings or all(finding.field != key for finding in parsed.findings)
