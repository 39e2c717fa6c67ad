"""Ranked tables, units that stand still, who is missing: and who may not ask."""

from datetime import date

import pytest

from services.progress import overview
from shared.contracts.progress_commands import (
    ChildrenRequest,
    CountsRequest,
    MissingRequest,
    RankedBy,
    StalledRequest,
    TableRequest,
)
from shared.kernel.authority import Role
from shared.kernel.errors import ActorRefusedError, NotAllowedError, UnknownUnitError
from shared.kernel.ids import ActorToken, UnitCode
from shared.kernel.units import Level
from tests.unit.progress.house import (
    CAMPAIGN,
    a_confirmation,
    a_return,
    a_scope,
    a_sheet,
    an_issue,
)
from tests.unit.progress.office import NOON, Office

ADMINISTRATOR = Role.UNIT_ADMINISTRATOR


def rank(office: Office, unit: str = "44", level: Level = Level.CLASS) -> list[tuple[object, ...]]:
    asked = TableRequest(
        office.token(ADMINISTRATOR, "44"), CAMPAIGN, UnitCode(unit), level, RankedBy.RETURNED
    )
    table = overview.table(office.database, office.actors, asked)
    return [(row.rank, row.share, row.unit.unit) for row in table.units]


def still(office: Office, level: Level = Level.SCHOOL) -> dict[str, int]:
    asked = StalledRequest(office.token(ADMINISTRATOR, "44"), CAMPAIGN, UnitCode("44"), level)
    found = overview.stalled(office.database, office.actors, asked)
    return {one.unit.unit: one.working_days for one in found.units}


def missing(office: Office, token: ActorToken, unit: str = "c11") -> list[tuple[object, bool]]:
    asked = MissingRequest(token, CAMPAIGN, UnitCode(unit))
    found = overview.missing(office.database, office.actors, asked)
    return [(one.sheet, one.is_returned) for one in found.sheets]


def test_units_are_ranked_by_their_share_and_equal_shares_share_a_rank(office: Office) -> None:
    office.house.hear(a_scope("c11", 2), a_scope("c12", 2), a_scope("c21", 1))
    office.house.hear(an_issue("c11", 1, 2), an_issue("c12", 3, 4), an_issue("c21", 5))
    office.house.hear(a_return(1), a_return(3), a_return(5))

    assert rank(office) == [(1, 1.0, "c21"), (2, 0.5, "c11"), (2, 0.5, "c12")]


def test_a_unit_without_pupils_in_scope_has_no_rank_and_comes_last(office: Office) -> None:
    office.house.hear(a_scope("c12", 2), an_issue("c12", 3))

    assert rank(office) == [(1, 0.0, "c12"), (None, None, "c11"), (None, None, "c21")]


def test_a_table_lists_only_what_lies_below_its_unit(office: Office) -> None:
    assert [row[2] for row in rank(office, "s1")] == ["c11", "c12"]


def test_a_unit_stands_still_after_three_working_days_without_a_return(office: Office) -> None:
    office.house.hear(a_scope("c11", 2), an_issue("c11", 1, 2), a_return(1), at=NOON)

    office.go_to(date(2026, 11, 4))
    assert still(office) == {}

    office.go_to(date(2026, 11, 5))
    assert still(office) == {"s1": 3}


def test_a_sheet_that_is_entered_sets_the_clock_back(office: Office) -> None:
    office.house.hear(a_scope("c11", 2), an_issue("c11", 1, 2), a_return(1), at=NOON)
    office.go_to(date(2026, 11, 5))
    office.house.hear(a_confirmation(1), at=office.now)

    assert still(office) == {}


def test_a_unit_that_is_all_but_done_does_not_stand_still(office: Office) -> None:
    numbers = range(1, 21)
    office.house.hear(a_scope("c11", 20), an_issue("c11", *numbers), at=NOON)
    office.house.hear(*(a_return(one) for one in numbers[:19]), at=NOON)
    office.house.hear(*(a_confirmation(one) for one in numbers[:19]), at=NOON)
    office.go_to(date(2026, 11, 30))

    assert still(office) == {}


def test_where_nothing_was_issued_nothing_can_stand_still(office: Office) -> None:
    office.house.hear(a_scope("c11", 20), at=NOON)
    office.go_to(date(2026, 11, 30))

    assert still(office) == {}


def test_the_missing_of_a_class_are_told_to_its_teacher(office: Office) -> None:
    office.house.hear(an_issue("c11", 1, 2, 3), an_issue("c12", 4), a_return(1), a_return(2))
    office.house.hear(a_confirmation(1))

    teacher = office.token(Role.HOMEROOM_TEACHER, "c11")
    assert missing(office, teacher) == [(a_sheet(2), True), (a_sheet(3), False)]


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.HOMEROOM_TEACHER, "c12"),
        (Role.REGISTRAR, "s2"),
        (Role.ENTRY_CLERK, "s1"),
        (Role.REVIEWER, "440305"),
        (Role.UNIT_ADMINISTRATOR, "44"),
        (Role.SUPPORT_STAFF, "440305"),
        (Role.AUDITOR, "44"),
    ],
)
def test_nobody_outside_the_school_sees_who_is_missing(
    office: Office, role: Role, unit: str
) -> None:
    with pytest.raises(NotAllowedError):
        missing(office, office.token(role, unit))

    assert office.acts() == [(f"{role.value}@{unit}", "see_missing", "not_allowed")]


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.REGISTRAR, "s1"), (Role.REVIEWER, "440305"), (Role.ENTRY_CLERK, "s2")],
)
def test_nobody_sees_the_table_of_a_unit_that_is_not_below_theirs(
    office: Office, role: Role, unit: str
) -> None:
    asked = TableRequest(office.token(role, unit), CAMPAIGN, UnitCode("s2"), Level.CLASS)

    with pytest.raises(NotAllowedError):
        overview.table(office.database, office.actors, asked)


def test_nobody_sees_what_stands_still_above_them(office: Office) -> None:
    asked = StalledRequest(
        office.token(ADMINISTRATOR, "440305"), CAMPAIGN, UnitCode("4403"), Level.SCHOOL
    )

    with pytest.raises(NotAllowedError):
        overview.stalled(office.database, office.actors, asked)


@pytest.mark.parametrize("unit", ["45", "c99"])
def test_a_unit_nobody_told_of_has_no_counts(office: Office, unit: str) -> None:
    office.house.hear(an_issue("c99", 1))
    of = (office.token(ADMINISTRATOR, "44"), CAMPAIGN, UnitCode(unit))

    with pytest.raises(UnknownUnitError):
        overview.counts(office.database, office.actors, CountsRequest(*of))
    with pytest.raises(UnknownUnitError):
        overview.children(office.database, office.actors, ChildrenRequest(*of))


def test_looking_at_counts_leaves_a_line_only_where_it_is_refused(office: Office) -> None:
    office.house.hear(an_issue("c11", 1, 2))
    here, elsewhere = office.token(Role.REGISTRAR, "s1"), office.token(Role.REGISTRAR, "s2")

    mine = overview.counts(
        office.database, office.actors, CountsRequest(here, CAMPAIGN, UnitCode("s1"))
    )
    with pytest.raises(NotAllowedError):
        overview.children(
            office.database, office.actors, ChildrenRequest(elsewhere, CAMPAIGN, UnitCode("s1"))
        )

    assert mine.counts.issued == 2
    assert office.acts() == [("registrar@s2", "see_counts", "not_allowed")]


def test_a_token_that_has_run_out_is_refused(office: Office) -> None:
    token = office.token(ADMINISTRATOR, "44")
    office.go_to(date(2026, 11, 3))

    with pytest.raises(ActorRefusedError):
        overview.table(
            office.database,
            office.actors,
            TableRequest(token, CAMPAIGN, UnitCode("44"), Level.CLASS),
        )


def test_a_school_has_no_list_of_the_missing_of_its_own(office: Office) -> None:
    with pytest.raises(UnknownUnitError):
        missing(office, office.token(Role.REGISTRAR, "s1"), "s1")


@pytest.mark.parametrize(("is_export", "act"), [(False, "see_table"), (True, "export_table")])
def test_the_log_tells_a_table_that_is_taken_away_from_one_that_is_looked_at(
    office: Office, is_export: bool, act: str
) -> None:
    token = office.token(Role.UNIT_ADMINISTRATOR, "44")
    request = TableRequest(token, CAMPAIGN, UnitCode("44"), Level.SCHOOL, is_export=is_export)
    overview.table(office.database, office.actors, request)

    assert office.said("act_done")[-1]["act"] == act
