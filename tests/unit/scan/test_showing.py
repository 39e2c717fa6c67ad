"""Looks of people at the paper of a sheet: who may, what they are told, what is on record."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from services.scan.cells.looking import view_of
from services.scan.places import keep_unit
from services.scan.showing import usecases
from services.scan.showing.usecases import Desk
from shared.contracts.actors import Actor
from shared.contracts.events import UnitRegistered
from shared.contracts.look_commands import SIGNATURE, LookAtPage, ReadCells
from shared.contracts.scan_commands import PageVerdict
from shared.contracts.seen import Grade, Ink, Presence
from shared.kernel.authority import Role
from shared.kernel.errors import (
    NotAllowedError,
    PageNotSeenError,
    UnknownSheetError,
    UnknownUnitError,
)
from shared.kernel.ids import AccountId, ActorToken, FactId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level
from shared.layout.registry import layout
from shared.plumbing.hears import Heard
from tests.unit.scan.house import CLASS, PROVINCE, SHEET, House, a_code
from tests.unit.scan.test_cells import PHONE, seen

SCHOOL, COUNTY = UnitCode("4403050170"), UnitCode("440305")
PATH = f"44/4403/440305/{SCHOOL}/"
TOKEN = ActorToken("")
DECIDING = (Role.SCHOOL_LEADER, Role.REVIEWER)


@dataclass
class Hands:
    holds: bool = False

    def hold(self, person: PersonId, sheet: SheetId) -> bool:
        return self.holds


def register(house: House, unit: UnitCode, path: str, managed_by: UnitCode | None = None) -> None:
    level = Level.CLASS if unit == CLASS else Level.SCHOOL
    fact = UnitRegistered(unit, level, None, path, managed_by, 1)
    keep_unit(Heard(fact, FactId(f"unit-{unit}"), house.now, PROVINCE, 1, "units", house.database))


@pytest.fixture
def school(issued: House) -> House:
    register(issued, CLASS, f"{PATH}{CLASS}/")
    register(issued, SCHOOL, PATH, COUNTY)
    return issued


@pytest.fixture
def eyes(school: House) -> Desk:
    return Desk(school.database, school.vault, Hands())


def an_actor(house: House, role: Role = Role.REGISTRAR) -> Actor:
    units = {
        Role.REVIEWER: (COUNTY, "44/4403/440305/"),
        Role.HOMEROOM_TEACHER: (CLASS, f"{PATH}{CLASS}/"),
    }
    unit, path = units.get(role, (SCHOOL, PATH))
    ends = house.now + timedelta(minutes=5)
    return Actor(PersonId("ab" * 8), AccountId(f"{unit}.01"), role, unit, path, ends, house.now)


def acts(house: House) -> list[tuple[str, str]]:
    return [(one["data"]["act"], one["data"]["outcome"]) for one in house.said("act_done")]


def test_who_enters_is_told_ink_places_and_what_the_writing_seems_to_say(
    school: House, eyes: Desk
) -> None:
    object_ = school.photo(a_code())
    school.look_at(object_, seen())
    told = usecases.read_cells(eyes, an_actor(school), ReadCells(TOKEN, SHEET))
    [page] = told.pages
    cells = {one.field: one for one in told.cells}
    known = layout(1)

    assert known is not None
    assert (page.object, page.verdict, page.signature) == (
        object_,
        PageVerdict.COMPLETE,
        Presence.PRESENT,
    )
    assert page.size == known.page_size
    assert cells["phone"].ink is Ink.INK
    assert cells["phone"].reading is not None
    assert (cells["phone"].reading.suggestion, cells["phone"].reading.grade) == (PHONE, Grade.B)
    assert cells["name"].reading is None
    rect = next(one.change_rect for one in known.cells if one.field == "phone")
    left, top, width, height = cells["phone"].box or (0, 0, 0, 0)
    assert left < rect.x
    assert top < rect.y
    assert left + width > rect.right
    assert top + height > rect.bottom


def test_readings_are_for_who_enters_and_for_nobody_else(school: House, eyes: Desk) -> None:
    object_ = school.photo(a_code())
    school.look_at(object_, seen())
    told = usecases.read_cells(
        eyes, an_actor(school, Role.HOMEROOM_TEACHER), ReadCells(TOKEN, SHEET)
    )

    assert [one.reading for one in told.cells] == [None, None]


def test_a_look_names_the_view_and_the_box_of_the_place(school: House, eyes: Desk) -> None:
    object_ = school.photo(a_code())
    school.look_at(object_, seen())
    found = usecases.look_at_page(eyes, an_actor(school), LookAtPage(TOKEN, SHEET, place=SIGNATURE))
    whole = usecases.look_at_page(eyes, an_actor(school), LookAtPage(TOKEN, SHEET))

    assert found.view == whole.view == view_of(object_, SHEET)
    assert found.box is not None
    assert whole.box is None


def test_every_look_is_on_record_with_its_sheet_and_place(school: House, eyes: Desk) -> None:
    object_ = school.photo(a_code())
    school.look_at(object_, seen())
    usecases.look_at_page(eyes, an_actor(school), LookAtPage(TOKEN, SHEET, place="phone"))
    [told] = [
        one["data"] for one in school.said("act_done") if one["data"]["act"] == "look_at_page"
    ]

    assert (told["actor"], told["role"], told["sheet"]) == ("ab" * 8, "registrar", SHEET)
    assert (told["fields"], told["outcome"]) == (["phone"], "done")
    assert PHONE not in str(school.said())


@pytest.mark.parametrize("role", DECIDING)
def test_who_decides_sees_paper_only_with_the_decision_in_hands(school: House, role: Role) -> None:
    object_ = school.photo(a_code())
    school.look_at(object_, seen())
    hands = Hands()
    eyes = Desk(school.database, school.vault, hands)
    request = LookAtPage(TOKEN, SHEET, place="phone")
    with pytest.raises(NotAllowedError):
        usecases.look_at_page(eyes, an_actor(school, role), request)
    hands.holds = True

    assert usecases.look_at_page(eyes, an_actor(school, role), request).box is not None
    assert acts(school)[-2:] == [("look_at_page", "not_allowed"), ("look_at_page", "done")]


def test_another_school_sees_nothing_and_the_try_is_on_record(school: House, eyes: Desk) -> None:
    stranger = replace(an_actor(school), unit=UnitCode("4403059999"), path="44/4403/440305/9999/")
    with pytest.raises(NotAllowedError):
        usecases.read_cells(eyes, stranger, ReadCells(TOKEN, SHEET))

    assert acts(school)[-1] == ("read_cells", "not_allowed")


def test_a_sheet_nobody_has_looked_at_yet_says_so(school: House, eyes: Desk) -> None:
    school.photo(a_code())
    actor = an_actor(school)
    with pytest.raises(PageNotSeenError):
        usecases.look_at_page(eyes, actor, LookAtPage(TOKEN, SHEET))

    assert usecases.read_cells(eyes, actor, ReadCells(TOKEN, SHEET)).pages == ()


def test_a_side_that_is_not_there_is_not_shown(school: House, eyes: Desk) -> None:
    object_ = school.photo(a_code())
    school.look_at(object_, seen())

    with pytest.raises(PageNotSeenError):
        usecases.look_at_page(eyes, an_actor(school), LookAtPage(TOKEN, SHEET, Side.BACK))


def test_a_page_that_lies_badly_is_shown_whole_for_every_place(school: House, eyes: Desk) -> None:
    object_ = school.photo(a_code())
    school.look_at(object_, seen(trouble="not_flat", legible=False))
    found = usecases.look_at_page(eyes, an_actor(school), LookAtPage(TOKEN, SHEET, place="phone"))

    assert (found.size, found.box) == (None, None)


def test_unknown_sheets_and_unknown_classes_are_refused(issued: House) -> None:
    eyes = Desk(issued.database, issued.vault, Hands())
    with pytest.raises(UnknownSheetError):
        usecases.read_cells(eyes, an_actor(issued), ReadCells(TOKEN, SheetId("0" * 12)))
    with pytest.raises(UnknownUnitError):
        usecases.read_cells(eyes, an_actor(issued), ReadCells(TOKEN, SHEET))


def test_an_older_telling_of_a_unit_changes_nothing(school: House, eyes: Desk) -> None:
    fact = UnitRegistered(CLASS, Level.CLASS, None, "44/elsewhere/", None, 0)
    keep_unit(Heard(fact, FactId("older"), school.now, PROVINCE, 1, "units", school.database))

    assert usecases.read_cells(eyes, an_actor(school), ReadCells(TOKEN, SHEET)).unit == CLASS
