"""Dedicated accounts as those see them who hand them out."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from shared.contracts.account_commands import (
    Account,
    AccountEntry,
    Accounts,
    AccountsIssued,
    AddPerson,
    DisableAccount,
    HandOver,
    IssueAccounts,
    IssuedAccount,
    ListAccounts,
    PersonEntry,
    PersonGiven,
    ResetPassword,
    RestoreAccount,
)
from shared.contracts.roster_commands import UnitEntry, Units
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors_accounts import RoleNotGivenError, UnknownPersonError
from shared.kernel.ids import AccountId, PersonId, UnitCode
from shared.kernel.units import Level
from tests.unit.portal.fakes import CAMPAIGN, Browser, FakeHouse

COUNTY = UnitCode("440305")
OF = AccountId("440305.02")
SECRET = "kubo-7rte-wann"
UNTIL = datetime(2026, 7, 1, tzinfo=UTC)


def an_entry(**changed: Any) -> AccountEntry:
    told = AccountEntry(OF, COUNTY, Role.REVIEWER, CAMPAIGN, 1, False, True, UNTIL)
    return replace(told, **changed)


def a_person(number: int = 1, **changed: Any) -> PersonEntry:
    told = PersonEntry(number, PersonId("ab" * 8), "李审核", True, False, None, None)
    return replace(told, **changed)


def an_account(*people: PersonEntry, **changed: Any) -> Account:
    return Account(an_entry(**changed), people or (a_person(),))


GIVEN = PersonGiven("440305.02/2", OF, PersonId("cd" * 8), SECRET)


def a_house(role: Role = Role.UNIT_ADMINISTRATOR, unit: str = "4403") -> FakeHouse:
    house = FakeHouse(role, unit)
    county = UnitEntry(COUNTY, Level.COUNTY, "南山区", UnitCode("4403"), "44/4403/440305/", None)
    made = IssuedAccount("440305.03", AccountId("440305.03"), COUNTY, Role.REVIEWER, SECRET)
    house.answers = {
        ("accounts", "list_accounts"): Accounts((an_entry(),), True),
        ("accounts", "show_account"): an_account(),
        ("accounts", "issue_accounts"): AccountsIssued((made,), 4),
        ("accounts", "add_person"): GIVEN,
        ("accounts", "hand_over"): GIVEN,
        ("accounts", "reset_password"): GIVEN,
        ("accounts", "disable_account"): an_account(is_disabled=True),
        ("accounts", "restore_account"): an_account(),
        ("roster", "units"): Units((county,)),
    }
    return house


@pytest.fixture
def browser() -> Browser:
    return Browser(a_house()).signed_in()


def asked(browser: Browser, kind: type) -> Any:
    (found,) = (request for _, _, request in browser.house.asked if isinstance(request, kind))
    return found


def test_the_list_tells_account_unit_role_and_state_in_words(browser: Browser) -> None:
    page = browser.get("/accounts").text

    assert 'href="/accounts/440305.02"' in page
    assert "南山区" in page
    assert "使用中" in page


def test_the_list_is_narrowed_by_address_to_a_unit_and_a_role(browser: Browser) -> None:
    browser.get("/accounts?unit=440305&role=reviewer&after=440305.01")
    order = asked(browser, ListAccounts)

    assert (order.unit, order.role, order.after) == (COUNTY, Role.REVIEWER, "440305.01")


def test_a_full_page_leads_to_the_next_one(browser: Browser) -> None:
    browser.house.answers["accounts", "list_accounts"] = Accounts((an_entry(),), False)

    assert "after=440305.02" in browser.get("/accounts").text


def test_an_empty_list_says_what_to_do(browser: Browser) -> None:
    browser.house.answers["accounts", "list_accounts"] = Accounts((), True)

    assert "批量发放" in browser.get("/accounts").text


def test_a_unit_above_or_beside_is_refused(browser: Browser) -> None:
    assert browser.get("/accounts?unit=44").status_code == 403
    assert browser.get("/accounts/issue/44").status_code == 403


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.ISSUE_ACCOUNT]])
def test_who_hands_out_no_accounts_is_neither_offered_nor_shown_them(role: Role) -> None:
    browser = Browser(a_house(role)).signed_in()

    assert 'href="/accounts"' not in browser.get("/").text
    for path in ("/accounts", f"/accounts/{OF}", "/accounts/issue/4403", f"/accounts/{OF}/reset"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/accounts/{OF}/disable", reason="x").status_code == 403


def test_an_account_shows_its_people_and_how_each_stands(browser: Browser) -> None:
    left = a_person(1, ended_at=datetime(2026, 5, 1, tzinfo=UTC))
    now = a_person(2, name="", must_change=True, has_second_step=False)
    browser.house.answers["accounts", "show_account"] = an_account(left, now)
    page = browser.get(f"/accounts/{OF}").text

    assert "2026-05-01 08:00 起不再使用" in page
    assert "尚未登记姓名" in page
    assert "未设第二步验证" in page
    assert "reset?number=2" in page
    assert "reset?number=1" not in page


@pytest.mark.parametrize(
    "changed", [{"account": AccountId("4403.01")}, {"role": Role.AUDITOR}], ids=["own", "machine"]
)
def test_an_account_of_oneself_or_of_the_machine_is_offered_no_change(
    browser: Browser, changed: dict[str, Any]
) -> None:
    browser.house.answers["accounts", "show_account"] = an_account(**changed)
    page = browser.get(f"/accounts/{OF}").text

    assert "不由您管理" in page
    assert "/disable" not in page


def test_an_order_is_shown_with_its_size_before_it_is_given(browser: Browser) -> None:
    page = browser.get("/accounts/issue/4403?level=county&role=reviewer&each=2").text

    assert "县级单位 1 个" in page
    assert "最多新发 2 个" in page
    assert "只生成这一次" in page
    assert [method for _, method, _ in browser.house.asked] == ["units"]


def test_the_order_answers_with_the_workbook_and_its_passwords_once(browser: Browser) -> None:
    answer = browser.post("/accounts/issue/4403", level="county", role="reviewer", each="1")
    order = asked(browser, IssueAccounts)
    rows = list(openpyxl.load_workbook(BytesIO(answer.data))["专用账号"].values)

    assert (order.unit, order.level, order.roles) == ("4403", Level.COUNTY, (Role.REVIEWER,))
    assert rows[1][:5] == ("440305", "南山区", "审核人员", "440305.03", SECRET)
    disposition = answer.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="accounts-4403-county.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_order_that_makes_nothing_says_how_lost_passwords_are_made_anew(
    browser: Browser,
) -> None:
    browser.house.answers["accounts", "issue_accounts"] = AccountsIssued((), 4)
    answer = browser.post("/accounts/issue/4403", level="county", role="reviewer", each="1")

    assert "原有账号 4 个" in answer.text
    assert "Content-Disposition" not in answer.headers


def test_a_role_that_form_and_address_both_name_is_ordered_once(browser: Browser) -> None:
    browser.house.answers["accounts", "issue_accounts"] = AccountsIssued((), 4)
    order = "/accounts/issue/4403?level=county&role=reviewer&each=1"
    page = browser.post(order, level="county", role="reviewer", each="1").text

    assert "审核人员、审核人员" not in page
    assert "1 个账号：审核人员" in page


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"level": "county", "each": "1"}, "至少选择一个岗位"),
        ({"level": "county", "role": "registrar", "each": "1"}, "至少选择一个岗位"),
        ({"level": "county", "role": "reviewer", "each": "100"}, "1 至 99 个账号"),
    ],
)
def test_an_order_with_a_mistake_makes_nothing(
    browser: Browser, form: dict[str, str], told: str
) -> None:
    answer = browser.post("/accounts/issue/4403", **form)

    assert answer.status_code == 422
    assert told in answer.text
    assert [method for _, method, _ in browser.house.asked] == []


def test_roles_of_the_machine_are_offered_nowhere(browser: Browser) -> None:
    page = browser.get("/accounts/issue/4403").text

    assert 'value="reviewer"' in page
    assert 'value="auditor"' not in page


def test_a_registrar_is_offered_clerks_and_homeroom_teachers_only() -> None:
    browser = Browser(a_house(Role.REGISTRAR, "440305-017")).signed_in()
    page = browser.get("/accounts/issue/440305-017").text

    assert set(re.findall(r'name="role" value="(\w+)"', page)) == {
        "entry_clerk",
        "homeroom_teacher",
    }


def test_a_refused_order_says_why_on_the_form(browser: Browser) -> None:
    browser.house.answers["accounts", "issue_accounts"] = RoleNotGivenError("reviewer")
    answer = browser.post("/accounts/issue/4403", level="county", role="reviewer", each="1")

    assert answer.status_code == 422
    assert "不由您发放" in answer.text


@pytest.mark.parametrize(
    ("step", "with_second_step"), [("reset", False), ("reset-second-step", True)]
)
def test_a_reset_shows_the_new_password_once_and_says_so(
    browser: Browser, step: str, with_second_step: bool
) -> None:
    page = browser.post(f"/accounts/{OF}/{step}", number="1", reason="忘记密码").text
    order = asked(browser, ResetPassword)

    assert (order.number, order.reason) == (1, "忘记密码")
    assert order.with_second_step is with_second_step
    assert SECRET in page
    assert "只显示这一次" in page
    assert SECRET not in browser.get(f"/accounts/{OF}").text


def test_handing_over_warns_first_and_names_the_next_person(browser: Browser) -> None:
    page = browser.get(f"/accounts/{OF}/hand-over?number=1").text
    browser.post(f"/accounts/{OF}/hand-over", number="1", reason="调离", name="王接任")
    order = asked(browser, HandOver)

    assert "不能撤销" in page
    assert "李审核" in page
    assert (order.number, order.name, order.person) == (1, "王接任", None)


def test_somebody_known_is_named_by_their_id_alone(browser: Browser) -> None:
    form = {"number": "1", "reason": "调离", "name": "王接任", "person": "cd" * 8}
    browser.post(f"/accounts/{OF}/hand-over", **form)
    order = asked(browser, HandOver)

    assert (order.name, order.person) == ("", "cd" * 8)


def test_one_more_person_is_let_in(browser: Browser) -> None:
    page = browser.post(f"/accounts/{OF}/add", name="赵同事", people="1", namesake="1").text
    order = asked(browser, AddPerson)

    assert (order.name, order.is_namesake) == ("赵同事", True)
    assert SECRET in page


def test_a_page_that_is_sent_twice_lets_nobody_in_twice(browser: Browser) -> None:
    browser.house.answers["accounts", "show_account"] = an_account(a_person(1), a_person(2))
    answer = browser.post(f"/accounts/{OF}/add", name="赵同事", people="1")

    assert answer.status_code == 422
    assert "可能刚才已经增加过" in answer.text
    assert not [one for _, _, one in browser.house.asked if isinstance(one, AddPerson)]


@pytest.mark.parametrize(
    ("step", "kind", "told"),
    [("disable", DisableAccount, "账号已停用"), ("restore", RestoreAccount, "账号已恢复")],
)
def test_closing_and_opening_an_account_is_told_afterwards(
    browser: Browser, step: str, kind: type, told: str
) -> None:
    answer = browser.post(f"/accounts/{OF}/{step}", reason="调离岗位")

    assert asked(browser, kind).reason == "调离岗位"
    assert told in browser.get(answer.location).text


@pytest.mark.parametrize("step", ["reset", "reset-second-step", "hand-over", "disable", "restore"])
def test_no_change_of_an_account_goes_without_a_reason(browser: Browser, step: str) -> None:
    answer = browser.post(f"/accounts/{OF}/{step}", number="1", name="王接任", reason=" ")

    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert [method for _, method, _ in browser.house.asked] == ["show_account"]


def test_who_has_left_already_is_told_on_the_form(browser: Browser) -> None:
    browser.house.answers["accounts", "reset_password"] = UnknownPersonError(OF, "1")
    answer = browser.post(f"/accounts/{OF}/reset", number="1", reason="忘记密码")

    assert answer.status_code == 422
    assert "可能已经移交" in answer.text


@pytest.mark.parametrize("path", [f"/accounts/{OF}/reset", f"/accounts/{OF}/add"])
def test_a_form_of_accounts_without_the_seal_does_nothing(browser: Browser, path: str) -> None:
    answer = browser.post(path, seal=False, number="1", reason="x", name="x", people="1")

    assert answer.status_code == 403
    assert browser.house.asked == []


def test_what_is_no_step_is_no_page(browser: Browser) -> None:
    assert browser.get(f"/accounts/{OF}/sell").status_code == 404
    assert browser.get("/accounts/issue/4403?level=school&role=registrar").status_code == 200
    assert browser.get("/accounts/issue/4403?level=province").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/accounts",
        f"/accounts/{OF}",
        f"/accounts/{OF}/hand-over?number=1",
        "/accounts/issue/4403?level=county&role=reviewer&each=2",
    ],
)
def test_english_pages_of_accounts_hold_no_chinese_of_ours(browser: Browser, path: str) -> None:
    page = browser.get(path, **{"Accept-Language": "en"}).text
    for name in ("中文", "深圳市", "南山区", "李审核"):
        page = page.replace(name, "")

    assert re.findall(r"[一-鿿]+", page) == []
