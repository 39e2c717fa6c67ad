"""The tree of units: province > city > county > school > class."""

from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode

# Every level of a path ends in this, else ".../0007" would also match ".../00071".
PATH_END = "/"


class Level(StrEnum):
    """Levels of the tree, top down."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    SCHOOL = "school"
    CLASS = "class"


LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the tree.

    `managed_by` is set for schools only: the managing authority (主管教育行政部门), an
    explicit edge and not the parent, because city-run and province-run schools exist.
    `path` is the materialised path of codes from the province down, each level ending
    in `PATH_END`: "44/4403/440305/3144000017/".
    """

    code: UnitCode
    level: Level
    name: str
    parent: UnitCode | None
    path: str
    managed_by: UnitCode | None = None


def path_below(parent_path: str, code: UnitCode) -> str:
    """The path of a unit under its parent's path; the province's parent path is empty."""
    return f"{parent_path}{code}{PATH_END}"


def codes_up(path: str) -> tuple[UnitCode, ...]:
    """The codes of a path from the unit itself up to its province."""
    return tuple(UnitCode(code) for code in reversed(path.rstrip(PATH_END).split(PATH_END)))


def province_of(path: str) -> ProvinceCode:
    """The province a path lies in."""
    return ProvinceCode(path.split(PATH_END, 1)[0])


def province_of_campaign(campaign: CampaignId) -> ProvinceCode:
    """The province a campaign belongs to: the first word of its id."""
    return ProvinceCode(campaign.split("-", 1)[0])
