import json
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.clock import BEIJING
from shared.kernel.working_days import WorkingDays, Year, beijing_day, working_days

FREE = date(2026, 10, 1)
CALENDAR = WorkingDays(
    {2026: Year(frozenset({FREE}), frozenset({date(2026, 10, 10)}))}  # a Thursday, a Saturday
)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def test_a_public_holiday_is_free_and_a_worked_weekend_is_not() -> None:
    assert not CALENDAR.is_working(FREE)
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert not CALENDAR.is_working(date(2026, 10, 11))


def test_a_year_nobody_told_of_has_weekends_only_and_says_so() -> None:
    day = date(2031, 10, 1)  # a Wednesday

    assert not CALENDAR.is_known(day)
    assert CALENDAR.is_working(day)
    assert not CALENDAR.is_working(date(2031, 10, 4))


def test_ten_working_days_jump_the_national_day_week_of_2026() -> None:
    assert working_days().after(date(2026, 9, 28), 10) == date(2026, 10, 16)


def test_the_spring_festival_of_2026_is_nine_days_with_two_worked_saturdays() -> None:
    festival = [date(2026, 2, 14) + timedelta(days=number) for number in range(15)]

    worked = [day for day in festival if working_days().is_working(day)]
    assert worked == [date(2026, 2, 14), *(date(2026, 2, day) for day in (24, 25, 26, 27, 28))]


def test_a_question_of_friday_noon_is_late_on_monday_noon() -> None:
    asked = datetime(2026, 11, 6, 12, 0, tzinfo=BEIJING)

    assert CALENDAR.later(asked, 1) == datetime(2026, 11, 9, 12, 0, tzinfo=BEIJING)


def test_what_comes_on_a_free_day_begins_with_the_next_working_day() -> None:
    asked = datetime(2026, 11, 7, 15, 0, tzinfo=BEIJING)  # a Saturday

    assert CALENDAR.later(asked, 1) == datetime(2026, 11, 10, 0, 0, tzinfo=BEIJING)


def test_the_day_is_that_of_beijing() -> None:
    assert beijing_day(datetime(2026, 11, 6, 17, 0, tzinfo=UTC)) == date(2026, 11, 7)


@given(day=DAYS, count=st.integers(1, 30))
def test_between_counts_what_after_walked(day: date, count: int) -> None:
    later = working_days().after(day, count)

    assert working_days().is_working(later)
    assert working_days().between(day, later) == count
    assert working_days().between(later, day) == -count


@given(first=DAYS, middle=DAYS, last=DAYS)
def test_working_days_add_up(first: date, middle: date, last: date) -> None:
    calendar = working_days()

    whole = calendar.between(first, middle) + calendar.between(middle, last)
    assert whole == calendar.between(first, last)


@pytest.mark.parametrize("year", sorted(working_days().years))
def test_a_file_holds_days_of_its_year_and_worked_days_are_weekends(year: int) -> None:
    told = working_days().years[year]

    assert {day.year for day in told.holidays | told.worked_weekends} == {year}
    assert all(day.weekday() >= 5 for day in told.worked_weekends)
    assert not told.holidays & told.worked_weekends
    assert sum(day.weekday() < 5 for day in told.holidays) > len(told.worked_weekends)


@pytest.mark.parametrize("year", sorted(working_days().years))
def test_a_file_names_the_notice_it_comes_from(year: int) -> None:
    folder = files("shared.kernel").joinpath("data", "working_days")
    told = json.loads(folder.joinpath(f"{year}.json").read_text("utf-8"))

    assert told["source"].startswith("国办发明电")
