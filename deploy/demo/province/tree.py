"""The synthetic province's tree: two cities, three counties, schools, classes.

Its codes are of no real place: GB/T 2260 gives out nothing from 4491 on.
"""

from dataclasses import dataclass

from shared.kernel.ids import UnitCode
from shared.kernel.units import Level, Unit, path_below

PROVINCE = UnitCode("44")
_REGIONS = (
    ("44", Level.PROVINCE, "演示省", None),
    ("4491", Level.CITY, "星海市", "44"),
    ("4492", Level.CITY, "云岭市", "44"),
    ("449101", Level.COUNTY, "东港区", "4491"),
    ("449102", Level.COUNTY, "西林县", "4491"),
    ("449201", Level.COUNTY, "南溪县", "4492"),
)
# Place, authority that manages it, kind, name. The third is run by the city, the fourth by
# the province: their key data goes past the county they stand in.
_SCHOOLS = (
    ("449101", "449101", "primary", "星海市东港区第一小学"),
    ("449102", "449102", "primary", "西林县明德小学"),
    ("449101", "4491", "primary", "星海市实验小学"),
    ("449201", "44", "junior", "演示省实验初级中学"),
    ("449201", "449201", "junior", "南溪县第二中学"),
)
_GRADES = {
    "primary": (("11", 6), ("12", 7), ("13", 8), ("14", 9), ("15", 10), ("16", 11)),
    "junior": (("21", 12), ("22", 13), ("23", 14)),
}
_NUMERALS = "一二三四五六七八九十"
_CLASS_SIZE = 34
_LARGE_CLASS_SIZE = 45
_LARGE_PROVINCE = 1000
_SCHOOL_SIZE = 1200


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """One class of the plan."""

    school: UnitCode
    school_name: str
    county: str
    grade: str  # code
    age: int  # in years, when the school year begins
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The units down to schools, and the classes planned in them."""

    units: tuple[Unit, ...]
    classes: tuple[SchoolClass, ...]


def plan_tree(pupils: int) -> Tree:
    """A tree for so many pupils: never fewer than five schools, one class each."""
    units = _regions()
    paths = {unit.code: unit.path for unit in units}
    plans = _school_plans(max(len(_SCHOOLS), pupils // _SCHOOL_SIZE))
    for code, name, county, authority, _ in plans:
        path = path_below(paths[UnitCode(county)], code)
        units.append(
            Unit(code, Level.SCHOOL, name, UnitCode(county), path, managed_by=UnitCode(authority))
        )
    return Tree(tuple(units), tuple(_classes(plans, pupils)))


_SchoolPlan = tuple[UnitCode, str, str, str, str]


def _regions() -> list[Unit]:
    units: list[Unit] = []
    paths = {"": ""}
    for code, level, name, parent in _REGIONS:
        paths[code] = path_below(paths[parent or ""], UnitCode(code))
        units.append(
            Unit(UnitCode(code), level, name, UnitCode(parent) if parent else None, paths[code])
        )
    return units


def _school_plans(count: int) -> list[_SchoolPlan]:
    plans: list[_SchoolPlan] = []
    for number in range(count):
        county, authority, kind, name = _SCHOOLS[number % len(_SCHOOLS)]
        round_ = number // len(_SCHOOLS)
        # Past 99 schools the two digits of the county's own count no longer suffice.
        prefix = ("31" if kind == "junior" else "21") if number < 99 else "5"
        digits = county + f"{number + 1:02d}" if number < 99 else f"{county}{number + 1:03d}"
        code = UnitCode(prefix + digits)
        plans.append(
            (code, name + (f"第{round_ + 1}校区" if round_ else ""), county, authority, kind)
        )
    return plans


def _classes(plans: list[_SchoolPlan], pupils: int) -> list[SchoolClass]:
    size = _CLASS_SIZE if pupils <= _LARGE_PROVINCE else _LARGE_CLASS_SIZE
    count = max(len(plans), round(pupils / size))
    classes = []
    for number in range(count):
        code, name, county, _, kind = plans[number % len(plans)]
        grades = _GRADES[kind]
        of_school = number // len(plans)
        grade, age = grades[of_school % len(grades)]
        classes.append(
            SchoolClass(
                code,
                name,
                county,
                grade,
                age,
                class_name(grade, of_school // len(grades) + 1),
                pupils // count + (number < pupils % count),
            )
        )
    return classes


def class_name(grade: str, number: int) -> str:
    """The name of a class as schools write it."""
    year = _NUMERALS[int(grade[1]) - 1]
    return f"{'初' if grade[0] == '2' else ''}{year}年级{number}班"
