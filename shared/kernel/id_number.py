"""The resident ID number (公民身份号码), GB 11643: 18 characters with a check character.

The region is not checked here: people keep the codes of divisions that were withdrawn.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum

LENGTH = 18
MALE, FEMALE = "1", "2"  # GB/T 2261.1

_SHAPE = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
# Spaces and every kind of hyphen that people and spreadsheets put between the groups.
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")


class IdProblem(StrEnum):
    """Why a text is no ID number."""

    SHAPE = "id_shape"
    CHECK = "id_check"
    BIRTH_DATE = "id_birth_date"


def normalised(text: str) -> str:
    """The text as an ID number is compared: half width, no separators, upper-case X."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def id_problem(number: str, *, today: date) -> IdProblem | None:
    """The first thing wrong with a normalised number; None when it is right."""
    if not _SHAPE.fullmatch(number):
        return IdProblem.SHAPE
    if check_character(number[:17]) != number[17]:
        return IdProblem.CHECK
    born = birth_date(number)
    return IdProblem.BIRTH_DATE if born is None or born > today else None


def check_character(body: str) -> str:
    """The check character of 17 digits (mod 11-2)."""
    return _CHECK_CHARACTERS[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The birth date a number of the right shape holds; None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """The sex a number of the right shape holds: an odd 17th digit is male."""
    return MALE if int(number[16]) % 2 else FEMALE
