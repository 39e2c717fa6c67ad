"""Paper against entries, queries to guardians, and sheets that ask for no change."""

import random
from dataclasses import replace

import pytest

from services.review.lane import usecases as lane
from services.review.lane.domain import draw, sample_size
from services.review.querying import usecases as querying
from services.review.reconciling import usecases as reconciling
from shared.contracts.events import (
    CellsRead,
    How,
    RecordChanged,
    SheetPhotographed,
    SheetReturned,
)
from shared.contracts.facts import Fact
from shared.contracts.lane_commands import (
    AnswerQuery,
    ConfirmClass,
    Confirmed,
    ConfirmSheet,
    DisagreementKind,
    DrawSample,
    FinishSheet,
    ListQueries,
    MarkLooked,
    QueryGuardian,
    QueryReason,
    Sample,
    SettleReason,
    UndoConfirmation,
)
from shared.contracts.review_commands import EntryState, ReturnReason, Verdict
from shared.contracts.seen import Ink, Presence
from shared.kernel.errors_review import (
    NoDisagreementError,
    NothingToConfirmError,
    SampleNotSeenError,
    SheetNotBackError,
    SheetUnsureError,
    TooLateToUndoError,
    UnknownSampleError,
    WordsNeededError,
)
from shared.kernel.ids import ObjectId, UnitCode
from shared.kernel.sheet_code import Side
from tests.unit.review.house import (
    CAMPAIGN,
    CLERK,
    LEADER,
    REGISTRAR,
    TEACHER,
    TOKEN,
    House,
    a_return,
    a_sheet,
    a_student,
    an_issue,
    seen_cells,
)

CLASS = UnitCode("c11")


def test_fields_with_ink_come_first(house: House) -> None:
    house.hear(seen_cells(1, "phone", unsure=("sex",)))

    assert list(house.standing().cells)[:2] == ["phone", "sex"]


def test_ink_that_nobody_entered_keeps_a_sheet_from_being_entered(house: House) -> None:
    house.hear(seen_cells(1, "phone", "health"))
    house.submit(house.enter("13800139000"))
    [open_] = house.standing().disagreements
    assert (open_.field, open_.kind) == ("health", DisagreementKind.INK_WITHOUT_ENTRY)
    assert house.entered() == []

    house.settle("health", DisagreementKind.INK_WITHOUT_ENTRY)

    assert house.entered() == [True]


def test_an_entry_that_no_ink_asks_for_has_to_be_explained(house: House) -> None:
    house.hear(seen_cells(1, "phone"))
    house.submit(house.enter("13800139000"), house.enter("20", "health"))
    assert house.entered() == []

    kind = DisagreementKind.ENTRY_WITHOUT_INK
    settled = house.settle("health", kind, SettleReason.GUARDIAN_SAID)

    assert house.entered() == [True]
    assert settled.disagreements[0].settled_by == CLERK.person


def test_a_new_picture_asks_again_what_was_settled_for_the_old_one(house: House) -> None:
    house.hear(seen_cells(1, "phone", "health"))
    house.submit(house.enter("13800139000"))
    house.settle("health", DisagreementKind.INK_WITHOUT_ENTRY)
    house.clock.pass_(seconds=1)
    house.hear(seen_cells(1, "phone", "health", photo=77))

    assert house.entered() == [True, False]


def test_an_unsure_cell_and_a_mark_beside_a_field_ask_for_a_look(house: House) -> None:
    house.hear(seen_cells(1, "phone", unsure=("sex",), ticked=("health",)))
    house.submit(house.enter("13800139000"))

    found = {one.field: one.kind for one in house.standing().disagreements}
    assert found == {
        "sex": DisagreementKind.UNSURE_WITHOUT_ENTRY,
        "health": DisagreementKind.UNSURE_WITHOUT_ENTRY,
    }


def test_only_what_differs_is_settled_and_other_needs_words(house: House) -> None:
    house.hear(seen_cells(1, "phone"))
    with pytest.raises(NoDisagreementError):
        house.settle("health", DisagreementKind.INK_WITHOUT_ENTRY)
    with pytest.raises(WordsNeededError):
        house.settle("phone", DisagreementKind.INK_WITHOUT_ENTRY, SettleReason.OTHER)


def test_paper_that_no_machine_saw_is_finished_by_a_person(house: House) -> None:
    house.submit(house.enter("13800139000"))
    assert house.entered() == []

    reconciling.finish_sheet(house.office, CLERK, FinishSheet(TOKEN, a_sheet(1)))

    assert house.entered() == [True]


def test_a_returned_entry_takes_the_flag_back_and_its_next_revision_gives_it_again(
    house: House,
) -> None:
    house.hear(seen_cells(1, "phone"))
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    house.decide(task, Verdict.RETURN, who=LEADER, reason=ReturnReason.TYPING_ERROR)
    house.submit(house.enter("13800139001"))

    assert house.entered() == [True, False, True]


def test_ink_on_an_older_print_counts_and_keeps_the_sheet_out_of_the_lane(house: House) -> None:
    house.hear(seen_cells(1, "phone"), seen_cells(2), an_issue(1, 2, serial=2))

    assert [one.field for one in house.standing().disagreements] == ["phone"]
    with pytest.raises(NothingToConfirmError):
        drawn(house)


def test_a_draft_that_was_dropped_leaves_its_ink_to_be_explained(house: House) -> None:
    house.hear(seen_cells(1, "phone"))
    house.withdraw(house.enter("13800139000"))

    assert [one.field for one in house.standing().disagreements] == ["phone"]


def ask(house: House, note: str = "") -> str:
    entry = house.enter("13800139000")
    request = QueryGuardian(TOKEN, entry.entry, QueryReason.UNREADABLE, note)
    querying.query_guardian(house.office, CLERK, request)
    return entry.entry


def test_a_doubt_goes_to_the_teachers_list_and_returns_with_who_took_the_answer(
    house: House,
) -> None:
    house.hear(seen_cells(1, "phone"))
    entry = ask(house, "第三位看不清")
    listed = querying.list_queries(house.office, TEACHER, ListQueries(TOKEN, CAMPAIGN, CLASS))
    [query] = listed.queries
    assert (query.entry, query.field, query.note) == (entry, "phone", "第三位看不清")
    assert query.object is not None

    answered = querying.answer_query(
        house.office, TEACHER, AnswerQuery(TOKEN, query.entry, "家长说是 9000")
    )

    assert answered.state is EntryState.DRAFTED
    assert [one.is_open for one in house.said("change_queried")] == [True, False]
    shown = house.enter("13800139000", who=REGISTRAR)
    assert shown.entry == entry


def test_no_change_after_all_drops_the_entry_and_settles_its_ink(house: House) -> None:
    house.hear(seen_cells(1, "phone"))
    entry = ask(house)
    request = AnswerQuery(TOKEN, entry, "写错了，不改", is_no_change=True)  # type: ignore[arg-type]
    dropped = querying.answer_query(house.office, TEACHER, request)

    assert dropped.state is EntryState.DROPPED
    [settled] = house.standing().disagreements
    assert settled.reason is SettleReason.GUARDIAN_SAID


def test_an_answer_needs_words(house: House) -> None:
    entry = ask(house)

    with pytest.raises(WordsNeededError):
        querying.answer_query(house.office, TEACHER, AnswerQuery(TOKEN, entry, ""))  # type: ignore[arg-type]


def taken_back(number: int, photo: int, sequence: int, *, is_left: bool = False) -> list[Fact]:
    """What scan tells when a page counts no more, and nothing else of its sheet does."""
    sheet, object_ = a_sheet(number), ObjectId(f"{photo:032x}")
    page = SheetPhotographed(CAMPAIGN, sheet, 1, Side.FRONT, object_, 0, True, is_left, sequence)
    gone = SheetReturned(CAMPAIGN, sheet, How.BULK_SCAN, False, sequence + 1)
    return [page] if is_left else [page, gone]


def told(number: int, sequence: int, *inked: str) -> CellsRead:
    return replace(seen_cells(number, *inked), sequence=sequence)


@pytest.mark.parametrize("is_late", [False, True])
def test_a_page_that_was_taken_back_is_not_at_school_and_was_not_seen(
    house: House, *, is_late: bool
) -> None:
    first: list[Fact] = [replace(a_return(50), sequence=1), told(50, 2, "phone")]
    after = taken_back(50, 50, 3)
    house.hear(an_issue(50), *(after + first if is_late else first + after))

    found = house.standing(50)
    assert not found.is_returned
    assert not found.is_whole
    assert found.cells == {}
    with pytest.raises(SheetNotBackError):
        house.enter("13800139000", sheet=50)


def test_the_page_that_counts_in_its_place_is_what_is_seen_even_of_an_older_print(
    house: House,
) -> None:
    house.hear(an_issue(51), an_issue(51, serial=2), replace(a_return(51), sequence=1))
    newer = replace(seen_cells(51, "phone", serial=2, photo=99), sequence=2)
    house.hear(newer, *taken_back(51, 99, 3, is_left=True), told(51, 5, "sex"))

    found = house.standing(51)
    assert found.is_returned
    assert [key for key, ink in found.cells.items() if ink is Ink.INK] == ["sex"]


@pytest.fixture
def quiet(house: House) -> House:
    """A class of twenty blank signed sheets, and what keeps others out of the lane."""
    house.hear(an_issue(*range(10, 40)), *(a_return(number) for number in range(10, 38)))
    house.hear(*(seen_cells(number) for number in range(10, 30)))
    house.hear(
        seen_cells(30, "phone"),
        seen_cells(31, unsure=("phone",)),
        seen_cells(32, ticked=("phone",)),
        seen_cells(33, signature=Presence.UNSURE),
        seen_cells(34, signature=Presence.ABSENT),
        seen_cells(35, is_legible=False),
        seen_cells(36),
        seen_cells(38),  # seen, and not back
        RecordChanged(a_student(36), CLASS, 2, ("phone",)),
        a_return(39, How.DECLINED),
        seen_cells(39),
    )
    return house


def drawn(house: House) -> Sample:
    return lane.draw_sample(house.office, CLERK, DrawSample(TOKEN, CAMPAIGN, CLASS))


def looked(house: House, sample: Sample, *, is_blank: bool = True) -> Sample:
    for one in sample.to_look_at:
        if one.is_blank is None:
            request = MarkLooked(TOKEN, sample.sample, one.sheet, is_blank)
            sample = lane.mark_looked(house.office, CLERK, request)
    return sample


def confirmed(house: House, sample: Sample) -> Confirmed:
    return lane.confirm_class(house.office, CLERK, ConfirmClass(TOKEN, sample.sample))


def test_anything_unsure_stays_out_of_the_no_change_lane(quiet: House) -> None:
    sample = drawn(quiet)

    assert set(sample.candidates) == {a_sheet(number) for number in range(10, 30)}


def test_a_class_is_confirmed_in_one_act_after_its_sample_was_looked_at(quiet: House) -> None:
    sample = drawn(quiet)
    assert len(sample.to_look_at) == sample_size(20) == 3
    with pytest.raises(SampleNotSeenError):
        confirmed(quiet, sample)

    done = confirmed(quiet, looked(quiet, sample))

    assert set(done.sheets) == set(sample.candidates)
    assert len(quiet.said("sheet_confirmed")) == 20
    assert quiet.entered(10) == [True]
    assert quiet.outcomes("confirm_class") == ["sample_not_seen", "done"]


def test_drawing_again_gives_the_same_sample(quiet: House) -> None:
    assert drawn(quiet) == drawn(quiet)


def test_one_sheet_of_the_sample_that_is_not_blank_and_every_candidate_is_looked_at(
    quiet: House,
) -> None:
    sample = drawn(quiet)
    wrong = sample.to_look_at[0].sheet
    request = MarkLooked(TOKEN, sample.sample, wrong, False)
    widened = lane.mark_looked(quiet.office, CLERK, request)
    assert len(widened.to_look_at) == 20

    done = confirmed(quiet, looked(quiet, widened))

    assert set(done.sheets) == set(sample.candidates) - {wrong}


def test_a_sheet_that_was_entered_meanwhile_is_not_confirmed(quiet: House) -> None:
    sample = looked(quiet, drawn(quiet))
    quiet.enter("13800139000", sheet=11)

    assert a_sheet(11) not in confirmed(quiet, sample).sheets


def test_a_confirmation_is_taken_back_whole_while_no_word_has_left(quiet: House) -> None:
    done = confirmed(quiet, looked(quiet, drawn(quiet)))
    undo = UndoConfirmation(TOKEN, done.confirmation)
    with pytest.raises(TooLateToUndoError):
        lane.undo_confirmation(quiet.office, REGISTRAR, undo)
    lane.undo_confirmation(quiet.office, CLERK, undo)

    assert quiet.said("sheet_confirmed") == []
    assert quiet.entered(10) == [True, False]


def test_a_confirmation_whose_word_has_left_stays(quiet: House) -> None:
    done = confirmed(quiet, looked(quiet, drawn(quiet)))
    quiet.clock.pass_(seconds=11)
    quiet.relay()

    with pytest.raises(TooLateToUndoError):
        lane.undo_confirmation(quiet.office, CLERK, UndoConfirmation(TOKEN, done.confirmation))
    assert quiet.entered(10) == [True]


def test_a_class_confirmed_twice_by_the_same_person_is_confirmed_once(quiet: House) -> None:
    sample = looked(quiet, drawn(quiet))
    first = confirmed(quiet, sample)

    assert confirmed(quiet, sample) == first
    assert len(quiet.said("sheet_confirmed")) == 20
    assert quiet.outcomes("confirm_class") == ["done"]


def test_a_sample_is_used_once(quiet: House) -> None:
    sample = looked(quiet, drawn(quiet))
    confirmed(quiet, sample)

    with pytest.raises(UnknownSampleError):
        lane.confirm_class(quiet.office, REGISTRAR, ConfirmClass(TOKEN, sample.sample))


def test_a_class_without_a_blank_sheet_has_nothing_to_confirm(house: House) -> None:
    with pytest.raises(NothingToConfirmError):
        drawn(house)


def test_one_sheet_is_confirmed_by_itself_when_its_ink_is_settled(house: House) -> None:
    house.hear(seen_cells(1, "phone"))
    with pytest.raises(SheetUnsureError):
        lane.confirm_sheet(house.office, CLERK, ConfirmSheet(TOKEN, a_sheet(1)))

    house.settle("phone", DisagreementKind.INK_WITHOUT_ENTRY, SettleReason.SAME_VALUE)
    lane.confirm_sheet(house.office, CLERK, ConfirmSheet(TOKEN, a_sheet(1)))

    assert house.entered() == [True]


def test_a_sheet_confirmed_twice_by_the_same_person_is_confirmed_once(house: House) -> None:
    house.hear(seen_cells(1))
    request = ConfirmSheet(TOKEN, a_sheet(1))
    first = lane.confirm_sheet(house.office, CLERK, request)

    assert lane.confirm_sheet(house.office, CLERK, request) == first
    assert len(house.said("sheet_confirmed")) == 1
    with pytest.raises(SheetUnsureError):
        lane.confirm_sheet(house.office, REGISTRAR, request)


def test_a_change_that_comes_after_the_confirmation_takes_it_back(house: House) -> None:
    house.hear(seen_cells(1))
    lane.confirm_sheet(house.office, CLERK, ConfirmSheet(TOKEN, a_sheet(1)))
    house.enter("13800139000")

    assert house.entered() == [True, False]


def test_a_sample_is_a_tenth_and_three_at_least() -> None:
    sheets = [a_sheet(number) for number in range(55)]
    chosen = draw(sheets, random.Random(1))

    assert [sample_size(count) for count in (0, 2, 3, 30, 31, 55)] == [0, 2, 3, 3, 4, 6]
    assert (len(chosen), set(chosen) <= set(sheets)) == (6, True)
