from collections import Counter
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from deploy.demo.province.faults import write_faulty_roster
from deploy.demo.province.people import LONG_NAMES, RARE
from deploy.demo.province.pupils import make_province
from deploy.demo.province.workbook import write_rosters
from shared.kernel.id_number import id_problem
from shared.kernel.units import Level

PROVINCE = make_province()


def test_the_same_seed_makes_the_same_province() -> None:
    assert make_province().pupils == PROVINCE.pupils
    assert make_province(seed=1).pupils != PROVINCE.pupils


def test_the_tree_has_city_run_and_province_run_schools() -> None:
    levels = Counter(unit.level for unit in PROVINCE.tree.units)
    managers = {unit.managed_by for unit in PROVINCE.tree.units if unit.level is Level.SCHOOL}

    assert levels[Level.CITY] >= 2
    assert levels[Level.COUNTY] >= 3
    assert levels[Level.SCHOOL] >= 4
    assert len(PROVINCE.tree.classes) >= 12
    assert {"44", "4491"} < managers


@pytest.mark.parametrize("pupils", [60, 500, 5000])
def test_every_oddity_is_there_at_every_size(pupils: int) -> None:
    province = make_province(pupils)
    names = [pupil.values["name"] for pupil in province.pupils]
    letters = {pupil.student_number[0] for pupil in province.pupils}

    assert len(province.pupils) == pupils
    assert set(LONG_NAMES) <= set(names)
    assert all(any(rare in name for name in names) for rare in RARE)
    assert letters == {"G", "J", "L"}
    assert any(len(pupil.values["present_address"]) == 100 for pupil in province.pupils)
    assert {pupil.reason_out for pupil in province.pupils} == {
        None,
        "registered_late",
        "not_in_school",
    }


def test_id_numbers_are_right_unique_and_of_no_real_place() -> None:
    ids = [pupil.values["id_number"] for pupil in PROVINCE.pupils if "id_number" in pupil.values]

    assert all(id_problem(one, today=date(2026, 4, 1)) is None for one in ids)
    assert len(set(ids)) == len(ids)
    assert {one[:4] for one in ids} <= {"4491", "4492"}


def test_a_roster_keeps_numbers_as_text_and_stars_what_is_required(tmp_path) -> None:
    files = write_rosters(PROVINCE, tmp_path)
    rows = CalamineWorkbook.from_path(str(files[0].path)).get_sheet_by_index(0).to_python()
    headers = [str(cell) for cell in rows[1]]

    assert sum(one.pupils for one in files) == 500
    assert "★5、姓名" in headers
    place = next(i for i, header in enumerate(headers) if header.endswith("、身份证件号"))
    assert all(isinstance(row[place], str) for row in rows[2:] if row[place])


def test_the_faulty_roster_names_its_faults(tmp_path) -> None:
    faults = write_faulty_roster(
        PROVINCE, PROVINCE.tree.classes[0].school, tmp_path / "faulty.xlsx"
    )

    assert len({fault.row for fault in faults}) == len(faults) == 15
