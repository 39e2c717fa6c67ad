"""One question: its text, its way, its answers; answering, passing up, publishing."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from services.portal.pages.support import asking
from services.portal.pages.support.lines import line_of, named, names_of, stage_words
from services.portal.pages.support.sentences import refusal_of_question
from shared.contracts.support_commands import (
    AnswerQuestion,
    PassQuestion,
    PublishFaq,
    Question,
    QuestionState,
    ShowQuestion,
    StaffFaqSearch,
)
from shared.contracts.support_events import Asker
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import QuestionId, SheetId
from shared.plumbing.web.app import WebApp

READERS = (Act.ANSWER_QUESTION, Act.ASK_QUESTION)


def add_thread(app: WebApp, staff: Staff) -> None:
    """A question with everything that can be done about it."""

    @app.get("/questions/<question>")
    def thread(question: str) -> str:
        return _page(staff, entitled(staff, *READERS), QuestionId(question), _done())

    @app.post("/questions/<question>/answer")
    def answer_form(question: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ANSWER_QUESTION)
        chosen = request.form.get("entry", "")
        command = AnswerQuestion(
            who.token,
            QuestionId(question),
            request.form.get("text", "").strip(),
            int(chosen) if chosen.isdigit() else None,
        )
        return _told(staff, who, question, partial(asking.answer, staff.house, command), "answered")

    @app.post("/questions/<question>/pass")
    def pass_form(question: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ANSWER_QUESTION)
        command = PassQuestion(who.token, QuestionId(question))
        return _told(staff, who, question, partial(asking.pass_up, staff.house, command), "passed")

    @app.post("/questions/<question>/publish")
    def publish_form(question: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.PUBLISH_FAQ)
        command = PublishFaq(
            who.token,
            staff.campaign,
            request.form.get("title", "").strip(),
            request.form.get("text", "").strip(),
            QuestionId(question),
        )
        return _told(
            staff, who, question, partial(asking.publish, staff.house, command), "published"
        )


def _told(staff: Staff, who: Visitor, question: str, act: Callable[[], object], done: str) -> Any:
    """Do it and show the thread again; a refusal keeps what was typed."""
    try:
        act()
    except DomainError as refused:
        return _page(staff, who, QuestionId(question), refusal_of_question(refused)), 422
    return make_response(redirect(url_for("thread", question=question, done=done), 303))


def _page(staff: Staff, who: Visitor, question: QuestionId, said: Said | None) -> str:
    found = asking.question(staff.house, ShowQuestion(who.token, question))
    names = names_of(staff, [found.line])
    names = {**names, **staff.house.units(sorted(_units_of(found) - names.keys()))}
    may_answer = who.may_see(Act.ANSWER_QUESTION) and not _was_asked_here(who, found)
    words = request.args.get("words", "").strip()
    canned = (
        asking.search(staff.house, StaffFaqSearch(who.token, words or found.text))
        if may_answer
        else ()
    )
    return render_template(
        "support/thread.html",
        line=line_of(found.line, names),
        text=found.text,
        is_open=found.state is QuestionState.OPEN,
        answers=[(named(one.unit, names), moments.told(one.at), one.text) for one in found.answers],
        steps=[
            (named(one.lies_with, names), moments.told(one.since), _passed(one.passed_by))
            for one in found.steps
        ],
        sheet=_sheet(staff, who, found),
        may_answer=may_answer,
        may_publish=may_answer and bool(found.answers) and who.may_see(Act.PUBLISH_FAQ),
        canned=canned,
        words=words,
        typed=request.form,
        said=said,
    )


def _sheet(staff: Staff, who: Visitor, found: Question) -> tuple[str, str] | None:
    """The class and the stage of the question's sheet, where this role may see stages at all."""
    sheet: SheetId | None = found.line.sheet
    if sheet is None or not who.may_see(Act.SEE_COUNTS):
        return None
    try:
        told = asking.stages(staff.house, who.token, staff.campaign, sheet)
    except DomainError:
        return None  # nobody has told progress of its print: the question stands without it
    number = told.stages.number_in_class
    return stage_words(told.stages), "" if number is None else str(number)


def _was_asked_here(who: Visitor, found: Question) -> bool:
    """A question of one's own unit went up to be answered there."""
    return found.line.asker is Asker.STAFF and found.line.unit == who.actor.unit


def _units_of(found: Question) -> set[Any]:
    return {one.unit for one in found.answers} | {one.lies_with for one in found.steps}


def _passed(by: str) -> str:
    words = {
        "asked": _("提出"),
        "hand": _("人工上交"),
        "clock": _("一个工作日内没有答复，自动上交"),
    }
    return str(words.get(by, by))


def _done() -> Said | None:
    words = {
        "answered": Said(
            _("已答复"), _("提问人在原来的页面就能看到；可以再次答复来更正。"), "good"
        ),
        "passed": Said(_("已上交上一级"), _("上级会在收件箱里看到。"), "good"),
        "published": Said(_("已发布为常见问题"), _("本单位和下级单位都能搜到。"), "good"),
        "asked": Said(
            _("问题已提交"), _("答复会出现在这一页；一个工作日没有答复会自动上交。"), "good"
        ),
    }
    return words.get(request.args.get("done", ""))
