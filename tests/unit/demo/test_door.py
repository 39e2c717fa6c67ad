import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.demo.door.app import Door, NoDoorError, People, door_app
from deploy.demo.door.opening import open_door
from deploy.demo.door.seats import Seat, seats_around
from deploy.demo.door.tickets import LIFE_S, Tickets
from shared.contracts.roster_commands import NamedUnitsRequest, UnitEntry, Units
from shared.kernel.authority import Role
from shared.kernel.errors_accounts import SignInRefusedError
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from shared.plumbing.rpc import RpcDeadlineError

PORTAL, KEY = "http://127.0.0.1:8001", "k3y"
SCHOOL = UnitCode("440305-017")
SEATS = (
    Seat(Role.REGISTRAR, SCHOOL, Level.SCHOOL, "南山小学", "打印确认表"),
    Seat(Role.REVIEWER, UnitCode("4403"), Level.CITY, "深圳市", "逐条审核"),
)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Visitor:
    """A browser at the door, and the people behind it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.signed_in: list[Seat] = []
        self.refuses: Exception | None = None
        people = People(SEATS, self.sign_in, Tickets(self.clock))
        self.client = door_app(PORTAL, KEY, people).test_client()

    def sign_in(self, seat: Seat) -> str:
        if self.refuses is not None:
            raise self.refuses
        self.signed_in.append(seat)
        return "5e" * 16

    def tickets(self) -> list[str]:
        return re.findall(r'name="ticket" value="([0-9a-f]{32})"', self.client.get(f"/{KEY}").text)

    def click(self, number: int, ticket: str):
        return self.client.post(f"/{KEY}/{number}", data={"ticket": ticket})


def test_a_click_signs_in_and_leads_to_the_staff_pages() -> None:
    visitor = Visitor()
    answer = visitor.click(1, visitor.tickets()[1])
    cookie = answer.headers["Set-Cookie"]

    assert visitor.signed_in == [SEATS[1]]
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PORTAL}/")
    assert cookie.startswith(f"hecha={'5e' * 16};")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_everybody_is_shown_with_their_place_and_work() -> None:
    page = Visitor().client.get(f"/{KEY}").text

    for words in ("学籍管理员", "南山小学", "打印确认表", "审核人员", "深圳市", "演示"):
        assert words in page


def test_a_button_is_good_for_one_click() -> None:
    visitor = Visitor()
    ticket = visitor.tickets()[0]
    visitor.click(0, ticket)
    again = visitor.click(0, ticket)

    assert again.status_code == 409
    assert "Set-Cookie" not in again.headers
    assert len(visitor.signed_in) == 1


def test_a_button_grows_old() -> None:
    visitor = Visitor()
    ticket = visitor.tickets()[0]
    visitor.clock.now = LIFE_S

    assert visitor.click(0, ticket).status_code == 409
    assert visitor.signed_in == []


@pytest.mark.parametrize("path", ["/", "/0", "/other", "/other/0", f"/{KEY}/7", f"/{KEY}/0"])
def test_without_the_printed_address_and_its_button_nobody_comes_in(path: str) -> None:
    visitor = Visitor()
    answer = visitor.client.post(path, data={"ticket": "0" * 32})

    assert answer.status_code in {404, 405, 409}
    assert visitor.signed_in == []


@pytest.mark.parametrize("host", ["hecha.example.org", "192.168.1.7:8001", "10.0.0.1", ""])
def test_a_name_made_to_point_at_this_machine_is_refused(host: str) -> None:
    answer = Visitor().client.get(f"/{KEY}", headers={"Host": host})

    assert answer.status_code == 403


def test_somebody_on_another_machine_is_refused() -> None:
    visitor = Visitor()
    answer = visitor.client.get(f"/{KEY}", environ_base={"REMOTE_ADDR": "192.168.1.7"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("refusal", "status"), [(SignInRefusedError(), 409), (RpcDeadlineError("accounts", "x"), 503)]
)
def test_who_cannot_come_in_now_is_told_when(refusal: Exception, status: int) -> None:
    visitor = Visitor()
    visitor.refuses = refusal
    answer = visitor.click(0, visitor.tickets()[0])

    assert answer.status_code == status
    assert "再点" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_browser_may_be_led_on_to_the_staff_pages_and_nowhere_else() -> None:
    policy = Visitor().client.get(f"/{KEY}").headers["Content-Security-Policy"]

    assert f"form-action 'self' {PORTAL};" in policy


@pytest.mark.parametrize("portal", ["https://127.0.0.1:8001", "http://10.0.0.1:8001"])
def test_staff_pages_that_are_no_demo_of_this_machine_have_no_door(portal: str) -> None:
    with pytest.raises(NoDoorError):
        Door(portal, People(SEATS, lambda _seat: ""))


def test_staff_pages_behind_tls_have_no_door() -> None:
    house = SimpleNamespace(environment={"HECHA_PORTAL_SECURE": "true"})

    with pytest.raises(NoDoorError):
        open_door(house, None, None)  # type: ignore[arg-type]  # refused before anything is asked


class Desk:
    """Roster's answer about a school that its city runs."""

    UNITS = (
        UnitEntry(UnitCode("44"), Level.PROVINCE, "演示省", None, "44/", None),
        UnitEntry(UnitCode("4491"), Level.CITY, "星海市", None, "44/4491/", None),
        UnitEntry(UnitCode("449101"), Level.COUNTY, "东港区", None, "44/4491/449101/", None),
        UnitEntry(UnitCode("s"), Level.SCHOOL, "小学", None, "44/4491/449101/s/", UnitCode("4491")),
        UnitEntry(UnitCode("s-1"), Level.CLASS, "1班", None, "44/4491/449101/s/s-1/", None),
    )

    def ask(self, service: str, method: str, request: NamedUnitsRequest, answer: type) -> Units:
        return Units(tuple(one for one in self.UNITS if one.unit in request.units))


def test_the_people_are_those_who_have_to_do_with_one_class() -> None:
    seats = {(one.role, one.unit) for one in seats_around(Desk(), UnitCode("s-1"))}  # type: ignore[arg-type]

    assert {
        (Role.HOMEROOM_TEACHER, "s-1"),
        (Role.REGISTRAR, "s"),
        (Role.SCHOOL_LEADER, "s"),
        (Role.REVIEWER, "4491"),  # its managing authority, past the county
        (Role.UNIT_ADMINISTRATOR, "449101"),
        (Role.UNIT_ADMINISTRATOR, "44"),
        (Role.AUDITOR, "44"),
    } <= seats


def test_nothing_but_the_demo_knows_of_the_door() -> None:
    knowing = [
        path
        for root in ("services", "shared", "deploy")
        for path in Path(root).rglob("*.py")
        if "demo.door" in path.read_text()
    ]

    assert {path.parts[:2] for path in knowing} == {("deploy", "demo")}
