"""The FAQ: search, publish in own words, keep canned answers, take an entry away."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from services.portal.pages.support import asking
from services.portal.pages.support.sentences import refusal_of_question
from shared.contracts.support_commands import (
    LONGEST_TEXT,
    PublishFaq,
    RetractFaq,
    StaffFaqSearch,
)
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.plumbing.web.app import WebApp


def add_faq(app: WebApp, staff: Staff) -> None:
    """What everybody may search, and who answers may add to."""

    @app.get("/faq")
    def faq() -> str:
        return _page(staff, entitled(staff, Act.ANSWER_QUESTION, Act.ASK_QUESTION), _done())

    @app.post("/faq")
    def faq_form() -> Any:
        check_meant(staff)
        who = entitled(staff, Act.PUBLISH_FAQ)
        form = request.form
        command = PublishFaq(
            who.token,
            staff.campaign,
            form.get("title", "").strip(),
            form.get("text", "").strip(),
            is_public=form.get("kind") != "canned",
        )
        try:
            asking.publish(staff.house, command)
        except DomainError as refused:
            return _page(staff, who, refusal_of_question(refused)), 422
        return make_response(redirect(url_for("faq", done="published"), 303))

    @app.post("/faq/<int:entry>/retract")
    def retract_form(entry: int) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.PUBLISH_FAQ)
        try:
            asking.retract(staff.house, RetractFaq(who.token, entry))
        except DomainError as refused:
            return _page(staff, who, refusal_of_question(refused)), 422
        return make_response(redirect(url_for("faq", done="retracted"), 303))


def _page(staff: Staff, who: Visitor, said: Said | None) -> str:
    words = request.args.get("words", "").strip()
    found = asking.search(staff.house, StaffFaqSearch(who.token, words))
    names = staff.house.units(sorted({one.unit for one in found}))
    return render_template(
        "support/faq.html",
        said=said,
        words=words,
        found=[(one, names[one.unit].name if one.unit in names else one.unit) for one in found],
        own=who.actor.unit,
        may_publish=who.may_see(Act.PUBLISH_FAQ),
        typed=request.form,
        longest=LONGEST_TEXT,
    )


def _done() -> Said | None:
    words = {
        "published": Said(_("已保存"), _("现在就能搜到。"), "good"),
        "retracted": Said(_("已撤下"), _("不再能搜到；需要时可以重新发布。"), "good"),
    }
    return words.get(request.args.get("done", ""))
