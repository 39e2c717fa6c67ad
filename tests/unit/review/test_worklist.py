"""The work of a school: which sheet is which chore, which comes first, and what is told of one."""

import pytest

from services.review.querying.usecases import query_guardian
from services.review.worklist.domain import Standing, chore_of
from services.review.worklist.usecases import count_drafts, open_sheet, show_work
from shared.contracts.desk_commands import Chore, CountDrafts, OpenSheet, ShowWork, Work, WorkSheet
from shared.contracts.events import How, RecordChanged
from shared.contracts.lane_commands import DisagreementKind, QueryGuardian, QueryReason
from shared.contracts.review_commands import DocumentKind, EntryState, ReturnReason, Verdict
from shared.contracts.seen import Presence
from shared.kernel.authority import Role
from shared.kernel.ids import UnitCode
from tests.unit.review.house import (
    CAMPAIGN,
    CLERK,
    LEADER,
    RECORD,
    TOKEN,
    House,
    a_return,
    a_sheet,
    a_student,
    an_actor,
    an_issue,
    seen_cells,
)

OTHER_CLERK = an_actor(Role.ENTRY_CLERK, "s1", 40)


@pytest.fixture
def house(house: House) -> House:
    return house.hear(an_issue(*range(1, 10)), *(a_return(number) for number in range(1, 10)))


def work(house: House, chore: Chore | None = None, limit: int = 50) -> Work:
    return show_work(house.office, CLERK, ShowWork(TOKEN, CAMPAIGN, chore, limit))


def of(found: Work, number: int) -> WorkSheet:
    return next(one for one in found.sheets if one.sheet == a_sheet(number))


def test_every_unfinished_sheet_is_one_chore(house: House) -> None:
    house.hear(
        seen_cells(1, "phone", unsure=("sex",)),
        seen_cells(2),
        seen_cells(3, signature=Presence.ABSENT),
        seen_cells(4),
    )
    house.submit(house.enter("13800139000", sheet=4))
    found = work(house)

    assert of(found, 1).chore is Chore.TO_ENTER
    assert (of(found, 1).ink, of(found, 1).unsure) == (1, 1)
    assert of(found, 2).chore is Chore.NO_CHANGE
    assert of(found, 3).chore is Chore.BY_HAND
    assert of(found, 4).chore is Chore.TO_SETTLE
    assert of(found, 5).chore is Chore.BY_HAND
    assert sum(found.counts.values()) == 9
    assert [(one.unit, one.sheets) for one in found.lanes] == [("c11", 1)]


def test_what_came_back_from_a_decision_comes_first(house: House) -> None:
    house.hear(seen_cells(1, "phone"), seen_cells(2, "phone"))
    entry = house.submit(house.enter("13800139000", sheet=2))["phone"]
    house.next(LEADER)
    house.decide(entry, Verdict.RETURN, who=LEADER, reason=ReturnReason.TYPING_ERROR)
    found = work(house)

    assert [one.chore for one in found.sheets[:2]] == [Chore.SENT_BACK, Chore.TO_ENTER]
    assert found.sheets[0].since == house.clock()


def test_a_sheet_that_counts_as_entered_is_no_work(house: House) -> None:
    house.hear(seen_cells(1, "phone"))
    house.submit(house.enter("13800139000"))

    assert a_sheet(1) not in [one.sheet for one in work(house).sheets]


def test_a_sheet_whose_guardian_is_asked_waits(house: House) -> None:
    house.hear(seen_cells(1, "phone"))
    draft = house.enter("13800139000")
    request = QueryGuardian(TOKEN, draft.entry, QueryReason.UNREADABLE)
    query_guardian(house.office, CLERK, request)

    assert of(work(house), 1).chore is Chore.ASKED


def test_paper_that_is_not_back_or_was_declined_is_no_work(house: House) -> None:
    house.hear(an_issue(20, 21), a_return(21, How.DECLINED))

    assert {a_sheet(20), a_sheet(21)} & {one.sheet for one in work(house).sheets} == set()


def test_only_one_chore_is_listed_when_asked_and_all_are_counted(house: House) -> None:
    house.hear(seen_cells(1, "phone"), seen_cells(2))
    found = work(house, Chore.NO_CHANGE)

    assert [one.sheet for one in found.sheets] == [a_sheet(2)]
    assert found.counts[Chore.TO_ENTER] == 1


def test_the_list_is_bounded_and_the_counts_are_not(house: House) -> None:
    found = work(house, limit=2)

    assert len(found.sheets) == 2
    assert found.counts == {Chore.BY_HAND: 9}


def test_a_sheet_somebody_else_types_from_is_marked_for_five_minutes(house: House) -> None:
    house.hear(seen_cells(1, "phone", "health"))
    house.enter("13800139000", who=OTHER_CLERK)
    assert of(work(house), 1).with_other == OTHER_CLERK.person

    house.clock.pass_(minutes=6)

    assert of(work(house), 1).with_other is None


def test_another_school_sees_none_of_it(house: House) -> None:
    stranger = an_actor(Role.ENTRY_CLERK, "s2", 41)

    assert show_work(house.office, stranger, ShowWork(TOKEN, CAMPAIGN)).sheets == ()


def test_a_sheet_whose_record_changed_meanwhile_leaves_the_lane(house: House) -> None:
    house.hear(seen_cells(2))
    house.hear(RecordChanged(a_student(2), UnitCode("c11"), 2, ("phone",)))

    assert of(work(house), 2).chore is Chore.BY_HAND


def test_one_sheet_is_told_with_entries_history_proofs_and_both_values(house: House) -> None:
    house.hear(seen_cells(1, "phone", "name"))
    name = house.enter("王小敏", "name")
    house.prove(name)
    opened = open_sheet(house.office, CLERK, OpenSheet(TOKEN, a_sheet(1)))
    values = {one.field: one for one in opened.values}
    (entry,) = opened.entries

    assert opened.standing.sheet == a_sheet(1)
    assert list(opened.standing.cells)[:2] == ["name", "phone"]
    assert (values["phone"].current, values["phone"].printed) == (RECORD["phone"], RECORD["phone"])
    assert [line.step for line in entry.history] == ["edit"]
    assert [one.kind for one in entry.documents] == [DocumentKind.HOUSEHOLD_BOOK]
    told = house.said("act_done")[-1]
    assert (told.act, "phone" in told.fields) == ("open_sheet", True)


def test_paper_no_machine_has_read_may_change_any_field(house: House) -> None:
    opened = open_sheet(house.office, CLERK, OpenSheet(TOKEN, a_sheet(7)))
    fields = {one.field for one in opened.values}

    assert opened.standing.cells == {}
    assert {"name", "phone", "hukou_place", "guardian2_phone"} <= fields
    assert "class" not in fields


@pytest.mark.parametrize(
    ("standing", "chore"),
    [
        (Standing(frozenset({EntryState.CONFLICTED}), (), False, True), Chore.SENT_BACK),
        (
            Standing(frozenset({EntryState.QUERIED, EntryState.DRAFTED}), (), False, True),
            Chore.TO_ENTER,
        ),
        (
            Standing(
                frozenset({EntryState.APPLIED}),
                (DisagreementKind.INK_WITHOUT_ENTRY,),
                False,
                True,
            ),
            Chore.TO_SETTLE,
        ),
        (
            Standing(frozenset(), (DisagreementKind.UNSURE_WITHOUT_ENTRY,), False, False),
            Chore.TO_ENTER,
        ),
        (Standing(frozenset({EntryState.DROPPED}), (), False, False), Chore.BY_HAND),
    ],
)
def test_the_chore_follows_from_entries_and_paper(standing: Standing, chore: Chore) -> None:
    assert chore_of(standing) is chore


def test_drafts_are_counted_below_a_unit_and_not_where_a_unit_is_set_apart(house: House) -> None:
    house.enter("13800139000", sheet=1)
    house.enter("20", "health", sheet=1)
    house.submit(house.enter("13800139000", sheet=4))

    def drafts(unit: str, *apart: str) -> int:
        request = CountDrafts(CAMPAIGN, UnitCode(unit), tuple(UnitCode(one) for one in apart))
        return count_drafts(house.office.database, request).drafts

    assert (drafts("44"), drafts("c11"), drafts("s2"), drafts("c12")) == (2, 2, 0, 0)
    assert (drafts("44", "s1"), drafts("44", "s2", "c12"), drafts("44", "unknown")) == (0, 2, 2)
