"""The staff's JSON endpoints: described from the code, and attacked as everybody in turn."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.portal.pages.app import make_app
from shared.kernel.authority import Role
from shared.plumbing.web.described import described
from tests.unit.portal.fakes import SESSION, Browser
from tests.unit.portal.test_routes import SOMEWHERE, UNITS, RecordingHouse
from tests.unit.web.attack import attack, take_media_types

take_media_types("application/octet-stream")
OF_A_PROTOCOL = {"uploading.py"}  # tus 1.0 describes itself, and scan's door answers it


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.HOMEROOM_TEACHER, Role.UNIT_ADMINISTRATOR])
def test_no_request_of_the_described_kind_meets_a_bug_or_an_answer_that_is_not_described(
    role: Role,
) -> None:
    house = RecordingHouse()
    house.role, house.unit = role, UNITS.get(role, SOMEWHERE)  # type: ignore[assignment]
    staff = Browser(house).staff
    app = make_app(staff)

    def signed_in(environ: dict[str, Any], start_response: Any) -> Any:
        environ["HTTP_COOKIE"] = f"{staff.cookie}={SESSION}"
        return app(environ, start_response)

    def aimed(_case: Any) -> Mapping[str, Any]:
        return {"headers": {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}}

    attacked = attack(signed_in, aimed)

    # Spelt as the attack spells them, whatever groups of pages come.
    assert len(attacked) == len(list(described(app)))


def test_the_description_is_for_those_who_are_signed_in() -> None:
    staff = Browser(RecordingHouse()).staff
    client = make_app(staff).test_client()

    assert client.get("/api/openapi.json").status_code == 303
    client.set_cookie(staff.cookie, SESSION)
    assert client.get("/api/openapi.json").json["openapi"] == "3.1.0"


def test_pages_that_answer_json_tell_so() -> None:
    silent = [
        path.name
        for path in Path("services/portal/pages").rglob("*.py")
        if "jsonify" in (text := path.read_text())
        and "described import" not in text
        and path.name not in OF_A_PROTOCOL
    ]

    assert silent == []
