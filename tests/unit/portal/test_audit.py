"""The audit log as auditors see it: codes and ids, never a name."""

import json
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from shared.contracts.audit_commands import (
    EventProof,
    EventsExported,
    EventShown,
    EventsShown,
    ExportEvents,
    LogFinding,
    LogVerified,
    ProveEvent,
    ShowEvents,
    VerifyLog,
)
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.errors_audit import NoCheckpointError, TooManyEventsError
from shared.kernel.ids import ProvinceCode, SheetId, UnitCode
from tests.unit.portal.fakes import Browser, FakeHouse

AT = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
GUANGDONG = ProvinceCode("44")


def an_event(seq: int = 41, outcome: str = "done") -> EventShown:
    where = (UnitCode("440305"), SheetId("0123456789ab"))
    of = ("open_export_sheets", "44-2026a", "0f" * 8, outcome, "unit_administrator", *where)
    return EventShown(seq, AT, AT, *of, None, ("phone",), "campaign")


WHOLE = LogVerified(GUANGDONG, 0, 1234, (), 0, AT, AT)


def a_house(role: Role = Role.AUDITOR, unit: str = "44") -> FakeHouse:
    house = FakeHouse(role, unit)
    house.answers = {
        ("audit", "show_events"): EventsShown((an_event(), an_event(40, "not_allowed")), 40),
        ("audit", "verify_log"): WHOLE,
        ("audit", "prove_event"): EventProof(41, "{}", "ab", ("cd",), "hecha/44\n42\n"),
        ("audit", "export_events"): EventsExported(2, {"__main__.py": "pass", "log": "x\n"}),
    }
    return house


@pytest.fixture
def browser() -> Browser:
    return Browser(a_house()).signed_in()


def asked(browser: Browser, kind: type) -> Any:
    (found,) = (request for _, _, request in browser.house.asked if isinstance(request, kind))
    return found


def test_events_are_told_by_codes_with_their_outcome_in_words(browser: Browser) -> None:
    page = browser.get("/audit").text

    assert "open_export_sheets" in page
    assert "完成" in page
    assert "被拒绝（not_allowed）" in page


def test_the_filter_is_the_address(browser: Browser) -> None:
    filters = "unit=440305&act=set_window&done_by=0f0f&sheet=0123456789ab"
    browser.get(f"/audit?{filters}&since=2026-05-01T08:00&until=2026-05-05T08:00&before=40")
    order = asked(browser, ShowEvents)

    assert (order.unit, order.act, order.done_by) == ("440305", "set_window", "0f0f")
    assert (order.sheet, order.before) == ("0123456789ab", 40)
    assert order.since == datetime(2026, 5, 1, 0, 0, tzinfo=UTC)
    assert order.until == datetime(2026, 5, 5, 0, 0, tzinfo=UTC)


def test_the_next_page_keeps_the_filter(browser: Browser) -> None:
    page = browser.get("/audit?act=set_window").text

    assert re.search(r'href="/audit\?before=40&amp;act=set_window"', page)


def test_a_time_that_is_none_is_told_at_its_field(browser: Browser) -> None:
    page = browser.get("/audit?since=yesterday").text

    assert 'aria-describedby="since-wrong"' in page
    assert asked(browser, ShowEvents).since is None


def test_an_empty_answer_says_what_to_do(browser: Browser) -> None:
    browser.house.answers["audit", "show_events"] = EventsShown((), None)

    assert "没有符合条件的事件" in browser.get("/audit").text


def test_a_whole_log_is_told_with_what_was_looked_at(browser: Browser) -> None:
    page = browser.post("/audit/verify").text

    assert asked(browser, VerifyLog).province == "44"
    assert "日志完好" in page
    assert "核验了 1234 条" in page
    assert "上级最近联署：2026-05-04 10:00" in page


def test_what_is_wrong_is_told_by_place_with_what_to_do(browser: Browser) -> None:
    findings = (LogFinding("edited", 41), LogFinding("number_missing", 7, 9, "forms"))
    wrong = LogVerified(GUANGDONG, 100, 20, findings, 3, None, None)
    browser.house.answers["audit", "verify_log"] = wrong
    page = browser.post("/audit/verify").text

    assert "41：内容被改动" in page
    assert "forms 7–9：已发出而始终没有到达" in page
    assert "另有 3 处" in page
    assert "请立即停写" in page
    assert "hecha audit verify" in page


def test_a_countys_auditor_is_told_who_verifies() -> None:
    page = Browser(a_house(unit="440305")).signed_in().get("/audit").text

    assert "由省级审计管理员核验" in page
    assert "/audit/verify" not in page


def test_a_proof_is_a_file_of_its_own(browser: Browser) -> None:
    answer = browser.post("/audit/41/proof")

    assert asked(browser, ProveEvent).seq == 41
    assert json.loads(answer.text)["checkpoint"].startswith("hecha/44")
    assert 'filename="proof-44-41.json"' in answer.headers["Content-Disposition"]


def test_an_event_without_a_checkpoint_says_to_wait(browser: Browser) -> None:
    browser.house.answers["audit", "prove_event"] = NoCheckpointError("41")
    answer = browser.post("/audit/41/proof")

    assert answer.status_code == 422
    assert "每分钟生成一次" in answer.text


def test_an_export_is_a_zip_of_what_audit_gave(browser: Browser) -> None:
    answer = browser.post("/audit/export", unit="440305", first="10", last="41")
    order = asked(browser, ExportEvents)

    assert (order.unit, order.start, order.end) == ("440305", 10, 42)
    assert ZipFile(BytesIO(answer.data)).read("__main__.py") == b"pass"


def test_an_export_without_places_is_everything_that_has_a_checkpoint(browser: Browser) -> None:
    browser.post("/audit/export", unit="44", first="", last="")
    order = asked(browser, ExportEvents)

    assert (order.start, order.end) == (0, None)


def test_too_large_an_export_says_where_it_is_made(browser: Browser) -> None:
    browser.house.answers["audit", "export_events"] = TooManyEventsError("9000", "5000")
    answer = browser.post("/audit/export", unit="44")

    assert answer.status_code == 422
    assert "hecha audit export" in answer.text


def test_a_unit_elsewhere_is_refused_by_the_log_itself(browser: Browser) -> None:
    browser.house.answers["audit", "show_events"] = NotAllowedError("read_audit")

    assert browser.get("/audit?unit=51").status_code == 403


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.AUDITOR])
def test_who_is_no_auditor_is_neither_offered_nor_shown_the_log(role: Role) -> None:
    browser = Browser(a_house(role, "4403")).signed_in()

    if role is not Role.GUARDIAN:  # has no account, and a ledger elsewhere
        assert 'href="/audit"' not in browser.get("/").text
        assert browser.get("/audit").status_code == 403
        assert browser.post("/audit/export", unit="44").status_code == 403


@pytest.mark.parametrize("path", ["/audit/verify", "/audit/41/proof", "/audit/export"])
def test_a_form_of_the_log_without_the_seal_does_nothing(browser: Browser, path: str) -> None:
    assert browser.post(path, seal=False).status_code == 403
    assert browser.house.asked == []


def test_the_auditors_home_leads_to_the_log(browser: Browser) -> None:
    page = browser.get("/").text

    assert "没有网页上的工作" not in page
    assert page.count('href="/audit"') == 2


def test_the_english_page_of_the_log_holds_no_chinese_of_ours(browser: Browser) -> None:
    page = browser.get("/audit", **{"Accept-Language": "en"}).text

    assert re.findall(r"[一-鿿]+", page.replace("中文", "")) == []
