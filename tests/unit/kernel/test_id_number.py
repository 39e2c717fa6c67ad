from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.id_number import (
    IdProblem,
    birth_date,
    check_character,
    id_problem,
    normalised,
    sex,
)

TODAY = date(2026, 7, 29)
bodies = st.builds(
    lambda region, born, order: f"{region}{born:%Y%m%d}{order:03d}",
    st.integers(110000, 829999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


def test_the_example_of_the_standard_is_right() -> None:
    assert id_problem("11010519491231002X", today=TODAY) is None


@given(bodies)
def test_a_number_with_its_check_character_is_right(body: str) -> None:
    assert id_problem(body + check_character(body), today=TODAY) is None


@given(bodies, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(body: str, place: int, offset: int) -> None:
    digit = str((int(body[place]) + offset) % 10)
    wrong = body[:place] + digit + body[place + 1 :] + check_character(body)

    assert id_problem(wrong, today=TODAY) is not None


@given(bodies, st.integers(0, 16))
def test_two_neighbours_swapped_never_pass(body: str, place: int) -> None:
    number = body + check_character(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert swapped == number or id_problem(swapped, today=TODAY) is not None


@given(bodies)
def test_the_check_agrees_with_an_independent_one(body: str) -> None:
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(body))

    assert check_character(body) == "0123456789X"[(12 - total) % 11]


@given(bodies)
def test_spaces_hyphens_width_and_case_do_not_matter(body: str) -> None:
    number = body + check_character(body)
    typed = f" {number[:6]}-{number[6:14]} – {number[14:]}".lower()
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number)

    assert normalised(typed) == number
    assert normalised(wide) == number


@pytest.mark.parametrize(
    "text", ["", "4.40106E+17", "44010620120506001", "04010620120506001X", "440106２0120506001X"]
)
def test_anything_but_eighteen_ascii_characters_has_the_wrong_shape(text: str) -> None:
    assert id_problem(text, today=TODAY) is IdProblem.SHAPE


@pytest.mark.parametrize("day", ["20120230", "20121301", "20990101", "20260730"])
def test_a_day_that_is_not_or_not_yet_is_no_birth_date(day: str) -> None:
    body = f"440106{day}001"

    assert id_problem(body + check_character(body), today=TODAY) is IdProblem.BIRTH_DATE


@pytest.mark.parametrize("region", ["330113", "330114", "659012", "460400", "830000", "999999"])
def test_new_and_withdrawn_regions_are_not_refused(region: str) -> None:
    body = f"{region}20120506001"

    assert id_problem(body + check_character(body), today=TODAY) is None


def test_birth_date_and_sex_are_read_from_the_number() -> None:
    assert birth_date("11010519491231002X") == date(1949, 12, 31)
    assert sex("11010519491231002X") == "2"
    assert sex("440106201205060013") == "1"
