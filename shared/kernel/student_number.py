"""The student number (学籍号): a letter and 18 more characters.

`G` is the formal one, given out from an ID number; it stays when the ID number is
corrected, so neither is ever derived from the other. `J` stands for pupils without a
usable ID number (its check algorithm is not published), `L` is temporary and has no
check digit at all.
"""

import re
from datetime import date
from enum import StrEnum

LENGTH = 19

_FORMAL = re.compile(r"G[0-9]{17}[0-9X]")
_WITHOUT_ID = re.compile(r"J[0-9]{17}[0-9X]")
_TEMPORARY = re.compile(r"L[0-9]{14}[0-9A-Z]{4}")


class NumberKind(StrEnum):
    """What a student number's letter says."""

    FORMAL = "G"
    WITHOUT_ID = "J"
    TEMPORARY = "L"


def number_kind(number: str) -> NumberKind | None:
    """The kind of a normalised student number; None when it is none."""
    if _FORMAL.fullmatch(number):
        return NumberKind.FORMAL
    if _WITHOUT_ID.fullmatch(number) and _is_day(number[7:15]):
        return NumberKind.WITHOUT_ID
    if _TEMPORARY.fullmatch(number) and _is_day(number[7:15]):
        return NumberKind.TEMPORARY
    return None


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
