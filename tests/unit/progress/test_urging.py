"""Urging: from above, once a day, seen by the staff of the unit."""

from datetime import date

import pytest

from services.progress.urging import list_urges, urge_unit
from shared.contracts.progress_commands import ListUrges, RankedBy, Urge, UrgeUnit
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import UnitCode
from tests.unit.progress.house import CAMPAIGN
from tests.unit.progress.office import Office

COUNTY, CITY = "440305", "4403"


def urge(office: Office, unit: str = "s1", by: str = COUNTY, stage: str = "entered") -> Urge:
    token = office.token(Role.UNIT_ADMINISTRATOR, by)
    request = UrgeUnit(token, CAMPAIGN, UnitCode(unit), RankedBy(stage))
    return urge_unit(office.database, office.actors, request)


def seen(office: Office, role: Role, at: str, unit: str = "s1") -> list[tuple[str, str, str]]:
    request = ListUrges(office.token(role, at), CAMPAIGN, UnitCode(unit))
    found = list_urges(office.database, office.actors, request).urges
    return [(one.unit, one.stage.value, one.by_unit) for one in found]


def test_the_staff_of_a_unit_and_of_its_classes_see_who_urged_it(office: Office) -> None:
    urge(office)
    urge(office, by=CITY, stage="returned")

    everybody = {("s1", "entered", COUNTY), ("s1", "returned", CITY)}
    assert set(seen(office, Role.SCHOOL_LEADER, "s1")) == everybody
    assert set(seen(office, Role.HOMEROOM_TEACHER, "c11", "c11")) == everybody
    assert seen(office, Role.UNIT_ADMINISTRATOR, COUNTY, COUNTY) == []
    assert office.acts() == [
        (f"unit_administrator@{COUNTY}", "urge_unit", "done"),
        (f"unit_administrator@{CITY}", "urge_unit", "done"),
    ]


def test_the_same_on_the_same_day_is_one_urge_and_on_the_next_day_another(office: Office) -> None:
    assert urge(office) == urge(office)
    office.go_to(date(2026, 11, 3))
    urge(office)

    assert seen(office, Role.REGISTRAR, "s1") == [("s1", "entered", COUNTY)] * 2


@pytest.mark.parametrize(("unit", "by"), [(COUNTY, COUNTY), ("s2", COUNTY), (CITY, COUNTY)])
def test_nobody_urges_the_own_unit_or_one_that_is_not_below(
    office: Office, unit: str, by: str
) -> None:
    with pytest.raises(NotAllowedError):
        urge(office, unit, by)

    assert [outcome for *_, outcome in office.acts()] == ["not_allowed"]


def test_a_unit_nobody_knows_is_not_urged(office: Office) -> None:
    with pytest.raises(UnknownUnitError):
        urge(office, "s9", "44")
