"""How far single sheets have come: what is told, and who may not ask."""

import pytest

from services.progress import pupils
from shared.contracts.events import How
from shared.contracts.progress_commands import (
    ClassSheets,
    ClassSheetsRequest,
    SheetStages,
    SheetStagesRequest,
)
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownSheetError, UnknownUnitError
from shared.kernel.ids import StudentId, UnitCode
from tests.unit.progress.house import (
    CAMPAIGN,
    a_confirmation,
    a_photo,
    a_return,
    a_scope,
    a_sheet,
    an_issue,
    an_unreadable,
)
from tests.unit.progress.office import Office

TEACHER, REGISTRAR, SUPPORT = Role.HOMEROOM_TEACHER, Role.REGISTRAR, Role.SUPPORT_STAFF


def of_class(
    office: Office, role: Role = TEACHER, at: str = "c11", unit: str = "c11"
) -> ClassSheets:
    asked = ClassSheetsRequest(office.token(role, at), CAMPAIGN, UnitCode(unit))
    return pupils.class_sheets(office.database, office.actors, asked)


def stages(office: Office, number: int) -> SheetStages:
    found = {one.stages.sheet: one.stages for one in of_class(office).sheets}
    return found[a_sheet(number)]


def test_every_issued_sheet_of_a_class_is_told_with_its_pupil(office: Office) -> None:
    office.house.hear(a_scope("c11", 3), an_issue("c11", 1, 2), an_issue("c12", 3))

    found = of_class(office)

    assert found.in_scope == 3
    assert {one.student for one in found.sheets} == {StudentId(f"{n:032x}") for n in (1, 2)}


def test_the_stages_of_a_sheet_are_told_apart(office: Office) -> None:
    office.house.hear(an_issue("c11", 1, 2, 3, 4))
    office.house.hear(a_photo(1), a_return(1), a_confirmation(1))
    office.house.hear(a_return(2, How.DECLINED), an_unreadable(3))

    assert stages(office, 1).is_photographed
    assert stages(office, 1).is_entered
    assert stages(office, 2).is_declined
    assert stages(office, 3).to_retake
    assert not stages(office, 4).is_returned


def test_a_sheet_that_was_not_issued_is_in_no_class(office: Office) -> None:
    office.house.hear(a_return(1))

    assert of_class(office).sheets == ()


@pytest.mark.parametrize(("role", "at"), [(SUPPORT, "440305"), (Role.UNIT_ADMINISTRATOR, "44")])
def test_above_the_school_nobody_lists_a_class(office: Office, role: Role, at: str) -> None:
    with pytest.raises(NotAllowedError):
        of_class(office, role, at)


def test_only_a_class_is_listed(office: Office) -> None:
    with pytest.raises(UnknownUnitError):
        of_class(office, REGISTRAR, "s1", "s1")


def test_support_staff_see_the_stages_of_a_sheet_that_a_question_is_about(office: Office) -> None:
    office.house.hear(an_issue("c11", 1), a_return(1))
    asked = SheetStagesRequest(office.token(SUPPORT, "440305"), CAMPAIGN, a_sheet(1))

    told = pupils.sheet_stages(office.database, office.actors, asked)

    assert told.unit == "c11"
    assert told.stages.is_returned


def test_a_teacher_of_another_class_does_not_see_the_stages_of_a_sheet(office: Office) -> None:
    office.house.hear(an_issue("c11", 1))
    asked = SheetStagesRequest(office.token(TEACHER, "c12"), CAMPAIGN, a_sheet(1))

    with pytest.raises(NotAllowedError):
        pupils.sheet_stages(office.database, office.actors, asked)


def test_a_sheet_nobody_printed_has_no_stages(office: Office) -> None:
    asked = SheetStagesRequest(office.token(SUPPORT, "44"), CAMPAIGN, a_sheet(9))

    with pytest.raises(UnknownSheetError):
        pupils.sheet_stages(office.database, office.actors, asked)
