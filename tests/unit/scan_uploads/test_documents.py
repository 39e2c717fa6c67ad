"""Supporting documents at the door: whose they may be, what is made of them, what is refused."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from sqlalchemy import insert

from services.scan.intake.child import MAX_PAGE_BYTES, document_pages, prepare
from services.scan.intake.desk import Desk as Hands
from services.scan.tables import units
from services.scan.uploads.app import Door, make_app
from shared.contracts.actors import Actor
from shared.contracts.events import Lane, Sender
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.ids import AccountId, PersonId, UnitCode
from shared.plumbing.actors import Actors, sign
from shared.plumbing.identity import Identity
from shared.plumbing.offload import ProcessPool
from shared.sealing.context import Rendition
from tests.unit.scan_uploads.office import KEY, Office, a_page, a_tiff

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
SCHOOL, CLASS, BESIDE = "4403050170", "4403050170-g1c1", "4403050170-g1c2"
PATH = f"44/4403/440305/{SCHOOL}/"


class InHere:
    """A pool that runs a job where it stands."""

    def run(self, f: Any, *args: Any, deadline_s: float) -> Any:
        assert deadline_s > 0
        return f(*args)


class Desk:
    """A door that takes documents, and people at it."""

    def __init__(self, office: Office) -> None:
        self.office, self.bucket = office, office.bucket
        with office.database.transaction() as tx:
            for unit in (CLASS, BESIDE):
                row = {"code": unit, "path": f"{PATH}{unit}/", "managed_by": None, "sequence": 1}
                tx.execute(insert(units).values(**row))
        hands = Hands(office.database, office.bucket, InHere(), KEY)  # type: ignore[arg-type]  # as much as is used
        actors = Actors([ACCOUNTS.public_key], clock=lambda: office.now)
        door = Door(office.room, office.tickets, ("44",), actors, desk=hands)
        self.web = make_app(door).test_client()

    def token(self, role: Role, unit: str) -> str:
        path = PATH if unit == SCHOOL else f"{PATH}{unit}/"
        ends = self.office.now + timedelta(minutes=5)
        who = (PersonId("ab" * 8), AccountId(f"{unit}.01"), role, UnitCode(unit), path)
        return sign(Actor(*who, ends, self.office.now), ACCOUNTS)

    def send(
        self, body: bytes, role: Role = Role.HOMEROOM_TEACHER, at: str = CLASS, to: str = CLASS
    ) -> Any:
        headers = {
            "Authorization": f"Bearer {self.token(role, at)}",
            "Hecha-Campaign": "44-2026a",
            "Hecha-Unit": to,
        }
        return self.web.post("/scan/documents", data=body, headers=headers)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    office = Office(tmp_path)
    yield Desk(office)
    office.database.dispose()


def a_picture(kind: str = "JPEG", **options: Any) -> bytes:
    body = io.BytesIO()
    a_page(120).save(body, kind, **options)
    return body.getvalue()


def test_a_page_becomes_one_sealed_object_of_its_own_kind(desk: Desk) -> None:
    answer = desk.send(a_picture())

    assert answer.status_code == 201
    [parcel] = desk.bucket.parcels
    assert answer.json["objects"] == [parcel.object]
    assert parcel.rendition is Rendition.DOCUMENT
    assert (parcel.claim.sender, parcel.claim.lane) == (Sender.TEACHER, Lane.DOCUMENT)
    assert parcel.claim.actor == "ab" * 8
    assert parcel.data[:3] == b"\xff\xd8\xff"


def test_a_document_of_several_pages_is_as_many_objects_in_order(desk: Desk) -> None:
    answer = desk.send(a_tiff(3), Role.REGISTRAR, SCHOOL)

    assert answer.json["objects"] == [one.object for one in desk.bucket.parcels]
    assert len(set(answer.json["objects"])) == 3
    assert {one.claim.sender for one in desk.bucket.parcels} == {Sender.REGISTRAR}


def test_the_same_file_again_is_the_same_objects_and_another_class_has_others(desk: Desk) -> None:
    sent = [
        desk.send(a_picture(), Role.REGISTRAR, SCHOOL, to).json["objects"]
        for to in (CLASS, CLASS, BESIDE)
    ]

    assert sent[0] == sent[1] != sent[2]


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.ADD_DOCUMENT]])
def test_who_may_not_add_documents_hands_none_in(desk: Desk, role: Role) -> None:
    answer = desk.send(a_picture(), role, SCHOOL)

    assert answer.status_code in (401, 403)
    assert desk.bucket.parcels == []


def test_a_teacher_hands_in_for_no_other_class(desk: Desk) -> None:
    assert desk.send(a_picture(), to=BESIDE).status_code == 403
    assert desk.send(a_picture(), to="nowhere").status_code == 404
    assert desk.bucket.parcels == []


def test_without_a_token_nothing_is_read(desk: Desk) -> None:
    assert desk.web.post("/scan/documents", data=a_picture()).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (a_tiff(5), 413, "too_many_pages"),
        (b"%PDF-1.7 and nothing", 422, None),
        (b"hello", 422, "not_an_image"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(
    desk: Desk, body: bytes, status: int, code: str | None
) -> None:
    answer = desk.send(body)

    assert answer.status_code == status
    assert code in (None, answer.json["code"])
    assert desk.bucket.parcels == []


def test_a_store_that_is_away_accepts_nothing(desk: Desk) -> None:
    desk.bucket.until = 0

    answer = desk.send(a_picture())

    assert (answer.status_code, answer.json["code"]) == (503, "store_away")


def test_a_photo_stands_upright_and_loses_what_its_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a street"  # turned a quarter, and a description
    lying = Image.new("L", (400, 300), 255)
    lying.paste(0, (0, 0, 40, 40))
    body = io.BytesIO()
    lying.save(body, "JPEG", exif=exif)

    [page], code = document_pages(body.getvalue())

    shown = Image.open(io.BytesIO(page))
    assert (shown.size, code) == ((300, 400), "")
    assert b"a street" not in page
    assert np.asarray(shown)[:30, -30:].mean() < 60  # the dark corner went to the top right


def test_a_page_full_of_noise_still_fits() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (3000, 2200), np.uint8)
    body = io.BytesIO()
    Image.fromarray(noise).save(body, "JPEG", quality=95)

    [page], _ = document_pages(body.getvalue())

    assert len(page) <= MAX_PAGE_BYTES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "PDF"])
def test_every_format_is_opened_in_a_locked_child(kind: str) -> None:
    pool = ProcessPool(1, prepare)
    try:
        pages, code = pool.run(document_pages, a_picture(kind), deadline_s=30)
    finally:
        pool.close()

    assert (len(pages), code) == (1, "")
