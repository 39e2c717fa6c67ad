"""Bulk scans by their pages: handing in, looking, committing, placing, and who may not."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.doors import Told
from services.portal.pages.staff import SEAL_HEADER, seal_of
from shared.contracts.batch_commands import (
    AssignPage,
    BatchDone,
    Batches,
    BatchPage,
    BatchReport,
    BatchState,
    Candidate,
    Candidates,
    ClassTally,
    CommitBatch,
    DiscardPage,
    FoundSheet,
    HandOverBatch,
    OpenNumber,
    OpenPage,
    OpenPages,
    TakenBack,
)
from shared.contracts.people_commands import Names, PersonName
from shared.contracts.roster_commands import PupilName, PupilNames
from shared.contracts.scan_commands import PageState, PageVerdict
from shared.kernel.authority import Role
from shared.kernel.errors import BadSheetNumberError, BatchHeldError, BatchNotYoursError
from shared.kernel.ids import CampaignId, ObjectId, SheetId, StudentId, UnitCode
from shared.plumbing.rpc import RpcDeadlineError
from tests.unit.portal.fakes import SESSION, Browser, FakeHouse

BATCH, SHEET = "5b" * 16, SheetId("0123456789ab")
SCHOOL, CLASS = UnitCode("440305-017"), UnitCode("440305-017-0302")
AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
ME, OTHER = "0f" * 8, "1a" * 8
PAGE = f"/scans/{BATCH}"
TALLY = ClassTally(
    CLASS,
    35,
    33,
    (OpenNumber(SHEET, 7), OpenNumber(SHEET, 31)),
    (OpenNumber(SHEET, 12),),
)


def a_page(number: int, state: PageState, **more: Any) -> BatchPage:
    told = {"reason": "", "sheet": None, "unit": None, "number_in_class": None, "side": "front"}
    told |= {"is_staged": True, "may_undo": False, "verdict": PageVerdict.COMPLETE}
    return BatchPage(number, ObjectId(f"{number:032x}"), state, **told | more)


PAGES = (
    a_page(1, PageState.MATCHED, unit=CLASS, number_in_class=5),
    a_page(2, PageState.UNMATCHED, reason="no_code"),
    a_page(3, PageState.MISFILED, reason="other_school"),
    a_page(4, PageState.DUPLICATE, other=1),
    a_page(5, PageState.UNREADABLE, reason="blurred"),
    a_page(6, PageState.BLANK, reason="empty_side"),
    a_page(7, PageState.DISCARDED, reason="not_a_sheet", may_undo=True),
)


def a_batch(**more: Any) -> BatchReport:
    counts: dict[str, int] = {}
    for one in PAGES:
        counts[one.state.value] = counts.get(one.state.value, 0) + 1
    told: dict[str, Any] = {
        "campaign": CampaignId("44-2026a"),
        "school": SCHOOL,
        "owner": ME,
        "state": BatchState.READ,
        "pages": len(PAGES),
        "begun_at": AT,
        "holder": None,
        "held_until": None,
        "counts": counts,
        "to_look_at": 0,
        "classes": (TALLY,),
        "listed": PAGES,
        "open": 1,
    }
    return BatchReport(BATCH, **told | more)


class FakeDoor:
    """Scan's door: takes every upload whole."""

    def __init__(self, **told: Told) -> None:
        self.told = told
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Told:
        sent = b"".join(body[1]) if body else b""
        self.asked.append((method, path, dict(headers), sent))
        if method in self.told:
            return self.told[method]
        if path == "/scan/uploads":
            number = len(self.asked)
            place = {"location": f"/scan/uploads/u{number}", "upload-offset": str(len(sent))}
            return Told(201, place)
        return Told(202, {}, b'{"pile": "p1", "state": "waiting"}')


def opened(report: BatchReport | None = None, role: Role = Role.REGISTRAR, **doors: Any) -> Browser:
    house = FakeHouse(role, SCHOOL)
    found = report or a_batch()
    house.answers |= {
        ("scan", "list_batches"): Batches((found,)),
        ("scan", "show_batch"): found,
        ("scan", "take_back"): TakenBack(3, ()),
        ("roster", "pupil_names"): PupilNames((PupilName(StudentId("c" * 32), 7, "王小明"),)),
    }
    for method in ("hold_batch", "let_batch_go", "hand_over_batch", "commit_batch"):
        house.answers["scan", method] = BatchDone(BATCH, 2)
    for method in ("discard_batch", "discard_page", "discard_open", "assign_page", "undo_page"):
        house.answers["scan", method] = BatchDone(BATCH, 1)
    return Browser(house, **{"scans": FakeDoor(), **doors}).signed_in()


def asked(browser: Browser, kind: type) -> list[Any]:
    return [request for _, _, request in browser.house.asked if isinstance(request, kind)]


def test_the_list_shows_piles_and_how_many_pages_wait_for_a_person() -> None:
    page = opened().get("/scans").text

    assert f'href="{PAGE}"' in page
    assert "有 1 页认不出是谁的表" in page
    assert "待确认" in page


def test_an_empty_list_says_how_to_begin() -> None:
    browser = opened()
    browser.house.answers["scan", "list_batches"] = Batches()

    assert "还没有交送过" in browser.get("/scans").text


def test_without_a_door_the_page_names_the_command() -> None:
    assert "hecha scan submit" in opened(scans=None).get("/scans").text


def test_a_request_of_the_protocol_goes_on_with_the_persons_token() -> None:
    door = FakeDoor()
    headers = {
        SEAL_HEADER: seal_of(SESSION),
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "3",
        "Authorization": "Bearer of the browser",
    }
    answer = opened(scans=door).send("POST", "/scan/uploads", b"abc", headers)

    ((method, path, sent, body),) = door.asked
    assert (method, path, body) == ("POST", "/scan/uploads", b"abc")
    assert sent["Authorization"] != headers["Authorization"]
    assert (sent["Hecha-Campaign"], sent["Upload-Length"]) == ("44-2026a", "3")
    assert (answer.status_code, answer.headers["Location"]) == (201, "/scan/uploads/u1")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", "/scan/uploads"), ("PATCH", "/scan/uploads/x")),
        *(("DELETE", "/scan/uploads/x"), ("POST", "/scan/batches")),
    ],
)
def test_an_upload_that_another_site_begins_goes_nowhere(method: str, path: str) -> None:
    door = FakeDoor()

    assert opened(scans=door).send(method, path, b"x", {SEAL_HEADER: "no"}).status_code == 403
    assert door.asked == []


def test_how_far_an_upload_is_may_be_asked_without_a_seal() -> None:
    door = FakeDoor(HEAD=Told(200, {"upload-offset": "5"}))
    answer = opened(scans=door).send("HEAD", "/scan/uploads/x", b"", {})

    assert answer.headers["Upload-Offset"] == "5"


def test_a_piece_that_is_too_large_is_not_passed_on() -> None:
    door = FakeDoor()
    headers = {SEAL_HEADER: seal_of(SESSION)}
    answer = opened(scans=door).send("PATCH", "/scan/uploads/x", b"x" * (9 << 20), headers)

    assert answer.status_code == 413
    assert door.asked == []


def test_without_scripts_files_make_one_pile_in_their_order() -> None:
    door = FakeDoor()
    files = [(io.BytesIO(b"first"), "a.pdf"), (io.BytesIO(b"second"), "b.pdf")]
    answer = opened(scans=door).post("/scans", files=files)

    assert [body for _, _, _, body in door.asked[:2]] == [b"first", b"second"]
    assert json.loads(door.asked[2][3])["uploads"] == ["u1", "u2"]
    assert answer.headers["Location"] == "/scans/piles/p1"


def test_without_a_file_the_form_says_what_to_do() -> None:
    browser = opened()
    answer = browser.post("/scans")

    assert "还没有选择文件" in browser.get(answer.headers["Location"]).text


def test_a_pile_leads_to_its_batch_when_there_is_one() -> None:
    waiting = opened(scans=FakeDoor(GET=Told(200, {}, b'{"pile": "p", "state": "waiting"}')))
    told = json.dumps({"pile": "p", "state": "handed_in", "batch": BATCH}).encode()
    done = opened(scans=FakeDoor(GET=Told(200, {}, told)))

    assert "正在拆分页面" in waiting.get("/scans/piles/p").text
    assert done.get("/scans/piles/p").headers["Location"] == PAGE


def test_a_pile_that_was_not_taken_says_why() -> None:
    told = b'{"pile": "p", "state": "refused", "reason": "too_many_pages"}'
    page = opened(scans=FakeDoor(GET=Told(200, {}, told))).get("/scans/piles/p").text

    assert "一叠最多 2500 页" in page


def test_a_pile_says_who_is_missing_and_who_has_not_signed() -> None:
    page = opened().get(PAGE).text

    assert "35 份中收到 33 份，缺 7 号、31 号" in page
    assert "没有看到签名：12 号" in page


def test_names_of_the_missing_are_shown_when_asked_and_masked() -> None:
    browser = opened()
    assert "王" not in browser.get(PAGE).text

    page = browser.get(f"{PAGE}?names=1").text
    assert "7 号 王*明" in page
    assert "王小明" not in page


def test_pages_add_up_and_stand_under_their_tabs() -> None:
    browser = opened()
    page = browser.get(PAGE).text

    assert "7 页 = " in page
    for tab, number in (("open", 2), ("elsewhere", 3), ("duplicate", 4), ("unreadable", 5)):
        part = browser.get(f"{PAGE}/live?tab={tab}").text
        assert f"第 {number} 页" in part
        assert part.count("<li data-tone") == 1


def test_the_live_part_goes_on_while_pages_are_read() -> None:
    reading = a_batch(state=BatchState.READING, counts={"matched": 1, "waiting": 6})
    part = opened(reading).get(f"{PAGE}/live").text

    assert 'data-moving="yes"' in part
    assert "已识别 1/7 页" in part
    assert 'data-moving="no"' in opened().get(f"{PAGE}/live").text


def test_the_whole_is_committed_after_it_was_said_what_it_does() -> None:
    browser = opened()
    page = browser.get(f"{PAGE}/commit").text
    answer = browser.post(f"{PAGE}/commit", what="all")

    assert "确认全部 6 页" in page
    assert "1 页还没有人指定" in page
    assert asked(browser, CommitBatch)[0].pages == ()
    assert "已确认 2 页" in browser.get(answer.headers["Location"]).text


def test_some_pages_are_committed_alone() -> None:
    browser = opened()
    browser.post(f"{PAGE}/commit", what="pages", page=["1", "4"])

    assert asked(browser, CommitBatch)[0].pages == (1, 4)


def test_no_ticked_page_commits_nothing() -> None:
    browser = opened()
    answer = browser.post(f"{PAGE}/commit", what="pages")

    assert asked(browser, CommitBatch) == []
    assert "还没有勾选页面" in browser.get(answer.headers["Location"]).text


def test_a_colleagues_hold_is_shown_with_its_end() -> None:
    page = opened(a_batch(holder=OTHER, held_until=AT)).get(PAGE).text

    assert "另一位同事正在处理这一批，至 10-12 11:00" in page
    assert "由我处理" not in page


def test_who_handed_a_pile_in_and_who_holds_it_are_told_by_name() -> None:
    theirs = a_batch(owner=OTHER, holder=OTHER, held_until=AT)
    browser = opened(theirs)
    browser.house.answers["accounts", "colleagues"] = Names((PersonName(OTHER, "钱小楷"),))
    browser.house.answers["scan", "list_batches"] = Batches((theirs,))

    page = browser.get(PAGE).text
    assert "钱小楷正在处理这一批，至 10-12 11:00" in page
    assert "这一叠由钱小楷交送" in page
    assert "钱小楷处理至 10-12 11:00" in browser.get("/scans").text


def test_a_pile_is_shown_without_names_while_accounts_is_away() -> None:
    browser = opened(a_batch(holder=OTHER, held_until=AT))
    browser.house.answers["accounts", "colleagues"] = RpcDeadlineError("accounts", "colleagues")

    assert "另一位同事正在处理这一批" in browser.get(PAGE).text


def test_what_is_refused_meanwhile_is_said_on_the_piles_page() -> None:
    browser = opened()
    browser.house.answers["scan", "commit_batch"] = BatchHeldError(BATCH, OTHER, AT.isoformat())
    answer = browser.post(f"{PAGE}/commit", what="all")

    assert answer.status_code == 422
    assert "另一位同事正在处理" in answer.text
    browser.house.answers["scan", "discard_batch"] = BatchNotYoursError(BATCH, OTHER)
    assert "只有交送人能确认或作废" in browser.post(f"{PAGE}/discard").text


def test_a_registrar_takes_a_colleagues_pile_over_and_a_clerk_does_not() -> None:
    theirs = a_batch(owner=OTHER)
    browser = opened(theirs)
    assert "接手这一叠" in browser.get(PAGE).text
    browser.post(f"{PAGE}/take-over")

    (request,) = asked(browser, HandOverBatch)
    assert request.to == ME
    assert "接手这一叠" not in opened(theirs, Role.ENTRY_CLERK).get(PAGE).text


def test_committed_pages_are_taken_back_by_their_owner() -> None:
    counted = tuple(a_page(one.number, one.state, is_staged=False) for one in PAGES[:1])
    browser = opened(a_batch(state=BatchState.COMMITTED, listed=counted))
    assert "撤回已经确认的 1 页" in browser.get(PAGE).text
    answer = browser.post(f"{PAGE}/take-back")

    assert "已撤回 3 页" in browser.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("act", "words"),
    [("hold", "现在由您处理"), ("let-go", "已交还"), ("discard-open", "已作废 1 页")],
)
def test_an_act_leads_back_and_says_what_happened(act: str, words: str) -> None:
    browser = opened()
    answer = browser.post(f"{PAGE}/{act}", reason="not_a_sheet", tab="open")

    assert "tab=open" in answer.headers["Location"]
    assert words in browser.get(answer.headers["Location"]).text


def test_a_page_is_thrown_away_for_a_reason_of_the_list() -> None:
    browser = opened()
    browser.post(f"{PAGE}/pages/2/discard", reason="王小明的表")
    browser.post(f"{PAGE}/pages/2/discard", reason="spoilt")

    assert [one.reason for one in asked(browser, DiscardPage)] == ["not_a_sheet", "spoilt"]


def candidates(browser: Browser) -> Browser:
    one = Candidate(SHEET, 1, "front", CLASS, 7, 0.93, is_missing=True, signals=("top_left",))
    browser.house.answers["scan", "show_candidates"] = Candidates((one,))
    return browser


def test_a_page_shows_candidates_with_masked_names_and_its_picture() -> None:
    page = candidates(opened()).get(f"{PAGE}/pages/2").text

    for words in ("7 号", "王*明", "表号吻合 93%", "左上表号", f"{PAGE}/pages/2.jpg"):
        assert words in page
    assert "王小明" not in page


def test_a_clerk_sees_numbers_and_no_names() -> None:
    browser = candidates(opened(role=Role.ENTRY_CLERK))
    page = browser.get(f"{PAGE}/pages/2").text

    assert "7 号" in page
    assert "王" not in page


def test_a_candidate_that_is_picked_is_the_pages_sheet() -> None:
    browser = candidates(opened())
    answer = browser.post(f"{PAGE}/pages/2", sheet=f"{SHEET}.front.1")

    (request,) = asked(browser, AssignPage)
    assert (request.sheet, request.side, request.serial, request.page) == (SHEET, "front", 1, 2)
    assert answer.status_code == 303


def test_a_typed_number_counts_before_a_candidate() -> None:
    browser = candidates(opened())
    other = SheetId("ba9876543210")
    found = FoundSheet(other, 2, "back", CLASS, 9, is_returned=False)
    browser.house.answers["scan", "find_sheet"] = found
    browser.post(f"{PAGE}/pages/2", sheet=f"{SHEET}.front.1", number="0123 4567 8901 2140")

    assert asked(browser, AssignPage)[0].sheet == other


def test_a_mistyped_number_is_said_where_it_was_typed() -> None:
    browser = candidates(opened())
    browser.house.answers["scan", "find_sheet"] = BadSheetNumberError()
    answer = browser.post(f"{PAGE}/pages/2", number="1")

    assert answer.status_code == 422
    assert "表号输入有误" in answer.text


def test_the_queue_names_pile_page_and_reason() -> None:
    browser = opened()
    waiting = OpenPage(
        BATCH,
        2,
        ObjectId("0" * 32),
        SCHOOL,
        PageState.UNMATCHED,
        "no_code",
        is_looked_at=True,
        begun_at=AT,
        holder=None,
        held_until=None,
        best=None,
    )
    browser.house.answers["scan", "list_open_pages"] = OpenPages((waiting,))
    page = browser.get("/scans/queue").text

    assert "没有可用的二维码" in page
    assert f"{PAGE}/pages/2" in page
    browser.house.answers["scan", "list_open_pages"] = OpenPages()
    assert "没有等待指定的页面" in browser.get("/scans/queue").text


@pytest.mark.parametrize(
    "path",
    [
        *("/scans", "/scans/queue", "/scans/piles/p", PAGE, f"{PAGE}/live", f"{PAGE}/commit"),
        f"{PAGE}/pages/2",
    ],
)
@pytest.mark.parametrize("role", [Role.HOMEROOM_TEACHER, Role.SCHOOL_LEADER])
def test_bulk_scans_are_the_registrars_and_clerks(path: str, role: Role) -> None:
    browser = opened(role=role)

    assert browser.get(path).status_code == 403
    assert browser.house.asked == []


@pytest.mark.parametrize(
    "act", ["hold", "commit", "take-back", "take-over", "discard", "pages/2/undo", "pages/2"]
)
def test_an_act_without_the_seal_does_nothing(act: str) -> None:
    browser = opened()

    assert browser.post(f"{PAGE}/{act}", seal=False).status_code == 403
    assert browser.house.asked == []
