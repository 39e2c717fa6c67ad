"""Photos of people who are signed in, at the door: whose, stripped, and of which sheet."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import insert

from services.scan.store import class_of
from services.scan.tables import sheets
from shared.contracts.events import Lane, Sender
from shared.kernel.authority import TABLE, Act, Role
from shared.sealing.context import Rendition
from tests.unit.scan_uploads.office import Office, a_page
from tests.unit.scan_uploads.test_documents import BESIDE, CLASS, SCHOOL, Desk

SHEET, OTHER = "0123456789ab", "ba9876543210"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    office = Office(tmp_path)
    desk = Desk(office)
    with office.database.transaction() as tx:
        for sheet, unit in ((SHEET, CLASS), (OTHER, BESIDE)):
            tx.execute(insert(sheets).values(**a_row(sheet, unit)))
    yield desk
    office.database.dispose()


def a_row(sheet: str, unit: str) -> dict[str, Any]:
    told = {"sheet": sheet, "campaign": "44-2026a", "unit": unit}
    return told | {one.name: told.get(one.name, 1) for one in sheets.c if not one.nullable}


def a_photo() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a street"
    body = io.BytesIO()
    a_page(120).save(body, "JPEG", exif=exif)
    return body.getvalue()


def send(
    desk: Desk, body: bytes, role: Role = Role.HOMEROOM_TEACHER, at: str = CLASS, **more: str
) -> Any:
    headers = {
        "Authorization": f"Bearer {desk.token(role, at)}",
        "Hecha-Campaign": "44-2026a",
        "Hecha-Unit": more.get("to", CLASS),
        **({"Hecha-Sheet": more["sheet"]} if "sheet" in more else {}),
    }
    return desk.web.post("/scan/photos", data=body, headers=headers)


def test_a_teachers_photo_is_an_original_under_the_own_name(desk: Desk) -> None:
    answer = send(desk, a_photo(), sheet=SHEET)

    assert answer.status_code == 201
    [parcel] = desk.bucket.parcels
    assert answer.json["objects"] == [parcel.object]
    assert parcel.rendition is Rendition.ORIGINAL
    assert (parcel.claim.sender, parcel.claim.lane) == (Sender.TEACHER, Lane.PHOTO)
    assert (parcel.claim.actor, parcel.claim.ticket) == ("ab" * 8, SHEET)


def test_what_a_camera_wrote_is_stripped_and_its_turn_kept(desk: Desk) -> None:
    send(desk, a_photo())

    [parcel] = desk.bucket.parcels
    assert b"a street" not in parcel.data
    assert parcel.claim.orientation == 6
    assert parcel.claim.ticket is None


def test_for_which_class_it_was_taken_is_known_before_anybody_reads_it(desk: Desk) -> None:
    object_ = send(desk, a_photo()).json["objects"][0]

    with desk.office.database.transaction() as tx:
        assert class_of(tx, object_) == CLASS


def test_the_same_photo_again_is_the_same_object(desk: Desk) -> None:
    assert send(desk, a_photo()).json == send(desk, a_photo()).json


def test_a_sheet_of_another_class_is_not_taken_for_this_one(desk: Desk) -> None:
    assert send(desk, a_photo(), sheet=OTHER).status_code == 404
    assert send(desk, a_photo(), sheet="ffffffffffff").status_code == 404
    assert desk.bucket.parcels == []


def test_a_registrar_photographs_for_every_class_and_a_teacher_for_the_own(desk: Desk) -> None:
    assert send(desk, a_photo(), Role.REGISTRAR, SCHOOL, to=BESIDE).status_code == 201
    assert send(desk, a_photo(), to=BESIDE).status_code == 403


@pytest.mark.parametrize(
    "role", [one for one in Role if one not in TABLE[Act.SEND_PHOTO] and one is not Role.GUARDIAN]
)
def test_who_may_not_send_photos_sends_none(desk: Desk, role: Role) -> None:
    assert send(desk, a_photo(), role, SCHOOL).status_code in (401, 403)
    assert desk.bucket.parcels == []


def test_what_is_no_photo_is_refused_with_the_reason(desk: Desk) -> None:
    answer = send(desk, b"%PDF-1.7")

    assert (answer.status_code, answer.json["code"]) == (422, "not_an_image")
