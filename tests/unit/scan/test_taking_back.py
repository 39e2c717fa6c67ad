"""A committed batch is taken back by its owner: what counted through it counts no more."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.scan import batches
from services.scan.image.reading import Cause
from services.scan.taking_back import take_back
from services.scan.ticks.store import save_tick
from shared.contracts.batch_commands import BatchAct, BatchState, TakeBackBatch, TakenBack
from shared.contracts.change_events import ChangeEntered, SheetConfirmed
from shared.contracts.fields import FieldKind
from shared.kernel.errors import (
    BatchClosedError,
    BatchHeldError,
    BatchNotYoursError,
    NothingCommittedError,
    PageEnteredError,
    UnknownPageError,
)
from shared.kernel.ids import EntryId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from tests.unit.scan.house import CLASS, KEY, OTHER, SHEET, House, a_code
from tests.unit.scan.test_batches import LI, WANG, Office, by
from tests.unit.scan.test_cells import seen


@pytest.fixture
def office(house: House) -> Office:
    house.issue(SHEET, OTHER)
    return Office(house)


def back(office: Office, *pages: int, actor: PersonId = WANG) -> TakenBack:
    return take_back(office.desk, TakeBackBatch(office.batch, by(actor), pages))


def last(office: Office, fact: str, sheet: SheetId = SHEET) -> dict[str, object]:
    """What was told of a sheet under the highest sequence."""
    told = [one["data"] for one in office.house.said(fact) if one["data"]["sheet"] == sheet]
    return max(told, key=lambda one: one["sequence"])


def truth(office: Office, sheet: SheetId = SHEET) -> tuple[object, object]:
    photographed = last(office, "sheet_photographed", sheet)["is_photographed"]
    return photographed, last(office, "sheet_returned", sheet)["is_returned"]


def test_what_is_taken_back_counts_no_more_and_the_batch_is_open_again(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)], Cause.BLANK)
    office.commit()

    assert back(office) == TakenBack(3, ())
    assert office.house.returned() == 0
    assert truth(office) == truth(office, OTHER) == (False, False)
    assert office.report().state is BatchState.READ
    office.discard(2)
    office.undo(2)


def test_a_batch_that_was_taken_back_is_committed_again(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)])
    office.commit()
    back(office)

    assert office.commit() == 2
    assert office.house.returned() == 2
    assert truth(office) == (True, True)
    assert office.report().state is BatchState.COMMITTED


def test_pages_nothing_could_be_read_on_are_taken_back_with_their_batch(office: Office) -> None:
    office.hand_in([a_code()], Cause.BLURRED)
    office.commit()

    back(office)
    told = [one["data"]["is_withdrawn"] for one in office.house.said("photo_unreadable")]
    assert told == [False, True]

    office.commit()
    told = [one["data"]["is_withdrawn"] for one in office.house.said("photo_unreadable")]
    assert told == [False, True, False]


def test_every_word_of_a_sheet_has_a_sequence_of_its_own(office: Office) -> None:
    office.hand_in([a_code()])
    [page] = office.report().listed
    office.house.look_at(page.object, seen())
    office.commit()
    back(office)
    office.commit()

    facts = ("sheet_photographed", "cells_read", "sheet_returned")
    told = [one["data"]["sequence"] for name in facts for one in office.house.said(name)]
    assert sorted(told) == list(range(1, len(told) + 1))
    assert last(office, "cells_read")["sequence"] > 3  # told again with the second commit


def test_one_page_is_taken_back_alone(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)])
    office.commit()

    assert back(office, 2) == TakenBack(1, ())
    assert truth(office) == (True, True)
    assert truth(office, OTHER) == (False, False)
    assert [page.is_staged for page in office.report().listed] == [False, True]


def test_a_sheet_stays_returned_while_its_other_side_counts(office: Office) -> None:
    office.hand_in([a_code()], [a_code(side=Side.BACK)])
    office.commit()

    back(office, 1)
    assert truth(office) == (True, True)
    assert last(office, "sheet_photographed")["is_withdrawn"]

    back(office, 2)
    assert truth(office) == (False, False)


def test_the_guardians_photo_that_a_scan_displaced_counts_again(office: Office) -> None:
    photo = office.house.photo(a_code(side_px=200))
    office.house.look_at(photo, seen())
    office.hand_in([a_code(side_px=400)])
    office.commit()
    assert office.house.state(photo) == ("duplicate", "same_sheet_same_side")

    back(office)

    assert office.house.state(photo) == ("matched", "")
    assert office.house.returned() == 1
    assert truth(office) == (True, True)
    assert last(office, "sheet_photographed")["object"] == photo
    assert last(office, "cells_read")["object"] == photo


def test_a_photo_that_came_behind_the_scan_counts_once_the_scan_is_gone(office: Office) -> None:
    office.hand_in([a_code()])
    office.commit()
    office.house.issue(SHEET, serial=2)
    photo = office.house.photo(a_code(serial=2))
    assert office.house.state(photo)[0] == "conflicting"

    back(office)

    assert office.house.state(photo) == ("matched", "")


def test_a_duplicate_that_nothing_stands_before_any_more_counts_at_its_commit(
    office: Office,
) -> None:
    office.hand_in([a_code(side_px=400)])
    office.commit()
    second = Office(office.house)
    second.hand_in([a_code(side_px=300)], digest="two")
    back(office)

    assert second.states() == [("duplicate", "same_sheet_same_side")]
    second.commit()
    assert second.states() == [("matched", "")]
    assert office.house.returned() == 1


def a_change() -> ChangeEntered:
    kind, due = FieldKind.MAINTENANCE, date(2026, 4, 15)
    school = UnitCode("440305017")
    entry = EntryId("c3" * 16)
    return ChangeEntered(KEY.campaign, entry, SHEET, CLASS, "phone", kind, school, 1, due)


def test_pages_whose_sheets_were_entered_from_stay_and_are_named(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)], [a_code(SHEET, side=Side.BACK)])
    office.commit()
    office.house.hear(a_change())

    with pytest.raises(PageEnteredError):
        back(office, 1)
    assert back(office) == TakenBack(1, (1, 3))
    assert truth(office) == (True, True)
    assert truth(office, OTHER) == (False, False)


def test_a_sheet_that_was_confirmed_keeps_its_page(office: Office) -> None:
    office.hand_in([a_code()])
    office.commit()
    office.house.hear(SheetConfirmed(KEY.campaign, SHEET, CLASS))

    assert back(office) == TakenBack(0, (1,))
    assert office.report().state is BatchState.COMMITTED


def test_only_the_owner_takes_back_and_only_what_counts(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)])
    with pytest.raises(NothingCommittedError):
        back(office)
    office.commit(1)
    with pytest.raises(UnknownPageError):
        back(office, 2)
    office.house.now += timedelta(minutes=6)

    with pytest.raises(BatchNotYoursError):
        back(office, actor=LI)
    batches.hold(office.desk, BatchAct(office.batch, by(LI)))
    with pytest.raises(BatchHeldError):
        back(office)


def test_a_batch_that_was_thrown_away_is_not_taken_back(office: Office) -> None:
    office.hand_in([a_code()])
    batches.discard_batch(office.desk, BatchAct(office.batch, by(WANG)))

    with pytest.raises(BatchClosedError):
        back(office)


def test_taking_back_and_its_refusal_are_on_record(office: Office) -> None:
    office.hand_in([a_code()])
    office.commit()
    with pytest.raises(BatchNotYoursError):
        back(office, actor=LI)
    back(office)

    acts = [one["data"] for one in office.house.said("act_done")]
    mine = [one for one in acts if one["act"] == "take_back_batch"]
    assert [(one["actor"], one["outcome"]) for one in mine] == [
        (LI, "batch_not_yours"),
        (WANG, "done"),
    ]
    assert {one["object"] for one in mine} == {office.batch}


def test_a_change_that_is_heard_twice_is_known_once(office: Office) -> None:
    office.house.hear(a_change())
    office.house.hear(replace(a_change(), revision=2))

    office.hand_in([a_code()])
    office.commit()
    assert back(office).kept == (1,)


def test_a_sheet_that_a_teacher_ticked_stays_returned_without_its_page(office: Office) -> None:
    office.hand_in([a_code()])
    office.commit()
    with office.house.database.transaction() as tx:
        save_tick(
            tx, SHEET, {"tick": "returned", "reason": None, "by": WANG, "at": office.house.now}
        )

    back(office)

    assert truth(office) == (False, True)
    assert office.house.returned() == 1
