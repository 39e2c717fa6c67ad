from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster import usecases
from services.roster.domain import Enrolment, OutReason, reason_out
from services.roster.snapshot import snapshot_class
from shared.contracts.roster_commands import ClassesRequest, ManagingUnitRequest, SnapshotRequest
from shared.kernel.errors import UnknownCampaignError, UnknownUnitError
from shared.kernel.ids import CampaignId, UnitCode
from tests.unit.roster.house import CAMPAIGN, CUT_OFF, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, 200)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_whoever_registered_on_the_cut_off_date_is_in_and_the_day_after_out(day: date) -> None:
    assert reason_out(Enrolment("01", day, True), day) is None
    late = Enrolment("01", day + timedelta(days=1), True)
    assert reason_out(late, day) is OutReason.REGISTERED_LATE


def test_what_a_roster_leaves_blank_takes_no_sheet_away() -> None:
    assert reason_out(Enrolment("", None, True), CUT_OFF) is None


def test_the_scope_agrees_with_the_ground_truth_and_names_reasons(house: House) -> None:
    for place, school in enumerate(house.schools):
        house.take(house.write(house.rows(place), f"{place}.xlsx"))
        truth = Counter(one.reason_out for one in house.province.of_school(school))

        found = usecases.classes(house.database, ClassesRequest(CAMPAIGN, school)).classes

        assert sum(one.in_scope for one in found) == truth.pop(None)
        reasons = sum((Counter(one.out_of_scope) for one in found), Counter())
        assert reasons == truth


def test_a_snapshot_holds_those_in_scope_with_labels_for_codes(house: House) -> None:
    house.take(house.write(house.rows()))
    school = house.schools[0]
    classes = usecases.classes(house.database, ClassesRequest(CAMPAIGN, school)).classes
    inside = {one.values["name"] for one in house.province.of_school(school) if one.is_in_scope}

    shown = [
        pupil
        for one in classes
        for pupil in snapshot_class(
            house.database, house.vault, SnapshotRequest(CAMPAIGN, one.unit)
        ).pupils
    ]

    assert len(shown) == sum(one.is_in_scope for one in house.province.of_school(school))
    assert len({pupil.values["name"] for pupil in shown}) == len(inside)
    assert {pupil.values["sex"] for pupil in shown} <= {"男", "女"}


def test_the_managing_authority_is_an_edge_of_the_school_and_not_its_parent(house: House) -> None:
    found = {
        usecases.managing_unit(house.database, ManagingUnitRequest(school)).managed_by
        for school in house.schools
    }

    assert {len(code) for code in found} == {2, 4, 6}  # province-, city- and county-run


def test_what_nobody_knows_is_named(house: House) -> None:
    with pytest.raises(UnknownUnitError):
        usecases.classes(house.database, ClassesRequest(CAMPAIGN, UnitCode("none")))
    other = ClassesRequest(CampaignId("44-none"), house.schools[0])
    with pytest.raises(UnknownCampaignError):
        usecases.classes(house.database, other)
