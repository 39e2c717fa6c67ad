"""Asking: the FAQ first, then the question; and what one has asked before."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages.people import support_posts
from services.portal.pages.places import names_of as names_by_code
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from services.portal.pages.support import asking
from services.portal.pages.support.lines import line_of, names_of
from services.portal.pages.support.sentences import refusal_of_question
from shared.contracts.fields import national
from shared.contracts.support_commands import (
    LONGEST_TEXT,
    AskAsStaff,
    OwnQuestions,
    QuestionState,
    StaffFaqSearch,
)
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import SheetId
from shared.kernel.units import codes_up
from shared.plumbing.web.app import WebApp


def add_ask(app: WebApp, staff: Staff) -> None:
    """The page behind "ask" in the head of every page."""

    @app.get("/ask")
    def ask() -> str:
        return _page(staff, entitled(staff, Act.ASK_QUESTION), None)

    @app.post("/ask")
    def ask_form() -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ASK_QUESTION)
        form = request.form
        sheet = form.get("sheet", "")
        command = AskAsStaff(
            who.token,
            staff.campaign,
            who.actor.unit,
            form.get("text", "").strip(),
            SheetId(sheet) if sheet else None,
            form.get("field") or None,
        )
        try:
            asked = asking.ask(staff.house, command)
        except DomainError as refused:
            return _page(staff, who, refusal_of_question(refused)), 422
        address = url_for("thread", question=asked.question, done="asked")
        return make_response(redirect(address, 303))


def _page(staff: Staff, who: Visitor, said: Said | None) -> str:
    words = request.args.get("words", "").strip()
    own = asking.own_questions(staff.house, OwnQuestions(who.token, staff.campaign)).questions
    names = names_of(staff, [one.line for one in own])
    return render_template(
        "support/ask.html",
        said=said,
        words=words,
        found=asking.search(staff.house, StaffFaqSearch(who.token, words)),
        fields=[(one.key, one.label) for one in national().fields],
        sheet=request.values.get("sheet", ""),
        typed=request.form,
        longest=LONGEST_TEXT,
        goes_to=_above(staff, who),
        way=_way(staff, who),
        own=[(line_of(one.line, names), _state(one.state)) for one in own],
    )


def _above(staff: Staff, who: Visitor) -> str:
    """The unit a question of this visitor goes to; "" at the province, where nobody stands above."""
    codes = codes_up(who.actor.path)
    if len(codes) == 1:
        return ""
    known = staff.house.units([codes[1]]).get(codes[1])
    return known.name if known is not None else codes[1]


def _way(staff: Staff, who: Visitor) -> list[tuple[str, str]]:
    """Every unit a question may climb to, with the names of who answers there; nobody is "".

    The own unit of support staff is where they answer themselves: it stands there too.
    """
    posts = support_posts(staff, who)
    names = names_by_code(staff, [one.unit for one in posts])
    return [(names[one.unit], _("、").join(one.names)) for one in posts]


def _state(state: QuestionState) -> str:
    return str(_("已答复") if state is QuestionState.ANSWERED else _("等待答复"))
