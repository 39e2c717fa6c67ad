"""The guardian's ledger: behind the query code, without a script, and never a value."""

import gzip
import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.gateway.domain import Happened, Ledger, Lying, Standing, ticket_of
from services.gateway.ledger import LedgersByRpc, together
from services.gateway.pages import ledger_words
from services.gateway.pages.ledger import LINES_SHOWN
from services.gateway.ports import LedgerAwayError, LedgerShutError
from shared.contracts.audit_commands import Ledger as Acts
from shared.contracts.audit_commands import LedgerEntry, SheetLedger
from shared.contracts.events import Sender
from shared.contracts.fields import FieldKind, national
from shared.contracts.ledger_commands import (
    ChangeStanding,
    PhotoStanding,
    SheetChanges,
    SheetChangesRequest,
    SheetPhotos,
    SheetPhotosRequest,
)
from shared.contracts.review_commands import EntryState
from shared.kernel.authority import Role
from shared.kernel.errors_audit import LedgerRefusedError
from shared.kernel.ids import ObjectId, ProvinceCode, SheetId, UnitCode
from shared.plumbing.rpc import RpcDeadlineError
from tests.unit.gateway.fakes import CLOSED, OPEN, SETTINGS, World, a_code

CODE = a_code()
PAGE = f"/s/{CODE}/ledger"
RIGHT = "12345678"
NOON = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
KNOWN = Ledger(
    photos=(
        Lying("a0a0a0a0", "guardian", NOON, 351_200, datetime(2027, 1, 1, tzinfo=UTC), False),
        Lying("b1b1b1b1", "teacher", NOON, 1_000, None, True),
    ),
    changes=(
        Standing("name", True, "submitted", NOON, UnitCode("449101"), date(2026, 10, 26)),
        Standing("present_address", False, "applied", NOON, None, None),
    ),
    happened=(
        Happened(NOON, "approve_change", "done", "reviewer", ("name",), None),
        Happened(NOON, "open_object", "done", "service", (), "look", 3),
    ),
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return world.client()


def show(
    visitor: FlaskClient, code: str = RIGHT, path: str = PAGE, lang: str = "zh"
) -> TestResponse:
    body = urlencode({"query_code": code})
    form = "application/x-www-form-urlencoded"
    return visitor.post(f"{path}?lang={lang}", data=body, content_type=form)


def words(page: TestResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page.text)))


def test_the_sheets_page_leads_to_the_ledger(visitor: FlaskClient) -> None:
    assert f'href="{PAGE}?lang=zh"' in visitor.get(f"/s/{CODE}").text


def test_the_ledger_asks_for_the_query_code_first(world: World, visitor: FlaskClient) -> None:
    page = visitor.get(PAGE)

    assert 'name="query_code"' in page.text
    assert world.ledgers.tried == []


def test_the_ledger_tells_where_the_photo_lies(world: World, visitor: FlaskClient) -> None:
    world.ledgers.known = KNOWN
    told = words(show(visitor))

    assert "加密存放在广东省学籍核查的专用存储，别处没有。" in told
    assert "2026年10月12日 12:00 家长编号 a0a0a0a0，351 KB，保存至少到2027年1月1日" in told
    assert "密钥已销毁" in told


def test_the_ledger_tells_how_far_each_change_is_and_who_decides(
    world: World, visitor: FlaskClient
) -> None:
    world.ledgers.known = KNOWN
    told = words(show(visitor))

    assert "姓名 关键数据已提交，等待审核" in told
    assert "由县级主管教育行政部门审核 · 请在 2026年10月26日 前办理" in told
    assert "现住址 学籍数据维护已写入学籍" in told


def test_the_ledger_tells_who_opened_the_photo_by_role(world: World, visitor: FlaskClient) -> None:
    world.ledgers.known = KNOWN
    told = words(show(visitor))

    assert "打开照片查看 3 次2026年10月12日 12:00 · 系统自动" in told
    assert "审核通过：姓名2026年10月12日 12:00 · 主管教育行政部门审核人员" in told


@pytest.mark.parametrize("typed", ["1234 5678", "1234-5678", "１２３45678", " 12345678 "])
def test_the_code_may_be_typed_as_people_type(
    world: World, visitor: FlaskClient, typed: str
) -> None:
    assert show(visitor, typed).status_code == 200
    assert world.ledgers.tried == [RIGHT]


def test_a_wrong_code_opens_nothing_and_is_not_shown_again(
    world: World, visitor: FlaskClient
) -> None:
    world.ledgers.known = KNOWN
    page = show(visitor, "87654321")

    assert page.status_code == 403
    assert "查询码不对" in page.text
    assert "87654321" not in page.text
    assert "姓名" not in page.text


def test_too_many_wrong_codes_are_told_with_the_time_to_wait(
    world: World, visitor: FlaskClient
) -> None:
    world.ledgers.is_full = True
    page = show(visitor)

    assert page.status_code == 429
    assert "一小时后再试" in page.text


def test_one_address_cannot_try_codes_of_many_sheets() -> None:
    few = replace(SETTINGS, gateway_questions_burst=2, gateway_questions_per_s=0.0001)
    world = World(settings=few)
    visitor = world.client()
    for number in range(2):
        show(visitor, path=f"/s/{a_code(sheet=f'{number:012x}')}/ledger")

    assert show(visitor).status_code == 429
    assert len(world.ledgers.tried) == 2


def test_nobody_answers_and_the_page_says_so(world: World, visitor: FlaskClient) -> None:
    world.ledgers.is_away = True
    page = show(visitor)

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "60"
    assert "现在不能查看" in page.text


def test_a_part_that_nobody_tells_is_said_to_be_missing(world: World, visitor: FlaskClient) -> None:
    world.ledgers.known = Ledger(None, None, ())

    assert words(show(visitor)).count("现在查不到，请过一会儿再看。") == 2


def test_a_sheet_about_which_nothing_was_done_says_so(visitor: FlaskClient) -> None:
    told = words(show(visitor))

    for sentence in ("还没有收到用手机上传的照片。", "学校还没有录入更正。", "还没有任何记录。"):
        assert sentence in told


def test_the_ledger_stays_open_when_the_campaign_is_over(visitor: FlaskClient) -> None:
    closed = f"/s/{a_code(CLOSED)}"

    assert f'href="{closed}/ledger?lang=zh"' in visitor.get(closed).text
    assert show(visitor, path=f"{closed}/ledger").status_code == 200


@pytest.mark.parametrize("path", [f"/s/{'A' * 21}/ledger", f"/b/{CODE}/ledger"])
def test_an_address_of_no_sheet_has_no_ledger(
    world: World, visitor: FlaskClient, path: str
) -> None:
    assert show(visitor, path=path).status_code in {404, 405}
    assert world.ledgers.tried == []


def test_the_query_code_travels_in_no_address_and_in_no_cookie(visitor: FlaskClient) -> None:
    page = show(visitor)

    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "Location" not in page.headers
    assert RIGHT not in page.text


def test_a_long_ledger_is_still_small_and_says_how_much_is_left_out(
    world: World, visitor: FlaskClient
) -> None:
    fields = tuple(one.key for one in national().fields)
    line = Happened(NOON, "submit_changes", "done", "registrar", fields, None)
    world.ledgers.known = Ledger((), (), (line,) * (LINES_SHOWN + 40))
    page = show(visitor)

    assert "另有更早的 40 条" in page.text
    assert len(gzip.compress(page.data)) < 10 * 1024


def test_many_fields_are_told_by_their_number(world: World, visitor: FlaskClient) -> None:
    fields = tuple(one.key for one in national().fields)
    line = Happened(NOON, "read_cells", "done", "registrar", fields, None)
    world.ledgers.known = Ledger((), (), (line,))

    assert f"等 {len(fields)} 项" in words(show(visitor))


def test_the_english_ledger_is_english(world: World, visitor: FlaskClient) -> None:
    world.ledgers.known = KNOWN
    told = words(show(visitor, lang="en"))

    assert "decided by the county's education authority" in told
    assert set(re.findall(r"[一-鿿]+", told)) == {"中文", "姓名", "现住址"}


def test_every_state_of_a_change_and_every_role_has_words() -> None:
    assert set(ledger_words._STATES) == {one.value for one in EntryState}
    assert {one.value for one in Role} | {one.value for one in Sender} <= set(ledger_words._ROLES)


SHEET = SheetId("0123456789ab")


class Bus:
    """The three services the ledger is put together from."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.entries: tuple[LedgerEntry, ...] = ()
        self.fails: dict[str, Exception] = {}

    def call(self, service: str, method: str, request: object, answer: type, **_: float) -> Any:
        self.asked.append((f"{service}.{method}", request))
        if service in self.fails:
            raise self.fails[service]
        if answer is Acts:
            return Acts(SHEET, self.entries)
        if answer is SheetPhotos:
            photo = PhotoStanding(
                ObjectId("a0" * 16), Sender.GUARDIAN, NOON, NOON, 351_200, None, False
            )
            return SheetPhotos(SHEET, (photo,))
        change = ChangeStanding(
            "name", FieldKind.KEY_DATA, EntryState.SUBMITTED, NOON, UnitCode("4491"), None
        )
        return SheetChanges(SHEET, (change,))


def opened(bus: Bus, query_code: str = RIGHT) -> Ledger:
    ticket = ticket_of("S", CODE, [OPEN])
    assert ticket is not None
    return LedgersByRpc(bus).open(ticket, query_code)  # type: ignore[arg-type]  # a fake we own


def test_audit_is_asked_for_the_printed_copy_and_the_others_for_the_sheet() -> None:
    bus = Bus()
    found = opened(bus)

    assert bus.asked == [
        ("audit.sheet_ledger", SheetLedger(ProvinceCode("44"), SHEET, 1, RIGHT)),
        ("storage.sheet_photos", SheetPhotosRequest(ProvinceCode("44"), SHEET)),
        ("review.sheet_changes", SheetChangesRequest(SHEET)),
    ]
    assert found.photos is not None
    assert found.photos[0].number == "a0a0a0a0"
    assert found.changes is not None
    assert found.changes[0].is_key_data


@pytest.mark.parametrize("reason", ["wrong_code", "too_many_tries"])
def test_nobody_else_is_asked_before_audit_took_the_code(reason: str) -> None:
    bus = Bus()
    bus.fails["audit"] = LedgerRefusedError(reason)
    with pytest.raises(LedgerShutError, match=reason):
        opened(bus)

    assert [method for method, _ in bus.asked] == ["audit.sheet_ledger"]


def test_without_audit_there_is_no_ledger() -> None:
    bus = Bus()
    bus.fails["audit"] = RpcDeadlineError("audit", "sheet_ledger")
    with pytest.raises(LedgerAwayError):
        opened(bus)


@pytest.mark.parametrize("service", ["storage", "review"])
def test_what_one_service_does_not_tell_leaves_the_rest(service: str) -> None:
    bus = Bus()
    bus.fails[service] = RpcDeadlineError(service, "x")
    found = opened(bus)

    assert (found.photos is None) == (service == "storage")
    assert (found.changes is None) == (service == "review")


def an_entry(act: str = "show_sheet", hours: int = 0) -> LedgerEntry:
    return LedgerEntry(NOON + timedelta(hours=hours), act, "done", "registrar", ())


def test_the_same_act_several_times_in_a_row_is_one_line_with_a_number() -> None:
    told = together([an_entry(), an_entry(hours=1), an_entry("enter_change", 2), an_entry(hours=3)])

    assert [(one.act, one.times) for one in told] == [
        ("show_sheet", 1),
        ("enter_change", 1),
        ("show_sheet", 2),
    ]
    assert told[-1].at == NOON + timedelta(hours=1)


def test_the_same_act_on_another_day_is_a_line_of_its_own() -> None:
    assert [one.times for one in together([an_entry(), an_entry(hours=30)])] == [1, 1]
