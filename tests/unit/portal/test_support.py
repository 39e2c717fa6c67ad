"""Questions on the staff pages: what is shown, what is sent, what a refusal says, who may not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.contracts.people_commands import SupportPost, SupportStaff
from shared.contracts.progress_commands import SheetStages, StagesTold
from shared.contracts.support_commands import (
    AnswerLine,
    AnswerQuestion,
    AskAsStaff,
    Asked,
    FaqEntries,
    FaqEntry,
    FieldFigures,
    Figures,
    Inbox,
    OwnList,
    OwnQuestion,
    PublishFaq,
    Question,
    QuestionLine,
    QuestionState,
    Step,
)
from shared.contracts.support_events import Asker
from shared.kernel.authority import Role
from shared.kernel.errors import UnknownSheetError
from shared.kernel.errors_support import NobodyAboveError, TextRefusedError, UnknownQuestionError
from shared.kernel.ids import QuestionId, SheetId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.rpc import RpcDeadlineError
from tests.unit.portal.fakes import Browser, FakeHouse

QUESTION, SCHOOL, COUNTY = QuestionId("f6" * 16), UnitCode("440305-017"), UnitCode("440305")
AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
SHEET = SheetId("0123456789ab")
ENTRY = FaqEntry(7, "民族填错了怎么办", "请在变更栏填写。", COUNTY)
CANNED = FaqEntry(8, "常用语", "请核对户口本。", COUNTY, is_public=False)


def a_line(**changed) -> QuestionLine:
    told = {
        "question": QUESTION,
        "asker": Asker.GUARDIAN,
        "unit": SCHOOL,
        "lies_with": COUNTY,
        "sheet": None,
        "field": "ethnic_group",
        "asked_at": AT,
        "due_at": AT.replace(day=13),
        "is_late": False,
    }
    return QuestionLine(**told | changed)


def a_question(line: QuestionLine | None = None, *answers: str) -> Question:
    told = tuple(AnswerLine(n, COUNTY, AT, text) for n, text in enumerate(answers, start=1))
    state = QuestionState.ANSWERED if answers else QuestionState.OPEN
    steps = (Step(SCHOOL, AT, "asked"), Step(COUNTY, AT, "clock"))
    return Question(line or a_line(), state, "民族<写错>了", told, steps)


@pytest.fixture
def browser() -> Browser:
    house = FakeHouse(Role.SUPPORT_STAFF, "440305")
    house.answers = {
        ("support", "inbox"): Inbox((a_line(), a_line(is_late=True)), 5),
        ("support", "show_question"): a_question(),
        ("support", "search_as_staff"): FaqEntries((ENTRY, CANNED)),
        ("support", "own_questions"): OwnList((OwnQuestion(a_line(), QuestionState.ANSWERED),)),
        ("support", "trouble_figures"): Figures((FieldFigures(COUNTY, "name", 3, 2, 1),)),
        ("support", "answer_question"): a_question(None, "请改"),
        ("support", "pass_question"): a_question(),
        ("support", "publish_faq"): ENTRY,
        ("support", "retract_faq"): ENTRY,
        ("support", "ask_as_staff"): Asked(QUESTION, UnitCode("4403"), AT),
    }
    return Browser(house).signed_in()


def sent(browser: Browser, kind: type):
    (command,) = [one for _, _, one in browser.house.asked if isinstance(one, kind)]
    return command


def test_the_inbox_tells_how_many_wait_and_which_are_late_in_words(browser: Browser) -> None:
    page = browser.get("/questions").text

    assert "共 5 个问题等待答复" in page
    assert "已超时 1 个" in page
    assert "民族" in page
    assert "&lt;南山&gt;小学" in page


def test_an_empty_inbox_says_so(browser: Browser) -> None:
    browser.house.answers["support", "inbox"] = Inbox()

    assert "没有等待答复的问题" in browser.get("/questions").text


def test_support_staff_may_look_at_what_lies_below(browser: Browser) -> None:
    browser.get("/questions?below=1")
    _, _, asked = next(one for one in browser.house.asked if one[1] == "inbox")

    assert asked.below


def test_a_question_is_shown_with_its_way_and_no_markup_of_the_asker(browser: Browser) -> None:
    page = browser.get(f"/questions/{QUESTION}").text

    assert "民族&lt;写错&gt;了" in page
    assert "一个工作日内没有答复，自动上交" in page


def test_a_tied_sheet_is_told_by_its_stage_and_number_only(browser: Browser) -> None:
    stages = SheetStages(SHEET, 7, False, True, False, False, False, False)
    browser.house.answers["support", "show_question"] = a_question(a_line(sheet=SHEET))
    browser.house.answers["progress", "sheet_stages"] = StagesTold(SCHOOL, stages)
    page = browser.get(f"/questions/{QUESTION}").text

    assert "关于一张确认表：已回收 · 班内 7 号" in page
    assert SHEET not in page


def test_a_sheet_that_progress_does_not_know_hides_no_question(browser: Browser) -> None:
    browser.house.answers["support", "show_question"] = a_question(a_line(sheet=SHEET))
    browser.house.answers["progress", "sheet_stages"] = UnknownSheetError(SHEET)

    assert "民族&lt;写错&gt;了" in browser.get(f"/questions/{QUESTION}").text


def test_an_answer_is_sent_with_the_chosen_entry_and_own_words(browser: Browser) -> None:
    answer = browser.post(f"/questions/{QUESTION}/answer", entry="8", text=" 请改 ")
    command = sent(browser, AnswerQuestion)

    assert answer.status_code == 303
    assert (command.question, command.entry, command.text) == (QUESTION, 8, "请改")
    assert "提问人在原来的页面就能看到" in browser.get(answer.location).text


def test_a_refused_answer_says_what_to_do_and_keeps_what_was_typed(browser: Browser) -> None:
    browser.house.answers["support", "answer_question"] = TextRefusedError("500")
    answer = browser.post(f"/questions/{QUESTION}/answer", text="很长的答复")

    assert answer.status_code == 422
    assert "不超过 500 个字" in answer.text
    assert "很长的答复</textarea>" in answer.text


def test_what_nobody_here_can_answer_goes_up(browser: Browser) -> None:
    answer = browser.post(f"/questions/{QUESTION}/pass")

    assert "已上交上一级" in browser.get(answer.location).text


def test_a_province_is_told_that_nobody_stands_above(browser: Browser) -> None:
    browser.house.answers["support", "pass_question"] = NobodyAboveError(QUESTION)

    assert "不能再上交" in browser.post(f"/questions/{QUESTION}/pass").text


def test_an_answer_becomes_an_entry_after_it_was_read_again(browser: Browser) -> None:
    browser.house.answers["support", "show_question"] = a_question(None, "张老师：请改")
    page = browser.get(f"/questions/{QUESTION}").text
    browser.post(f"/questions/{QUESTION}/publish", title="民族填错", text="请改")
    command = sent(browser, PublishFaq)

    assert "请先删去能认出提问人的内容" in page
    assert (command.title, command.text, command.question) == ("民族填错", "请改", QUESTION)
    assert command.is_public


def test_a_question_without_an_answer_offers_no_publishing(browser: Browser) -> None:
    assert "发布为常见问题" not in browser.get(f"/questions/{QUESTION}").text


def test_a_question_of_the_own_unit_is_read_and_not_answered(browser: Browser) -> None:
    own = replace(a_line(), asker=Asker.STAFF, unit=COUNTY, lies_with=UnitCode("4403"))
    browser.house.answers["support", "show_question"] = a_question(own)

    assert (
        f'action="/questions/{QUESTION}/answer"' not in browser.get(f"/questions/{QUESTION}").text
    )


def test_an_unknown_question_is_not_found(browser: Browser) -> None:
    browser.house.answers["support", "show_question"] = UnknownQuestionError(QUESTION)
    answer = browser.get(f"/questions/{QUESTION}")

    assert answer.status_code == 404
    assert "没有这个问题" in answer.text


def test_asking_begins_with_the_faq_and_names_who_will_answer(browser: Browser) -> None:
    page = browser.get("/ask?words=民族").text

    assert page.index("民族填错了怎么办") < page.index("您的问题")
    assert "提交给深圳市" in page
    assert "已答复" in page


def test_asking_tells_who_answers_at_each_level_and_where_nobody_does(browser: Browser) -> None:
    posts = (
        SupportPost(COUNTY, Level.COUNTY, ("<孙支持>", "李支持")),
        SupportPost(UnitCode("4403"), Level.CITY, ()),
    )
    browser.house.answers["accounts", "support_staff"] = SupportStaff(posts)
    page = browser.get("/ask").text

    assert "<dt>南山区</dt><dd>&lt;孙支持&gt;、李支持</dd>" in page
    assert "<dt>深圳市</dt><dd>还没有安排人员</dd>" in page


def test_asking_goes_on_while_nobody_can_tell_who_answers(browser: Browser) -> None:
    browser.house.answers["accounts", "support_staff"] = RpcDeadlineError("accounts", "who")
    page = browser.get("/ask").text

    assert "谁来答复" not in page
    assert "提交问题" in page


def test_a_question_goes_up_from_the_own_unit(browser: Browser) -> None:
    answer = browser.post("/ask", text="打印机坏了", field="name", sheet=SHEET)
    command = sent(browser, AskAsStaff)

    assert (command.unit, command.text) == (COUNTY, "打印机坏了")
    assert (command.field, command.sheet) == ("name", SHEET)
    assert answer.location.startswith(f"/questions/{QUESTION}")


def test_a_refused_question_keeps_its_text(browser: Browser) -> None:
    browser.house.answers["support", "ask_as_staff"] = UnknownSheetError(SHEET)
    answer = browser.post("/ask", text="打印机坏了", sheet=SHEET)

    assert answer.status_code == 422
    assert "没有这张确认表" in answer.text
    assert "打印机坏了</textarea>" in answer.text


def test_a_province_is_not_offered_to_ask_above_itself() -> None:
    house = FakeHouse(Role.UNIT_ADMINISTRATOR, "44")
    house.answers = {
        ("support", "search_as_staff"): FaqEntries(),
        ("support", "own_questions"): OwnList(),
    }
    page = Browser(house).signed_in().get("/ask").text

    assert "上面没有更高一级了" in page
    assert "<textarea" not in page


def test_the_faq_offers_to_take_away_own_entries_only(browser: Browser) -> None:
    other = replace(ENTRY, entry=9, unit=UnitCode("44"))
    browser.house.answers["support", "search_as_staff"] = FaqEntries((ENTRY, other))
    page = browser.get("/faq?words=民族").text

    assert 'action="/faq/7/retract"' in page
    assert 'action="/faq/9/retract"' not in page


def test_a_canned_answer_is_kept_apart_from_what_is_public(browser: Browser) -> None:
    answer = browser.post("/faq", title="常用语", text="请核对", kind="canned")

    assert not sent(browser, PublishFaq).is_public
    assert "现在就能搜到" in browser.get(answer.location).text


def test_figures_stand_per_field_and_county_with_their_sum(browser: Browser) -> None:
    page = browser.get("/questions/figures").text

    assert "姓名" in page
    assert '<td class="number">6</td>' in page


def test_a_province_splits_its_figures_by_county() -> None:
    house = FakeHouse(Role.SUPPORT_STAFF, "44")
    house.answers["support", "trouble_figures"] = Figures()
    page = Browser(house).signed_in().get("/questions/figures").text
    _, _, asked = house.asked[-1]

    assert asked.level is Level.COUNTY
    assert "还没有记录" in page


@pytest.mark.parametrize("role", [Role.ENTRY_CLERK, Role.REVIEWER, Role.AUDITOR])
def test_who_answers_nobody_has_no_inbox(role: Role) -> None:
    assert Browser(FakeHouse(role, "44")).signed_in().get("/questions").status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.KEY_OFFICER])
def test_who_serves_the_system_asks_nobody(role: Role) -> None:
    page = Browser(FakeHouse(role, "44")).signed_in()

    assert page.get("/ask").status_code == 403
    assert 'href="/ask"' not in page.get("/").text
