"""The staff's half of the walk: what guardians wrote is typed, decided one by one, and applied."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import eventlet

from deploy.demo.clerks import Clerks, Written
from deploy.demo.confirming import Confirming, SchoolClass
from deploy.demo.deciders import Deciders, Post
from deploy.demo.delivery import looked_at
from deploy.demo.paper import Tick
from deploy.demo.patience import persistently
from deploy.demo.proof import Outcome
from deploy.demo.province.pupils import Province
from deploy.demo.records import APPLY_S, Records, Submitted
from deploy.demo.staff import Staff
from deploy.demo.stopwatch import Stopwatch
from deploy.demo.summary import Expectation, expected
from deploy.desk import Desk
from shared.contracts.progress_commands import Counts, CountsRequest, UnitCounts
from shared.contracts.scan_commands import PageState, PhotoState
from shared.kernel.authority import Role
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level

Work = TypeVar("Work")
Done = TypeVar("Done")

_path_of, _by_unit = attrgetter("path"), attrgetter("unit")
_DESKS = 4  # people at work at once
_CELLS_S = 60.0
_ROUNDS = 3
_COUNT_S = 20.0
_LOOK_S = 0.5


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
    """Everybody at their desks; started again after a kill they go on where they were.

    While nobody answers they do the sheet, or the queue, or the class in hands again.
    """

    def __init__(self, walk: "Walk", tick: Tick) -> None:
        desk, staff = walk.desk, walk.staff
        self._desk = desk
        self._staff = staff
        self._patience_s = walk.patience_s
        self._clerks = Clerks(desk, staff)
        self._deciders = Deciders(desk, staff)
        self._tick = tick

    def do(self, province: Province, written: Sequence[Written]) -> Submitted:
        """Type everything, decide it, type again what came back, and decide that."""
        changed = [one for one in written if one.changes]
        for done, _ in enumerate(self._each(self._clerks.enter, changed), start=1):
            self._tick("enter", done, len(changed))
        posts = posts_of(province)
        self._decide(posts, "decide")
        if sum(self._each(self._clerks.enter_again, changed)):
            self._decide(posts, "decide")
        return dict(self._clerks.submitted)

    def confirm(self, written: Sequence[Written], submitted: Submitted) -> None:
        """Settle what paper and entries differ about, and confirm the sheets without a change."""
        changed = {sheet for sheet, _ in submitted}
        confirming = Confirming(self._desk, self._staff, written, changed)
        classes = sorted({SchoolClass(one.school, one.unit) for one in written}, key=_by_unit)
        for done, _ in enumerate(self._each(confirming.do, classes), start=1):
            self._tick("confirm", done, len(classes))

    def _decide(self, posts: Sequence[Post], step: str) -> None:
        decided = 0
        for count in self._each(self._deciders.decide_all, posts):
            decided += count
            self._tick(step, decided, len(self._clerks.submitted))

    def _each(self, work: Callable[[Work], Done], pieces: Iterable[Work]) -> Iterator[Done]:
        """Several people at once, each at a piece of work of their own."""

        def one(piece: Work) -> Done:
            return persistently(lambda: work(piece), self._patience_s)

        done: Iterator[Done] = eventlet.GreenPool(_DESKS).imap(one, pieces)
        return done


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the second half goes on from the first."""

    desk: Desk
    staff: Staff
    folder: Path
    patience_s: float
    leaves_work: bool = False


def but_the_last_school(written: Sequence[Written]) -> list[Written]:
    """What is entered when one school's work is left: the last one's that has a change."""
    last = max((one.school for one in written if one.changes), default=None)
    return [one for one in written if one.school != last]


def decide_changes(walk: Walk, outcome: Outcome, tick: Tick, watch: Stopwatch) -> list[Expectation]:
    """The second half, held against the ground truth."""
    written = written_on(outcome, walk.folder / "photos")
    if walk.leaves_work:
        written = but_the_last_school(written)
    office = Office(walk, tick)
    submitted = office.do(outcome.province, written)
    watch.lap("entry and decisions")
    _await_cells(walk.desk, outcome.states, tick)
    watch.lap("cells")
    # What a second look sees after a sheet was settled opens it again.
    for _ in range(_ROUNDS):
        office.confirm(written, submitted)
        counted = persistently(lambda: _counted(walk, written, submitted), walk.patience_s)
        if all(one.held for one in counted):
            break
    records = Records(walk.desk, outcome.province, outcome.printed, submitted)
    within_s = max(APPLY_S, walk.patience_s)
    held = persistently(lambda: records.expectations(within_s), walk.patience_s) + counted
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


def _counted(walk: Walk, written: Sequence[Written], submitted: Submitted) -> list[Expectation]:
    """That the province's counts are what was done."""
    campaign = walk.staff.campaign
    top = UnitCode(campaign.split("-", 1)[0])
    changed = {sheet for sheet, _ in submitted}
    wanted = Counts(entered=len(written), no_change=len(written) - len(changed))
    deadline = time.monotonic() + _COUNT_S
    while True:
        request = CountsRequest(walk.staff.administrator(), campaign, top)
        counts = walk.desk.ask("progress", "counts", request, UnitCounts).counts
        held = [
            expected("sheets entered, as counted", counts.entered, wanted.entered),
            expected("sheets without a change, as counted", counts.no_change, wanted.no_change),
            expected("sheets decided, as counted", counts.decided, wanted.entered),
            expected("changes still in decision", counts.in_decision, 0),
        ]
        if all(one.held for one in held) or time.monotonic() > deadline:
            return held
        time.sleep(_LOOK_S)
