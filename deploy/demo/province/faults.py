"""A roster with errors of every kind that registrars really send, and the truth about it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.province.pupils import Province, Pupil
from deploy.demo.province.workbook import write_roster
from shared.kernel.id_number import check_character
from shared.kernel.ids import UnitCode

# Title and header stand above the first pupil.
FIRST_ROW = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that must come back as wrong, with the code of its error."""

    row: int  # as the spreadsheet numbers it
    code: str
    field: str


def write_faulty_roster(province: Province, school: UnitCode, path: Path) -> tuple[Fault, ...]:
    """Write a school's roster with one row spoiled for each kind of error.

    Raises:
        ValueError: the school has too few pupils with an ID number.
    """
    pupils = list(province.of_school(school))
    places = [i for i, pupil in enumerate(pupils) if "id_number" in pupil.values]
    if len(places) <= len(_SPOILERS):
        raise ValueError(f"{school} has too few pupils for every kind of error")
    rows = [dict(pupil.values) for pupil in pupils]
    faults = []
    for place, (code, field, spoil) in zip(places[1:], _SPOILERS, strict=False):
        rows[place] |= spoil(pupils[place], pupils[places[0]])
        faults.append(Fault(place + FIRST_ROW, code, field))
    write_roster(path, rows)
    return tuple(faults)


_Spoiler = Callable[[Pupil, Pupil], dict[str, str]]


def _id(pupil: Pupil) -> str:
    return pupil.values["id_number"]


def _wrong_check(pupil: Pupil, _: Pupil) -> dict[str, str]:
    number = _id(pupil)
    return {"id_number": number[:17] + ("0" if number[17] != "0" else "1")}


def _other_birth_date(pupil: Pupil, _: Pupil) -> dict[str, str]:
    body = _id(pupil)[:6] + "20080101" + _id(pupil)[14:17]
    return {"id_number": body + check_character(body)}


_SPOILERS: tuple[tuple[str, str, _Spoiler], ...] = (
    ("missing", "name", lambda _, __: {"name": ""}),
    ("id_scientific", "id_number", lambda p, _: {"id_number": f"{float(_id(p)[:17] + '0'):.5E}"}),
    ("id_zeros", "id_number", lambda p, _: {"id_number": _id(p)[:15] + "000"}),
    ("id_shape", "id_number", lambda p, _: {"id_number": _id(p)[:17]}),
    ("id_check", "id_number", _wrong_check),
    ("id_other_birth_date", "id_number", _other_birth_date),
    ("id_other_sex", "id_number", lambda p, _: {"sex": "12"["12".index(p.values["sex"]) - 1]}),
    ("id_repeated", "id_number", lambda _, q: {
        "id_number": _id(q), "birth_date": q.values["birth_date"], "sex": q.values["sex"],
    }),
    ("number_repeated", "student_number", lambda _, q: {"student_number": q.student_number}),
    ("number_shape", "student_number", lambda p, _: {"student_number": p.student_number[1:]}),
    ("date", "birth_date", lambda _, __: {"birth_date": "2018-02-30"}),
    ("month", "entry_month", lambda _, __: {"entry_month": "2018-13"}),
    ("integer", "number_in_class", lambda _, __: {"number_in_class": "七号"}),
    ("code", "sex", lambda _, __: {"sex": "先生"}),
    ("unknown_school", "school_code", lambda _, __: {"school_code": "2199999999"}),
)  # fmt: skip
