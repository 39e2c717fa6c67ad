import re

import pytest

from shared.contracts.sign_in_commands import Step
from shared.kernel.authority import Role
from tests.unit.portal.fakes import CODE, PASSWORD, SESSION, Browser, FakeHouse


def test_who_is_not_signed_in_is_sent_to_sign_in() -> None:
    answer = Browser(FakeHouse()).get("/progress")

    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_a_right_password_opens_the_home_of_the_role() -> None:
    browser = Browser(FakeHouse(Role.REVIEWER))
    answer = browser.post("/sign-in", login="4403.01", password=PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/")
    assert "审核人员" in browser.get("/").text


@pytest.mark.parametrize(
    ("step", "page"),
    [
        (Step.CODE, "/sign-in/code"),
        (Step.PASSWORD, "/sign-in/password"),
        (Step.ENROL, "/sign-in/second-step"),
    ],
)
def test_signing_in_goes_on_with_the_step_that_is_asked_for(step: Step, page: str) -> None:
    browser = Browser(FakeHouse(Role.REVIEWER, "4403", step))
    answer = browser.post("/sign-in", login="4403.01", password=PASSWORD)

    assert answer.location == page
    assert browser.get(page).status_code == 200
    assert browser.get("/").location == "/sign-in?ended=1"


def test_all_steps_of_a_first_sign_in_lead_home() -> None:
    browser = Browser(FakeHouse(Role.REVIEWER, "4403", Step.PASSWORD, Step.ENROL))
    browser.post("/sign-in", login="4403.01", password="one-time")
    browser.post("/sign-in", login="4403.01", password=PASSWORD)
    browser.post("/sign-in/password", name="王小明", password=PASSWORD, again=PASSWORD)
    answer = browser.post("/sign-in/second-step", code="123 456")

    assert answer.location == "/"


def test_the_second_step_is_shown_as_a_code_to_scan_and_as_text() -> None:
    browser = Browser(FakeHouse(Role.REVIEWER, "4403", Step.ENROL))
    browser.post("/sign-in", login="4403.01", password=PASSWORD)
    page = browser.get("/sign-in/second-step").text

    assert "<svg" in page
    assert "JBSWY3DPEHPK3PXP" in page


@pytest.mark.parametrize(
    ("path", "form", "told"),
    [
        ("/sign-in", {"login": "4403.01", "password": "wrong"}, "不正确"),
        ("/sign-in/code", {"code": "000000"}, "不正确"),
        ("/sign-in/password", {"password": "a" * 12, "again": "b" * 12}, "不一致"),
        ("/sign-in/password", {"password": "short", "again": "short"}, "至少 12 个字符"),
        ("/sign-in/second-step", {"code": "000000"}, "不正确"),
    ],
)
def test_what_is_refused_says_what_to_do_on_the_same_page(
    path: str, form: dict[str, str], told: str
) -> None:
    answer = Browser(FakeHouse()).signed_in().post(path, **form)

    assert answer.status_code == 422
    assert told in answer.text
    assert 'role="alert"' in answer.text


def test_a_typed_account_is_kept_and_a_typed_password_never() -> None:
    page = Browser(FakeHouse()).post("/sign-in", login="4403.01", password="my wrong one").text

    assert 'value="4403.01"' in page
    assert "my wrong one" not in page


def test_the_session_is_out_of_reach_of_scripts_other_sites_and_plain_lines() -> None:
    browser = Browser(FakeHouse(), is_secure=True)
    set_cookie = browser.post("/sign-in", login="4403.01", password=PASSWORD).headers["Set-Cookie"]

    assert set_cookie.startswith(f"__Host-hecha={SESSION}; ")
    assert re.search(r"Secure.*HttpOnly.*Path=/.*SameSite=Strict", set_cookie)
    assert "Domain" not in set_cookie


def test_signing_out_ends_the_session_at_accounts_and_in_the_browser() -> None:
    browser = Browser(FakeHouse()).signed_in()
    answer = browser.post("/sign-out")

    assert browser.house.signed_out == [SESSION]
    assert "hecha=;" in answer.headers["Set-Cookie"]


def test_an_ended_session_is_told_and_asked_to_sign_in() -> None:
    browser = Browser(FakeHouse()).signed_in()
    browser.house.is_open = False
    answer = browser.get("/progress")

    assert answer.location == "/sign-in?ended=1"
    assert "登录已过期" in browser.get(answer.location).text


@pytest.mark.parametrize("path", ["/sign-out", "/sign-in", "/sign-in/code"])
def test_a_form_without_the_seal_of_the_session_does_nothing(path: str) -> None:
    browser = Browser(FakeHouse()).signed_in()
    answer = browser.post(path, seal=False, login="x", password=PASSWORD, code=CODE)

    assert answer.status_code == 403
    assert browser.house.signed_out == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_signs_nobody_in(headers: dict[str, str]) -> None:
    browser = Browser(FakeHouse())
    answer = browser.post("/sign-in", headers=headers, login="4403.01", password=PASSWORD)

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_no_page_is_kept_by_a_browser_or_proxy() -> None:
    answer = Browser(FakeHouse()).signed_in().get("/progress")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
