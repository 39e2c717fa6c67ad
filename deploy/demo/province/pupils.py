"""The pupils of the synthetic province with their ground truth, from one seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from deploy.demo.province import people
from deploy.demo.province.people import NumberMaker
from deploy.demo.province.tree import SchoolClass, Tree, plan_tree
from shared.kernel.ids import UnitCode

SEED = 20260331
CUT_OFF = date(2026, 3, 31)
SCHOOL_YEAR = 2025
# Shares of the odd ones among all pupils, and how many there are at least.
LATE_SHARE, SUSPENDED_SHARE, NO_ID_SHARE, RARE_SHARE, LONG_SHARE = 0.04, 0.01, 0.02, 0.03, 0.02
_REAL_PLACES = ("440106", "440305", "520103", "510104", "430102", "610113")
_GUARDIAN = {"51": "1", "52": "2"}  # relation -> sex


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil as the register holds them; `values` by field key, codes as codes."""

    school: UnitCode
    class_name: str
    student_number: str
    values: dict[str, str]
    reason_out: str | None  # None: in scope

    @property
    def is_in_scope(self) -> bool:
        """Whether a sheet must be printed."""
        return self.reason_out is None


@dataclass(frozen=True, slots=True)
class Province:
    """The whole synthetic province: tree, pupils, cut-off date."""

    tree: Tree
    pupils: tuple[Pupil, ...]
    cut_off: date

    def of_school(self, school: UnitCode) -> tuple[Pupil, ...]:
        """A school's pupils in the order of its roster."""
        return tuple(pupil for pupil in self.pupils if pupil.school == school)


class _Oddities(NamedTuple):
    late: frozenset[int]
    suspended: frozenset[int]
    without_id: frozenset[int]
    rare: dict[int, str]
    long_names: dict[int, str]
    long_addresses: frozenset[int]


def make_province(pupils: int = 500, *, seed: int = SEED) -> Province:
    """A province of so many pupils; the same seed always makes the same one.

    Raises:
        ValueError: fewer than 60 pupils, too few to hold every oddity.
    """
    if pupils < 60:
        raise ValueError(f"a synthetic province has at least 60 pupils, not {pupils}")
    rng = random.Random(seed)
    tree = plan_tree(pupils)
    odd = _choose_oddities(rng, pupils)
    numbers = NumberMaker(rng)
    counties = {unit.code: unit.name for unit in tree.units}
    made = [
        _pupil(rng, numbers, index, place, odd, counties[UnitCode(place[0].county)])
        for index, place in enumerate(_places(tree))
    ]
    return Province(tree, tuple(made), CUT_OFF)


def _places(tree: Tree) -> Iterator[tuple[SchoolClass, int]]:
    for one in tree.classes:
        for number in range(1, one.size + 1):
            yield one, number


def _choose_oddities(rng: random.Random, pupils: int) -> _Oddities:
    order = rng.sample(range(pupils), pupils)

    def take(share: float, least: int) -> list[int]:
        taken = order[: max(least, round(pupils * share))]
        del order[: len(taken)]
        return taken

    late, suspended = frozenset(take(LATE_SHARE, 2)), frozenset(take(SUSPENDED_SHARE, 1))
    without_id = frozenset(take(NO_ID_SHARE, 4))
    rare = take(RARE_SHARE, len(people.RARE))
    long_names = take(LONG_SHARE, len(people.LONG_NAMES))
    return _Oddities(
        late,
        suspended,
        without_id,
        {pupil: people.RARE[i % len(people.RARE)] for i, pupil in enumerate(rare)},
        {
            pupil: people.LONG_NAMES[i % len(people.LONG_NAMES)]
            for i, pupil in enumerate(long_names)
        },
        frozenset(take(LONG_SHARE, 3)),
    )


def _pupil(
    rng: random.Random,
    numbers: NumberMaker,
    index: int,
    place: tuple[SchoolClass, int],
    odd: _Oddities,
    county_name: str,
) -> Pupil:
    in_class, number = place
    born = people.birth_date(rng, in_class.age, SCHOOL_YEAR)
    sex = rng.choice("12")
    if index in odd.without_id:
        student_number = numbers.student_number("JL"[index % 2], in_class.county, born)
        identity = {"id_type": "Z"}
    else:
        student_number, identity = _identity(rng, numbers, in_class.county, born, sex)
    home = (
        people.long_address() if index in odd.long_addresses else people.address(rng, county_name)
    )
    values = {
        "student_number": student_number,
        "school_code": in_class.school,
        "school_name": in_class.school_name,
        "enrolment_status": "02" if index in odd.suspended else "01",
        "name": _name(rng, index, odd),
        "sex": sex,
        "birth_date": born.isoformat(),
        **identity,
        **_basics(rng, index in odd.long_names),
        "grade": in_class.grade,
        "class": in_class.name,
        "number_in_class": str(number),
        "registered_on": ("2026-04-15" if index in odd.late else f"{_entered(in_class)}-20"),
        **_schooling(rng, in_class),
        **_home(rng, home),
        **_guardians(rng, numbers, in_class.county, home),
    }
    reason = "registered_late" if index in odd.late else None
    if index in odd.suspended:
        reason = "not_in_school"
    return Pupil(in_class.school, in_class.name, student_number, values, reason)


def _name(rng: random.Random, index: int, odd: _Oddities) -> str:
    if index in odd.long_names:
        return odd.long_names[index]
    name = people.pupil_name(rng)
    return name[:-1] + odd.rare[index] if index in odd.rare else name


def _identity(
    rng: random.Random, numbers: NumberMaker, county: str, born: date, sex: str
) -> tuple[str, dict[str, str]]:
    number = numbers.id_number(county, born, sex)
    # One in fifty got a corrected ID number after the student number was given out.
    old = numbers.id_number(county, born, sex) if rng.random() < 0.02 else number
    return f"G{old}", {"id_type": "1", "id_number": number}


def _basics(rng: random.Random, is_minority: bool) -> dict[str, str]:
    place = rng.choice(_REAL_PLACES)
    return {
        "birthplace": place,
        "native_place": place,
        "ethnic_group": rng.choice(("05", "04")) if is_minority else "01",
        "nationality": "CHN",
        "overseas_status": "00",
        "political_status": "13",
        "health": "20" if rng.random() < 0.03 else "10",
        "hukou_type": rng.choice("12"),
    }


def _entered(in_class: SchoolClass) -> str:
    return f"{SCHOOL_YEAR + 1 - int(in_class.grade[1])}-09"


def _schooling(rng: random.Random, in_class: SchoolClass) -> dict[str, str]:
    return {
        "entry_month": _entered(in_class),
        "entry_mode": "11",
        "boarding_mode": "2" if rng.random() < 0.2 else "1",
        "pupil_source": "1",
        "only_child": rng.choice("01"),
        "preschool": "1",
        "left_behind": rng.choice("0001"),
        "migrant_worker_child": rng.choice("0001"),
        "orphan": "0",
        "martyr_or_entitled": "0",
        "in_class_special": "00",
        "needs_aid": "0",
        "receives_subsidy": rng.choice("01"),
        "distance_km": f"{rng.randrange(2, 90) / 10:.1f}",
        "way_to_school": rng.choice("123"),
        "needs_school_bus": "0",
    }


def _home(rng: random.Random, home: str) -> dict[str, str]:
    return {
        "hukou_place": home,
        "present_address": home,
        "postal_address": home,
        "home_address": home,
        "phone": people.phone(rng),
        "postcode": f"51{rng.randrange(10_000):04d}",
    }


def _guardians(rng: random.Random, numbers: NumberMaker, county: str, home: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, relation in (("1", "51"), ("2", "52")):
        born = date(rng.randrange(1978, 1992), rng.randrange(1, 13), rng.randrange(1, 29))
        values |= {
            f"guardian{number}_name": people.pupil_name(rng),
            f"guardian{number}_relation": relation,
            f"guardian{number}_address": home,
            f"guardian{number}_phone": people.phone(rng),
            f"guardian{number}_is_guardian": "1",
            f"guardian{number}_id_type": "1",
            f"guardian{number}_id_number": numbers.id_number(county, born, _GUARDIAN[relation]),
        }
    return values
