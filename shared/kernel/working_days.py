"""Working days (工作日) in China: public holidays and worked weekends, one data file per year.

The State Council tells next year's holidays in November. A year without a file counts Monday to
Friday, and `is_known` says so, so that a date shown to people can carry a mark.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

from shared.kernel.clock import BEIJING

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Year:
    """What differs from Monday to Friday in one year."""

    holidays: frozenset[date]
    worked_weekends: frozenset[date]


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The calendar of working days; every date is one in Beijing."""

    years: Mapping[int, Year]

    def is_known(self, day: date) -> bool:
        """Whether the holidays of this day's year were told; else only weekends are free."""
        return day.year in self.years

    def is_working(self, day: date) -> bool:
        """Whether people work on this day."""
        year = self.years.get(day.year)
        if year is not None and day in year.holidays:
            return False
        return day.weekday() < _SATURDAY or (year is not None and day in year.worked_weekends)

    def after(self, day: date, count: int) -> date:
        """The working day that many working days after a day, which may be a free one.

        Args:
            day: not counted itself.
            count: at least 1.
        """
        for _ in range(count):
            day += _DAY
            while not self.is_working(day):
                day += _DAY
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to and with `last`.

        Negative, counted the other way round, when `last` lies before `first`.
        """
        if last < first:
            return -self.between(last, first)
        return sum(
            self.is_working(first + _DAY * number) for number in range(1, (last - first).days + 1)
        )

    def later(self, at: datetime, count: int) -> datetime:
        """The same time of the day, that many working days on.

        What begins on a free day begins with the first working day after it, at midnight.
        """
        local = at.astimezone(BEIJING)
        day = local.date()
        if not self.is_working(day):
            day = self.after(day, 1)
            local = datetime.combine(day, datetime.min.time(), BEIJING)
        return datetime.combine(self.after(day, count), local.timetz()).astimezone(at.tzinfo)


def beijing_day(at: datetime) -> date:
    """The date in Beijing at an instant."""
    return at.astimezone(BEIJING).date()


@cache
def working_days() -> WorkingDays:
    """The calendar of the years that have a file."""
    folder = files("shared.kernel").joinpath("data", "working_days")
    years = {}
    for file in folder.iterdir():
        if file.name.endswith(".json"):
            year = int(file.name.removesuffix(".json"))
            years[year] = _year(json.loads(file.read_text("utf-8")))
    return WorkingDays(years)


def _year(told: Mapping[str, list[str]]) -> Year:
    return Year(
        frozenset(day for span in told["holidays"] for day in _days(span)),
        frozenset(date.fromisoformat(day) for day in told["worked_weekends"]),
    )


def _days(span: str) -> Iterator[date]:
    """The days of "2026-10-01/2026-10-07", or of one date."""
    first, _, last = span.partition("/")
    day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    while day <= end:
        yield day
        day += _DAY
