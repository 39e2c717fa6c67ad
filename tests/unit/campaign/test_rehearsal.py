from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from services.campaign import rehearsing
from shared.contracts.campaign_commands import Undone
from shared.contracts.change_events import (
    ChangeApproved,
    ChangeEntered,
    ChangeQueried,
    ChangeReturned,
    ChangeWithdrawn,
    SheetConfirmed,
    SheetEntered,
)
from shared.contracts.events import How, IssuedSheet, SheetIssued, SheetReturned
from shared.contracts.fields import FieldKind
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import EntryId, SheetId, StudentId, UnitCode
from tests.unit.campaign.house import CAMPAIGN, House, an_actor

S1, S2, S3 = UnitCode("s1-1"), UnitCode("s2-1"), UnitCode("449102")
ENTRY = EntryId("c3" * 16)
SHEET = SheetId("0" * 11 + "1")


def sheet(number: int) -> SheetId:
    return SheetId(f"{number:012x}")


def issued(unit: UnitCode, *numbers: int) -> SheetIssued:
    copies = [IssuedSheet(sheet(one), StudentId("00" * 16), 1, 1, (), 1, one) for one in numbers]
    return SheetIssued(CAMPAIGN, unit, tuple(copies))


def entered(revision: int = 1, due: date = date(2026, 4, 15), unit: UnitCode = S1) -> ChangeEntered:
    kind = FieldKind.MAINTENANCE
    return ChangeEntered(CAMPAIGN, ENTRY, SHEET, unit, "phone", kind, UnitCode("s1"), revision, due)


def test_a_rehearsal_names_the_schools_that_a_setting_reaches(house: House) -> None:
    house.set("s2")
    told = house.rehearse("4491")

    assert (told.schools, told.named_schools) == (2, ("s1", "s3"))
    assert told.apart == ("s2",)


def test_a_sheet_that_was_taken_back_is_out_again_in_whichever_order_it_is_told(
    house: House,
) -> None:
    house.hear(rehearsing.issue_sheets, issued(S1, 1, 2))
    back = SheetReturned(CAMPAIGN, sheet(1), How.BULK_SCAN, sequence=2)
    gone = SheetReturned(CAMPAIGN, sheet(1), How.BULK_SCAN, is_returned=False, sequence=4)
    for fact in (back, gone, back):
        house.hear(rehearsing.return_sheet, fact)

    assert house.rehearse("44").undone.unreturned == 2


def test_sheets_are_counted_by_what_is_left_to_do(house: House) -> None:
    house.hear(rehearsing.issue_sheets, issued(S1, 1, 2, 3, 4, 5))
    for number in (2, 3, 4, 5):
        house.hear(rehearsing.return_sheet, SheetReturned(CAMPAIGN, sheet(number), How.PHOTO))
    house.hear(rehearsing.confirm_sheet, SheetConfirmed(CAMPAIGN, sheet(3), S1))
    house.hear(rehearsing.enter_sheet, SheetEntered(CAMPAIGN, sheet(4), S1, True, 1))
    house.hear(rehearsing.enter_sheet, SheetEntered(CAMPAIGN, sheet(5), S1, True, 1))
    house.hear(rehearsing.enter_sheet, SheetEntered(CAMPAIGN, sheet(5), S1, False, 2))

    assert house.rehearse("44").undone == Undone(issued=5, unreturned=1, not_entered=2)


def test_what_lies_apart_is_not_counted(house: House) -> None:
    house.hear(rehearsing.issue_sheets, issued(S1, 1, 2))
    house.hear(rehearsing.issue_sheets, issued(S2, 3))
    house.hear(rehearsing.enter_change, entered(unit=S2))
    house.set("s2")
    house.set("s2-1")

    assert house.rehearse("449101").undone == Undone(issued=2, unreturned=2)
    assert house.rehearse("s2").undone == Undone()


def test_open_decisions_are_counted_and_the_late_ones_among_them(house: House) -> None:
    house.hear(rehearsing.enter_change, entered(due=date(2026, 3, 31)))

    assert house.rehearse("s1").undone == Undone(undecided=1, overdue=1)


def test_a_change_that_came_back_and_a_question_to_a_guardian_are_told(house: House) -> None:
    house.hear(rehearsing.enter_change, entered())
    house.hear(
        rehearsing.return_change,
        ChangeReturned(CAMPAIGN, ENTRY, SHEET, S1, "phone", 1, "proof_missing"),
    )
    house.hear(rehearsing.query_change, ChangeQueried(CAMPAIGN, ENTRY, SHEET, S1, "phone", True, 1))

    assert house.rehearse("s1").undone == Undone(queried=1, sent_back=1)


LIFE = (
    (rehearsing.enter_change, entered(1)),
    (rehearsing.return_change, ChangeReturned(CAMPAIGN, ENTRY, SHEET, S1, "phone", 1, "no")),
    (rehearsing.enter_change, entered(2)),
    (
        rehearsing.close_change,
        ChangeApproved(
            *(CAMPAIGN, ENTRY, SHEET, StudentId("00" * 16), S1, "phone"), FieldKind.MAINTENANCE, 2
        ),
    ),
)


@pytest.mark.parametrize("order", list(permutations(range(len(LIFE)))))
def test_facts_in_any_order_and_twice_tell_the_same(tmp_path: Path, order: tuple[int, ...]) -> None:
    house = House(tmp_path)
    for place in (*order, *order):
        house.hear(*LIFE[place])

    assert house.rehearse("s1").undone == Undone()


def test_a_sheet_that_is_returned_before_it_is_told_to_be_issued_counts_later(
    house: House,
) -> None:
    house.hear(rehearsing.return_sheet, SheetReturned(CAMPAIGN, sheet(1), How.PHOTO))
    assert house.rehearse("44").undone == Undone()

    house.hear(rehearsing.issue_sheets, issued(S1, 1))
    assert house.rehearse("44").undone == Undone(issued=1, not_entered=1)


def test_a_withdrawn_change_waits_for_nobody(house: House) -> None:
    house.hear(rehearsing.enter_change, entered())
    house.hear(rehearsing.close_change, ChangeWithdrawn(CAMPAIGN, ENTRY, SHEET, S1, "phone", 1))

    assert house.rehearse("44").undone == Undone()


def test_who_sets_no_windows_rehearses_none(house: House) -> None:
    with pytest.raises(NotAllowedError):
        house.rehearse("s1", by=an_actor("s1", Role.REGISTRAR))
    with pytest.raises(UnknownUnitError):
        house.rehearse("51", by=an_actor("51"))


def test_drafts_are_asked_of_review_without_what_is_set_apart(house: House) -> None:
    house.set("44")
    house.set("449101", end=0.5)
    told = house.rehearse("44")
    house.drafts.is_away = True
    away = house.rehearse("44")

    assert house.drafts.asked == [("44", told.apart)] * 2
    assert "449101" in told.apart
    assert (told.drafts, away.drafts) == (3, None)
