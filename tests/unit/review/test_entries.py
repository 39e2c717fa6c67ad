from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.review.deciding import tasks
from services.review.deciding.duplicates import show_duplicate
from services.review.documents import look_at_document, take_document_back
from shared.contracts.actors import Actor
from shared.contracts.change_events import (
    ChangeApplied,
    ChangeApproved,
    ChangeConflicted,
    ChangeEntered,
)
from shared.contracts.events import CampaignOpened, How, RecordChanged, WindowClosed
from shared.contracts.look_commands import SheetInHandsRequest
from shared.contracts.review_commands import (
    EntryShown,
    EntryState,
    LookAtDocument,
    ReturnReason,
    TakeDocumentBack,
    TaskCommand,
    Verdict,
)
from shared.kernel.authority import Role
from shared.kernel.errors import RecordsAwayError, WindowClosedError
from shared.kernel.errors_review import (
    DocumentNeededError,
    DocumentsAwayError,
    DuplicateNotSeenError,
    EntryMovedError,
    EntryStateError,
    InconsistentOutcomeError,
    InvalidValueError,
    NoChangeError,
    NotLeasedError,
    OwnEntryError,
    SheetNotBackError,
    TooLateToUndoError,
    UnknownDocumentError,
    UnknownFieldError,
    UnwatchedError,
    VerdictReasonError,
)
from shared.kernel.ids import CampaignId, ObjectId
from tests.unit.review.house import (
    CAMPAIGN,
    CITY_REVIEWER,
    CLERK,
    LEADER,
    RECORD,
    REGISTRAR,
    REVIEWER,
    TOKEN,
    House,
    a_return,
    a_sheet,
    a_student,
    a_window,
    an_actor,
)


def test_a_draft_holds_the_records_value_as_the_old_one_and_no_value_leaves_on_the_bus(
    house: House,
) -> None:
    entry = house.enter("138-0013-9000")

    assert (entry.state, entry.old, entry.new) == (
        EntryState.DRAFTED,
        RECORD["phone"],
        "13800139000",
    )
    assert entry.printed == RECORD["phone"]
    assert house.said("change_entered") == []


def test_typing_a_field_again_changes_its_one_draft(house: House) -> None:
    first = house.enter("13800139000")
    second = house.enter("13800139001", who=REGISTRAR)

    assert second.entry == first.entry
    assert list(house.entries()) == ["phone"]
    assert (second.new, second.entered_by) == ("13800139001", REGISTRAR.person)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("phone", "12345", "phone"),
        ("sex", "男孩", "code"),
        ("birth_date", "2015-02-30", "date"),
        ("birth_date", "2031-01-01", "future"),
        ("name", "", "empty"),
        ("postcode", "51800", "length"),
        ("hukou_place", "x" * 201, "too_long"),
    ],
)
def test_what_is_no_value_of_the_field_is_refused_with_the_reason(
    house: House, field: str, value: str, code: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        house.enter(value, field)

    assert refused.value.args == (field, code)
    assert house.outcomes("enter_change") == ["invalid_value"]


@pytest.mark.parametrize("field", ["student_number", "grade", "no_such_field"])
def test_what_other_business_of_the_register_moves_is_not_entered_from_a_sheet(
    house: House, field: str
) -> None:
    with pytest.raises(UnknownFieldError):
        house.enter("1", field)


def test_the_value_that_stands_in_the_record_is_no_change(house: House) -> None:
    with pytest.raises(NoChangeError):
        house.enter("138 0013 8000")


def test_nothing_is_entered_from_a_sheet_that_is_not_back(house: House) -> None:
    with pytest.raises(SheetNotBackError):
        house.enter("13800139000", sheet=3)


def test_a_declined_sheet_holds_nothing_to_enter(house: House) -> None:
    house.hear(a_return(3, How.DECLINED))

    with pytest.raises(SheetNotBackError):
        house.enter("13800139000", sheet=3)


def test_a_roster_that_is_away_changes_nothing(house: House) -> None:
    house.records.is_away = True

    with pytest.raises(RecordsAwayError):
        house.enter("13800139000")
    assert house.entries() == {}


def test_maintenance_waits_for_the_school_and_key_data_for_who_manages_it(house: House) -> None:
    phone, name = house.enter("13800139000"), house.enter("王小敏", "name")
    house.prove(name)
    phone, name = house.entries()["phone"], house.entries()["name"]
    submitted = house.submit(phone, name)

    assert submitted["phone"].decided_by == "s1"
    assert submitted["name"].decided_by == "440305"
    told = {one.field: one for one in house.said("change_entered")}
    assert {key: one.decided_by for key, one in told.items()} == {"phone": "s1", "name": "440305"}
    assert all(isinstance(one, ChangeEntered) for one in told.values())


def test_a_decision_is_due_after_ten_working_days(house: House) -> None:
    submitted = house.submit(house.enter("13800139000"))["phone"]

    assert str(submitted.due) == "2026-03-16"  # entered on Monday the 2nd


def test_key_data_is_not_submitted_without_a_document(house: House) -> None:
    name = house.enter("王小敏", "name")

    with pytest.raises(DocumentNeededError):
        house.submit(name)


def test_a_birth_date_must_agree_with_the_id_number_of_the_outcome(house: House) -> None:
    born = house.enter("2015-05-07", "birth_date")
    house.prove(born)
    with pytest.raises(InconsistentOutcomeError) as refused:
        house.submit(born)
    assert refused.value.args[1:] == ("id_other_birth_date",)

    number = house.enter("440305201505072511", "id_number")
    house.prove(number, 2)
    submitted = house.submit(*house.entries().values())

    assert {one.state for one in submitted.values()} == {EntryState.SUBMITTED}


def test_a_draft_that_changed_since_it_was_seen_is_not_submitted(house: House) -> None:
    seen = house.enter("13800139000")
    house.enter("13800139001")

    with pytest.raises(EntryMovedError):
        house.submit(seen)


def test_submitting_twice_is_done_once(house: House) -> None:
    draft = house.enter("13800139000")
    house.submit(draft)
    house.submit(draft)

    assert len(house.said("change_entered")) == 1


def test_an_approval_leaves_only_after_the_undo_has_run_out(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    assert house.decide(task, who=LEADER).state is EntryState.APPROVED

    undone = house.undo(task, LEADER)

    assert undone.state is EntryState.SUBMITTED
    assert house.said("change_approved") == []
    assert undone.holder == LEADER.person


def test_what_has_left_is_not_undone(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    house.decide(task, who=LEADER)
    house.clock.pass_(seconds=11)
    house.relay()

    with pytest.raises(TooLateToUndoError):
        house.undo(task, LEADER)
    assert [type(one) for one in house.said("change_approved")] == [ChangeApproved]


def test_nobody_else_undoes_a_verdict(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    house.decide(task, who=LEADER)

    with pytest.raises(TooLateToUndoError):
        house.undo(task, an_actor(Role.SCHOOL_LEADER, "s1", 9))


def test_whoever_entered_a_change_never_gets_it_to_decide(house: House) -> None:
    both = an_actor(Role.SCHOOL_LEADER, "s1", int(CLERK.person, 16))
    entry = house.submit(house.enter("13800139000"))["phone"]

    assert house.next(both).task is None
    with pytest.raises(OwnEntryError):
        house.decide(entry, who=both)


def test_a_verdict_needs_the_task_in_hands(house: House) -> None:
    entry = house.submit(house.enter("13800139000"))["phone"]
    with pytest.raises(NotLeasedError):
        house.decide(entry, who=LEADER)

    house.next(LEADER)
    house.clock.pass_(minutes=6)

    with pytest.raises(NotLeasedError):
        house.decide(entry, who=LEADER)


def test_a_sheet_is_in_the_hands_of_who_decides_about_it_and_no_longer_than_that(
    house: House,
) -> None:
    def is_held(by: Actor) -> bool:
        request = SheetInHandsRequest(a_sheet(1), by.person)
        return tasks.sheet_in_hands(house.office, request).is_in_hands

    house.submit(house.enter("13800139000"))
    assert not is_held(LEADER)

    house.next(LEADER)

    assert is_held(LEADER)
    assert not is_held(an_actor(Role.SCHOOL_LEADER, "s1", 9))
    house.clock.pass_(minutes=6)
    assert not is_held(LEADER)


def test_a_lease_that_ran_out_goes_to_the_next_person(house: House) -> None:
    second = an_actor(Role.SCHOOL_LEADER, "s1", 9)
    house.submit(house.enter("13800139000"))
    first = house.next(LEADER)
    assert house.next(second).task is None
    assert first.task is not None
    assert first.task.holder == LEADER.person

    house.clock.pass_(minutes=6)

    found = house.next(second).task
    assert found is not None
    assert found.holder == second.person


def test_asking_again_gives_the_same_task(house: House) -> None:
    house.submit(house.enter("13800139000"), house.enter("20", "health"))
    first, again = house.next(LEADER).task, house.next(LEADER).task
    assert first is not None
    assert again is not None

    assert first.entry == again.entry


@pytest.mark.parametrize("verdict", [Verdict.RETURN, Verdict.REJECT])
def test_a_return_and_a_rejection_need_a_reason(house: House, verdict: Verdict) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None

    with pytest.raises(VerdictReasonError):
        house.decide(task, verdict, who=LEADER)
    with pytest.raises(VerdictReasonError):
        house.decide(task, verdict, who=LEADER, reason=ReturnReason.OTHER)


def test_a_returned_entry_is_entered_again_as_the_next_revision(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    reason = ReturnReason.TYPING_ERROR
    house.decide(task, Verdict.RETURN, who=LEADER, reason=reason, note="看第三位")
    again = house.submit(house.enter("13800139001"))["phone"]

    assert (again.entry, again.revision, again.state) == (task.entry, 2, EntryState.SUBMITTED)
    assert [one.revision for one in house.said("change_entered")] == [1, 2]
    [returned] = house.said("change_returned")
    assert returned.reason == "typing_error"


def test_a_change_withdrawn_twice_by_the_same_person_is_withdrawn_once(house: House) -> None:
    submitted = house.submit(house.enter("13800139000"))["phone"]
    first = house.withdraw(submitted)

    assert house.withdraw(submitted) == first
    assert len(house.said("change_withdrawn")) == 1
    with pytest.raises(EntryStateError):
        house.withdraw(submitted, who=REGISTRAR)


def test_a_rejection_is_final_and_a_new_entry_starts_from_the_record(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    house.decide(task, Verdict.REJECT, who=LEADER, reason=ReturnReason.NOT_PROVEN)
    with pytest.raises(EntryStateError):
        house.withdraw(task)

    anew = house.enter("13800139001")

    assert anew.entry != task.entry
    assert anew.old == RECORD["phone"]


def test_what_roster_applied_is_over_and_what_it_could_not_comes_back(house: House) -> None:
    house.submit(house.enter("13800139000"), house.enter("20", "health"))
    for _ in range(2):
        task = house.next(LEADER).task
        assert task is not None
        house.decide(task, who=LEADER)
    phone, health = house.entries()["phone"], house.entries()["health"]
    house.hear(ChangeApplied(phone.entry, a_student(1), "phone", 1, 2))
    house.hear(ChangeConflicted(health.entry, a_student(1), "health", 1, 2))

    assert house.entries()["phone"].state is EntryState.APPLIED
    assert house.entries()["health"].state is EntryState.CONFLICTED
    house.records.values[a_student(1)] = RECORD | {"health": "30"}
    again = house.enter("20", "health")
    assert (again.entry, again.old) == (health.entry, "30")


def test_a_record_that_changed_after_the_print_marks_the_row_stale(house: House) -> None:
    house.records.values[a_student(1)] = RECORD | {"phone": "13800138001"}
    house.records.versions[a_student(1)] = 2
    house.records.printed[a_student(1), 1] = RECORD
    house.hear(RecordChanged(a_student(1), "c11", 2, ("phone",)))  # type: ignore[arg-type]

    phone, health = house.enter("13800139000"), house.enter("20", "health")

    assert phone.is_stale
    assert (phone.printed, phone.old) == (RECORD["phone"], "13800138001")
    assert not health.is_stale


def test_nothing_new_is_entered_when_the_window_is_closed_and_drafts_have_a_day(
    house: House,
) -> None:
    draft = house.enter("13800139000")
    house.hear(a_window(days=1, sequence=2))
    house.clock.pass_(hours=25)
    with pytest.raises(WindowClosedError):
        house.enter("20", "health")
    assert house.enter("13800139001").entry == draft.entry

    house.clock.pass_(hours=24)

    with pytest.raises(WindowClosedError):
        house.submit(house.entries()["phone"])


def test_drafts_are_finished_for_as_long_as_was_set_with_the_window(house: House) -> None:
    draft = house.enter("13800139000")
    ends = house.clock() + timedelta(hours=1)
    grace = {"closes_at": ends, "started_until": ends + timedelta(hours=2)}
    house.hear(replace(a_window(sequence=2), **grace))
    house.clock.pass_(hours=2)
    assert house.enter("13800139001").entry == draft.entry

    house.clock.pass_(hours=1)
    with pytest.raises(WindowClosedError):
        house.enter("13800139002")


def test_a_window_that_is_taken_away_leaves_the_grace_that_is_told_with_it(house: House) -> None:
    draft = house.enter("13800139000")
    house.clock.pass_(hours=1)
    until = house.clock() + timedelta(hours=3)
    told = a_window(days=1)
    house.hear(WindowClosed(told.campaign, told.unit, told.action, 2, until))
    house.clock.pass_(hours=2)
    assert house.enter("13800139001").entry == draft.entry

    house.clock.pass_(hours=1)
    with pytest.raises(WindowClosedError):
        house.enter("13800139002")


def test_what_the_province_does_not_keep_proves_nothing(house: House) -> None:
    name = house.enter("王小敏", "name")
    house.objects.unknown = {ObjectId(f"{7:032x}")}
    with pytest.raises(UnknownDocumentError):
        house.prove(name, 7)
    house.objects.is_away = True
    with pytest.raises(DocumentsAwayError):
        house.prove(name, 8)
    house.objects.is_away = False

    with pytest.raises(DocumentNeededError):
        house.submit(house.entries()["name"])
    outcomes = [one.outcome for one in house.said("act_done") if one.act == "add_document"]
    assert outcomes == ["unknown_document", "documents_away"]


def test_a_document_is_taken_back_and_put_back_while_the_entry_lies_with_the_school(
    house: House,
) -> None:
    name = house.enter("王小敏", "name")
    house.prove(name)
    back = TakeDocumentBack(TOKEN, name.entry, ObjectId(f"{1:032x}"))

    assert take_document_back(house.office, REGISTRAR, back).documents == 0

    with pytest.raises(DocumentNeededError):
        house.submit(house.entries()["name"])
    [gone] = house.entries()["name"].documents
    assert gone.taken_back_at is not None
    with pytest.raises(UnknownDocumentError):
        take_document_back(house.office, REGISTRAR, back)

    house.prove(name)
    assert house.submit(house.entries()["name"])["name"].state is EntryState.SUBMITTED
    assert [one.taken_back_at for one in house.entries()["name"].documents] == [None]
    assert house.outcomes("take_document_back") == ["done", "unknown_document"]


def test_what_a_decider_has_before_them_is_not_taken_back(house: House) -> None:
    name = house.enter("王小敏", "name")
    house.prove(name)
    house.submit(house.entries()["name"])

    with pytest.raises(EntryStateError):
        take_document_back(
            house.office, REGISTRAR, TakeDocumentBack(TOKEN, name.entry, ObjectId(f"{1:032x}"))
        )


def test_nobody_looks_at_a_document_that_was_taken_back(house: House) -> None:
    name = house.enter("王小敏", "name")
    house.prove(name)
    object_ = ObjectId(f"{1:032x}")
    look = LookAtDocument(TOKEN, name.entry, object_)
    assert look_at_document(house.office, REGISTRAR, look).view == object_

    take_document_back(house.office, REGISTRAR, TakeDocumentBack(TOKEN, name.entry, object_))

    with pytest.raises(UnknownDocumentError):
        look_at_document(house.office, REGISTRAR, look)


def test_a_campaign_may_ask_the_leader_first(house: House) -> None:
    house.hear(CampaignOpened(CampaignId(CAMPAIGN), date(2026, 3, 31), 1, None, True))
    name = house.enter("王小敏", "name")
    house.prove(name)
    entry = house.submit(house.entries()["name"])["name"]
    assert entry.decided_by == "s1"
    assert house.next(REVIEWER).task is None

    task = house.next(LEADER).task
    assert task is not None
    endorsed = house.decide(task, who=LEADER)

    assert (endorsed.state, endorsed.decided_by) == (EntryState.SUBMITTED, "440305")
    assert house.said("change_approved") == []
    assert house.next(CITY_REVIEWER).task is None
    assert house.next(REVIEWER).task is not None


def key_task(house: House) -> EntryShown:
    """A name change in the reviewer's hands."""
    name = house.enter("王小敏", "name")
    house.prove(name)
    house.submit(house.entries()["name"])
    task = house.next(REVIEWER).task
    assert task is not None
    return task


def test_key_data_is_not_approved_while_the_audit_log_has_no_witness(house: House) -> None:
    house.clock.pass_(hours=5)
    task = key_task(house)
    with pytest.raises(UnwatchedError):
        house.decide(task, who=REVIEWER)
    house.hear(house.a_witness())

    assert house.decide(task, who=REVIEWER).state is EntryState.APPROVED


def test_maintenance_and_returns_go_on_without_a_witness(house: House) -> None:
    house.clock.pass_(hours=5)
    task = key_task(house)
    house.decide(task, Verdict.RETURN, who=REVIEWER, reason=ReturnReason.UNREADABLE)
    house.submit(house.enter("13800139000"))
    phone = house.next(LEADER).task
    assert phone is not None

    assert house.decide(phone, who=LEADER).state is EntryState.APPROVED


def test_a_number_that_another_record_holds_is_looked_at_before_it_is_approved(
    house: House,
) -> None:
    house.records.holders["440305201505072511"] = a_student(9)
    born, number = (
        house.enter("2015-05-07", "birth_date"),
        house.enter("440305201505072511", "id_number"),
    )
    house.prove(born)
    house.prove(number, 2)
    submitted = house.submit(*house.entries().values())
    assert submitted["id_number"].findings == ("id_held_elsewhere",)
    entry = submitted["id_number"]
    tasks.open_task(house.office, REVIEWER, TaskCommand(TOKEN, entry.entry))
    with pytest.raises(DuplicateNotSeenError):
        house.decide(entry, who=REVIEWER)

    shown = show_duplicate(house.office, REVIEWER, TaskCommand(TOKEN, entry.entry))

    assert shown.other is not None
    assert shown.other["name"] == "王*明"
    assert house.decide(entry, who=REVIEWER).state is EntryState.APPROVED


def test_a_verdict_that_leaves_the_record_inconsistent_needs_words(house: House) -> None:
    born, number = (
        house.enter("2015-05-07", "birth_date"),
        house.enter("440305201505072511", "id_number"),
    )
    house.prove(born)
    house.prove(number, 2)
    entry = house.submit(*house.entries().values())["birth_date"]
    tasks.open_task(house.office, REVIEWER, TaskCommand(TOKEN, entry.entry))
    verdict, reason = Verdict.REJECT, ReturnReason.NOT_PROVEN
    with pytest.raises(VerdictReasonError):
        house.decide(entry, verdict, who=REVIEWER, reason=reason)

    decided = house.decide(entry, verdict, who=REVIEWER, reason=reason, note="以户口簿为准")

    assert decided.state is EntryState.REJECTED


def test_every_act_on_a_sheet_shows_in_its_ledger_and_holds_no_value(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    house.decide(task, who=LEADER)

    told = house.said("act_done")
    assert [one.act for one in told] == [
        "enter_change",
        "submit_changes",
        "next_task",
        "approve_change",
    ]
    assert {one.sheet for one in told} == {a_sheet(1)}
    assert "13800139000" not in repr(told)
