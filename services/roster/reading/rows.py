"""One row of a roster as values and errors: every cell for itself, then all of them together."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec

from services.roster.reading.book import Row
from services.roster.reading.cells import CellError, Converter, converter_of, read_date, text_of
from services.roster.reading.columns import ERROR_TEXT, ORIGINAL_ROW, REGISTERED_ON, Column
from services.roster.values import encoded
from shared.contracts.fields import Catalogue
from shared.kernel.errors import UnreadableRosterError
from shared.kernel.id_number import IdProblem, id_problem, normalised, sex

RESIDENT_ID = "1"
# Without these a pupil cannot be told apart or put into a class. Every other gap is what
# the verification is for: it is printed as a gap, and the guardian fills it.
_ESSENTIAL = ("name",)
_GUARDIANS = ("guardian1", "guardian2")
_ZEROS = "000"


# The values by which a row finds its class and pupil, and those that rest outside the seal.
PLACING = (
    "student_number",
    "id_number",
    "school_code",
    "school_name",
    "grade",
    "class",
    "number_in_class",
    "enrolment_status",
    REGISTERED_ON,
)


class Finding(msgspec.Struct, frozen=True, array_like=True):
    """One thing wrong with a row."""

    field: str | None
    code: str
    other_row: int | None = None


class ParsedRow(msgspec.Struct, array_like=True):
    """A row as read; `findings` empty = nothing wrong so far."""

    row: int  # of the file, or of the first file where this one is a correction of it
    values: dict[str, str]  # those of `PLACING`
    plain: bytes  # all of them, encoded
    findings: list[Finding]
    cells: list[str] | None  # as they came, where they were asked for


class RowReader:
    """Reads the rows of one file."""

    def __init__(
        self,
        columns: Iterable[Column],
        catalogue: Catalogue,
        warnings: Counter[str],
        *,
        today: date,
    ) -> None:
        self._warnings = warnings
        self._today = today
        self._columns: list[tuple[int, str, Converter]] = []
        self._row_place: int | None = None
        fields = {field.key: field for field in catalogue.fields}
        for column in columns:
            if column.key == ORIGINAL_ROW:
                self._row_place = column.place
            elif column.key in fields:
                read = converter_of(fields[column.key], catalogue, warnings)
                self._columns.append((column.place, column.key, read))
            elif column.key == REGISTERED_ON:
                self._columns.append((column.place, column.key, read_date))
            elif column.key in catalogue.import_only:
                self._columns.append((column.place, column.key, text_of))
            elif column.key != ERROR_TEXT:
                raise UnreadableRosterError("unknown_field")

    def read(self, number: int, row: Row, *, with_cells: bool = False) -> ParsedRow:
        """The values of one row, and what is wrong with it."""
        values: dict[str, str] = {}
        findings: list[Finding] = []
        width = len(row)
        for place, key, convert in self._columns:
            if place >= width or (cell := row[place]) == "":
                continue
            try:
                value = convert(cell)
            except CellError as wrong:
                findings.append(Finding(key, wrong.code))
                continue
            if value:
                values[key] = value
        self._check(values, findings)
        return ParsedRow(
            self._original(number, row),
            {key: values[key] for key in PLACING if key in values},
            encoded(values),
            findings,
            [text_of(cell) for cell in row] if with_cells else None,
        )

    def _check(self, values: dict[str, str], findings: list[Finding]) -> None:
        wrong = {finding.field for finding in findings} if findings else ()
        for key in _ESSENTIAL:
            if key not in values and key not in wrong:
                findings.append(Finding(key, "missing"))
        if "class" not in values and "grade" not in values and "class" not in wrong:
            findings.append(Finding("class", "missing"))
        self._check_identity(values, findings)
        self._check_guardians(values)
        if REGISTERED_ON not in values:
            self._warnings["registered_unknown"] += 1
        if "enrolment_status" not in values:
            self._warnings["status_unknown"] += 1

    def _check_identity(self, values: dict[str, str], findings: list[Finding]) -> None:
        number = values.get("id_number")
        if number is None:
            if "student_number" not in values and not findings:
                findings.append(Finding("student_number", "no_key"))
            return
        if values.get("id_type", RESIDENT_ID) != RESIDENT_ID:
            return
        problem = id_problem(number, today=self._today)
        if problem is not None:
            # A number that went through a double keeps fifteen digits and ends in zeros.
            is_rounded = problem is not IdProblem.SHAPE and number.endswith(_ZEROS)
            findings.append(Finding("id_number", "id_zeros" if is_rounded else problem.value))
            return
        born = values.get("birth_date")
        if born is not None and born.replace("-", "") != number[6:14]:
            findings.append(Finding("id_number", "id_other_birth_date"))
        said = values.get("sex")
        if said is not None and said != sex(number):
            findings.append(Finding("id_number", "id_other_sex"))

    def _check_guardians(self, values: dict[str, str]) -> None:
        for guardian in _GUARDIANS:
            number = values.get(f"{guardian}_id_number")
            if (
                number is not None
                and values.get(f"{guardian}_id_type", RESIDENT_ID) == RESIDENT_ID
                and id_problem(number, today=self._today) is not None
            ):
                self._warnings["guardian_id_doubtful"] += 1

    def _original(self, number: int, row: Row) -> int:
        if self._row_place is None or self._row_place >= len(row):
            return number
        text = normalised(text_of(row[self._row_place]))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else number
