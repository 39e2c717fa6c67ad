"""The pages of a class: what is shown and masked, what is sent, refusals, and who may not."""

from datetime import UTC, datetime

import pytest

from services.portal.pages.classes.pupils import State, state_of
from shared.contracts.lane_commands import AnswerQuery, OpenQuery, Queries, QueryReason
from shared.contracts.progress_commands import ClassSheets, Counts, PupilSheet, SheetStages
from shared.contracts.reality_commands import (
    Check,
    Finding,
    FindingShown,
    FindingState,
    NoteFinding,
    Outcome,
    SettleFinding,
)
from shared.contracts.roster_commands import (
    NamesPurpose,
    PupilName,
    PupilNames,
    PupilNamesRequest,
)
from shared.contracts.tick_commands import Tick, TickReason, Ticks, TickSheet, TickShown
from shared.kernel.authority import Role
from shared.kernel.errors import SheetEnteredError, TickReasonError
from shared.kernel.errors_review import CheckIncompleteError, WordsNeededError
from shared.kernel.ids import EntryId, PersonId, SheetId, StudentId, UnitCode
from shared.kernel.units import Level
from tests.unit.portal.fakes import CAMPAIGN, COUNTS, TREE, Browser, FakeHouse, a_task

CLASS, SCHOOL = UnitCode("440305-017-32"), UnitCode("440305-017")
AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
NAMES = {1: "王小明", 2: "李华", 3: "欧阳娜娜", 4: "赵四"}


def a_student(number: int) -> StudentId:
    return StudentId(f"{number:032x}")


def a_sheet(number: int) -> SheetId:
    return SheetId(f"{number:012x}")


def stages(number: int, **told: bool) -> SheetStages:
    names = ("is_photographed", "is_returned", "is_declined", "to_retake")
    flags = dict.fromkeys((*names, "is_entered", "is_decided"), False)
    return SheetStages(a_sheet(number), number, **(flags | told))


def said(number: int, tick: Tick | None = None, *, is_returned: bool = False) -> TickShown:
    reason = TickReason.OTHER if tick in (Tick.DECLINED, Tick.AWAY) else None
    who = (PersonId("0f" * 8), AT) if tick else (None, None)
    return TickShown(a_sheet(number), tick, reason, *who, is_returned)


def a_finding(number: int | None, kind: Finding | None = None, state=None) -> FindingShown:
    student = a_student(number) if number else None
    sheet = a_sheet(number) if number else None
    noted = (PersonId("0f" * 8), AT) if kind else (None, None)
    id_ = f"{number or 0:032x}" if kind else ""
    return FindingShown(id_, student, sheet, number, kind, state, "", (), *noted, None)


def a_house(role: Role = Role.HOMEROOM_TEACHER, unit: str = CLASS) -> FakeHouse:
    house = FakeHouse(role, unit)
    names = tuple(PupilName(a_student(n), n, name) for n, name in NAMES.items())
    told = (
        stages(1),
        stages(2, is_photographed=True, is_returned=True),
        stages(3, to_retake=True),
    )
    sheets = tuple(PupilSheet(a_student(n), one) for n, one in enumerate(told, start=1))
    check = Check(
        CAMPAIGN, CLASS, 1, (a_finding(1), a_finding(2, Finding.PRESENT, FindingState.NOTED))
    )
    house.answers = {
        ("roster", "pupil_names"): PupilNames(names),
        ("progress", "class_sheets"): ClassSheets(CLASS, 4, sheets),
        ("scan", "show_ticks"): Ticks(CLASS, (said(1), said(2, is_returned=True), said(3))),
        ("scan", "tick_sheet"): said(1, Tick.RETURNED, is_returned=True),
        ("review", "show_check"): check,
        ("review", "note_finding"): check,
        ("review", "hand_in_check"): check,
        ("review", "settle_finding"): check,
        ("review", "list_queries"): Queries(
            (
                OpenQuery(
                    *(EntryId("c3" * 16), a_sheet(2), 2, "phone", QueryReason.UNREADABLE),
                    *("末位数字", None, 0, AT),
                ),
            )
        ),
        ("review", "answer_query"): a_task(),
    }
    return house


@pytest.fixture(autouse=True)
def tree(monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{TREE[SCHOOL][2]}{CLASS}/"
    monkeypatch.setitem(TREE, CLASS, ("三年级（2）班", Level.CLASS, path))
    counts = Counts(in_scope=45, issued=44, returned=32, photographed=30)
    monkeypatch.setitem(COUNTS, CLASS, counts)


@pytest.fixture
def browser() -> Browser:
    return Browser(a_house()).signed_in()


def sent(browser: Browser, kind: type) -> list:
    return [one for _, _, one in browser.house.asked if isinstance(one, kind)]


def test_a_teacher_comes_straight_to_the_own_class(browser: Browser) -> None:
    assert browser.get("/class").location == f"/class/{CLASS}"


def test_a_registrar_comes_to_the_classes_of_the_school() -> None:
    browser = Browser(a_house(Role.REGISTRAR, SCHOOL)).signed_in()

    assert browser.get("/class").location == "/school"


def test_tiles_tell_each_state_in_words_and_hide_names(browser: Browser) -> None:
    page = browser.get(f"/class/{CLASS}").text

    for words in ("未交", "已上传", "需重拍", "未下发"):
        assert words in page
    assert "王*明" in page
    assert "王小明" not in page
    assert "<b>1</b> / 3" in page


def test_the_missing_are_a_text_of_numbers_and_masked_names(browser: Browser) -> None:
    page = browser.get(f"/class/{CLASS}").text
    text = page.partition("<textarea")[2].partition("</textarea>")[0]

    assert "1 号 王*明" in text
    assert "3 号 欧*娜（照片看不清，请重拍）" in text
    assert "李" not in text


def test_full_names_are_shown_for_a_purpose_that_goes_on_record(browser: Browser) -> None:
    page = browser.post(f"/class/{CLASS}/names", purpose="call_guardian").text
    purposes = [one.purpose for one in sent(browser, PupilNamesRequest)]

    assert "王小明" in page
    assert NamesPurpose.CALL_GUARDIAN in purposes
    assert "王小明" not in page.partition("<textarea")[2].partition("</textarea>")[0]


def test_no_name_is_shown_in_full_without_a_purpose(browser: Browser) -> None:
    assert browser.post(f"/class/{CLASS}/names", purpose="").status_code == 400


def test_a_pile_of_paper_is_ticked_in_one_go_and_taken_back_in_one(browser: Browser) -> None:
    answer = browser.post(f"/class/{CLASS}/ticks", sheet=[a_sheet(1), a_sheet(3)])
    page = browser.get(answer.location).text
    browser.post(f"/class/{CLASS}/ticks/undo", sheet=[a_sheet(1), a_sheet(3)])

    assert "已标记 2 张为已交纸" in page
    assert page.count(f'name="sheet" value="{a_sheet(1)}"') == 2  # the undo, and the next tick
    assert [one.tick for one in sent(browser, TickSheet)] == [Tick.RETURNED] * 2 + [None] * 2


def test_a_refused_sheet_needs_its_reason(browser: Browser) -> None:
    browser.house.answers["scan", "tick_sheet"] = TickReasonError(a_sheet(1))
    answer = browser.post(f"/class/{CLASS}/sheets/{a_sheet(1)}", tick="declined")

    assert answer.status_code == 422
    assert "请先选择原因" in answer.text


def test_the_reason_beside_the_button_is_the_one_that_is_sent(browser: Browser) -> None:
    form = {"reason_declined": "disagrees", "reason_away": "pupil_away"}
    browser.post(f"/class/{CLASS}/sheets/{a_sheet(1)}", tick="away", **form)
    [command] = sent(browser, TickSheet)

    assert (command.tick, command.reason) == (Tick.AWAY, TickReason.PUPIL_AWAY)


def test_a_mark_of_an_entered_sheet_stays_and_says_why(browser: Browser) -> None:
    browser.house.answers["scan", "tick_sheet"] = SheetEnteredError(a_sheet(1))

    page = browser.post(f"/class/{CLASS}/sheets/{a_sheet(1)}", tick="undo").text
    assert "这张表已经录入，不能再改标记" in page


def test_a_sheet_of_another_class_has_no_page_here(browser: Browser) -> None:
    assert browser.get(f"/class/{CLASS}/sheets/{a_sheet(9)}").status_code == 404


def test_a_leader_looks_at_a_class_and_ticks_nothing() -> None:
    browser = Browser(a_house(Role.SCHOOL_LEADER, SCHOOL)).signed_in()

    assert "标记为已交纸" not in browser.get(f"/class/{CLASS}").text
    answer = browser.post(f"/class/{CLASS}/ticks", sheet=[a_sheet(1)])
    assert answer.status_code == 403
    assert sent(browser, TickSheet) == []


@pytest.mark.parametrize(
    ("told", "word", "state"),
    [
        (stages(1), said(1), State.OUT),
        (stages(1), said(1, Tick.AWAY), State.AWAY),
        (stages(1), said(1, Tick.RETURNED, is_returned=True), State.PAPER),
        (stages(1, is_returned=True), said(1), State.OUT),  # taken back a moment ago
        (stages(1, to_retake=True), said(1, Tick.RETURNED, is_returned=True), State.PAPER),
        (stages(1, is_photographed=True), said(1, is_returned=True), State.PHOTO),
        (stages(1), said(1, Tick.DECLINED, is_returned=True), State.DECLINED),
        (stages(1, is_entered=True), said(1, Tick.AWAY), State.ENTERED),
    ],
)
def test_what_was_said_a_moment_ago_goes_before_what_was_counted(
    told: SheetStages, word: TickShown, state: State
) -> None:
    assert state_of(told, word) is state


def test_the_reality_check_lists_whom_nobody_looked_at_first(browser: Browser) -> None:
    page = browser.get(f"/class/{CLASS}/check").text

    assert page.index("王*明") < page.index("李*")
    assert "<b>1</b> / 2" in page
    assert "其余 1 人都属实" in page
    assert "上交学籍管理员</button>" not in page


def test_a_finding_is_noted_for_the_pupil_it_is_about(browser: Browser) -> None:
    form = {"student": a_student(1), "finding": "not_present", "note": " 已去外地 "}
    answer = browser.post(f"/class/{CLASS}/check", **form)
    [command] = sent(browser, NoteFinding)

    assert (command.student, command.finding) == (a_student(1), Finding.NOT_PRESENT)
    assert command.note == "已去外地"
    assert "已记录" in browser.get(answer.location).text


def test_the_rest_of_a_class_is_noted_as_true_one_by_one(browser: Browser) -> None:
    browser.post(f"/class/{CLASS}/check/present")

    assert [(one.student, one.finding) for one in sent(browser, NoteFinding)] == [
        (a_student(1), Finding.PRESENT)
    ]


def test_somebody_without_a_record_is_noted_without_a_pupil(browser: Browser) -> None:
    browser.post(f"/class/{CLASS}/check", finding="no_record", note="靠窗第三排")

    assert [one.student for one in sent(browser, NoteFinding)] == [None]


def test_an_unfinished_check_is_not_handed_in(browser: Browser) -> None:
    browser.house.answers["review", "hand_in_check"] = CheckIncompleteError(CLASS, 1)
    answer = browser.post(f"/class/{CLASS}/check/hand-in")

    assert answer.status_code == 422
    assert "还有学生没有核对结果" in answer.text


def test_a_registrar_settles_what_was_handed_in() -> None:
    house = a_house(Role.REGISTRAR, SCHOOL)
    handed = a_finding(1, Finding.NOT_PRESENT, FindingState.HANDED_IN)
    house.answers["review", "show_check"] = Check(CAMPAIGN, CLASS, 0, (handed,))
    browser = Browser(house).signed_in()
    page = browser.get(f"/class/{CLASS}/check").text
    browser.post(f"/class/{CLASS}/check/{handed.finding}/settle", outcome="status_updated")
    [command] = sent(browser, SettleFinding)

    assert "记录处理结果" in page
    assert (command.finding, command.outcome) == (handed.finding, Outcome.STATUS_UPDATED)


def test_a_query_names_field_and_reason_and_takes_the_answer(browser: Browser) -> None:
    page = browser.get(f"/class/{CLASS}/queries").text
    browser.post(f"/class/{CLASS}/queries/{'c3' * 16}", answer=" 是 8 ", no_change="1")
    [command] = sent(browser, AnswerQuery)

    assert "联系电话" in page
    assert "写的字看不清：末位数字" in page
    assert "李*" in page
    assert (command.answer, command.is_no_change) == ("是 8", True)


def test_an_answer_without_words_says_what_is_missing(browser: Browser) -> None:
    browser.house.answers["review", "answer_query"] = WordsNeededError("c3" * 16)
    answer = browser.post(f"/class/{CLASS}/queries/{'c3' * 16}", answer="")

    assert answer.status_code == 422
    assert "请写下家长的答复" in answer.text


def test_the_classes_of_a_school_tell_who_is_furthest_behind() -> None:
    browser = Browser(a_house(Role.SCHOOL_LEADER, SCHOOL)).signed_in()
    page = browser.get("/school").text

    assert "三年级（2）班" in page
    assert "还差 12 张" in page
    assert "审核完毕" in page


def test_everybody_missing_in_the_school_is_named_masked_class_by_class() -> None:
    page = Browser(a_house(Role.REGISTRAR, SCHOOL)).signed_in().get("/school/missing").text

    assert "三年级（2）班" in page
    assert "王*明" in page
    assert "李*" not in page


@pytest.mark.parametrize("role", [Role.SUPPORT_STAFF, Role.REVIEWER, Role.UNIT_ADMINISTRATOR])
def test_above_the_school_nobody_sees_its_classes_side_by_side(role: Role) -> None:
    assert Browser(a_house(role, "440305")).signed_in().get("/school").status_code == 403


def test_another_school_s_class_is_refused() -> None:
    house = a_house(Role.REGISTRAR, "440306")

    assert Browser(house).signed_in().get(f"/class/{CLASS}").status_code == 403
