"""Where questions and returns come from, by field and county; and who may not ask."""

import pytest

from services.support import figures
from shared.contracts.change_events import ChangeQueried, ChangeReturned
from shared.contracts.support_commands import FiguresRequest
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.ids import EntryId, UnitCode
from shared.kernel.units import Level
from tests.unit.support.house import CAMPAIGN, SHEET, House

Row = tuple[str, str | None, int, int, int]


def a_return(
    entry: int, *, unit: str = "c11", field: str = "name", revision: int = 1
) -> ChangeReturned:
    id_ = EntryId(f"{entry:032x}")
    return ChangeReturned(CAMPAIGN, id_, SHEET, UnitCode(unit), field, revision, "proof_missing")


def a_query(entry: int, *, is_open: bool = True, sequence: int = 1) -> ChangeQueried:
    id_ = EntryId(f"{entry:032x}")
    return ChangeQueried(CAMPAIGN, id_, SHEET, UnitCode("c11"), "name", is_open, sequence)


def told(house: House, unit: str = "44", level: Level = Level.COUNTY) -> list[Row]:
    token = house.token(Role.UNIT_ADMINISTRATOR, unit)
    found = figures.figures(house.office, FiguresRequest(token, CAMPAIGN, UnitCode(unit), level))
    return [(one.unit, one.field, one.questions, one.queried, one.returned) for one in found.rows]


def test_fields_are_told_by_county_the_most_trouble_first(house: House) -> None:
    house.ask(field="ethnic_group")
    house.hear(a_return(1), a_return(2), a_query(3), a_return(4, unit="c21", field="phone"))

    assert told(house) == [
        ("440305", "name", 0, 1, 2),
        ("440305", "ethnic_group", 1, 0, 0),
        ("440306", "phone", 0, 0, 1),
    ]


def test_the_same_return_counts_once_and_the_next_revision_again(house: House) -> None:
    house.hear(a_return(1), a_return(1), a_return(1, revision=2))

    assert told(house) == [("440305", "name", 0, 0, 2)]


def test_an_answered_query_is_no_new_trouble(house: House) -> None:
    house.hear(a_query(1), a_query(1, is_open=False, sequence=2), a_query(1))

    assert told(house) == [("440305", "name", 0, 1, 0)]


def test_a_question_about_no_field_counts_as_such(house: House) -> None:
    house.ask()

    assert told(house, "440305", Level.SCHOOL) == [("s1", None, 1, 0, 0)]


def test_nobody_sees_the_figures_of_a_unit_that_is_not_below_theirs(house: House) -> None:
    token = house.token(Role.UNIT_ADMINISTRATOR, "440305")

    with pytest.raises(NotAllowedError):
        figures.figures(house.office, FiguresRequest(token, CAMPAIGN, UnitCode("4403")))
