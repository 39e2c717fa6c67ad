"""Guardians' photos that nothing names wait for a person, who settles them and may undo it."""

from dataclasses import replace
from datetime import date

import pytest

from services.scan.image.reading import Cause
from services.scan.open_photos import usecases
from services.scan.places import keep_unit
from services.scan.store import note_class
from shared.contracts.change_events import ChangeEntered
from shared.contracts.events import UnitRegistered
from shared.contracts.fields import FieldKind
from shared.contracts.photo_commands import (
    AssignPhoto,
    Discarded,
    DiscardPhoto,
    ListOpenPhotos,
    OpenPhoto,
    PhotoSettled,
    ShowOpenPhoto,
    UndoPhoto,
)
from shared.contracts.scan_commands import PageState, PageVerdict
from shared.kernel.authority import Role
from shared.kernel.errors import (
    NotAllowedError,
    NothingToUndoError,
    PageEnteredError,
    PagePlacedError,
    UnknownPageError,
    UnknownSheetError,
)
from shared.kernel.ids import EntryId, FactId, ObjectId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level
from shared.plumbing.hears import Heard
from tests.unit.scan.house import CLASS, KEY, OTHER, PROVINCE, SHEET, House, a_code, a_reading
from tests.unit.scan.test_batches import ELSEWHERE, THIRD
from tests.unit.scan.test_cells import seen
from tests.unit.scan.test_numbers import FAR, FAR_SHEET, ONE, THREE, TWO, looked, numbered
from tests.unit.scan.test_showing import PATH, SCHOOL, TOKEN, an_actor, register


@pytest.fixture
def school(house: House) -> House:
    """A school with a class of three, and another school."""
    numbered(house, CLASS, (SHEET, ONE), (OTHER, TWO), (THIRD, THREE))
    numbered(house, ELSEWHERE, (FAR_SHEET, FAR))
    register(house, CLASS, f"{PATH}{CLASS}/")
    register(house, SCHOOL, PATH)
    return house


def waiting(house: House, role: Role = Role.REGISTRAR) -> list[OpenPhoto]:
    unit = CLASS if role is Role.HOMEROOM_TEACHER else SCHOOL
    request = ListOpenPhotos(TOKEN, KEY.campaign, unit)
    return list(usecases.list_open_photos(house.database, an_actor(house, role), request).photos)


def a_photo(house: House, *numbers: str | None) -> ObjectId:
    """A photo without a code, sent for SHEET and looked at."""
    object_ = house.photo(cause=Cause.NO_CODE)
    house.look_at(object_, looked(*numbers))  # type: ignore[arg-type]
    return object_


def assign(
    house: House, photo: ObjectId, sheet: SheetId = SHEET, role: Role = Role.REGISTRAR
) -> PhotoSettled:
    request = AssignPhoto(TOKEN, photo, sheet, Side.FRONT)
    return usecases.assign_photo(house.database, an_actor(house, role), request)


def undo(house: House, photo: ObjectId) -> PhotoSettled:
    return usecases.undo_photo(house.database, an_actor(house), UndoPhoto(TOKEN, photo))


def test_a_photo_that_neither_code_nor_number_names_waits_at_its_school(school: House) -> None:
    photo = a_photo(school)

    [one] = waiting(school)
    assert (one.object, one.unit, one.number_in_class) == (photo, CLASS, 1)
    assert one.is_looked_at
    assert school.answer(photo).state is PageState.UNMATCHED


def test_the_sheet_it_was_sent_for_is_the_candidate_and_matches_nothing_by_itself(
    school: House,
) -> None:
    a_photo(school)

    [one] = waiting(school)
    assert [(found.sheet, found.share, found.signals) for found in one.candidates] == [
        (SHEET, None, ("ticket",))
    ]
    assert school.returned() == 0


def test_who_only_counts_them_is_told_no_candidates(school: House) -> None:
    photo = a_photo(school)
    request = ListOpenPhotos(TOKEN, KEY.campaign, SCHOOL, with_likeliest=False)

    found = usecases.list_open_photos(school.database, an_actor(school), request)

    assert [(one.object, one.candidates) for one in found.photos] == [(photo, ())]


def test_digits_that_name_another_pupil_come_first_and_still_match_nothing(school: House) -> None:
    photo = a_photo(school, TWO, None)

    request = ShowOpenPhoto(TOKEN, photo)
    shown = usecases.show_open_photo(school.database, an_actor(school), request)
    assert shown.candidates[0].sheet == OTHER
    assert shown.candidates[0].signals == ("top_left",)
    assert school.returned() == 0


def test_the_number_and_the_address_are_two_signals_and_nobody_is_asked(school: House) -> None:
    photo = a_photo(school, ONE, None)

    assert school.state(photo) == ("matched", "by_number")
    assert waiting(school) == []


def test_a_person_says_whose_it_is_and_the_guardians_verdict_follows(school: House) -> None:
    photo = a_photo(school)

    assert assign(school, photo) == PhotoSettled(photo, "matched", "by_person")
    assert school.returned() == 1
    assert len(school.said("sheet_photographed")) == len(school.said("sheet_returned")) == 1
    assert waiting(school) == []
    school.look_at(photo, seen(signature="absent"))
    answer = school.answer(photo)
    assert (answer.state, answer.verdict) == (PageState.MATCHED, PageVerdict.UNSIGNED)
    assert len(school.said("cells_read")) == 1


def test_a_photo_of_another_pupil_counts_for_that_pupil_and_never_says_whose_it_is(
    school: House,
) -> None:
    photo = a_photo(school)

    assign(school, photo, OTHER)

    assert school.counting(OTHER) == [photo]
    answer = school.answer(photo)
    assert (answer.state, answer.reason) == (PageState.MISFILED, "other_pupil")
    assert (answer.sheet, answer.corners, answer.places) == (None, (), ())


def test_a_page_that_counts_already_keeps_its_place(school: House) -> None:
    first = school.photo(a_code())
    photo = a_photo(school)

    assert assign(school, photo).state == "duplicate"
    assert school.counting() == [first]
    assert len(school.said("sheet_returned")) == 1


def test_a_photo_that_was_thrown_away_asks_for_another_one(school: House) -> None:
    photo = a_photo(school)
    request = DiscardPhoto(TOKEN, photo, Discarded.NOT_A_SHEET)

    usecases.discard_photo(school.database, an_actor(school), request)

    assert school.state(photo) == ("discarded", "not_a_sheet")
    assert waiting(school) == []
    assert undo(school, photo) == PhotoSettled(photo, "unmatched", "one_signal_only")
    assert [one.object for one in waiting(school)] == [photo]


def test_what_a_person_did_is_taken_back_with_all_that_counted(school: House) -> None:
    photo = a_photo(school)
    assign(school, photo)

    undo(school, photo)

    assert school.returned() == 0
    assert [one.object for one in waiting(school)] == [photo]
    last = school.said("sheet_returned")[-1]["data"]
    assert (last["sheet"], last["is_returned"]) == (SHEET, False)
    assert school.said("sheet_photographed")[-1]["data"]["is_photographed"] is False
    with pytest.raises(NothingToUndoError):
        undo(school, photo)
    assign(school, photo, OTHER)
    assert school.counting(OTHER) == [photo]


def test_what_somebody_entered_from_is_not_taken_back(school: House) -> None:
    photo = a_photo(school)
    assign(school, photo)
    kind, due = FieldKind.MAINTENANCE, date(2026, 4, 15)
    entry = EntryId("c3" * 16)
    school.hear(ChangeEntered(KEY.campaign, entry, SHEET, CLASS, "phone", kind, SCHOOL, 1, due))

    with pytest.raises(PageEnteredError):
        undo(school, photo)
    assert school.returned() == 1


def taken_for_class(house: House, *numbers: str | None) -> ObjectId:
    """A photo without a code that a teacher took for the class, of no sheet in particular."""
    object_ = ObjectId("d" * 32)
    with house.database.transaction() as tx:
        note_class(tx, object_, CLASS)
        note_class(tx, object_, CLASS)  # sent once more
    house.photo_of(a_reading(cause=Cause.NO_CODE), ticket=None, object_=object_)
    house.look_at(object_, looked(*numbers))  # type: ignore[arg-type]
    return object_


def test_a_photo_taken_for_a_class_waits_there_with_who_is_missing_as_candidates(
    school: House,
) -> None:
    school.photo(a_code())
    photo = taken_for_class(school)

    for role in (Role.REGISTRAR, Role.HOMEROOM_TEACHER):
        [one] = waiting(school, role)
        assert (one.object, one.unit, one.number_in_class) == (photo, CLASS, None)
    request = ShowOpenPhoto(TOKEN, photo)
    shown = usecases.show_open_photo(school.database, an_actor(school), request)
    assert [(found.sheet, found.signals) for found in shown.candidates] == [
        (OTHER, ("class",)),
        (THIRD, ("class",)),
    ]
    assert assign(school, photo, OTHER).state == "matched"
    assert school.answer(photo).sheet == OTHER


def test_one_number_and_the_class_it_was_taken_for_are_two_signals(school: House) -> None:
    photo = taken_for_class(school, TWO, None)

    assert school.state(photo) == ("matched", "by_number")
    assert school.counting(OTHER) == [photo]


def test_one_number_of_another_school_matches_nothing_by_itself(school: House) -> None:
    photo = taken_for_class(school, FAR, None)

    assert school.state(photo)[0] == "unmatched"
    assert [one.object for one in waiting(school)] == [photo]


def test_a_settled_photo_says_so_and_that_it_may_be_taken_back(school: House) -> None:
    photo = taken_for_class(school)
    assign(school, photo, OTHER)

    request = ShowOpenPhoto(TOKEN, photo)
    shown = usecases.show_open_photo(school.database, an_actor(school), request)

    assert (shown.state, shown.may_undo) == (PageState.MATCHED, True)


def test_only_what_waits_is_placed_and_only_on_a_sheet_of_the_school(school: House) -> None:
    matched, photo = school.photo(a_code()), a_photo(school)

    with pytest.raises(PagePlacedError):
        assign(school, matched)
    with pytest.raises(UnknownSheetError):
        assign(school, photo, FAR_SHEET)
    with pytest.raises(UnknownPageError):
        assign(school, ObjectId("f" * 32))


def test_a_teacher_settles_photos_of_the_own_class_and_strangers_none(school: House) -> None:
    photo = a_photo(school)
    second = UnitCode("4403050170002")
    fact = UnitRegistered(second, Level.CLASS, None, f"{PATH}{second}/", None, 1)
    keep_unit(Heard(fact, FactId("second"), school.now, PROVINCE, 1, "u", school.database))

    assert [one.object for one in waiting(school, Role.HOMEROOM_TEACHER)] == [photo]
    stranger = replace(an_actor(school, Role.HOMEROOM_TEACHER), path=f"{PATH}{second}/")
    with pytest.raises(NotAllowedError):
        usecases.assign_photo(
            school.database, stranger, AssignPhoto(TOKEN, photo, SHEET, Side.FRONT)
        )
    assert assign(school, photo, role=Role.HOMEROOM_TEACHER).state == "matched"


def test_every_act_and_its_refusal_are_on_record(school: House) -> None:
    photo = a_photo(school)
    assign(school, photo)
    with pytest.raises(PagePlacedError):
        assign(school, photo)
    undo(school, photo)

    acts = [one["data"] for one in school.said("act_done") if one["data"]["object"] == photo]
    assert [(one["act"], one["outcome"], one["unit"]) for one in acts] == [
        ("assign_photo", "done", CLASS),
        ("assign_photo", "page_placed", CLASS),
        ("undo_photo", "done", CLASS),
    ]
