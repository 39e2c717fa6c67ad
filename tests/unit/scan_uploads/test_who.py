"""Who may upload: the person a ticket names, for that school, until it expires, within limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.scan.tables import uploads
from services.scan.uploads.app import make_app
from services.scan.uploads.domain import MAX_OPEN
from services.scan.uploads.ticket import Tickets
from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, CampaignId, PersonId, ProvinceCode, UnitCode
from shared.plumbing.actors import Actors, sign
from tests.contract.walks.stage import ACCOUNTS
from tests.unit.scan_uploads.office import TUS, WANG, Office

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)

OTHERS = [
    replace(WANG, actor="operator:li"),
    replace(WANG, school=UnitCode("4403050171")),
    replace(WANG, campaign=CampaignId("44-2025a")),
]
REQUESTS = [
    *(("POST", "/scan/uploads"), ("OPTIONS", "/scan/uploads"), ("HEAD", "/scan/uploads/x")),
    *(("PATCH", "/scan/uploads/x"), ("DELETE", "/scan/uploads/x"), ("GET", "/scan/uploads/x")),
    *(("POST", "/scan/batches"), ("GET", "/scan/batches/x")),
]


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_nothing_is_answered_without_a_ticket(office: Office, method: str, path: str) -> None:
    answer = office.web.open(path, method=method, headers=TUS)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_a_forged_ticket_is_none(office: Office, method: str, path: str) -> None:
    forged = Tickets(bytes(32)).sign(WANG, office.now + timedelta(hours=1))
    headers = {"Authorization": f"Bearer {forged}", **TUS}

    assert office.web.open(path, method=method, headers=headers).status_code == 401


def test_no_character_of_a_ticket_can_be_changed(office: Office) -> None:
    ticket = office.tickets.sign(WANG, office.now + timedelta(hours=1))

    assert office.tickets.read(ticket, office.now) == WANG
    for place, letter in enumerate(ticket):
        altered = ticket[:place] + ("A" if letter != "A" else "B") + ticket[place + 1 :]
        found = office.tickets.read(altered, office.now)
        # The last letter of base64 holds bits that stand for nothing.
        assert found is None or (found == WANG and place == len(ticket) - 1)


@pytest.mark.parametrize("text", ["", ".", "..", "hecha1..", "hecha1.e30.é", "a.b.c", "x" * 5000])
def test_what_is_no_ticket_names_nobody(office: Office, text: str) -> None:
    assert office.tickets.read(text, office.now) is None


def test_a_ticket_expires_on_the_second(office: Office) -> None:
    ticket = office.tickets.sign(WANG, office.now + timedelta(hours=1))

    assert office.tickets.read(ticket, office.now + timedelta(minutes=59, seconds=59)) == WANG
    assert office.tickets.read(ticket, office.now + timedelta(hours=1)) is None


@pytest.mark.parametrize("other", OTHERS, ids=["person", "school", "campaign"])
@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE", "GET"])
def test_an_upload_of_somebody_else_is_as_if_it_were_not(
    office: Office, other: object, method: str
) -> None:
    path = office.begin(10).headers["Location"]
    options = {"headers": {"Upload-Offset": "0"}, "content_type": "application/offset+octet-stream"}

    answer = office.ask(method, path, other, data=b"1", **options)

    assert answer.status_code == 404
    assert office.offset(path) == 0


@pytest.mark.parametrize("other", OTHERS, ids=["person", "school", "campaign"])
def test_nobody_makes_a_batch_of_somebody_elses_uploads(office: Office, other: object) -> None:
    upload = office.upload(b"1234", batch="monday").rpartition("/")[2]
    said = {"batch": "monday", "uploads": [upload]}

    assert office.ask("POST", "/scan/batches", other, json=said).status_code == 404
    pile = office.ask("POST", "/scan/batches", json=said).json["pile"]
    assert office.ask("GET", f"/scan/batches/{pile}", other).status_code == 404
    assert office.ask("GET", f"/scan/batches/{pile}").status_code == 200


def test_another_province_is_not_served_here(office: Office) -> None:
    stranger = replace(WANG, province=ProvinceCode("11"))

    assert office.begin(10, stranger).status_code == 403


def test_one_person_has_only_so_many_uploads_open(office: Office) -> None:
    paths = [office.begin(10).headers["Location"] for _ in range(MAX_OPEN)]

    refused = office.begin(10)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert office.begin(10, OTHERS[0]).status_code == 201
    office.ask("DELETE", paths[0])
    assert office.begin(10).status_code == 201


def test_one_person_takes_only_so_many_bytes(office: Office) -> None:
    statuses = [office.begin(512 << 20).status_code for _ in range(5)]

    assert statuses == [201, 201, 201, 201, 429]


def test_a_full_house_takes_no_more(tmp_path: Path) -> None:
    office = Office(tmp_path, most_bytes=1000)
    office.begin(900)

    assert office.begin(101).status_code == 503
    assert office.begin(100).status_code == 201


def test_one_upload_takes_one_request_at_a_time(office: Office) -> None:
    path = office.begin(10).headers["Location"]

    with office.parts.held(path.rpartition("/")[2]):
        assert office.send(path, 0, b"1").status_code == 423
        assert office.ask("DELETE", path).status_code == 423
        assert office.offset(path) == 0
    assert office.send(path, 0, b"1").status_code == 204


def a_token(role: Role = Role.REGISTRAR, unit: str = "4403050170") -> str:
    who = PersonId("0f" * 8), AccountId(f"{unit}.01")
    path = f"44/4403/440305/{unit}/"
    ends = NOW + timedelta(minutes=15)
    return sign(Actor(*who, role, UnitCode(unit), path, ends, NOW), ACCOUNTS)


def asked(office: Office, token: str, campaign: str = "44-2026a") -> Any:
    door = replace(office.door, actors=Actors([ACCOUNTS.public_key], clock=lambda: NOW))
    headers = {"Authorization": f"Bearer {token}", "Hecha-Campaign": campaign, **TUS}
    client = make_app(door).test_client()
    return client.post("/scan/uploads", headers={**headers, "Upload-Length": "10"})


def test_whoever_is_signed_in_uploads_for_their_own_school(office: Office) -> None:
    assert asked(office, a_token()).status_code == 201
    with office.database.transaction() as tx:
        (row,) = tx.execute(select(uploads))

    assert (row.school, row.actor, row.campaign) == ("4403050170", "0f" * 8, "44-2026a")


def test_a_role_that_hands_no_scans_in_is_refused(office: Office) -> None:
    assert asked(office, a_token(Role.HOMEROOM_TEACHER)).status_code == 403


@pytest.mark.parametrize("campaign", ["", "11-2026a", "44-../x"])
def test_a_campaign_of_another_province_or_none_is_refused(office: Office, campaign: str) -> None:
    assert asked(office, a_token(), campaign).status_code == 400


def test_a_token_that_accounts_has_not_signed_is_none(office: Office) -> None:
    forged = a_token()[:-4] + "AAAA"

    assert asked(office, forged).status_code == 401
