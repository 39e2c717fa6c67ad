"""Every page as every role and as nobody, taken from the app itself: new pages walk by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Response
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter, NumberConverter

from services.portal.pages.app import make_app
from services.portal.pages.staff import OPEN_PAGES, declared, seal_of
from shared.kernel.authority import TABLE, Act, Role
from shared.plumbing.rpc import RpcDeadlineError
from shared.plumbing.web.app import WebApp
from tests.unit.portal.fakes import SESSION, Browser, FakeHouse

UNITS = {
    Role.HOMEROOM_TEACHER: "440305-017",
    Role.REGISTRAR: "440305-017",
    Role.ENTRY_CLERK: "440305-017",
    Role.SCHOOL_LEADER: "440305-017",
}
SOMEWHERE = "4403"
# What a page may ask of the house before it knows whether the visitor is let in.
_OF_SESSIONS = {"take_token"}
_ANSWERED = {"GET", "POST", "PUT", "PATCH", "DELETE"}


class RecordingHouse(FakeHouse):
    """Answers who is there; notes every other question, and answers those of groups with silence."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []
        self.is_open = True

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if callable(found) and not name.startswith("_") and name not in _OF_SESSIONS:
            self.questions.append(name)
        return found

    def ask(self, service: str, method: str, *_rest: Any) -> Any:
        raise RpcDeadlineError(service, method)


@dataclass
class Walk:
    """The app, whoever walks through it, and the rules that views asked for on the way."""

    house: RecordingHouse = field(default_factory=RecordingHouse)
    rules: list[tuple[tuple[Act, ...], ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.staff = Browser(self.house).staff
        self.app = make_app(self.staff)

        @self.app.teardown_request
        def note(_error: BaseException | None) -> None:
            self.rules.append(declared())

    def go(self, rule: Rule, method: str, role: Role | None) -> Response:
        """Request a page as a role, or as nobody, the way its own forms would."""
        client = self.app.test_client()
        unit = UNITS.get(role, SOMEWHERE) if role is not None else SOMEWHERE
        self.house.role, self.house.unit = role or Role.REVIEWER, unit  # type: ignore[assignment]
        if role is not None:
            client.set_cookie(self.staff.cookie, SESSION)
        self.house.questions.clear()
        self.rules.clear()
        return self._send(client, path_of(self.app, rule, unit), method, role)

    def _send(self, client: FlaskClient, path: str, method: str, role: Role | None) -> Any:
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
        form = {"seal": seal_of(SESSION)} if role is not None else {}
        data = form if method == "POST" else None
        return client.open(path, method=method, data=data, headers=headers)

    @property
    def asked(self) -> tuple[tuple[Act, ...], ...]:
        """The rules of the last page."""
        return self.rules[-1]


def path_of(app: WebApp, rule: Rule, unit: str) -> str:
    """An address of a route, with the visitor's own unit where it wants one."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, NumberConverter):
            values[name] = 1
        elif isinstance(converter, AnyConverter):
            values[name] = min(converter.items)
        else:
            values[name] = unit if name == "unit" else "c3" * 16
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False))


def routes() -> Iterator[tuple[Rule, str]]:
    """Every route and method of the app that is for people who are known."""
    for rule in make_app(Browser(FakeHouse()).staff).url_map.iter_rules():
        for method in sorted((rule.methods or set()) & _ANSWERED):
            if rule.endpoint not in OPEN_PAGES:
                yield rule, method


ROUTES = [pytest.param(rule, method, id=f"{method} {rule.rule}") for rule, method in routes()]


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk()


def is_let_in(role: Role, asked: tuple[tuple[Act, ...], ...]) -> bool:
    """Whether the authority table gives a role one act of every rule."""
    return all(not acts or any(role in TABLE[act] for act in acts) for acts in asked)


def leads_to_sign_in(answer: Response) -> bool:
    return answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(("rule", "method"), ROUTES)
def test_a_page_asks_who_is_there_before_it_does_anything(
    walk: Walk, rule: Rule, method: str
) -> None:
    answer = walk.go(rule, method, None)

    assert walk.asked, f"{rule.endpoint} calls neither entitled() nor visitor() first"
    assert walk.house.questions == []
    assert leads_to_sign_in(answer) or answer.status_code == 403


@pytest.mark.parametrize(("rule", "method"), ROUTES)
def test_a_page_lets_in_whom_the_authority_table_lets_in_and_nobody_else(
    walk: Walk, rule: Rule, method: str
) -> None:
    wrong = []
    for role in Role:
        answer = walk.go(rule, method, role)
        may = is_let_in(role, walk.asked)
        if not may and (answer.status_code != 403 or walk.house.questions):
            wrong.append(f"{role} got {answer.status_code} and asked {walk.house.questions}")
        if may and (leads_to_sign_in(answer) or answer.status_code == 500):
            wrong.append(f"{role} was let in and got {answer.status_code}")

    assert wrong == []


@pytest.mark.parametrize(("rule", "method"), ROUTES)
def test_who_is_refused_gets_a_page_that_says_so(walk: Walk, rule: Rule, method: str) -> None:
    refused = [
        answer
        for role in Role
        if (answer := walk.go(rule, method, role)) and not is_let_in(role, walk.asked)
    ]

    assert all("<h1>" in answer.get_data(as_text=True) for answer in refused)
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in refused)


@pytest.mark.parametrize(("rule", "method"), [one for one in ROUTES if one.values[1] != "GET"])
def test_a_form_from_elsewhere_does_nothing(walk: Walk, rule: Rule, method: str) -> None:
    for role in Role:
        walk.go(rule, method, role)
        if not is_let_in(role, walk.asked):
            continue
        walk.house.questions.clear()
        client = walk.app.test_client()
        client.set_cookie(walk.staff.cookie, SESSION)
        path = path_of(walk.app, rule, UNITS.get(role, SOMEWHERE))
        answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "cross-site"})

        assert answer.status_code == 403
        assert walk.house.questions == []


def test_a_page_that_forgot_to_ask_is_not_answered() -> None:
    walk = Walk()
    walk.app.add_url_rule("/forgotten", "forgotten", lambda: "everybody's data")
    client = walk.app.test_client()
    client.set_cookie(walk.staff.cookie, SESSION)
    answer = client.get("/forgotten")

    assert answer.status_code == 500
    assert "everybody's data" not in answer.text


def test_open_pages_are_those_before_anybody_is_known() -> None:
    endpoints = {rule.endpoint for rule in Walk().app.url_map.iter_rules()}

    assert endpoints >= OPEN_PAGES
    assert {one for one in OPEN_PAGES if "sign" not in one} == {
        "asset",
        "help_file",
        "help_guide",
        "help_list",
        "new_password",
        "new_password_form",
        "second_step",
        "second_step_form",
    }
