"""Reports up, ranked tables and units that stand still, as supervisors see them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from services.portal.pages.reports.ranking import levels_below
from shared.contracts.progress_commands import (
    Counts,
    RankedBy,
    RankedTable,
    RankedUnit,
    StalledUnit,
    StalledUnits,
    TableRequest,
    UnitCounts,
    Urge,
    Urges,
    UrgeUnit,
)
from shared.contracts.report_commands import (
    Figures,
    FrozenUnit,
    Judgement,
    JudgeReport,
    PrepareReport,
    Report,
    Reports,
    ReportStanding,
    ReportState,
    ShowReport,
    SignReport,
    Statement,
    UnitReport,
)
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors_progress import (
    ReportNotReadyError,
    ReportStateError,
    UnknownReportError,
)
from shared.kernel.ids import AccountId, PersonId, ReportId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.rpc import RpcDeadlineError
from tests.unit.portal.fakes import CAMPAIGN, Browser, FakeHouse

AT = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
OWN, BELOW = ReportId("aa" * 16), ReportId("bb" * 16)
CITY, COUNTY, OTHER = UnitCode("4403"), UnitCode("440305"), UnitCode("440306")
SCHOOL = UnitCode("440305-017")
FROZEN, LIVE = Counts(in_scope=100, entered=80), Counts(in_scope=100, entered=91)


def a_report(unit: UnitCode, report: ReportId, state: ReportState, **changed: Any) -> Report:
    children = (FrozenUnit(COUNTY, FROZEN, BELOW, ReportStanding.REPORTED),)
    who = (PersonId("0f" * 8), AccountId("440305.01"))
    figures = Figures(
        CAMPAIGN, unit, 2, AT, FROZEN, children if unit == CITY else (), (OTHER,), *who
    )
    told = Report(report, state, figures, "5e" * 32, LIVE)
    if state is not ReportState.PREPARED:
        signed = Statement(report, "5e" * 32, *who, "unit_administrator", unit, AT)
        told = replace(told, statement=signed, signature="ab" * 64, is_genuine=True)
    return replace(told, **changed)


def some_reports() -> Reports:
    below = (
        UnitReport(COUNTY, ReportStanding.REPORTED, BELOW, FROZEN, LIVE),
        UnitReport(OTHER, ReportStanding.WAITING, None, None, Counts(in_scope=50)),
    )
    own = (a_report(CITY, OWN, ReportState.RETURNED, reason="数据不全"),)
    return Reports(ReportStanding.RETURNED, own, below)


def a_table() -> RankedTable:
    units = (
        RankedUnit(1, 0.96, UnitCounts(COUNTY, Level.COUNTY, Counts(in_scope=100, entered=96))),
        RankedUnit(2, 0.1, UnitCounts(OTHER, Level.COUNTY, Counts(in_scope=50, entered=5))),
        RankedUnit(None, None, UnitCounts(SCHOOL, Level.SCHOOL, Counts())),
    )
    return RankedTable(RankedBy.ENTERED, units)


def a_house(role: Role = Role.UNIT_ADMINISTRATOR, unit: str = "4403") -> FakeHouse:
    house = FakeHouse(role, unit)
    still = StalledUnit(a_table().units[1].unit, date(2026, 4, 27), 5)
    house.answers = {
        ("progress", "unit_reports"): some_reports(),
        ("progress", "show_report"): lambda request: (
            a_report(CITY, OWN, ReportState.PREPARED)
            if request.report == OWN
            else a_report(COUNTY, BELOW, ReportState.REPORTED)
        ),
        ("progress", "prepare_report"): a_report(CITY, OWN, ReportState.PREPARED),
        ("progress", "sign_report"): a_report(CITY, OWN, ReportState.REPORTED),
        ("progress", "judge_report"): a_report(COUNTY, BELOW, ReportState.ACCEPTED),
        ("progress", "table"): a_table(),
        ("progress", "stalled"): StalledUnits((still,)),
    }
    return house


@pytest.fixture
def browser() -> Browser:
    return Browser(a_house()).signed_in()


def asked(browser: Browser, kind: type) -> Any:
    (found,) = (request for _, _, request in browser.house.asked if isinstance(request, kind))
    return found


def test_the_own_reports_stand_beside_live_counts_with_the_word_of_the_level_above(
    browser: Browser,
) -> None:
    page = browser.get("/reports").text

    assert "80/100" in page
    assert "91/100" in page
    assert "数据不全" in page
    assert "上级已退回" in page


def test_units_below_are_listed_with_how_they_stand(browser: Browser) -> None:
    page = browser.get("/reports").text

    assert f'href="/reports/one/{BELOW}"' in page
    assert "未上报" in page


def test_before_the_first_report_the_page_says_so(browser: Browser) -> None:
    empty = Reports(ReportStanding.READY, (), ())
    browser.house.answers["progress", "unit_reports"] = empty
    page = browser.get("/reports").text

    assert "还没有汇总过" in page
    assert "下面没有需要上报的单位" in page


def test_freezing_leads_to_the_report_that_is_checked_next(browser: Browser) -> None:
    answer = browser.post("/reports/4403/freeze")
    order = asked(browser, PrepareReport)

    assert (order.unit, order.is_early) == (CITY, False)
    assert "数据已冻结" in browser.get(answer.location).text


def test_an_early_report_is_meant_by_a_tick(browser: Browser) -> None:
    browser.house.answers["progress", "prepare_report"] = ReportNotReadyError("4403", "1")
    answer = browser.post("/reports/4403/freeze")
    browser.post("/reports/4403/freeze", early="1")

    assert answer.status_code == 422
    assert "也先汇总" in answer.text
    assert browser.house.asked[-2][2].is_early


def test_a_report_shows_frozen_against_live_and_what_differs(browser: Browser) -> None:
    page = browser.get(f"/reports/one/{OWN}").text

    assert re.search(r"录入</th><td[^>]*>80</td><td[^>]*>91</td><td[^>]*><mark>\+11</mark>", page)
    assert "冻结时尚未上报的下级：宝安区" in page


def test_signing_asks_first_whether_the_figures_were_checked(browser: Browser) -> None:
    answer = browser.post(f"/reports/one/{OWN}/sign")

    assert answer.status_code == 422
    assert "先核对数据" in answer.text
    assert not [one for _, _, one in browser.house.asked if isinstance(one, SignReport)]


def test_a_signed_report_goes_up_and_says_so(browser: Browser) -> None:
    answer = browser.post(f"/reports/one/{OWN}/sign", checked="1")

    assert asked(browser, SignReport).report == OWN
    assert "已签发并上报" in browser.get(answer.location).text


def test_a_report_from_directly_below_is_taken_or_sent_back_with_a_reason(
    browser: Browser,
) -> None:
    page = browser.get(f"/reports/one/{BELOW}").text
    browser.post(f"/reports/one/{BELOW}/return", reason="少一所学校")
    order = asked(browser, JudgeReport)

    assert "处理这份汇总" in page
    assert (order.judgement, order.reason) == (Judgement.RETURN, "少一所学校")


def test_accepting_needs_no_reason(browser: Browser) -> None:
    answer = browser.post(f"/reports/one/{BELOW}/accept")

    assert asked(browser, JudgeReport).judgement is Judgement.ACCEPT
    assert "已接收" in browser.get(answer.location).text


def test_sending_back_without_a_reason_asks_for_one(browser: Browser) -> None:
    answer = browser.post(f"/reports/one/{BELOW}/return", reason="")

    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text


def test_a_report_of_two_levels_below_is_shown_and_not_judged() -> None:
    browser = Browser(a_house(unit="44")).signed_in()

    assert "处理这份汇总" not in browser.get(f"/reports/one/{BELOW}").text


def test_a_registrar_prepares_and_a_leader_signs() -> None:
    for role, is_signing in ((Role.REGISTRAR, False), (Role.SCHOOL_LEADER, True)):
        house = a_house(role, "440305-017")
        prepared = a_report(SCHOOL, OWN, ReportState.PREPARED)
        house.answers["progress", "show_report"] = prepared
        browser = Browser(house).signed_in()

        assert ("我已核对" in browser.get(f"/reports/one/{OWN}").text) is is_signing
    assert (
        Browser(a_house(Role.REGISTRAR, "440305-017"))
        .signed_in()
        .post(f"/reports/one/{OWN}/sign", checked="1")
        .status_code
        == 403
    )


def test_a_school_is_told_nothing_of_classes_that_never_report() -> None:
    browser = Browser(a_house(Role.SCHOOL_LEADER, "440305-017")).signed_in()

    assert "查看并处理" not in browser.get("/reports").text


def test_the_report_of_a_school_lists_its_classes_without_a_word_of_reporting() -> None:
    house = a_house(Role.SCHOOL_LEADER, "440305-017")
    ready = (FrozenUnit(UnitCode("c-1"), FROZEN, None, ReportStanding.READY),)
    told = a_report(UnitCode("440305-017"), OWN, ReportState.PREPARED)
    told = replace(told, figures=replace(told.figures, children=ready, missing=()))
    house.answers["progress", "show_report"] = told

    page = Browser(house).signed_in().get(f"/reports/one/{OWN}").text

    assert "c-1" in page
    assert "可以上报" not in page
    assert "上报情况" not in page


def test_a_signature_that_does_not_verify_is_told_loudly(browser: Browser) -> None:
    altered = a_report(COUNTY, BELOW, ReportState.REPORTED, is_genuine=False)
    browser.house.answers["progress", "show_report"] = altered

    assert "签名核验不通过" in browser.get(f"/reports/one/{BELOW}").text


def test_what_moved_on_meanwhile_is_told_beside_the_report(browser: Browser) -> None:
    browser.house.answers["progress", "judge_report"] = ReportStateError(BELOW, "accepted")
    answer = browser.post(f"/reports/one/{BELOW}/accept")

    assert answer.status_code == 422
    assert "现在不能这样处理" in answer.text


def test_an_unknown_report_is_no_page(browser: Browser) -> None:
    browser.house.answers["progress", "show_report"] = UnknownReportError("x")

    assert browser.get("/reports/one/x").status_code == 404
    assert browser.post(f"/reports/one/{OWN}/sell").status_code == 404


def test_a_downloaded_report_says_to_progress_that_it_is_taken_away(browser: Browser) -> None:
    answer = browser.post(f"/reports/one/{OWN}/file")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active

    assert asked(browser, ShowReport).is_export
    assert "深圳市" in str(sheet["A1"].value)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-4403-2.xlsx"'


def test_the_table_ranks_units_and_tells_states_in_words(browser: Browser) -> None:
    page = browser.get("/progress/4403/ranking").text

    assert "96.0%" in page
    for words in ("基本完成", "不到一半", "无核查对象"):
        assert words in page


def test_a_tile_carries_name_share_and_words(browser: Browser) -> None:
    page = browser.get("/progress/4403/ranking").text

    assert re.search(r'<li data-state="bad"><a[^>]*>宝安区</a><br><strong>10.0%.*不到一半', page)


def test_units_that_stand_still_are_named_with_their_days(browser: Browser) -> None:
    page = browser.get("/progress/4403/ranking").text

    assert "2026-04-27" in page
    browser.house.answers["progress", "stalled"] = StalledUnits(())
    assert "没有停滞的单位" in browser.get("/progress/4403/ranking").text


def test_who_stands_above_urges_a_unit_that_stands_still_and_is_told_so(browser: Browser) -> None:
    urge = Urge(CAMPAIGN, OTHER, RankedBy.RETURNED, AT, PersonId("0f" * 8), CITY)
    browser.house.answers["progress", "urge_unit"] = urge
    sent = {"of": "4403", "level": "county", "by": "returned"}

    answer = browser.post(f"/progress/{OTHER}/urge", **sent)

    order = asked(browser, UrgeUnit)
    assert (order.unit, order.stage, order.campaign) == (OTHER, RankedBy.RETURNED, CAMPAIGN)
    assert "已督办" in browser.get(answer.headers["Location"]).text


def test_a_unit_that_lags_in_return_is_urged_to_that_and_else_to_entry(browser: Browser) -> None:
    page = browser.get("/progress/4403/ranking").text

    assert f'action="/progress/{OTHER}/urge"' in page
    assert 'name="by" value="returned"' in page


def test_who_only_sees_counts_urges_nobody() -> None:
    browser = Browser(a_house(Role.SUPPORT_STAFF)).signed_in()

    assert "/urge" not in browser.get("/progress/4403/ranking").text
    assert browser.post(f"/progress/{OTHER}/urge").status_code == 403


def test_an_urge_without_the_seal_does_nothing(browser: Browser) -> None:
    assert browser.post(f"/progress/{OTHER}/urge", seal=False).status_code == 403
    assert not any(isinstance(one, UrgeUnit) for _, _, one in browser.house.asked)


def test_a_home_tells_who_urged_and_to_what(browser: Browser) -> None:
    urge = Urge(CAMPAIGN, CITY, RankedBy.ENTERED, AT, PersonId("0f" * 8), UnitCode("44"))
    browser.house.answers["progress", "list_urges"] = Urges((urge,))

    page = browser.get("/").text

    assert "上级督办" in page
    assert "广东省于 2026-05-04 10:00 督办" in page


def test_a_home_is_there_when_nobody_can_tell_of_urges(browser: Browser) -> None:
    def away(_request: object) -> object:
        raise RpcDeadlineError("progress", "list_urges")

    browser.house.answers["progress", "list_urges"] = away

    assert browser.get("/").status_code == 200


def test_level_and_stage_are_chosen_by_address(browser: Browser) -> None:
    browser.get("/progress/4403/ranking?level=school&by=returned")
    order = asked(browser, TableRequest)

    assert (order.level, order.by, order.is_export) == (Level.SCHOOL, RankedBy.RETURNED, False)


def test_a_table_that_is_taken_away_says_so(browser: Browser) -> None:
    answer = browser.post("/progress/4403/ranking.xlsx", level="county", by="entered")
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.values)

    assert asked(browser, TableRequest).is_export
    assert [row[2] for row in rows[3:5]] == ["南山区", "宝安区"]


def test_all_schools_of_a_province_are_looked_at_city_by_city() -> None:
    assert list(levels_below(Level.PROVINCE)) == [Level.CITY, Level.COUNTY]
    assert list(levels_below(Level.COUNTY)) == [Level.SCHOOL]
    assert list(levels_below(Level.SCHOOL)) == [Level.CLASS]
    assert list(levels_below(Level.CLASS)) == []


def test_an_empty_level_says_what_will_be_there(browser: Browser) -> None:
    browser.house.answers["progress", "table"] = RankedTable(RankedBy.ENTERED, ())

    assert "这一级还没有单位" in browser.get("/progress/4403/ranking").text


def test_the_board_leads_to_the_table(browser: Browser) -> None:
    assert 'href="/progress/4403/ranking"' in browser.get("/progress").text


@pytest.mark.parametrize(
    "role",
    [one for one in Role if one not in {*TABLE[Act.PREPARE_REPORT], *TABLE[Act.REPORT_UP]}],
)
def test_who_reports_nothing_is_neither_offered_nor_shown_reports(role: Role) -> None:
    browser = Browser(a_house(role)).signed_in()

    assert 'href="/reports"' not in browser.get("/").text
    assert browser.get("/reports").status_code == 403
    assert browser.get(f"/reports/one/{OWN}").status_code == 403
    assert browser.post(f"/reports/one/{OWN}/file").status_code == 403


def test_units_above_are_refused(browser: Browser) -> None:
    assert browser.get("/reports/44").status_code == 403
    assert browser.get("/progress/44/ranking").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/reports/4403/freeze",
        f"/reports/one/{OWN}/sign",
        f"/reports/one/{BELOW}/accept",
        f"/reports/one/{BELOW}/file",
        "/progress/4403/ranking.xlsx",
    ],
)
def test_a_form_of_reports_without_the_seal_does_nothing(browser: Browser, path: str) -> None:
    assert browser.post(path, seal=False, checked="1").status_code == 403
    assert browser.house.asked == []


@pytest.mark.parametrize(
    "path", ["/reports", f"/reports/one/{OWN}", f"/reports/one/{BELOW}", "/progress/4403/ranking"]
)
def test_english_pages_of_reports_hold_no_chinese_of_ours(browser: Browser, path: str) -> None:
    page = browser.get(path, **{"Accept-Language": "en"}).text
    for name in ("中文", "深圳市", "南山区", "宝安区", "南山", "小学", "数据不全"):
        page = page.replace(name, "")

    assert re.findall(r"[一-鿿]+", page) == []
