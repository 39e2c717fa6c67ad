"""The edge's JSON endpoints: described from the code, and attacked by their description."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from services.gateway.pages.described import PHOTO_TAKEN
from shared.plumbing.web.described import described
from tests.unit.gateway.fakes import CLOSED, World, a_code
from tests.unit.web.attack import attack, take_media_types

CODES = (a_code(), a_code(CLOSED), a_code(serial=2), "A" * 21)
KEYS = ("ab" * 16, "cd" * 16)
take_media_types(*PHOTO_TAKEN.takes)


def aimed(case: Any) -> Mapping[str, Any]:
    """Half of the requests at sheets and photos that exist, as a script sends them."""
    if case is None or not case.path_parameters:
        return {"headers": {"Accept": "application/json"}}
    drawn = sum(map(ord, str(case.path_parameters.get("key", ""))))
    if drawn % 2:
        case.path_parameters["code"] = CODES[drawn // 2 % len(CODES)]
        case.path_parameters["key"] = KEYS[drawn // 8 % len(KEYS)]
    return {"headers": {"Accept": "application/json"}}


@pytest.mark.slow
def test_no_request_of_the_described_kind_meets_a_bug_or_an_answer_that_is_not_described() -> None:
    assert attack(World().app(), aimed) == {
        "GET /healthz",
        "GET /readyz",
        "GET /{letter}/{code}/photos/{key}",
        "PUT /{letter}/{code}/photos/{key}",
    }


@pytest.mark.slow
def test_an_edge_whose_house_is_away_answers_as_described_as_well() -> None:
    world = World(is_ready=False)
    world.house.known_face = world.house.known_verdict = None
    world.bucket.is_away = True

    assert "PUT /{letter}/{code}/photos/{key}" in attack(world.app(), aimed)


def test_the_description_is_of_the_routes_that_are_there() -> None:
    app = World().app()
    told = json.loads(app.test_client().get("/api/openapi.json").data)
    operations = {
        (method.upper(), operation["operationId"].rpartition("_")[0])
        for path in told["paths"].values()
        for method, operation in path.items()
    }

    assert operations == {(method, rule.endpoint) for rule, method, _ in described(app)}
    assert ("PUT", "photo") in operations
