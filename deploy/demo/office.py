"""The staff's half of the walk: what guardians wrote is typed, decided one by one, and applied."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import eventlet

from deploy.demo.clerks import Clerks, Written
from deploy.demo.confirming import Confirming, SchoolClass
from deploy.demo.deciders import Deciders, Post
from deploy.demo.delivery import looked_at
from deploy.demo.paper import Tick
from deploy.demo.proof import Outcome
from deploy.demo.province.pupils import Province
from deploy.demo.staff import Staff
from deploy.demo.stopwatch import Stopwatch
from deploy.demo.summary import Expectation, expected
from deploy.demo.verdicts import Fate, fate_of
from deploy.desk import Desk
from shared.contracts.progress_commands import Counts, CountsRequest, UnitCounts
from shared.contracts.record_commands import FieldValues, FieldValuesRequest
from shared.contracts.scan_commands import PageState, PhotoState
from shared.kernel.authority import Role
from shared.kernel.ids import SheetId, StudentId, UnitCode
from shared.kernel.units import Level

_path_of, _by_unit = attrgetter("path"), attrgetter("unit")
_DESKS = 4  # people at work at once
_CELLS_S = 60.0
_ROUNDS = 3
_COUNT_S = 20.0
_APPLY_S = 90.0  # verdicts leave ten seconds late
_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Decided:
    """What the second half came to, beside what it should have."""

    submitted: Mapping[tuple[SheetId, str], str]  # sheet and field -> new value
    doubtful: Mapping[str, int]  # why something written could be no value -> changes
    students: Mapping[SheetId, StudentId]


def written_on(outcome: Outcome, photos: Path) -> list[Written]:
    """What stands on each sheet whose photo counts, as the simulator noted it."""
    places = {sheet.sheet: (one.school, sheet) for one in outcome.printed for sheet in one.sheets}
    found = []
    for one in outcome.sent:
        state = outcome.states.get(one.shot.number)
        if state is None or state.state is not PageState.MATCHED or one.shot.shown is None:
            continue
        school, sheet = places[one.shot.shown]
        changes = json.loads((photos / f"{one.shot.number:05d}.truth").read_text())
        found.append(Written(sheet.sheet, sheet.student, school, sheet.unit, one.object, changes))
    return found


class Office:
    """Everybody at their desks; started again after a kill they go on where they were."""

    def __init__(self, desk: Desk, staff: Staff, tick: Tick) -> None:
        self._desk = desk
        self._staff = staff
        self._clerks = Clerks(desk, staff)
        self._deciders = Deciders(desk, staff)
        self._tick = tick

    def do(self, province: Province, written: Sequence[Written]) -> Decided:
        """Type everything, decide it, type again what came back, and decide that."""
        changed = [one for one in written if one.changes]
        for done, _ in enumerate(_pool().imap(self._clerks.enter, changed), start=1):
            self._tick("enter", done, len(changed))
        posts = posts_of(province)
        self._decide(posts, "decide")
        back = sum(_pool().imap(self._clerks.enter_again, changed))
        if back:
            self._decide(posts, "decide")
        typed = self._clerks.typed
        students = {one.sheet: one.student for one in changed}
        return Decided(dict(typed.submitted), dict(typed.doubtful), students)

    def confirm(self, written: Sequence[Written], decided: Decided) -> None:
        """Settle what paper and entries differ about, and confirm the sheets without a change."""
        submitted = {sheet for sheet, _ in decided.submitted}
        confirming = Confirming(self._desk, self._staff, written, submitted)
        classes = sorted({SchoolClass(one.school, one.unit) for one in written}, key=_by_unit)
        for done, _ in enumerate(_pool().imap(confirming.do, classes), start=1):
            self._tick("confirm", done, len(classes))

    def _decide(self, posts: Sequence[Post], step: str) -> None:
        decided = 0
        for count in _pool().imap(self._deciders.decide_all, posts):
            decided += count
            self._tick(step, decided, len(self._clerks.typed.submitted))


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the second half goes on from the first."""

    desk: Desk
    staff: Staff
    folder: Path


def decide_changes(walk: Walk, outcome: Outcome, tick: Tick, watch: Stopwatch) -> list[Expectation]:
    """The second half, held against the ground truth."""
    written = written_on(outcome, walk.folder / "photos")
    office = Office(walk.desk, walk.staff, tick)
    decided = office.do(outcome.province, written)
    watch.lap("entry and decisions")
    _await_cells(walk.desk, outcome.states, tick)
    watch.lap("cells")
    # What a second look sees after a sheet was settled opens it again.
    for _ in range(_ROUNDS):
        office.confirm(written, decided)
        counted = count_expectations(walk.desk, walk.staff, written, decided)
        if all(one.held for one in counted):
            break
    held = record_expectations(walk.desk, decided) + counted
    watch.lap("confirming and records")
    return held


def _await_cells(desk: Desk, states: Mapping[int, PhotoState], tick: Tick) -> None:
    """Paper is held against entries once its cells were looked at; when looks stand still, go on."""
    matched = sum(state.state is PageState.MATCHED for state in states.values())
    seen, last = 0, time.monotonic()
    while seen < matched and time.monotonic() < last + _CELLS_S:
        before, seen = seen, looked_at(desk, states)
        if seen > before:
            last = time.monotonic()
        tick("look", seen, matched)
        time.sleep(_LOOK_S)


def posts_of(province: Province) -> list[Post]:
    """The leader of each school, and a reviewer of each authority that manages one."""
    units = {unit.code: unit for unit in province.tree.units}
    schools = [unit for unit in units.values() if unit.level is Level.SCHOOL]
    managing = {units[unit.managed_by] for unit in schools if unit.managed_by is not None}
    return [
        *(Post(Role.SCHOOL_LEADER, unit.code, unit.level) for unit in schools),
        *(Post(Role.REVIEWER, unit.code, unit.level) for unit in sorted(managing, key=_path_of)),
    ]


def record_expectations(desk: Desk, decided: Decided) -> list[Expectation]:
    """That the records hold what was approved, and nothing that was rejected."""
    fates = Counter(fate_of(*key) for key in decided.submitted)
    wanted = fates[Fate.APPROVED] + fates[Fate.CORRECTED]
    deadline = time.monotonic() + _APPLY_S
    while (held := _held(desk, decided, applied=True)) < wanted and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
    return [
        expected("approved changes in the records", held, wanted),
        expected("rejected changes in the records", _held(desk, decided, applied=False), 0),
    ]


def count_expectations(
    desk: Desk, staff: Staff, written: Sequence[Written], decided: Decided
) -> list[Expectation]:
    """That the province's counts are what was done."""
    top = UnitCode(staff.campaign.split("-", 1)[0])
    changed = {sheet for sheet, _ in decided.submitted}
    wanted = Counts(entered=len(written), no_change=len(written) - len(changed))
    deadline = time.monotonic() + _COUNT_S
    while True:
        request = CountsRequest(staff.administrator(), staff.campaign, top)
        counts = desk.ask("progress", "counts", request, UnitCounts).counts
        held = [
            expected("sheets entered, as counted", counts.entered, wanted.entered),
            expected("sheets without a change, as counted", counts.no_change, wanted.no_change),
            expected("sheets decided, as counted", counts.decided, wanted.entered),
            expected("changes still in decision", counts.in_decision, 0),
        ]
        if all(one.held for one in held) or time.monotonic() > deadline:
            return held
        time.sleep(_LOOK_S)


def _held(desk: Desk, decided: Decided, *, applied: bool) -> int:
    """How many of the changes with such a fate the records hold."""
    by_sheet: dict[SheetId, dict[str, str]] = {}
    for (sheet, key), value in decided.submitted.items():
        if (fate_of(sheet, key) is not Fate.REJECTED) is applied:
            by_sheet.setdefault(sheet, {})[key] = value
    held = 0
    for sheet, changes in by_sheet.items():
        request = FieldValuesRequest(decided.students[sheet], tuple(changes))
        values = desk.ask("roster", "field_values", request, FieldValues).values
        held += sum(values.get(key, "") == value for key, value in changes.items())
    return held


def _pool() -> eventlet.GreenPool:
    return eventlet.GreenPool(_DESKS)
