"""What a page of windows is drawn from: a unit and those directly below it."""

import pytest

from services.campaign import regions
from shared.contracts.campaign_commands import Region, ShowRegions
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import UnitCode
from tests.unit.campaign.house import CAMPAIGN, EXPORT, NOTHING, House, an_actor


def seen(house: House, unit: str) -> dict[str, Region]:
    request = ShowRegions(CAMPAIGN, UnitCode(unit), NOTHING)
    found = regions.show_regions(house.database, an_actor(), request)
    return {one.unit: one for one in found.units}


def switch(region: Region) -> tuple[bool, str | None]:
    (found,) = (one for one in region.switches if one.action is EXPORT)
    return found.is_open, found.set_by


def test_a_unit_comes_first_and_only_those_directly_below_it(house: House) -> None:
    assert list(seen(house, "4491")) == ["4491", "449101", "449102"]


def test_classes_have_no_windows_of_their_own(house: House) -> None:
    assert list(seen(house, "s1")) == ["s1"]


def test_each_unit_shows_whose_setting_holds_there(house: House) -> None:
    house.set("44")
    house.close("449102")
    found = seen(house, "4491")

    assert switch(found["4491"]) == (True, "44")
    assert switch(found["449101"]) == (True, "44")
    assert switch(found["449102"]) == (False, "449102")


def test_an_exception_to_come_is_shown_with_its_unit_before_it_holds(house: House) -> None:
    house.set("44")
    house.set("449101", 24, None, is_exception=True)
    (own,) = seen(house, "4491")["449101"].own

    assert own.is_exception
    assert seen(house, "4491")["449102"].own == ()


def test_settings_deeper_down_are_counted_by_unit(house: House) -> None:
    house.set("s1")
    house.set("s1", 24, None, is_exception=True)
    found = seen(house, "44")

    assert (found["44"].set_below, found["4491"].set_below) == (1, 1)
    assert seen(house, "449101")["s1"].set_below == 0


def test_a_unit_that_nobody_told_of_is_unknown(house: House) -> None:
    with pytest.raises(UnknownUnitError):
        seen(house, "nowhere")


def test_only_who_sets_windows_there_sees_them_and_every_look_is_an_act(house: House) -> None:
    request = ShowRegions(CAMPAIGN, UnitCode("449101"), NOTHING)
    stranger = an_actor("449101", Role.REVIEWER)
    with pytest.raises(NotAllowedError):
        regions.show_regions(house.database, stranger, request)
    regions.show_regions(house.database, an_actor(), request)

    assert house.acts()[-2:] == [("see_windows", "not_allowed"), ("see_windows", "done")]
