"""What a guardian's ledger is told about changes: fields and states, never a value."""

from services.review.entries.showing import changes_of_sheet
from shared.contracts.fields import FieldKind
from shared.contracts.ledger_commands import ChangeStanding, SheetChangesRequest
from shared.contracts.review_commands import EntryState
from shared.contracts.wire import to_plain
from tests.unit.review.house import LEADER, House, a_sheet


def standing(house: House, sheet: int = 1) -> dict[str, ChangeStanding]:
    found = changes_of_sheet(house.office, SheetChangesRequest(a_sheet(sheet)))
    return {one.field: one for one in found.changes}


def test_a_draft_is_told_as_one_that_nobody_decides_yet(house: House) -> None:
    house.enter("13800139000")
    told = standing(house)["phone"]

    assert (told.state, told.kind, told.decided_by, told.due) == (
        EntryState.DRAFTED,
        FieldKind.MAINTENANCE,
        None,
        None,
    )


def test_a_submitted_change_names_who_decides_it_and_by_when(house: House) -> None:
    entry = house.submit(house.enter("13800139000"))["phone"]
    told = standing(house)["phone"]

    assert told.state is EntryState.SUBMITTED
    assert (told.decided_by, told.due) == (entry.decided_by, entry.due)
    assert told.decided_by is not None


def test_a_decided_change_is_told_with_its_state(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    house.decide(task, who=LEADER)

    assert standing(house)["phone"].state is EntryState.APPROVED


def test_no_value_is_told(house: House) -> None:
    house.enter("13800139000")
    told = str([to_plain(one) for one in standing(house).values()])

    assert "13800139000" not in told


def test_a_sheet_without_changes_has_none(house: House) -> None:
    assert standing(house, 2) == {}
