"""Whole journeys of those who administer: windows, accounts, reports, the log, the machine."""

import re
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import TimeoutError as NotInTimeError
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, Demo

ADMINISTRATOR, AUDITOR, OPERATOR, LEADER = "管理人员", "审计管理员", "系统管理员", "学校领导"
COUNTY, PROVINCE = 0, 1  # where the door seats administrators
REPLAYED_MS = 20_000
PROOF_TRIES, PROOF_MS = 24, 5_000


def local(days: int) -> str:
    """A moment in some days as a browser's field holds it, in Beijing."""
    at = datetime.now(UTC) + timedelta(days=days, hours=8)
    return f"{at:%Y-%m-%dT%H:%M}"


def downloaded(page: Any, click: Callable[[], None]) -> Path:
    with page.expect_download() as begun:
        click()
    return Path(begun.value.path())


# --- windows


@pytest.mark.main_journey
def test_a_province_gives_a_city_an_exception_and_takes_it_back(
    seated: Callable[..., Any],
) -> None:
    page = seated(ADMINISTRATOR, "/windows", seat=PROVINCE, viewport=LAPTOP)
    page.locator("table.calendar th a").first.click()
    page.get_by_role("link", name="临时例外").first.click()
    expect(page.locator("#touched + p")).to_contain_text("所学校")
    page.fill("#closes_at", local(2))
    page.fill("#reason", "补交的确认表较多")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_role("status")).to_be_visible()
    exceptions = page.locator("section[aria-labelledby=exceptions]")
    expect(exceptions).to_contain_text("补交的确认表较多")

    page.get_by_role("link", name="撤销：取消刚才的设置").click()
    page.fill("#reason", "不再需要")
    page.get_by_role("button", name="取消设置，沿用上级").click()
    expect(page.locator("section[aria-labelledby=exceptions]")).to_contain_text("没有临时例外")


def test_a_closing_is_rehearsed_and_without_a_reason_nothing_is_closed(
    seated: Callable[..., Any],
) -> None:
    page = seated(ADMINISTRATOR, "/windows", seat=PROVINCE, viewport=LAPTOP)
    before = page.locator(".switches .state").all_inner_texts()
    page.get_by_role("link", name="立即关闭").first.click()
    expect(page.locator("table.undone tbody tr")).not_to_have_count(0)

    page.get_by_role("button", name="立即关闭").click()

    expect(page.get_by_role("alert")).to_contain_text("理由")
    page.get_by_role("link", name="不改动，返回").click()
    assert page.locator(".switches .state").all_inner_texts() == before


# --- accounts


@pytest.mark.main_journey
def test_accounts_are_issued_taken_home_and_one_is_disabled_and_restored(
    seated: Callable[..., Any], tmp_path: Path
) -> None:
    page = seated(ADMINISTRATOR, "/accounts", seat=COUNTY, viewport=LAPTOP)
    page.get_by_role("link", name="批量发放账号").click()
    school = page.locator("section[aria-labelledby=school]")
    school.get_by_label("录入人员").check()
    school.get_by_label("每个单位每个岗位的账号数").fill("5")
    school.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("#order")).to_be_visible()

    kept = downloaded(page, page.get_by_role("button", name="发放并下载工作簿").click)

    book = tmp_path / "accounts.xlsx"
    book.write_bytes(kept.read_bytes())
    sheet = openpyxl.load_workbook(book)["专用账号"]
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    accounts = sorted({cell for cell in cells if re.fullmatch(r"\d{10}\.\d\d", cell)})
    assert accounts
    page.goto(page.url.partition("/accounts")[0] + f"/accounts/{accounts[-1]}")
    page.get_by_role("link", name="停用账号").click()
    page.fill("#reason", "发错了单位")
    page.get_by_role("button", name="停用账号").click()
    expect(page.get_by_text("已停用").first).to_be_visible()

    page.get_by_role("link", name="恢复账号").click()
    page.fill("#reason", "核实无误")
    page.get_by_role("button", name="恢复账号").click()
    expect(page.get_by_role("link", name="停用账号")).to_be_visible()


# --- reports up


@pytest.mark.main_journey
def test_a_school_reports_up_and_the_county_sends_it_back_with_its_reason(
    seated: Callable[..., Any],
) -> None:
    leader = seated(LEADER, "/reports", viewport=LAPTOP)
    leader.get_by_role("button", name="冻结数据，生成汇总").click()
    number = leader.locator("h1").inner_text().split("第")[-1].split("次")[0].strip()
    leader.get_by_role("button", name="签发并上报").click()
    expect(leader.get_by_role("alert")).to_be_visible()  # nothing is signed unread
    leader.get_by_label("我已核对上面冻结的数据").check()
    leader.get_by_role("button", name="签发并上报").click()
    expect(leader.get_by_text("签名核验通过")).to_be_visible()
    school = leader.locator("h1").inner_text().split("：")[0]

    county = seated(ADMINISTRATOR, "/reports", seat=COUNTY, viewport=LAPTOP)
    county.locator("section[aria-labelledby=below]").get_by_role("link", name=school).click()
    expect(county.locator("h1")).to_contain_text(f"第 {number} 次")
    county.fill("#reason", "录入数与回收数不符")
    county.get_by_role("button", name="退回").click()

    leader.reload()
    expect(leader.get_by_text("理由：录入数与回收数不符")).to_be_visible()


def test_a_report_is_taken_home_as_a_workbook(seated: Callable[..., Any], tmp_path: Path) -> None:
    page = seated(ADMINISTRATOR, "/reports", seat=PROVINCE, viewport=LAPTOP)
    page.locator("section[aria-labelledby=own] tbody a").first.click()

    kept = downloaded(page, page.get_by_role("button", name="下载为 Excel 工作簿").click)

    book = tmp_path / "report.xlsx"
    book.write_bytes(kept.read_bytes())
    assert openpyxl.load_workbook(book).active.max_row > 5


# --- the log


def proven(page: Any, address: str) -> Path:
    """The proof of the oldest act listed, once a checkpoint holds it: soon after the house's start."""
    for _ in range(PROOF_TRIES):
        rows = page.locator("section[aria-labelledby=events] tbody tr")
        try:
            with page.expect_download(timeout=PROOF_MS) as begun:
                rows.last.get_by_role("button").click()
        except NotInTimeError:
            page.goto(address)
        else:
            return Path(begun.value.path())
    raise AssertionError("no checkpoint came")


@pytest.mark.main_journey
def test_an_auditor_finds_an_act_verifies_the_log_and_takes_proofs_home(
    seated: Callable[..., Any],
) -> None:
    page = seated(AUDITOR, "/audit", viewport=LAPTOP)
    page.fill("#act", "import_roster")
    page.get_by_role("button", name="筛选").click()
    rows = page.locator("section[aria-labelledby=events] tbody tr")
    expect(rows.first).to_be_visible()
    assert {one.split("\n")[0] for one in rows.locator("td:nth-child(3)").all_inner_texts()} == {
        "import_roster"
    }

    proof = proven(page, page.url)
    assert proof.stat().st_size > 100
    bundle = downloaded(page, page.locator("section[aria-labelledby=export] button").click)
    assert {"__main__.py", "log", "checkpoints", "keys"} <= set(zipfile.ZipFile(bundle).namelist())

    page.get_by_role("button", name="核验日志").click()
    expect(page.get_by_text("日志完好，没有发现改动")).to_be_visible()


# --- the machine


def a_dead_letter(folder: Path) -> None:
    """Let progress have failed with a fact that it took long ago."""
    with sqlite3.connect(folder / "databases/roster.db") as roster:
        fact, body, key = roster.execute(
            "select fact_id, body, routing_key from outbox where fact = 'unit_registered'"
        ).fetchone()
    with sqlite3.connect(folder / "databases/progress.db", timeout=30) as progress:
        changed = progress.execute(
            "update inbox set state = 'dead', error = 'OperationalError', attempts = 5,"
            " body = ?, routing_key = ? where fact_id = ?",
            (body, key, fact),
        )
        assert changed.rowcount == 1


def test_an_operator_sees_a_dead_letter_at_home_and_brings_it_back(
    seated: Callable[..., Any], demo: Demo
) -> None:
    a_dead_letter(demo.folder)
    page = seated(OPERATOR, "/", viewport=LAPTOP)
    page.get_by_role("link", name="等待处理的死信").click()
    page.get_by_role("link", name="去处理").click()
    page.get_by_text("内容", exact=True).click()
    expect(page.locator("pre")).to_contain_text("unit_registered")

    page.get_by_role("button", name="放回").click()

    expect(page.get_by_text("已放回 1 条")).to_be_visible()
    expect(page.get_by_text("没有死信。")).to_be_visible()
    page.get_by_role("link", name="运行状况").first.click()
    expect(page.get_by_text("各服务都已就绪")).to_be_visible(timeout=REPLAYED_MS)


def test_the_operators_page_goes_on_telling_by_itself(
    seated: Callable[..., Any], demo: Demo
) -> None:
    page = seated(OPERATOR, "/operations", viewport=LAPTOP)
    expect(page.get_by_text("各服务都已就绪")).to_be_visible(timeout=REPLAYED_MS)

    a_dead_letter(demo.folder)

    letters = page.get_by_text("有 1 条死信等人处理")
    expect(letters).to_be_visible(timeout=REPLAYED_MS)
    page.get_by_role("link", name="去处理").click()
    page.get_by_label("删除的原因").select_option(label="已用别的办法办妥")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("已删除 1 条")).to_be_visible()
