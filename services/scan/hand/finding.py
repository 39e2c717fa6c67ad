"""What a decoder found out about a cell, before it becomes an answer."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Grade(StrEnum):
    """How a suggestion may be shown; see docs/guides/handwriting.md."""

    A = "A"  # pre-filled, one key confirms
    B = "B"  # pre-filled, the clerk must look
    C = "C"  # candidates only
    NONE = ""  # nothing was read


class Why(StrEnum):
    """Why there is no suggestion, or what speaks for or against it."""

    BLANK = "blank"
    NOTHING_READ = "nothing_read"
    UNSURE = "unsure"
    CHECK_DIGIT = "check_digit"
    NO_SUCH_DATE = "no_such_date"
    NO_PHONE = "no_phone"
    NO_SUCH_WORD = "no_such_word"
    NO_REGION = "no_region"
    TRADITIONAL = "traditional"
    BIRTH_DATE_AGREES = "birth_date_agrees"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    SEX_DIFFERS = "sex_differs"
    NEAR_PRINTED = "near_printed"  # one character differs from what was printed
    AS_PRINTED = "as_printed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else is known of the pupil. It supports a reading or casts doubt; it never makes one.

    `printed` is the old value beside the cell, `sex` a code of GB/T 2261.1, `today` the day
    after which nobody was born yet. None is not known.
    """

    printed: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    today: date | None = None


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True)
class Finding:
    """A decoder's answer."""

    raw: str
    suggestion: str | None
    candidates: tuple[str, ...]
    grade: Grade
    reasons: tuple[Why, ...] = ()
