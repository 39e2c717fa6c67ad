"""A roster that is older than an approved change does not undo it, and says so."""

from pathlib import Path

import pytest

from tests.unit.roster.test_applying import Desk

FIRST_ROW = 3  # below a title and the header
NEW, THIRD = "13800138999", "13800138777"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.approve("phone", made.values("phone").values["phone"], NEW)
    return made


def place_of(desk: Desk) -> int:
    """Which row of the file is about the pupil in question."""
    number = desk.values("student_number").values["student_number"]
    numbers = [one["student_number"] for one in desk.house.rows()]
    return numbers.index(number)


def rows_with(desk: Desk, **changed: str) -> list[dict[str, str]]:
    """The roster as it was, with something changed in the row of the pupil in question."""
    rows = desk.house.rows()
    rows[place_of(desk)].update(changed)
    return rows


def test_the_older_value_of_a_file_does_not_undo_an_approved_change(desk: Desk) -> None:
    versions = desk.house.versions()
    file = desk.house.write(rows_with(desk))
    seen, done = desk.house.check(file), desk.house.take(file)

    assert desk.values("phone").values["phone"] == NEW
    assert desk.house.versions() == versions
    assert (seen.changed, done.changed) == (0, 0)
    for report in (seen, done):
        assert report.warnings["older_than_change"] == 1
        (conflict,) = report.conflicts
        assert conflict.field == "phone"
        assert conflict.row == FIRST_ROW + place_of(desk)
        assert NEW not in conflict.sentence


def test_other_fields_of_the_row_are_written_and_the_conflict_is_told_again(desk: Desk) -> None:
    for _ in range(2):
        done = desk.house.take(desk.house.write(rows_with(desk, postcode="518000")))
        assert len(done.conflicts) == 1

    values = desk.values("phone", "postcode").values
    assert (values["phone"], values["postcode"]) == (NEW, "518000")


def test_a_value_that_the_change_did_not_replace_is_the_registers_newer_word(desk: Desk) -> None:
    done = desk.house.take(desk.house.write(rows_with(desk, phone=THIRD)))

    assert (done.conflicts, done.changed) == ((), 1)
    assert desk.values("phone").values["phone"] == THIRD


def test_once_the_register_holds_the_change_nothing_is_in_conflict(desk: Desk) -> None:
    desk.house.take(desk.house.write(rows_with(desk, phone=NEW)))
    done = desk.house.take(desk.house.write(rows_with(desk, phone=THIRD), "later.xlsx"))

    assert done.conflicts == ()
    assert desk.values("phone").values["phone"] == THIRD


def test_an_old_id_number_of_a_file_finds_nobody_any_more(desk: Desk) -> None:
    old = desk.values("id_number").values["id_number"]
    desk.approve("id_number", old, "")
    done = desk.house.take(desk.house.write(rows_with(desk)))

    assert {one.field for one in done.conflicts} == {"id_number", "phone"}
    assert "id_number" not in desk.values("id_number").values
