"""Entering from returned sheets: the work list, one sheet row by row, and what follows."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.pages.entry.app import next_of
from shared.contracts.desk_commands import (
    Chore,
    FieldValue,
    LaneClass,
    SheetOpened,
    Work,
    WorkSheet,
)
from shared.contracts.fields import FieldKind
from shared.contracts.lane_commands import (
    Confirmed,
    Disagreement,
    DisagreementKind,
    QueryReason,
    SettleReason,
    SheetStanding,
)
from shared.contracts.look_commands import CellReading, CellSeen, PageSeen, SheetSeen
from shared.contracts.people_commands import Names, PersonName
from shared.contracts.review_commands import (
    DocumentAdded,
    DocumentKind,
    DocumentShown,
    EntriesShown,
    EntryState,
    HistoryLine,
)
from shared.contracts.scan_commands import PageVerdict
from shared.contracts.seen import Grade, Ink, Presence
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors import (
    NotAllowedError,
    RecordsAwayError,
    UnknownSheetError,
    WindowClosedError,
)
from shared.kernel.errors_review import (
    DocumentNeededError,
    EntryMovedError,
    InconsistentOutcomeError,
    InvalidValueError,
    NoChangeError,
)
from shared.kernel.ids import EntryId, ObjectId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.windows import Action
from shared.plumbing.rpc import RpcDeadlineError
from tests.unit.portal.fakes import Browser, FakeHouse, a_task

SHEET, OTHER = SheetId("0123456789ab"), SheetId("ba9876543210")
CLASS, PHOTO = UnitCode("440305-017"), ObjectId("a0" * 16)
AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
PAGE = f"/entry/sheets/{SHEET}"
PHONE = f"{PAGE}/fields/phone"
INK = Disagreement("phone", DisagreementKind.INK_WITHOUT_ENTRY)
ENTERING = [role for role in Role if role in TABLE[Act.ENTER_CHANGES]]


def a_sheet(sheet: SheetId = SHEET, chore: Chore = Chore.TO_ENTER, **changed: Any) -> WorkSheet:
    told = {"number_in_class": 7, "since": AT, "ink": 2, "unsure": 1, "drafts": 0}
    told |= {"with_other": None, **changed}
    return WorkSheet(sheet, CLASS, chore=chore, **told)


def a_work(*sheets: WorkSheet, lanes: tuple[LaneClass, ...] = ()) -> Work:
    counts: dict[Chore, int] = {}
    for one in sheets:
        counts[one.chore] = counts.get(one.chore, 0) + 1
    return Work(CLASS, counts, sheets, lanes)


def a_standing(**changed: Any) -> SheetStanding:
    told = {
        "sheet": SHEET,
        "unit": CLASS,
        "number_in_class": 7,
        "serial": 1,
        "is_returned": True,
        "is_photographed": True,
        "is_declined": False,
        "is_whole": True,
        "is_signed": True,
        "is_confirmed": False,
        "is_entered": False,
        "cells": {"phone": Ink.INK, "health": Ink.UNSURE, "id_number": Ink.BLANK},
        "stale_fields": (),
        "disagreements": (INK,),
    }
    return SheetStanding(**told | changed)


def an_entry(field: str = "phone", state: EntryState = EntryState.DRAFTED, **changed: Any) -> Any:
    told = {"field": field, "state": state, "kind": FieldKind.MAINTENANCE, "revision": 0}
    told |= {"old": "13800000000", "new": "13900000000", "sheet": SHEET}
    return a_task(**told | changed)


def opened(*entries: Any, **changed: Any) -> SheetOpened:
    values = (
        FieldValue("id_number", "11010519491231002X", "11010519491231002X"),
        FieldValue("health", "10", "10"),
        FieldValue("phone", "13800000000", "13700000000"),
    )
    return SheetOpened(a_standing(**changed), entries, values)


READING = CellReading(Grade.B, "13900000000", "13900000000", ("13900000001",), ())


def seen(reading: CellReading | None = READING, **changed: Any) -> SheetSeen:
    told = {
        "object": PHOTO,
        "side": Side.FRONT,
        "serial": 1,
        "is_older": False,
        "verdict": PageVerdict.COMPLETE,
        "size": (2100, 2970),
        "signature": Presence.PRESENT,
        "signature_box": None,
    }
    box = (100, 200, 900, 80)
    cells = (
        CellSeen("phone", Side.FRONT, Ink.INK, True, box, reading),
        CellSeen("health", Side.FRONT, Ink.UNSURE, False, box, None),
        CellSeen("id_number", Side.FRONT, Ink.BLANK, False, box, None),
    )
    return SheetSeen(SHEET, CLASS, (PageSeen(**told | changed),), cells)


def a_house() -> FakeHouse:
    house = FakeHouse(Role.REGISTRAR, "440305-017")
    house.answers |= {
        ("review", "show_work"): a_work(a_sheet()),
        ("review", "open_sheet"): opened(),
        ("scan", "read_cells"): seen(),
        ("review", "enter_change"): an_entry(),
        ("review", "withdraw_change"): an_entry(state=EntryState.DROPPED),
        ("review", "settle_disagreement"): a_standing(),
        ("review", "submit_changes"): EntriesShown(SHEET, ()),
        ("review", "confirm_sheet"): Confirmed("c", (SHEET,)),
        ("review", "finish_sheet"): a_standing(is_entered=True),
        ("review", "query_guardian"): an_entry(state=EntryState.QUERIED),
        ("review", "answer_query"): an_entry(),
        ("review", "add_document"): DocumentAdded(EntryId("c3" * 16), 1),
    }
    return house


@pytest.fixture
def browser() -> Browser:
    return Browser(a_house()).signed_in()


def asked(browser: Browser, method: str) -> list[Any]:
    return [request for _, name, request in browser.house.asked if name == method]


# The work list.


def test_the_list_shows_what_is_to_do_with_counts_and_the_way_into_it(browser: Browser) -> None:
    other = a_sheet(OTHER, Chore.SENT_BACK, with_other=PersonId("c0" * 8))
    lanes = (LaneClass(CLASS, 30),)
    browser.house.answers["review", "show_work"] = a_work(other, a_sheet(), lanes=lanes)
    page = browser.get("/entry").text

    assert "逐张办理，共 2 张" in page
    assert f'href="{PAGE}"' in page
    assert "7 号" in page
    assert "他人正在录入" in page
    told = Names((PersonName(PersonId("c0" * 8), "李录入"),))
    browser.house.answers["accounts", "colleagues"] = told
    assert "李录入正在录入" in browser.get("/entry").text
    assert "10-12 11:00" in page
    assert 'href="/entry/no-change"' in page


def test_an_empty_list_says_what_fills_it(browser: Browser) -> None:
    browser.house.answers["review", "show_work"] = a_work()

    assert "没有要办理的确认表" in browser.get("/entry").text


def test_one_chore_can_be_chosen_by_its_address(browser: Browser) -> None:
    browser.get("/entry?chore=sent_back")

    assert asked(browser, "show_work")[-1].chore is Chore.SENT_BACK


def test_a_chore_that_does_not_exist_shows_all(browser: Browser) -> None:
    browser.get("/entry?chore=everything")

    assert asked(browser, "show_work")[-1].chore is None


def test_the_next_sheet_is_the_one_behind_that_nobody_has() -> None:
    sheets = [SheetId(f"{number:012x}") for number in range(5)]
    found = a_work(
        a_sheet(sheets[0]),
        a_sheet(sheets[1], with_other=PersonId("c0" * 8)),
        a_sheet(sheets[2], Chore.NO_CHANGE),
        a_sheet(sheets[3]),
    )
    order = [next_of(found, after) for after in (sheets[0], sheets[3], sheets[4])]

    assert [one.sheet if one else None for one in order] == [sheets[3], sheets[0], sheets[0]]
    assert next_of(a_work(a_sheet(sheets[0])), sheets[0]) is None


def test_when_nothing_is_left_the_list_says_so(browser: Browser) -> None:
    answer = browser.get(f"/entry/next?after={SHEET}")

    assert answer.location == "/entry?done=all"
    assert "没有等待逐张办理" in browser.get(answer.location).text


# One sheet.


def test_a_row_shows_paper_beside_record_and_input(browser: Browser) -> None:
    page = browser.get(PAGE).text

    assert '<svg viewBox="100 200 900 80"' in page
    assert f'href="/sheets/{SHEET}/sides/front.jpg"' in page
    assert "13800000000" in page
    assert "表上印的是：13700000000" in page
    assert page.index('id="row-phone"') < page.index('id="row-health"')
    assert page.index('id="row-health"') < page.index('id="row-id_number"')


def test_what_the_writing_seems_to_say_is_shown_and_never_typed_by_itself(
    browser: Browser,
) -> None:
    page = browser.get(PAGE).text

    assert 'data-take="13900000000"' in page
    assert re.search(r'id="value-phone" name="value" value=""', page)


def test_a_reading_without_a_suggestion_is_only_told(browser: Browser) -> None:
    reading = CellReading(Grade.C, "139", None, (), ("check_digit",))
    browser.house.answers["scan", "read_cells"] = seen(reading)
    page = browser.get(PAGE).text

    assert "读到：139" in page
    assert 'data-take="139"' not in page
    assert "校验码对不上" in page


@pytest.mark.parametrize("read", ["10", "健康或良好"])
def test_a_choice_is_told_by_its_label_however_it_was_read(browser: Browser, read: str) -> None:
    told = seen(None)
    cells = tuple(
        replace(one, reading=CellReading(Grade.A, read, read, (), ()))
        if one.field == "health"
        else one
        for one in told.cells
    )
    browser.house.answers["scan", "read_cells"] = replace(told, cells=cells)
    page = browser.get(PAGE).text

    assert "像是写着：<b>健康或良好</b>" in page
    assert 'data-take="10"' in page


def test_values_nobody_works_on_are_masked(browser: Browser) -> None:
    page = browser.get(PAGE).text

    assert "11010519491231002X" not in page
    assert "110***********002X" in page


def test_a_stale_paper_is_told_at_its_row_and_on_top(browser: Browser) -> None:
    browser.house.answers["review", "open_sheet"] = opened(stale_fields=("phone",))
    page = browser.get(PAGE).text

    assert "印表之后学籍有过变动" in page
    assert "表上印的是：13700000000" in page


def test_entering_goes_on_from_paper_while_scan_is_away(browser: Browser) -> None:
    def away(_request: object) -> None:
        raise RpcDeadlineError("scan", "read_cells")

    browser.house.answers["scan", "read_cells"] = away
    page = browser.get(PAGE).text

    assert "识读服务暂时没有应答" in page
    assert 'id="value-phone"' in page


def test_a_page_without_signature_says_so(browser: Browser) -> None:
    browser.house.answers["review", "open_sheet"] = opened(is_signed=False)

    assert "没有看到签名" in browser.get(PAGE).text


def test_saving_drafts_at_review_and_comes_back_to_the_row(browser: Browser) -> None:
    answer = browser.post(f"{PHONE}/save", value="13900000000")
    [request] = asked(browser, "enter_change")

    assert (request.sheet, request.field, request.value) == (SHEET, "phone", "13900000000")
    assert answer.location == f"{PAGE}?at=phone&done=saved"


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (InvalidValueError("phone", "phone"), "11 位手机号"),
        (NoChangeError("phone"), "与学籍现有的值相同"),
        (WindowClosedError("440305-017", Action.ENTER_CHANGES, ""), "现在不能录入"),
        (RecordsAwayError(), "还在"),
    ],
)
def test_a_refused_value_stays_typed_with_what_to_do_beside_it(
    browser: Browser, refusal: Exception, told: str
) -> None:
    browser.house.answers["review", "enter_change"] = refusal
    answer = browser.post(f"{PHONE}/save", value="1390000")

    assert answer.status_code == 422
    assert told in answer.text
    assert 'id="value-phone" name="value" value="1390000"' in answer.text
    assert 'aria-describedby="wrong-phone"' in answer.text
    assert 'href="#value-phone"' in answer.text


@pytest.mark.parametrize(
    "reason",
    [
        *("empty", "too_long", "code", "date", "future", "month", "range", "name", "phone"),
        *("division", "integer", "decimal", "length", "document", "control_character"),
        *("id_shape", "id_check", "id_birth_date"),
    ],
)
def test_every_reason_of_no_value_has_words(browser: Browser, reason: str) -> None:
    browser.house.answers["review", "enter_change"] = InvalidValueError("phone", reason)
    told = browser.post(f"{PHONE}/save", value="x").text

    assert 'id="wrong-phone"' in told
    assert "不符合这一栏的要求" not in told


def test_no_change_is_settled_with_its_reason(browser: Browser) -> None:
    browser.post(f"{PHONE}/no-change", reason="stray_mark", note=" 墨点 ")
    [request] = asked(browser, "settle_disagreement")

    assert (request.field, request.kind) == ("phone", DisagreementKind.INK_WITHOUT_ENTRY)
    assert (request.reason, request.note) == (SettleReason.STRAY_MARK, "墨点")
    assert asked(browser, "withdraw_change") == []


def test_no_change_of_a_drafted_field_drops_the_draft_first(browser: Browser) -> None:
    answers = [opened(an_entry(), disagreements=()), opened(disagreements=(INK,))]
    browser.house.answers["review", "open_sheet"] = lambda _request: answers.pop(0)
    browser.post(f"{PHONE}/no-change", reason="same_value")

    assert len(asked(browser, "withdraw_change")) == 1
    assert len(asked(browser, "settle_disagreement")) == 1


def test_no_change_without_a_reason_settles_nothing(browser: Browser) -> None:
    answer = browser.post(f"{PHONE}/no-change", reason="")

    assert answer.status_code == 422
    assert asked(browser, "settle_disagreement") == []


UNSEEN = Disagreement("phone", DisagreementKind.ENTRY_WITHOUT_INK)


@pytest.mark.parametrize("state", [EntryState.DRAFTED, EntryState.SUBMITTED, EntryState.APPLIED])
def test_an_entry_no_ink_was_seen_for_is_explained_and_goes_on(
    browser: Browser, state: EntryState
) -> None:
    entry = an_entry(state=state)
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=(UNSEEN,))

    page = browser.get(f"{PAGE}?at=phone").text
    browser.post(f"{PHONE}/settle", reason="faint_ink")

    assert re.search(r'<select id="settle-phone"[^>]* autofocus', page)
    assert "监护人当面说明" in page
    assert "污渍或误笔" not in page.partition('id="settle-phone"')[2].partition("</form>")[0]
    (said,) = asked(browser, "settle_disagreement")
    assert (said.field, said.kind, said.reason) == (
        "phone",
        DisagreementKind.ENTRY_WITHOUT_INK,
        SettleReason.FAINT_INK,
    )
    assert asked(browser, "withdraw_change") == []


def test_what_was_not_explained_asks_again_where_it_stands(browser: Browser) -> None:
    entry = an_entry(state=EntryState.SUBMITTED)
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=(UNSEEN,))
    answer = browser.post(f"{PHONE}/settle", reason="")

    assert answer.status_code == 422
    assert 'aria-describedby="unsaid-phone"' in answer.text
    assert re.search(r'<select id="settle-phone"[^>]* autofocus', answer.text)
    assert asked(browser, "settle_disagreement") == []


def test_a_question_saves_what_is_typed_and_goes_to_the_guardian(browser: Browser) -> None:
    browser.post(f"{PHONE}/query", value="13900000000", ask="unreadable", note="第三位")
    [request] = asked(browser, "query_guardian")

    assert len(asked(browser, "enter_change")) == 1
    assert (request.reason, request.note) == (QueryReason.UNREADABLE, "第三位")


def test_a_question_about_a_saved_draft_types_it_not_again(browser: Browser) -> None:
    browser.house.answers["review", "open_sheet"] = opened(an_entry())
    browser.post(f"{PHONE}/query", value="13900000000", ask="implausible")

    assert asked(browser, "enter_change") == []
    assert len(asked(browser, "query_guardian")) == 1


def test_question_and_answer_stand_in_the_row(browser: Browser) -> None:
    lines = (
        HistoryLine(AT, "0f" * 8, "query", EntryState.QUERIED, 0, "unreadable", "第三位"),
        HistoryLine(AT, "0f" * 8, "answer", EntryState.DRAFTED, 0, None, "是 9"),
    )
    browser.house.answers["review", "open_sheet"] = opened(an_entry(history=lines))
    page = browser.get(PAGE).text

    assert "问监护人：字迹看不清，第三位" in page
    assert "答复：是 9" in page


def test_a_registrar_notes_an_answer_and_a_clerk_does_not(browser: Browser) -> None:
    browser.house.answers["review", "open_sheet"] = opened(an_entry(state=EntryState.QUERIED))

    assert "登记答复" in browser.get(PAGE).text
    browser.post(f"{PHONE}/answer", note="不改了", no_change="1")
    assert asked(browser, "answer_query")[0].is_no_change is True
    browser.house.role = Role.ENTRY_CLERK
    assert "登记答复" not in browser.get(PAGE).text


def test_a_returned_entry_shows_why_and_is_typed_again(browser: Browser) -> None:
    line = HistoryLine(AT, "0f" * 8, "return", EntryState.RETURNED, 1, "typing_error", "少一位")
    entry = an_entry(state=EntryState.RETURNED, revision=1, history=(line,))
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=())
    page = browser.get(PAGE).text

    assert "退回原因：录入有误，少一位" in page
    assert 'id="value-phone" name="value" value="13900000000"' in page
    assert "处理完上面标出的栏目" in page


def test_a_conflict_shows_all_three_values(browser: Browser) -> None:
    entry = an_entry(state=EntryState.CONFLICTED, old="13600000000")
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=())

    assert (
        "提交时学籍为 13600000000，现在是 13800000000；要求改为 13900000000"
        in browser.get(PAGE).text
    )


def test_a_submitted_entry_can_be_withdrawn(browser: Browser) -> None:
    entry = an_entry(state=EntryState.SUBMITTED)
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=())

    assert "撤回这一项" in browser.get(PAGE).text
    answer = browser.post(f"{PHONE}/withdraw")
    assert asked(browser, "withdraw_change")[0].entry == entry.entry
    assert "已撤回" in browser.get(answer.location).text


def test_a_refused_withdrawal_says_whose_it_is(browser: Browser) -> None:
    entry = an_entry(state=EntryState.SUBMITTED)
    browser.house.answers["review", "open_sheet"] = opened(entry)
    browser.house.answers["review", "withdraw_change"] = NotAllowedError(Act.ENTER_CHANGES)

    assert "由本人或学籍管理员撤回" in browser.post(f"{PHONE}/withdraw").text


def test_key_data_asks_for_its_proof(browser: Browser) -> None:
    entry = an_entry("id_number", kind=FieldKind.KEY_DATA)
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=())
    assert "缺证明" in browser.get(PAGE).text

    assert 'enctype="multipart/form-data"' in browser.get(PAGE).text


def test_a_proven_entry_names_its_proofs(browser: Browser) -> None:
    proof = DocumentShown(PHOTO, DocumentKind.POLICE_CERTIFICATE, PersonId("0f" * 8), AT)
    entry = an_entry("id_number", kind=FieldKind.KEY_DATA, documents=(proof,))
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=())
    page = browser.get(PAGE).text

    assert "公安机关证明" in page
    assert "缺证明" not in page


# The whole sheet.


def test_the_summary_is_submitted_as_it_was_seen_and_the_next_sheet_opens(
    browser: Browser,
) -> None:
    entry = an_entry(sequence=4)
    answers = [opened(entry, disagreements=()), opened(is_entered=True)]
    browser.house.answers["review", "open_sheet"] = lambda _request: answers.pop(0)
    page = browser.get(PAGE).text
    assert f'name="seen" value="{entry.entry}:4"' in page
    assert "提交 1 项变更" in page

    answer = browser.post(f"{PAGE}/submit", seen=f"{entry.entry}:4")
    [request] = asked(browser, "submit_changes")

    assert [(one.entry, one.sequence) for one in request.entries] == [(entry.entry, 4)]
    assert answer.location == f"/entry/next?after={SHEET}&done=submit"


def test_a_sheet_with_open_rows_stays_after_submitting(browser: Browser) -> None:
    answer = browser.post(f"{PAGE}/submit", seen=f"{'c3' * 16}:4")

    assert answer.location == f"{PAGE}?done=submit_open"
    assert "还有没处理完的栏目" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (EntryMovedError("c3" * 16, 5), "汇总之后又有改动"),
        (InconsistentOutcomeError(SHEET, "id_other_sex"), "身份证号与性别不一致"),
        (DocumentNeededError("c3" * 16, "name"), "须有证明材料"),
    ],
)
def test_a_refused_submission_says_what_to_do(
    browser: Browser, refusal: Exception, told: str
) -> None:
    browser.house.answers["review", "submit_changes"] = refusal
    answer = browser.post(f"{PAGE}/submit", seen=f"{'c3' * 16}:4")

    assert answer.status_code == 422
    assert told in answer.text


def test_nothing_seen_submits_nothing(browser: Browser) -> None:
    assert browser.post(f"{PAGE}/submit", seen="none").status_code == 400
    assert asked(browser, "submit_changes") == []


def test_a_blank_sheet_is_confirmed_by_who_has_looked(browser: Browser) -> None:
    blank = opened(cells=dict.fromkeys(("phone", "health", "id_number"), Ink.BLANK))
    browser.house.answers["review", "open_sheet"] = SheetOpened(
        a_standing(cells=blank.standing.cells, disagreements=()), (), blank.values
    )
    told = seen(None)
    cells = tuple(CellSeen(one.field, one.side, Ink.BLANK, False, None, None) for one in told.cells)
    browser.house.answers["scan", "read_cells"] = SheetSeen(SHEET, CLASS, told.pages, cells)

    assert "确认无变更" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/confirm").location == f"/entry/next?after={SHEET}&done=confirm"


def test_paper_no_machine_saw_whole_is_finished_by_a_person(browser: Browser) -> None:
    entry = an_entry(state=EntryState.SUBMITTED)
    browser.house.answers["review", "open_sheet"] = opened(entry, disagreements=(), is_whole=False)

    assert "纸上没有其他变更，完成" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/finish").location == f"/entry/next?after={SHEET}&done=finish"


# Who may not.


@pytest.mark.parametrize("path", ["/entry", "/entry/next", PAGE, "/entry/no-change"])
@pytest.mark.parametrize("role", [one for one in Role if one not in ENTERING])
def test_who_enters_nothing_is_neither_offered_nor_shown_the_pages(role: Role, path: str) -> None:
    browser = Browser(FakeHouse(role, "440305")).signed_in()

    assert 'href="/entry"' not in browser.get("/").text
    assert browser.get(path).status_code == 403


@pytest.mark.parametrize(
    "path", [f"{PHONE}/save", f"{PHONE}/query", f"{PAGE}/submit", f"{PAGE}/confirm"]
)
def test_nothing_is_done_by_a_form_without_the_seal(browser: Browser, path: str) -> None:
    browser.post(path, seal=False, value="1", seen=f"{'c3' * 16}:4")

    assert not any(
        asked(browser, name) for name in ("enter_change", "submit_changes", "confirm_sheet")
    )


def test_a_step_that_does_not_exist_does_nothing(browser: Browser) -> None:
    assert browser.post(f"{PHONE}/approve").status_code == 404


def test_a_sheet_nobody_knows_leads_back_to_the_list(browser: Browser) -> None:
    browser.house.answers["review", "open_sheet"] = UnknownSheetError(SHEET)

    answer = browser.get(PAGE)

    assert answer.status_code == 404
    assert "请从工作清单进入" in answer.text
