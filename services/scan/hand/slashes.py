"""What a date may mean whose slashes look like ones: 2008/7/16 is read as 200817116.

A text means a day only where no other day can be made of it, by slashes or by lost separators.
"""

import re
from datetime import date

_PARTS = ((1, 1), (1, 2), (2, 1), (2, 2))  # digits of month and day
# A slash is tall: it is seen as a 1 or as a mark, but never lost. Dots and dashes are lost, or
# seen as marks, but look like no digit.
_SLASH, _SMALL = "[-1]", "-?"
_WAYS = tuple(
    re.compile(rf"(?P<y>\d{{4}}){mark}(?P<m>\d{{{month}}}){mark}(?P<d>\d{{{day}}})")
    for mark in (_SLASH, _SMALL)
    for month, day in _PARTS
)


def meant_days(text: str, years: range) -> frozenset[date]:
    """Every day that digits and marks may mean, slashes taken for ones included."""
    found = (_day(way, text.strip("-"), years) for way in _WAYS)
    return frozenset(one for one in found if one is not None)


def _day(way: re.Pattern[str], text: str, years: range) -> date | None:
    found = way.fullmatch(text)
    if found is None or int(found["y"]) not in years:
        return None
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
