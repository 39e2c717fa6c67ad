import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.authority import (
    TABLE,
    Act,
    Place,
    Role,
    Standing,
    Where,
    may,
    roles_conflict,
)
from shared.kernel.ids import SheetId, UnitCode

COUNTY = "44/4403/440305/"
SCHOOL = COUNTY + "3144000017/"
CLASS = SCHOOL + "3144000017-3-2/"
OTHER_SCHOOL = COUNTY + "3144000018/"
OTHER_CLASS = OTHER_SCHOOL + "3144000018-3-2/"
STAFF_AT_SCHOOL = [
    Role.REGISTRAR,
    Role.ENTRY_CLERK,
    Role.SCHOOL_LEADER,
    Role.HOMEROOM_TEACHER,
]


def test_key_data_is_decided_by_the_managing_authority_and_not_by_the_parent_in_the_tree() -> None:
    city_run = Place(path=CLASS, managed_by=UnitCode("4403"))

    assert may(Standing(Role.REVIEWER, "44/4403/"), Act.DECIDE_KEY_DATA, city_run)
    assert not may(Standing(Role.REVIEWER, COUNTY), Act.DECIDE_KEY_DATA, city_run)
    assert not may(Standing(Role.REVIEWER, "44/"), Act.DECIDE_KEY_DATA, city_run)


def test_a_province_run_school_is_decided_by_the_province() -> None:
    place = Place(path=CLASS, managed_by=UnitCode("44"))

    assert may(Standing(Role.REVIEWER, "44/"), Act.DECIDE_KEY_DATA, place)


@given(act=st.sampled_from(Act), role=st.sampled_from(STAFF_AT_SCHOOL))
def test_nobody_at_a_school_may_act_in_another_school(act: Act, role: Role) -> None:
    own = CLASS if role is Role.HOMEROOM_TEACHER else SCHOOL

    assert not may(Standing(role, own), act, Place(path=OTHER_CLASS, managed_by=UnitCode("440305")))


@given(act=st.sampled_from(Act), role=st.sampled_from(Role))
def test_what_the_table_does_not_list_is_refused(act: Act, role: Role) -> None:
    everywhere = Place(path=CLASS, managed_by=UnitCode("44"), sheet=SheetId("0" * 12))
    standing = Standing(role, "44/", SheetId("0" * 12))

    assert role in TABLE[act] or not may(standing, act, everywhere)


def test_a_guardian_acts_on_the_own_sheet_only() -> None:
    guardian = Standing(Role.GUARDIAN, "", SheetId("0123456789ab"))

    assert may(guardian, Act.SEND_PHOTO, Place(sheet=SheetId("0123456789ab")))
    assert not may(guardian, Act.SEND_PHOTO, Place(sheet=SheetId("0123456789ac")))
    assert not may(guardian, Act.SEND_PHOTO, Place(path=CLASS))


def test_a_homeroom_teacher_acts_in_the_own_class_and_not_beside_it() -> None:
    teacher = Standing(Role.HOMEROOM_TEACHER, CLASS)

    assert may(teacher, Act.TICK_SHEET, Place(path=CLASS))
    assert not may(teacher, Act.TICK_SHEET, Place(path=SCHOOL + "3144000017-3-1/"))
    assert not may(teacher, Act.TICK_SHEET, Place(path=SCHOOL))


def test_operator_key_officer_and_auditor_see_no_record() -> None:
    for role in (Role.OPERATOR, Role.KEY_OFFICER, Role.AUDITOR):
        for act in (Act.SEE_PAGE, Act.ENTER_CHANGES, Act.EXPORT_NAMES, Act.PRINT_SHEETS):
            assert not may(Standing(role, "44/"), act, Place(path=CLASS))


@pytest.mark.parametrize(
    ("roles", "conflict"),
    [
        ({Role.OPERATOR, Role.AUDITOR}, True),
        ({Role.OPERATOR, Role.KEY_OFFICER}, True),
        ({Role.REGISTRAR, Role.ENTRY_CLERK}, False),
        ({Role.AUDITOR}, False),
    ],
)
def test_the_three_administrators_exclude_one_another(roles: set[Role], conflict: bool) -> None:
    assert roles_conflict(frozenset(roles)) is conflict


def test_every_act_has_somebody_who_may() -> None:
    assert all(TABLE[act] for act in Act)
    assert all(isinstance(where, Where) for row in TABLE.values() for where in row.values())
