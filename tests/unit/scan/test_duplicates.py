"""Of several photos of one side of a sheet the better one counts; another paper never does."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.kernel.ids import ObjectId
from shared.kernel.sheet_code import Side
from tests.unit.scan.house import (
    SHEET,
    STRANGER,
    House,
    a_code,
    a_square,
)


@pytest.mark.parametrize("sizes", [(200, 400), (400, 200)])
def test_of_two_photos_the_better_one_counts_in_whichever_order_they_come(
    issued: House, sizes: tuple[int, int]
) -> None:
    photos = {size: issued.photo(a_code(side_px=size)) for size in sizes}

    assert issued.counting() == [photos[400]]
    assert issued.state(photos[400]) == ("matched", "")
    assert issued.state(photos[200]) == ("duplicate", "same_sheet_same_side")


def test_a_photo_as_good_as_the_first_leaves_it_in_place(issued: House) -> None:
    first = issued.photo(a_code(side_px=300))
    second = issued.photo(a_code(side_px=306))

    assert issued.counting() == [first]
    assert issued.state(second) == ("duplicate", "same_sheet_same_side")


def test_the_very_same_picture_again_is_told_as_that(issued: House) -> None:
    first = issued.photo(a_code(), picture=b"one picture")
    again = issued.photo(a_code(), picture=b"one picture")

    assert issued.counting() == [first]
    assert issued.state(again) == ("duplicate", "same_bytes")


def test_a_photo_only_a_rescue_could_read_gives_way_to_any_plain_one(issued: House) -> None:
    rescued = issued.photo(replace(a_code(), corners=()))
    plain = issued.photo(a_code(side_px=80))

    assert issued.counting() == [plain]
    assert issued.state(rescued)[0] == "duplicate"


def test_turning_the_paper_makes_no_photo_better(issued: House) -> None:
    straight = issued.photo(replace(a_code(), corners=a_square(300)))
    # The same 300 pixels by an eighth of a turn: 424 from corner to corner.
    diamond = ((500, 400), (571, 453), (500, 506), (429, 453))
    issued.photo(replace(a_code(), corners=diamond))

    assert issued.counting() == [straight]


def test_a_forged_code_in_view_makes_no_photo_better(issued: House) -> None:
    first = issued.photo(a_code(side_px=300))
    issued.photo(a_code(side_px=290), a_code(key=STRANGER, side_px=900))

    assert issued.counting() == [first]


def test_both_sides_of_a_sheet_count_for_themselves(issued: House) -> None:
    front = issued.photo(a_code(side=Side.FRONT))
    back = issued.photo(a_code(side=Side.BACK))

    assert sorted(issued.counting()) == sorted([front, back])


@given(st.lists(st.integers(1, 1200), min_size=1, max_size=6))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_however_photos_come_exactly_one_counts_and_none_is_clearly_better(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    house = House(tmp_path_factory.mktemp("scan"))
    house.issue()

    photos = {house.photo(a_code(side_px=size)): size for size in sizes}

    [counting] = house.counting()
    assert photos[ObjectId(counting)] * 1.15 + 6 >= max(sizes)
    assert len(house.said("sheet_returned")) == 1


@pytest.mark.parametrize("sizes", [(200, 400), (400, 200)])
def test_another_copy_of_the_same_sheet_never_takes_a_papers_place(
    issued: House, sizes: tuple[int, int]
) -> None:
    issued.issue(SHEET, serial=2)
    first = issued.photo(a_code(serial=1, side_px=sizes[0]))
    second = issued.photo(a_code(serial=2, side_px=sizes[1]))

    assert issued.counting() == [first]
    assert issued.state(second) == ("conflicting", "other_copy")
    assert len(issued.said("sheet_photographed")) == 1
