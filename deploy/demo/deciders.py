"""Leaders and reviewers of the demo decide what waits for them, one by one, as the truth has it."""

from collections import Counter
from dataclasses import dataclass

from deploy.demo.staff import Staff
from deploy.demo.verdicts import Fate, fate_of
from deploy.desk import Desk
from shared.contracts.review_commands import (
    DecideChange,
    DuplicateShown,
    EntryShown,
    NextTask,
    ReturnReason,
    TaskCommand,
    TaskShown,
    Verdict,
)
from shared.kernel.authority import Role
from shared.kernel.ids import ActorToken, UnitCode
from shared.kernel.units import Level

_WORDS = "与证明材料核对一致"
_HELD_ELSEWHERE = "id_held_elsewhere"


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody who decides: in which role, where."""

    role: Role
    unit: UnitCode
    level: Level


class Deciders:
    """Everybody who has a queue."""

    def __init__(self, desk: Desk, staff: Staff) -> None:
        self._desk = desk
        self._staff = staff
        self.verdicts: Counter[Verdict] = Counter()

    def decide_all(self, post: Post) -> int:
        """Decide until nothing waits; gives how many decisions that were."""
        decided = 0
        while (task := self._next(post)) is not None:
            self._decide(post, task)
            decided += 1
        return decided

    def _next(self, post: Post) -> EntryShown | None:
        request = NextTask(self._token(post), self._staff.campaign)
        return self._desk.ask("review", "next_task", request, TaskShown).task

    def _decide(self, post: Post, task: EntryShown) -> None:
        if _HELD_ELSEWHERE in task.findings:
            look = TaskCommand(self._token(post), task.entry)
            self._desk.ask("review", "show_duplicate", look, DuplicateShown)
        verdict, reason = _verdict(task)
        said = DecideChange(
            self._token(post), task.entry, task.revision, verdict, reason, note=_WORDS
        )
        self._desk.ask("review", "decide_change", said, EntryShown)
        self.verdicts[verdict] += 1

    def _token(self, post: Post) -> ActorToken:
        return self._staff.token(post.role, post.unit, post.level)


def _verdict(task: EntryShown) -> tuple[Verdict, ReturnReason | None]:
    fate = fate_of(task.sheet, task.field)
    if fate is Fate.REJECTED:
        return Verdict.REJECT, ReturnReason.NOT_PROVEN
    if fate is Fate.CORRECTED and task.revision == 1:
        return Verdict.RETURN, ReturnReason.TYPING_ERROR
    return Verdict.APPROVE, None
