"""Windows as unit administrators see and change them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.portal.pages.windows.strip import WIDTH, bars_of, scale_of
from shared.contracts.campaign_commands import (
    Campaign,
    CloseWindow,
    InheritWindow,
    Region,
    Regions,
    Rehearsal,
    SetWindow,
    Switch,
    Undone,
    WindowEntry,
)
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors import (
    NotAllowedError,
    UnknownCampaignError,
    WindowFromAboveError,
    WindowNotNarrowerError,
)
from shared.kernel.ids import UnitCode
from shared.kernel.windows import Action
from tests.unit.portal.fakes import CAMPAIGN, Browser, FakeHouse

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
CITY, COUNTY, OTHER = UnitCode("4403"), UnitCode("440305"), UnitCode("440306")
EXPORT, ENTER = Action.EXPORT_SHEETS, Action.ENTER_CHANGES


def a_switch(action: Action, by: UnitCode | None = CITY, *, is_open: bool = True) -> Switch:
    if by is None:
        return Switch(action, False, None, None, None)
    end = NOW + timedelta(days=10) if is_open else NOW - timedelta(days=1)
    return Switch(action, is_open, by, NOW - timedelta(days=5), end, end + timedelta(days=1))


def an_exception(unit: UnitCode = COUNTY) -> WindowEntry:
    span = (NOW + timedelta(days=1), NOW + timedelta(days=4))
    return WindowEntry(unit, EXPORT, *span, True, "0f" * 8, "补打一个班")


def regions(**changed: Any) -> Regions:
    units = (
        Region(CITY, (a_switch(EXPORT), a_switch(ENTER, None)), (), 1),
        Region(COUNTY, (a_switch(EXPORT), a_switch(ENTER, None)), (an_exception(),), 0),
        Region(OTHER, (a_switch(EXPORT, OTHER, is_open=False), a_switch(ENTER, None)), (), 0),
    )
    days = (date(2026, 3, 31), date(2026, 6, 30))
    return replace(Regions(CAMPAIGN, "春季核查", *days, True, NOW, units), **changed)


def a_rehearsal() -> Rehearsal:
    left = Undone(issued=40, unreturned=7, not_entered=12, undecided=3, overdue=1)
    return Rehearsal(a_switch(EXPORT), 2, (UnitCode("440305-017"),), (OTHER,), left)


def a_house(role: Role = Role.UNIT_ADMINISTRATOR, unit: str = "4403") -> FakeHouse:
    house = FakeHouse(role, unit)
    done = Campaign(CAMPAIGN, "春季核查", date(2026, 3, 31), ())
    house.answers = {
        ("campaign", "show_regions"): regions(),
        ("campaign", "rehearse_window"): a_rehearsal(),
        ("campaign", "set_window"): done,
        ("campaign", "close_window"): done,
        ("campaign", "inherit_window"): done,
    }
    return house


@pytest.fixture
def browser() -> Browser:
    return Browser(a_house()).signed_in()


def ordered(browser: Browser, kind: type) -> Any:
    """The one order of a kind that campaign was given."""
    (found,) = (request for _, _, request in browser.house.asked if isinstance(request, kind))
    return found


FORM = {
    "opens_at": "2026-05-04T08:00",
    "closes_at": "2026-05-20T18:00",
    "reason": "期末前完成",
    "grace": "24",
}


def test_both_switches_say_in_words_how_they_stand_and_whose_setting_holds(
    browser: Browser,
) -> None:
    page = browser.get("/windows").text

    assert "开放中" in page
    assert "关闭（各级都没有设置）" in page
    assert "沿用深圳市的设置" in page


def test_every_unit_directly_below_has_its_row_and_its_link(browser: Browser) -> None:
    page = browser.get("/windows").text

    assert 'href="/windows/440305"' in page
    assert "关闭（已到期）" in page


def test_an_exception_to_come_is_listed_with_its_reason(browser: Browser) -> None:
    page = browser.get("/windows").text

    assert "尚未开始" in page
    assert "补打一个班" in page


def test_without_exceptions_the_page_says_how_they_end(browser: Browser) -> None:
    plain = tuple(replace(one, own=()) for one in regions().units)
    browser.house.answers["campaign", "show_regions"] = regions(units=plain)

    assert "没有临时例外" in browser.get("/windows").text


def test_a_region_that_may_not_narrow_is_offered_no_change(browser: Browser) -> None:
    browser.house.answers["campaign", "show_regions"] = regions(regions_may_narrow=False)
    page = browser.get("/windows").text

    assert "时间只由省级设置" in page
    assert "/export_sheets/open" not in page


def test_the_page_holds_no_style_of_its_own(browser: Browser) -> None:
    assert not re.search(r"style=|<style", browser.get("/windows").text)


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.SET_WINDOW]])
def test_who_sets_no_windows_is_neither_offered_nor_shown_them(role: Role) -> None:
    browser = Browser(a_house(role)).signed_in()

    assert 'href="/windows"' not in browser.get("/").text
    assert browser.get("/windows").status_code == 403
    assert browser.post("/windows/4403/export_sheets/close", **FORM).status_code == 403


def test_a_unit_above_is_refused(browser: Browser) -> None:
    assert browser.get("/windows/44").status_code == 403


def test_a_form_shows_first_which_schools_it_touches(browser: Browser) -> None:
    page = browser.get("/windows/4403/export_sheets/open").text

    assert "涉及 2 所学校：&lt;南山&gt;小学等" in page
    assert "不受影响：宝安区" in page


def test_opening_asks_campaign_in_beijing_time_and_tells_how_to_take_it_back(
    browser: Browser,
) -> None:
    answer = browser.post("/windows/440305/export_sheets/open", **FORM)
    order = ordered(browser, SetWindow)

    assert order.closes_at == datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
    assert order.opens_at == datetime(2026, 5, 4, 0, 0, tzinfo=UTC)
    assert (order.unit, order.action, order.is_exception) == (COUNTY, EXPORT, False)
    page = browser.get(answer.location).text
    assert "已设置开放时间：打印确认表" in page
    assert 'href="/windows/440305/export_sheets/inherit"' in page


def test_an_exception_needs_no_end(browser: Browser) -> None:
    form = {"kind": "exception", "reason": "补打", "grace": "0"}
    answer = browser.post("/windows/440305/export_sheets/open", **form)
    order = ordered(browser, SetWindow)

    assert (order.is_exception, order.closes_at, order.grace_hours) == (True, None, 0)
    assert "已设置临时例外" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"closes_at": ""}, "closes_at"),
        ({"closes_at": "tomorrow"}, "closes_at"),
        ({"opens_at": "2026-06-01T08:00"}, "closes_at"),
        ({"grace": "337"}, "grace"),
        ({"grace": "-1"}, "grace"),
    ],
)
def test_a_mistake_is_told_on_top_and_at_its_field_and_what_was_typed_stays(
    browser: Browser, changed: dict[str, str], field: str
) -> None:
    form = FORM | changed
    answer = browser.post("/windows/4403/export_sheets/open", **form)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'aria-describedby="{field}-wrong"' in answer.text
    assert 'value="2026-05-04T08:00"' in answer.text or "opens_at" in changed
    assert not [one for one in browser.house.asked if isinstance(one[2], SetWindow)]


def test_before_closing_the_page_rehearses_what_would_be_left(browser: Browser) -> None:
    page = browser.get("/windows/4403/export_sheets/close").text

    assert "预演：如果现在关闭" in page
    assert re.search(r"其中未回收</th><td[^>]*>7<", page)
    assert re.search(r"超过 10 个工作日</th><td[^>]*>1<", page)


def test_closing_is_asked_with_reason_and_grace(browser: Browser) -> None:
    answer = browser.post("/windows/4403/enter_changes/close", reason="数据冻结", grace="48")
    order = ordered(browser, CloseWindow)

    assert (order.unit, order.action, order.reason) == (CITY, ENTER, "数据冻结")
    assert order.grace_hours == 48
    assert "已关闭：录入变更" in browser.get(answer.location).text


def test_taking_a_setting_away_is_asked_with_a_reason(browser: Browser) -> None:
    answer = browser.post("/windows/440305/export_sheets/inherit", reason="按全市执行")
    order = ordered(browser, InheritWindow)

    assert (order.unit, order.reason) == (COUNTY, "按全市执行")
    assert "已取消本单位的设置" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (WindowFromAboveError("440305", "export_sheets"), "由上级设置"),
        (WindowNotNarrowerError("440305", "export_sheets"), "超出了上级开放的时间"),
    ],
)
def test_what_campaign_refuses_is_told_beside_the_form(
    browser: Browser, refusal: Exception, told: str
) -> None:
    browser.house.answers["campaign", "set_window"] = refusal
    answer = browser.post("/windows/440305/export_sheets/open", **FORM)

    assert answer.status_code == 422
    assert told in answer.text
    assert "期末前完成" in answer.text


def test_who_may_not_is_told_by_campaign_too(browser: Browser) -> None:
    browser.house.answers["campaign", "close_window"] = NotAllowedError(Act.SET_WINDOW)

    assert browser.post("/windows/440305/export_sheets/close", reason="x").status_code == 403


def test_a_campaign_that_nobody_made_says_how_it_is_made(browser: Browser) -> None:
    browser.house.answers["campaign", "show_regions"] = UnknownCampaignError(CAMPAIGN)

    assert "hecha window create" in browser.get("/windows").text


@pytest.mark.parametrize("path", ["/windows/4403/export_sheets/sell", "/windows/4403/sell/open"])
def test_what_is_no_switch_and_no_step_is_no_page(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.post(path, reason="x").status_code == 404


@pytest.mark.parametrize("step", ["open", "close", "inherit"])
def test_a_form_without_the_seal_changes_nothing(browser: Browser, step: str) -> None:
    answer = browser.post(f"/windows/4403/export_sheets/{step}", seal=False, **FORM)

    assert answer.status_code == 403
    assert [method for _, method, _ in browser.house.asked] == []


@pytest.mark.parametrize("path", ["/windows", "/windows/4403/export_sheets/close"])
def test_english_pages_of_windows_hold_no_chinese_of_ours(browser: Browser, path: str) -> None:
    page = browser.get(f"{path}?lang=en").text
    for name in ("中文", "深圳市", "南山区", "宝安区", "南山", "小学", "春季核查", "补打一个班"):
        page = page.replace(name, "")

    assert re.findall(r"[一-鿿]+", page) == []


def test_a_strip_draws_the_window_its_grace_and_the_exception_inside_its_width() -> None:
    found = regions()
    scale = scale_of(found)
    bars = bars_of(scale, found.units[1].switches[0], found.units[1].own)

    assert [bar.kind for bar in bars] == ["open", "grace", "exception"]
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH + 2 for bar in bars)
    assert bars[0].x + bars[0].width == bars[1].x


def test_a_window_years_ahead_does_not_squeeze_the_strip() -> None:
    far = replace(a_switch(EXPORT), closes_at=NOW + timedelta(days=3000))
    units = (Region(CITY, (far, a_switch(ENTER, None)), (), 0),)
    scale = scale_of(regions(units=units))

    assert scale.end - scale.now <= timedelta(days=200)
    assert bars_of(scale, far, ())[0].width > WIDTH // 4
