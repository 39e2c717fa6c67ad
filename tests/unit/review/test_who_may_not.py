"""Every command, by everybody who may not: refused, changed nothing, told to the audit log."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest

from services.review.deciding import duplicates, listing, tasks, verdicts
from services.review.documents import add_document, look_at_document, take_document_back
from services.review.entries import entering, submitting
from services.review.lane import usecases as lane
from services.review.office import Rules
from services.review.querying import usecases as querying
from services.review.reality import proving
from services.review.reality import usecases as reality
from services.review.reconciling import usecases as reconciling
from services.review.service import ReviewService
from services.review.watching import blind
from services.review.watching import usecases as watching
from services.review.worklist import usecases as worklist
from shared.contracts import (
    desk_commands,
    lane_commands,
    leader_commands,
    reality_commands,
    review_commands,
    watch_commands,
)
from shared.contracts.actors import Actor
from shared.contracts.acts import all_commands
from shared.contracts.lane_commands import DisagreementKind, QueryReason, SettleReason
from shared.contracts.reality_commands import Finding, Outcome
from shared.contracts.review_commands import DocumentKind, SeenEntry, Verdict
from shared.kernel.authority import Role
from shared.kernel.errors import ActorRefusedError, NotAllowedError
from shared.kernel.ids import ObjectId, UnitCode
from tests.unit.review.house import (
    CAMPAIGN,
    CITY_REVIEWER,
    CLERK,
    LEADER,
    REGISTRAR,
    REVIEWER,
    TEACHER,
    TOKEN,
    House,
    a_return,
    a_sheet,
    a_student,
    an_actor,
    an_issue,
    seen_cells,
)

OTHER_SCHOOL = {role: an_actor(role, "s2", 30) for role in Role}
OTHER_CLASS = an_actor(Role.HOMEROOM_TEACHER, "c12", 31)
OPERATOR = an_actor(Role.OPERATOR, "44", 32)
AUDITOR = an_actor(Role.AUDITOR, "44", 33)
COUNTY = an_actor(Role.UNIT_ADMINISTRATOR, "440305", 34)
OTHER_COUNTY_ADMINISTRATOR = an_actor(Role.UNIT_ADMINISTRATOR, "c12", 35)
CLASS = UnitCode("c11")
PROOF = ObjectId(f"{1:032x}")


class Case:
    """A house with something to do for every command."""

    def __init__(self, house: House) -> None:
        house.rules = Rules(blind_share=1.0)
        self.house = house
        house.hear(an_issue(4, 5), a_return(4), a_return(5), seen_cells(4), seen_cells(1, "sex"))
        self.draft = house.enter("13800139000")
        self.entry = house.submit(house.enter("20", "health"))["health"]
        name = house.enter("王小敏", "name")
        house.prove(name)
        self.key = house.submit(house.entries()["name"])["name"]
        self.sample = lane.draw_sample(
            house.office, CLERK, lane_commands.DrawSample(TOKEN, CAMPAIGN, CLASS)
        )
        self.confirmation = lane.confirm_sheet(
            house.office, CLERK, lane_commands.ConfirmSheet(TOKEN, a_sheet(5))
        ).confirmation
        noted = reality_commands.NoteFinding(TOKEN, CAMPAIGN, CLASS, a_student(1), Finding.PRESENT)
        self.finding = next(
            one.finding
            for one in reality.note_finding(house.office, TEACHER, noted).findings
            if one.kind
        )
        attested = (TOKEN, self.finding, PROOF, DocumentKind.ATTESTATION)
        proving.add_proof(house.office, TEACHER, reality_commands.AddProof(*attested))


D, M = desk_commands, leader_commands
R, L, W, C = review_commands, lane_commands, watch_commands, reality_commands
ENTERING = (TEACHER, LEADER, REVIEWER, OTHER_SCHOOL[Role.ENTRY_CLERK], OPERATOR, AUDITOR, COUNTY)
CLASSROOM = (CLERK, LEADER, REVIEWER, OTHER_CLASS, OTHER_SCHOOL[Role.REGISTRAR], OPERATOR)
DECIDING = (CLERK, REGISTRAR, TEACHER, CITY_REVIEWER, OTHER_SCHOOL[Role.SCHOOL_LEADER], OPERATOR)
NOBODY_HERE = (CLERK, REGISTRAR, TEACHER, OPERATOR, AUDITOR)
Make = Callable[[Case], Any]
COMMANDS: list[tuple[Any, Make, tuple[Actor, ...]]] = [
    (entering.enter_change, lambda c: R.EnterChange(TOKEN, a_sheet(1), "phone", "1"), ENTERING),
    (
        worklist.show_work,
        lambda c: D.ShowWork(TOKEN, CAMPAIGN),
        (TEACHER, LEADER, REVIEWER, OPERATOR, AUDITOR, COUNTY),
    ),
    (worklist.open_sheet, lambda c: D.OpenSheet(TOKEN, a_sheet(1)), ENTERING),
    (entering.show_entries, lambda c: R.ShowEntries(TOKEN, a_sheet(1)), ENTERING),
    (entering.show_entry, lambda c: R.ShowEntry(TOKEN, c.entry.entry), ENTERING),
    (
        submitting.submit_changes,
        lambda c: R.SubmitChanges(TOKEN, a_sheet(1), (SeenEntry(c.draft.entry, 1),)),
        ENTERING,
    ),
    (
        submitting.withdraw_change,
        lambda c: R.WithdrawChange(TOKEN, c.entry.entry),
        (*ENTERING, an_actor(Role.ENTRY_CLERK, "s1", 40)),  # another clerk's entry
    ),
    (
        add_document,
        lambda c: R.AddDocument(TOKEN, c.key.entry, ObjectId("1" * 32), DocumentKind.OTHER),
        CLASSROOM,
    ),
    (
        take_document_back,
        lambda c: R.TakeDocumentBack(TOKEN, c.key.entry, PROOF),
        CLASSROOM,
    ),
    (
        look_at_document,
        lambda c: R.LookAtDocument(TOKEN, c.key.entry, PROOF),
        (LEADER, REVIEWER, OTHER_CLASS, OTHER_SCHOOL[Role.REGISTRAR], OPERATOR, AUDITOR, COUNTY),
    ),
    (
        listing.list_school_changes,
        lambda c: M.ListSchoolChanges(TOKEN, CAMPAIGN),
        (CLERK, REGISTRAR, TEACHER, REVIEWER, COUNTY, OPERATOR),
    ),
    (tasks.next_task, lambda c: R.NextTask(TOKEN, CAMPAIGN), NOBODY_HERE),
    (tasks.open_task, lambda c: R.TaskCommand(TOKEN, c.entry.entry), (*DECIDING, REVIEWER)),
    (tasks.open_task, lambda c: R.TaskCommand(TOKEN, c.key.entry), (*DECIDING, LEADER)),
    (tasks.put_task_back, lambda c: R.TaskCommand(TOKEN, c.key.entry), (*DECIDING, LEADER)),
    (
        duplicates.show_duplicate,
        lambda c: R.TaskCommand(TOKEN, c.key.entry),
        (*DECIDING, LEADER),
    ),
    (
        verdicts.decide_change,
        lambda c: R.DecideChange(TOKEN, c.key.entry, 1, Verdict.APPROVE),
        (*DECIDING, LEADER),
    ),
    (
        verdicts.decide_change,
        lambda c: R.DecideChange(TOKEN, c.entry.entry, 1, Verdict.APPROVE),
        (*DECIDING, REVIEWER),
    ),
    (verdicts.undo_decision, lambda c: R.TaskCommand(TOKEN, c.key.entry), (*DECIDING, LEADER)),
    (reconciling.show_sheet, lambda c: L.ShowSheet(TOKEN, a_sheet(1)), ENTERING),
    (reconciling.show_class, lambda c: L.ShowClass(TOKEN, CAMPAIGN, CLASS), ENTERING),
    (
        reconciling.settle_disagreement,
        lambda c: L.SettleDisagreement(
            TOKEN,
            a_sheet(1),
            "sex",
            DisagreementKind.INK_WITHOUT_ENTRY,
            SettleReason.STRAY_MARK,
        ),
        ENTERING,
    ),
    (reconciling.finish_sheet, lambda c: L.FinishSheet(TOKEN, a_sheet(1)), ENTERING),
    (lane.draw_sample, lambda c: L.DrawSample(TOKEN, CAMPAIGN, CLASS), ENTERING),
    (
        lane.mark_looked,
        lambda c: L.MarkLooked(TOKEN, c.sample.sample, a_sheet(4), True),
        ENTERING,
    ),
    (lane.confirm_class, lambda c: L.ConfirmClass(TOKEN, c.sample.sample), ENTERING),
    (lane.confirm_sheet, lambda c: L.ConfirmSheet(TOKEN, a_sheet(4)), ENTERING),
    (
        querying.query_guardian,
        lambda c: L.QueryGuardian(TOKEN, c.draft.entry, QueryReason.UNREADABLE),
        ENTERING,
    ),
    (
        querying.answer_query,
        lambda c: L.AnswerQuery(TOKEN, c.draft.entry, "9000"),
        CLASSROOM,
    ),
    (querying.list_queries, lambda c: L.ListQueries(TOKEN, CAMPAIGN, CLASS), CLASSROOM),
    (watching.show_queue, lambda c: W.ShowQueue(TOKEN, CAMPAIGN), NOBODY_HERE),
    (watching.list_notices, lambda c: W.ListNotices(TOKEN, CAMPAIGN), NOBODY_HERE),
    (
        watching.watch_decisions,
        lambda c: W.WatchDecisions(TOKEN, CAMPAIGN, UnitCode("s1")),
        (*NOBODY_HERE, LEADER, REVIEWER, OTHER_COUNTY_ADMINISTRATOR),
    ),
    (
        blind.next_blind,
        lambda c: W.NextBlind(TOKEN, CAMPAIGN),
        (TEACHER, LEADER, REVIEWER, OPERATOR, COUNTY),
    ),
    (blind.type_blind, lambda c: W.TypeBlind(TOKEN, c.entry.entry, "20"), ENTERING),
    (
        reality.note_finding,
        lambda c: C.NoteFinding(TOKEN, CAMPAIGN, CLASS, a_student(1), Finding.PRESENT),
        CLASSROOM,
    ),
    (
        proving.add_proof,
        lambda c: C.AddProof(TOKEN, c.finding, ObjectId("1" * 32), DocumentKind.OTHER),
        CLASSROOM,
    ),
    (
        proving.take_proof_back,
        lambda c: C.TakeProofBack(TOKEN, c.finding, PROOF),
        CLASSROOM,
    ),
    (proving.look_at_proof, lambda c: C.LookAtProof(TOKEN, c.finding, PROOF), CLASSROOM),
    (reality.hand_in_check, lambda c: C.HandInCheck(TOKEN, CAMPAIGN, CLASS), CLASSROOM),
    (reality.show_check, lambda c: C.ShowCheck(TOKEN, CAMPAIGN, CLASS), CLASSROOM),
    (
        reality.settle_finding,
        lambda c: C.SettleFinding(TOKEN, c.finding, Outcome.NOTHING_TO_DO),
        (*CLASSROOM, TEACHER),
    ),
]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """One for all of these tests: what is refused changes nothing."""
    house = House.at(tmp_path_factory.mktemp("review"))
    house.hear(an_issue(1, 2, 3), a_return(1), a_return(2))
    yield Case(house)
    house.database.dispose()


@pytest.mark.parametrize(("command", "make", "strangers"), COMMANDS)
def test_who_may_not_is_refused_and_told(
    case: Case, command: Any, make: Make, strangers: tuple[Actor, ...]
) -> None:
    house, request = case.house, make(case)
    for stranger in strangers:
        with pytest.raises(NotAllowedError):
            command(house.office, stranger, request)

    told = house.said("act_done")[-len(strangers) :]
    assert [one.outcome for one in told] == ["not_allowed"] * len(strangers)
    assert [one.actor for one in told] == [stranger.person for stranger in strangers]


def test_a_reviewer_without_a_second_factor_decides_nothing(case: Case) -> None:
    bare = Actor(
        **{one.name: getattr(REVIEWER, one.name) for one in fields(REVIEWER)}
        | {"second_factor_at": None}
    )

    with pytest.raises(ActorRefusedError, match="second_factor"):
        tasks.open_task(case.house.office, bare, R.TaskCommand(TOKEN, case.key.entry))


def test_an_undo_of_a_confirmation_is_the_confirmers_alone(case: Case) -> None:
    request = L.UndoConfirmation(TOKEN, case.confirmation)
    for stranger in (REGISTRAR, TEACHER, OTHER_SCHOOL[Role.ENTRY_CLERK]):
        with pytest.raises(lane.TooLateToUndoError):
            lane.undo_confirmation(case.house.office, stranger, request)


def test_no_command_of_review_is_left_out_of_these_tests() -> None:
    ours = {
        one
        for one in all_commands()
        if one.__module__ in {module.__name__ for module in (R, L, W, C, D, M)}
    }
    covered = {type(make(_Anything())) for _, make, _ in COMMANDS} | {L.UndoConfirmation}

    assert covered == ours


def test_no_command_decides_more_than_one_entry() -> None:
    assert [one.name for one in fields(R.DecideChange)].count("entry") == 1
    assert not [name for name in dir(ReviewService) if "bulk" in name or "all" in name]


class _Anything:
    """Stands for whatever a case holds, where only the kind of a command is asked."""

    def __getattr__(self, _name: str) -> Any:
        return self
