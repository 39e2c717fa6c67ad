"""Review: the sheets, entries and findings of one class, as its own tests lay them out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.review.service import ReviewService
from shared.contracts.actors import Actor
from shared.contracts.acts import all_commands
from shared.contracts.desk_commands import ShowWork
from shared.contracts.lane_commands import UndoConfirmation
from shared.contracts.leader_commands import ListSchoolChanges
from shared.contracts.review_commands import (
    DecideChange,
    LookAtDocument,
    NextTask,
    ShowEntry,
    TaskCommand,
    WithdrawChange,
)
from shared.contracts.watch_commands import ListNotices, NextBlind, ShowQueue, WatchDecisions
from shared.kernel.authority import DECIDERS, Act, Place, Role
from shared.kernel.ids import ActorToken, UnitCode
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.review.house import MONDAY, PATHS, House, a_return, an_issue
from tests.unit.review.test_who_may_not import COMMANDS, TOKEN, Case

CLASS = Place(PATHS["c11"], managed_by=UnitCode("440305"))
OWN = (ListSchoolChanges, ShowWork, NextTask, NextBlind, ShowQueue, ListNotices)
WITHHELD: dict[type, tuple[Callable[[Actor], bool], str]] = {
    WithdrawChange: (
        lambda actor: actor.role is Role.ENTRY_CLERK,
        "a clerk withdraws the own entries",
    ),
    LookAtDocument: (
        lambda actor: actor.role in DECIDERS,
        "deciders look with the sheet in hands",
    ),
}
DECIDING_KEY_DATA = (Act.DECIDE_KEY_DATA,)


def stage(folder: Path) -> Stage:
    house = House.at(folder)
    house.hear(an_issue(1, 2, 3), a_return(1), a_return(2))
    case = Case(house)
    service = bare(ReviewService, office=house.office, actors=believing(MONDAY))
    # Of several examples of one command the first that is about key data, else the first.
    made: dict[type, Any] = {}
    for _, make, _ in COMMANDS:
        request = make(case)
        if type(request) not in made or getattr(request, "entry", "") == case.key.entry:
            made[type(request)] = request
    made[UndoConfirmation] = UndoConfirmation(TOKEN, case.confirmation)
    return Stage(service, PATHS, MONDAY, {kind: _row(kind, one) for kind, one in made.items()})


def _row(kind: type, request: Any) -> Row:
    def ask(token: ActorToken) -> Any:
        return replace(request, actor=token)

    if kind in OWN:
        return Row(ask, None)
    if kind in (TaskCommand, DecideChange):
        return Row(ask, CLASS, DECIDING_KEY_DATA)
    if kind is WatchDecisions:
        return Row(ask, Place(PATHS["s1"]))
    if kind in WITHHELD:
        return Row(ask, CLASS, withheld=WITHHELD[kind])
    if kind is UndoConfirmation:  # whose it was not is told first
        return Row(ask, CLASS, earlier=("too_late_to_undo",))
    if kind is ShowEntry:  # a decider sees it with the task in hands, and nobody here has one
        return Row(ask, CLASS, (Act.ENTER_CHANGES,))
    assert len(all_commands()[kind]) == 1, kind
    return Row(ask, CLASS)
