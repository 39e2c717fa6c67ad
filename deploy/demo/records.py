"""The records at the end of the walk, held against the ground truth: every pupil, every field."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence

from deploy.demo.paper import Printed
from deploy.demo.province.pupils import Province
from deploy.demo.summary import Expectation, expected
from deploy.demo.verdicts import Fate, fate_of
from deploy.desk import Desk
from shared.contracts.record_commands import FieldValues, FieldValuesRequest
from shared.kernel.ids import SheetId, StudentId

Submitted = Mapping[tuple[SheetId, str], str]  # sheet and field -> new value

APPLY_S = 90.0  # verdicts leave ten seconds late
_LOOK_S = 0.5
_IMPORTED = 1  # version of a record that nobody has changed


class Records:
    """What every printed pupil's record has to be, and what it is."""

    def __init__(
        self, desk: Desk, province: Province, printed: Sequence[Printed], submitted: Submitted
    ) -> None:
        self._desk = desk
        self._by_number = {one.student_number: one.values for one in province.pupils}
        self._students = {sheet.sheet: sheet.student for one in printed for sheet in one.sheets}
        fates = {key: fate_of(*key) for key in submitted}
        self._approved: dict[StudentId, dict[str, str]] = {}
        for (sheet, key), value in submitted.items():
            if fates[sheet, key] is not Fate.REJECTED:
                self._approved.setdefault(self._students[sheet], {})[key] = value
        self._rejected = Counter(fates.values())[Fate.REJECTED]

    def expectations(self, within_s: float) -> list[Expectation]:
        """That each approved change is in its record, and nothing else has changed in any.

        Args:
            within_s: how long approved changes may be on their way.
        """
        wanted = sum(len(changes) for changes in self._approved.values())
        deadline = time.monotonic() + within_s
        while (held := self._applied()) < wanted and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
        other = [student for student in self._students.values() if not self._is_true(student)]
        return [
            expected("approved changes in the records", held, wanted),
            expected(
                f"records that hold anything else, {self._rejected} changes rejected",
                len(other),
                0,
            ),
        ]

    def _applied(self) -> int:
        held = 0
        for student, changes in self._approved.items():
            values = self._values(student, tuple(changes)).values
            held += sum(values.get(key, "") == value for key, value in changes.items())
        return held

    def _is_true(self, student: StudentId) -> bool:
        """Whether a record is the imported one, with each approved change and one version for each."""
        changes = self._approved.get(student, {})
        number = self._values(student, ("student_number",), printed=_IMPORTED).printed or {}
        imported = self._by_number.get(number.get("student_number", ""), {})
        truth = {key: value for key, value in (imported | changes).items() if value}
        now = self._values(student, tuple(imported | changes))
        return now.values == truth and now.version == _IMPORTED + len(changes)

    def _values(
        self, student: StudentId, fields: tuple[str, ...], *, printed: int | None = None
    ) -> FieldValues:
        request = FieldValuesRequest(student, fields, printed)
        return self._desk.ask("roster", "field_values", request, FieldValues)
