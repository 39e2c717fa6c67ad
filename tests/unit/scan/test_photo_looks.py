"""Whoever took a photo for a guardian sees it, and where on it the trouble is; it is on record."""

from dataclasses import replace

import pytest

from services.scan.cells.looking import view_of
from services.scan.holding import Desk
from services.scan.showing.photos import look_at_photo
from services.scan.store import note_class
from shared.contracts.look_commands import LookAtPhoto, PhotoToOpen
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, PageNotSeenError
from shared.kernel.ids import ActorToken, ObjectId, PersonId
from shared.plumbing.actors import Actors
from tests.unit.scan.house import CLASS, SHEET, House, a_code
from tests.unit.scan.test_batches import ACCOUNTS, NOON, WANG, Office, by
from tests.unit.scan.test_cells import seen

WHERE = ((100, 200), (300, 200), (300, 260), (100, 260))
BLURRED = replace(seen(signature="absent"), places_in_view=(WHERE,))


@pytest.fixture
def desk(issued: House) -> Desk:
    Office(issued)  # the school is known
    return Desk(issued.database, Actors([ACCOUNTS.public_key], clock=lambda: NOON))


def look(desk: Desk, photo: ObjectId, token: ActorToken) -> PhotoToOpen:
    return look_at_photo(desk, LookAtPhoto(token, photo))


def test_a_photo_is_shown_with_the_places_that_its_verdict_is_about(
    issued: House, desk: Desk
) -> None:
    photo = issued.photo(a_code(), ticket=None)
    issued.look_at(photo, BLURRED)

    assert look(desk, photo, by(WANG, Role.REGISTRAR)) == PhotoToOpen(
        view_of(photo, SHEET), (WHERE,)
    )
    told = [one["data"] for one in issued.said("act_done")]
    assert [(one["act"], one["outcome"], one["sheet"]) for one in told] == [
        ("look_at_photo", "done", SHEET)
    ]


def test_before_anybody_has_looked_at_it_there_is_nothing_to_show(
    issued: House, desk: Desk
) -> None:
    photo = issued.photo(a_code())

    with pytest.raises(PageNotSeenError):
        look(desk, photo, by(WANG, Role.REGISTRAR))


def test_a_photo_that_names_nobody_is_shown_to_the_class_it_was_taken_for(
    issued: House, desk: Desk
) -> None:
    photo = ObjectId("d" * 32)
    with desk.database.transaction() as tx:
        note_class(tx, photo, CLASS)

    with pytest.raises(PageNotSeenError):  # it may, there is only nothing yet
        look(desk, photo, by(WANG, Role.REGISTRAR))


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.REGISTRAR, "44/4403/440305/2144990101/"),
        (Role.REVIEWER, "44/4403/440305/"),
        (Role.UNIT_ADMINISTRATOR, "44/4403/440305/"),
    ],
)
def test_neither_another_school_nor_who_decides_sees_it(
    issued: House, desk: Desk, role: Role, path: str
) -> None:
    photo = issued.photo(a_code())
    issued.look_at(photo, BLURRED)

    with pytest.raises(NotAllowedError):
        look(desk, photo, by(PersonId("c" * 16), role, path))
    assert issued.said("act_done")[-1]["data"]["outcome"] == "not_allowed"


def test_a_photo_of_nobody_and_of_no_class_is_shown_to_nobody(desk: Desk) -> None:
    with pytest.raises(NotAllowedError):
        look(desk, ObjectId("f" * 32), by(WANG, Role.REGISTRAR))
