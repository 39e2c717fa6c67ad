"""Rules of the roster: who is in scope, what a class is called, when a change is large."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.kernel.ids import StudentId, UnitCode

# Codes of the enrolment status that mean "comes to school here". The list is not verified
# against the register's own; an unknown code puts the pupil out, with that reason.
IN_SCHOOL = frozenset({"01"})
LARGE_SHARE = 0.2

_CHINESE_DIGITS = {mark: value for value, mark in enumerate("零一二三四五六七八九")}
_NUMBER_OF_CLASS = re.compile(r"\(?(\d{1,3}|[一二三四五六七八九十]{1,3})\)?班?$")


class OutReason(StrEnum):
    """Why a pupil gets no sheet in a campaign."""

    NOT_LISTED = "not_listed"  # vanished from the latest roster
    NOT_IN_SCHOOL = "not_in_school"
    REGISTERED_LATE = "registered_late"  # after the cut-off date: next campaign


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What decides a pupil's scope."""

    status: str  # code, "" when the roster does not say
    registered_on: date | None  # None when the roster does not say
    is_listed: bool


@dataclass(frozen=True, slots=True)
class KnownPupil:
    """A pupil of the register, as an import has to know them."""

    student: StudentId
    school: UnitCode
    unit: UnitCode
    number_kind: str
    version: int
    digest: bytes
    is_listed: bool


def reason_out(enrolment: Enrolment, cut_off: date) -> OutReason | None:
    """Why a pupil is not checked in a campaign; None when they are.

    Source: campaign workflow, scope of the verification: in school, and registered on or
    before the cut-off date. What a roster leaves blank never takes a sheet away.
    """
    if not enrolment.is_listed:
        return OutReason.NOT_LISTED
    if enrolment.status and enrolment.status not in IN_SCHOOL:
        return OutReason.NOT_IN_SCHOOL
    if enrolment.registered_on is not None and enrolment.registered_on > cut_off:
        return OutReason.REGISTERED_LATE
    return None


def is_large(known: int, changing: int) -> bool:
    """Whether so many of a class's known pupils appear or vanish that somebody must confirm."""
    return known > 0 and changing > LARGE_SHARE * known


def class_key(grade: str, label: str) -> str:
    """What tells two classes of a school apart: grade code and label, width and spaces folded."""
    folded = "".join(unicodedata.normalize("NFKC", label).split())
    return f"{grade}|{folded}"


def class_name(grade_label: str, label: str) -> str:
    """The name of a class as printed: the roster's own, with the grade where it lacks one."""
    text = label.strip()
    if not text:
        return grade_label
    if text.isdigit():
        text = f"{int(text)}班"
    if not grade_label or re.search("年级|级|[初高][一二三123]", text):
        return text
    return grade_label + text


def class_code(school: UnitCode, grade: str, label: str, taken: Collection[str]) -> UnitCode:
    """A code for a new class: school, grade, class number; a letter where that is taken."""
    number = class_number(label)
    stem = f"{school}-{grade or '00'}{number:02d}" if number is not None else f"{school}-{grade}x"
    if number is not None and stem not in taken:
        return UnitCode(stem)
    suffix = 1
    while f"{stem}-{suffix}" in taken:
        suffix += 1
    return UnitCode(f"{stem}-{suffix}")


def class_number(label: str) -> int | None:
    """The number in a class's label: 3班, (3)班, 三年级三班, 0103; None when it has none."""
    folded = "".join(unicodedata.normalize("NFKC", label).split())
    found = _NUMBER_OF_CLASS.search(folded)
    if found is None:
        return None
    text = found[1]
    return int(text) if text.isdigit() else _chinese_number(text)


def _chinese_number(text: str) -> int:
    tens, mark, ones = text.rpartition("十")
    value = _CHINESE_DIGITS.get(ones[-1:], 0)
    return value + 10 * (_CHINESE_DIGITS.get(tens, 1) if mark else 0)
