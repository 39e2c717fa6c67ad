"""Photos that are read before their sheets are known to be issued."""

import pytest

from shared.kernel.ids import SheetId
from shared.kernel.sheet_code import CodeType, Side
from tests.unit.scan.house import (
    OTHER,
    SHEET,
    House,
    a_code,
)


def test_a_photo_that_came_before_its_sheet_was_issued_matches_when_it_is(house: House) -> None:
    photo = house.photo(a_code())
    before = house.state(photo)
    house.issue(OTHER)
    meanwhile = house.state(photo)
    house.issue(SHEET)

    assert before == meanwhile == ("unmatched", "not_issued")
    assert house.state(photo) == ("matched", "")
    assert [one["data"]["object"] for one in house.said("sheet_photographed")] == [photo]
    assert len(house.said("sheet_returned")) == 1
    assert house.returned() == 1


def test_of_photos_that_came_before_the_issue_the_better_one_counts(house: House) -> None:
    house.photo(a_code(side_px=200))
    best = house.photo(a_code(side_px=400))
    house.photo(a_code(side_px=300))
    house.issue(SHEET)

    assert house.counting() == [best]


def test_a_copy_that_was_not_printed_waits_for_its_own_serial(house: House) -> None:
    house.issue(SHEET, serial=1)
    photo = house.photo(a_code(serial=2))
    before = house.state(photo)
    house.issue(SHEET, serial=2)

    assert before == ("unmatched", "not_issued")
    assert house.state(photo) == ("matched", "")


def test_another_pupils_sheet_that_is_issued_later_is_misfiled_then(house: House) -> None:
    photo = house.photo(a_code(OTHER), ticket=SHEET)
    house.issue(SHEET, OTHER)

    assert house.state(photo) == ("misfiled", "other_pupil")
    assert [one["data"]["reason"] for one in house.said("page_misfiled")] == ["other_pupil"]
    assert house.returned() == 0


def test_a_cover_in_view_does_not_hide_a_sheet_that_is_issued_later(house: House) -> None:
    photo = house.photo(a_code(SheetId("c" * 12), kind=CodeType.COVER), a_code())
    house.issue(SHEET)

    assert house.state(photo) == ("matched", "")
    assert house.counting(SHEET) == [photo]


@pytest.mark.parametrize("is_turned", [False, True])
def test_what_is_written_down_and_what_is_said_name_the_same_side(
    issued: House, is_turned: bool
) -> None:
    sides = [a_code(side=Side.FRONT), a_code(side=Side.BACK)]
    issued.photo(*(reversed(sides) if is_turned else sides))
    later = issued.photo(a_code(side=Side.FRONT), picture=b"the front alone")

    assert [one["data"]["side"] for one in issued.said("sheet_photographed")] == ["front"]
    assert issued.state(later) == ("duplicate", "same_sheet_same_side")
