"""A description says what the code does: from routes and dataclasses, held against the answers."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Response, jsonify

from shared.plumbing.web.app import WebApp
from shared.plumbing.web.described import Told, json_answer, openapi, tells
from tests.unit.web.attack import attack


@dataclass(frozen=True)
class Stone:
    """A stone."""

    weight: int
    corners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feather:
    """No stone."""

    weight: int


def an_app(view: Callable[[int], Response], told: Told | None = None) -> WebApp:
    app = WebApp(__name__, error_page=lambda status, code: (code, status))
    told = told or Told("a stone", {200: Stone}, refuses=(404,), asks={"lang": {"type": "string"}})

    @app.get("/stones/<any(s,t):letter>/<int:number>")
    @tells(told)
    def stone(letter: str, number: int) -> Response:
        return view(number)

    @app.get("/api/openapi.json")
    def description() -> Response:
        return jsonify(openapi(app, "stones", {}))

    return app


def test_a_route_is_told_with_its_parameters_answers_and_refusals() -> None:
    told = openapi(an_app(lambda number: json_answer(Stone(number))), "stones", {})
    operation = told["paths"]["/stones/{letter}/{number}"]["get"]

    assert [(one["name"], one["in"], one["schema"]) for one in operation["parameters"]] == [
        ("letter", "path", {"type": "string", "enum": ["s", "t"]}),
        ("number", "path", {"type": "integer", "minimum": 0}),
        ("lang", "query", {"type": "string"}),
    ]
    assert set(operation["responses"]) == {"200", "404"}
    assert told["components"]["schemas"]["Stone"]["required"] == ["weight"]


def test_a_body_is_told_with_its_types_and_its_limit() -> None:
    told = Told("a stone", {200: Stone}, takes=("image/jpeg",), largest=7)
    description = openapi(an_app(lambda number: json_answer(Stone(number)), told), "stones", {})
    [operation] = [one["get"] for one in description["paths"].values()]

    body = {"type": "string", "format": "binary", "maxLength": 7}
    assert operation["requestBody"]["content"] == {"image/jpeg": {"schema": body}}


def test_an_app_that_does_what_it_says_survives_the_attack() -> None:
    attacked = attack(an_app(lambda number: json_answer(Stone(number))), lambda _case: {})

    assert attacked == {"GET /stones/{letter}/{number}"}


@pytest.mark.parametrize(
    "view",
    [
        lambda number: json_answer(Feather(number)),  # another dataclass: refused, so a bug
        lambda number: json_answer(Stone(number), 202),  # a status it does not tell
        lambda number: jsonify(weight="heavy"),  # another shape
        lambda number: Response("a stone"),  # no JSON
        lambda number: 1 // (number % 2) and json_answer(Stone(number)),  # a bug for some
    ],
)
def test_an_app_that_does_otherwise_is_found_out(view: Callable[[int], Response]) -> None:
    with pytest.raises((BaseExceptionGroup, TypeError, ZeroDivisionError)):
        attack(an_app(view), lambda _case: {})
