"""How far printing has come, and a sheet seen before it is printed."""

from datetime import timedelta

import pytest

from services.forms import usecases
from services.forms.preview import LIES_FOR, SAMPLE, discard_previews, preview_sheet
from services.forms.standing import list_printing, show_class_printing
from shared.contracts.forms_commands import PrintRequest, ReprintReason
from shared.contracts.printing_commands import ListPrinting, PreviewSheet, ShowClassPrinting
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import ActorToken, UnitCode
from tests.unit.forms.house import CAMPAIGN, CLASS, NOON, OTHER_CLASS, PUPILS, SCHOOL, House


@pytest.fixture
def house() -> House:
    return House()


def registrar(house: House) -> ActorToken:
    return house.token(Role.REGISTRAR, "s1")


def test_a_class_counts_who_has_a_sheet_and_whose_is_out_of_date(house: House) -> None:
    house.print_copies(*PUPILS[:2])
    house.roster.version = 2
    house.print_copies(PUPILS[1], serial=2)

    found = list_printing(house.room, house.actors, ListPrinting(registrar(house), CAMPAIGN))
    one, empty = found.classes

    assert (one.in_scope, one.printed, one.stale, one.printed_at) == (3, 2, 1, NOON)
    assert (empty.in_scope, empty.printed, empty.stale, empty.printed_at) == (0, 0, 0, None)


def test_a_schools_jobs_stand_newest_first_and_say_which_are_reprints(house: House) -> None:
    token = registrar(house)
    for students in ((), PUPILS[:1]):
        request = PrintRequest(CAMPAIGN, CLASS, token, students=students)
        usecases.print_class(house.room, house.actors, request)

    found = list_printing(house.room, house.actors, ListPrinting(token, CAMPAIGN))

    assert sorted(job.is_reprint for job in found.jobs) == [False, True]
    assert {job.unit for job in found.jobs} == {CLASS}


def test_a_pupils_newest_print_is_told_with_its_serial(house: House) -> None:
    house.print_copies(PUPILS[0])
    house.print_copies(PUPILS[0], serial=2)

    request = ShowClassPrinting(registrar(house), CAMPAIGN, CLASS)
    first, second, _ = show_class_printing(house.room, house.actors, request).pupils

    assert (first.serial, first.is_stale) == (2, False)
    assert (second.serial, second.printed_at) == (0, None)


@pytest.mark.parametrize("unit", ["s2", "s2-1"])
def test_a_class_is_shown_to_the_registrar_of_its_school_alone(house: House, unit: str) -> None:
    request = ShowClassPrinting(house.token(Role.REGISTRAR, unit), CAMPAIGN, CLASS)

    with pytest.raises(NotAllowedError):
        show_class_printing(house.room, house.actors, request)


def test_a_school_is_shown_class_by_class(house: House) -> None:
    with pytest.raises(UnknownUnitError):
        show_class_printing(
            house.room, house.actors, ShowClassPrinting(registrar(house), CAMPAIGN, SCHOOL)
        )


def test_a_preview_shows_the_first_pupil_under_codes_that_no_key_of_ours_made(
    house: House,
) -> None:
    request = PreviewSheet(registrar(house), CAMPAIGN, CLASS, "00")
    told = preview_sheet(house.room, house.actors, request)
    preview_sheet(house.room, house.actors, request)

    (job, other) = house.drawn
    assert [pupil.student for one in job.classes for pupil in one.pupils] == [PUPILS[0]]
    assert job.campaign_name == SAMPLE
    assert job.code_key.key != other.code_key.key
    assert house.shelf.put_away[told.preview] == b"picture"


def test_a_preview_uses_up_no_serial_and_is_on_record(house: House) -> None:
    preview_sheet(house.room, house.actors, PreviewSheet(registrar(house), CAMPAIGN, CLASS, "00"))

    (act,) = house.acts()
    assert (act["act"], act["actor"], act["unit"]) == ("preview_sheet", "registrar@s1", CLASS)
    found = list_printing(house.room, house.actors, ListPrinting(registrar(house), CAMPAIGN))
    assert sum(one.printed for one in found.classes) == 0


def test_nobody_sees_a_sheet_of_another_school_beforehand(house: House) -> None:
    request = PreviewSheet(house.token(Role.REGISTRAR, "s2"), CAMPAIGN, CLASS, "00")
    with pytest.raises(NotAllowedError):
        preview_sheet(house.room, house.actors, request)

    assert house.roster.snapshots == 0
    (act,) = house.acts()
    assert act["outcome"] == "not_allowed"


def test_a_preview_is_taken_away_after_its_minutes(house: House) -> None:
    request = PreviewSheet(registrar(house), CAMPAIGN, CLASS, "00")
    preview_sheet(house.room, house.actors, request)
    house.database.clock = lambda: NOON + LIES_FOR - timedelta(seconds=1)
    assert discard_previews(house.room) == 0
    house.database.clock = lambda: NOON + LIES_FOR

    assert discard_previews(house.room) == 1
    assert discard_previews(house.room) == 0
    assert len(house.shelf.discarded) == 1


def test_the_reason_of_a_reprint_goes_on_record(house: House) -> None:
    request = PrintRequest(
        CAMPAIGN, CLASS, registrar(house), students=PUPILS[:1], reason=ReprintReason.LOST
    )
    usecases.print_class(house.room, house.actors, request)

    (act,) = house.acts()
    assert act["purpose"] == "lost"


def test_a_class_without_pupils_is_shown_empty(house: House) -> None:
    request = ShowClassPrinting(registrar(house), CAMPAIGN, UnitCode(OTHER_CLASS))

    assert show_class_printing(house.room, house.actors, request).pupils == ()
