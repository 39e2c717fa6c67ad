from datetime import UTC, datetime

import pytest

from services.portal.pages.values import differing
from shared.contracts.review_commands import (
    DocumentKind,
    DocumentShown,
    EntryState,
    HistoryLine,
    ReturnReason,
    Verdict,
)
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors_review import NotLeasedError, TooLateToUndoError, VerdictReasonError
from shared.kernel.ids import ObjectId, PersonId
from tests.unit.portal.fakes import Browser, FakeHouse, a_task

ENTRY = "c3" * 16


@pytest.fixture
def browser() -> Browser:
    return Browser(FakeHouse(Role.REVIEWER, "4403")).signed_in()


def test_a_change_is_shown_with_what_differs_marked(browser: Browser) -> None:
    browser.house.task = a_task()
    page = browser.get("/decide").text

    assert "<mark>2</mark>" in page
    assert "<mark>3</mark>" in page
    assert "还有 7 条等待" in page


def test_an_empty_queue_says_so_and_where_to_look(browser: Browser) -> None:
    assert "没有等待审核的变更" in browser.get("/decide").text


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_said_with_the_revision_that_was_seen(
    browser: Browser, verdict: Verdict
) -> None:
    browser.house.task = a_task()
    form = {"verdict": verdict.value, "revision": "2", "reason": "typing_error", "note": " 核对 "}
    answer = browser.post(f"/decide/{ENTRY}", **form)
    (said,) = browser.house.decided

    assert answer.status_code == 303
    assert (said.entry, said.revision, said.verdict) == (ENTRY, 2, verdict)
    assert (said.reason, said.note) == (ReturnReason.TYPING_ERROR, "核对")


def test_after_a_verdict_the_next_change_opens_with_an_undo(browser: Browser) -> None:
    browser.house.task = a_task()
    answer = browser.post(f"/decide/{ENTRY}", verdict="approve", revision="2")
    page = browser.get(answer.location).text

    assert "已通过" in page
    assert f'action="/decide/{ENTRY}/undo"' in page


def test_an_undo_is_asked_of_review_and_told(browser: Browser) -> None:
    browser.house.task = a_task()
    answer = browser.post(f"/decide/{ENTRY}/undo")

    assert browser.house.undone == [ENTRY]
    assert "已撤销" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (VerdictReasonError(ENTRY), "原因"),
        (NotLeasedError(ENTRY), "不在您手上"),
    ],
)
def test_a_refused_verdict_says_what_to_do_beside_the_change(
    browser: Browser, refusal: Exception, told: str
) -> None:
    browser.house.task, browser.house.refuses = a_task(), refusal
    answer = browser.post(f"/decide/{ENTRY}", verdict="return", revision="2")

    assert answer.status_code == 422
    assert told in answer.text


def test_an_undo_that_came_too_late_says_so(browser: Browser) -> None:
    browser.house.refuses = TooLateToUndoError(ENTRY)

    assert "不能再撤销" in browser.post(f"/decide/{ENTRY}/undo").text


def test_what_is_no_verdict_decides_nothing(browser: Browser) -> None:
    answer = browser.post(f"/decide/{ENTRY}", verdict="all", revision="2")

    assert answer.status_code == 400
    assert browser.house.decided == []


def test_a_skipped_change_goes_back_to_the_others(browser: Browser) -> None:
    browser.post(f"/decide/{ENTRY}/skip")

    assert browser.house.put_back == [ENTRY]


def test_two_records_with_one_id_number_stand_side_by_side(browser: Browser) -> None:
    browser.house.task = a_task(findings=("id_held_elsewhere",))
    page = browser.get("/decide").text

    assert "王*" in page
    assert "李*" in page


def test_the_history_tells_a_verdict_that_was_taken_back(browser: Browser) -> None:
    at = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
    line = HistoryLine(at, "0f" * 8, "undo", EntryState.SUBMITTED, 2, None, "")
    browser.house.task = a_task(history=(line,))

    assert "2026-10-12 11:00" in (page := browser.get("/decide").text)
    assert "撤销决定" in page


def test_a_stale_paper_shows_what_is_printed_on_it(browser: Browser) -> None:
    browser.house.task = a_task(field="phone", printed="13800000000", is_stale=True)

    assert "表上印的是：13800000000" in browser.get("/decide").text


@pytest.mark.parametrize("path", [f"/decide/{ENTRY}", f"/decide/{ENTRY}/undo"])
def test_a_verdict_without_the_seal_is_not_said(browser: Browser, path: str) -> None:
    browser.post(path, seal=False, verdict="approve", revision="2")

    assert (browser.house.decided, browser.house.undone) == ([], [])


@pytest.mark.parametrize(
    "role",
    [
        one
        for one in Role
        if one not in {*TABLE[Act.DECIDE_KEY_DATA], *TABLE[Act.DECIDE_MAINTENANCE]}
    ],
)
def test_who_decides_nothing_is_neither_offered_nor_shown_the_page(role: Role) -> None:
    browser = Browser(FakeHouse(role, "4403")).signed_in()

    assert 'href="/decide"' not in browser.get("/").text
    assert browser.get("/decide").status_code == 403


def test_the_pieces_of_two_values_make_them_again() -> None:
    old, new = differing("欧阳晓明", "欧阳小明")

    assert "".join(piece.text for piece in old) == "欧阳晓明"
    assert "".join(piece.text for piece in new) == "欧阳小明"
    assert [piece.text for piece in new if piece.differs] == ["小"]


def test_the_cell_the_signature_and_the_proofs_stand_beside_the_values(browser: Browser) -> None:
    at = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
    proof = DocumentShown(ObjectId("a0" * 16), DocumentKind.HOUSEHOLD_BOOK, PersonId("1a" * 8), at)
    browser.house.task = a_task(documents=(proof,))
    page = browser.get("/decide").text

    assert 'src="/sheets/0123456789ab/places/id_number.jpg"' in page
    assert 'src="/sheets/0123456789ab/places/signature.jpg"' in page
    assert "户口簿（2026-10-12 11:00）" in page


def test_a_change_without_a_proof_says_so(browser: Browser) -> None:
    browser.house.task = a_task()

    assert "没有登记" in browser.get("/decide").text
