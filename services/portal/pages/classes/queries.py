"""What the guardians of a class are asked about their changes, and their answers."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.classes import asking
from services.portal.pages.classes.words import query_words, refusal_of_class
from services.portal.pages.places import own_part, trail_of
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from services.portal.pages.values import label_of
from shared.contracts.lane_commands import AnswerQuery, ListQueries
from shared.contracts.progress_commands import ClassSheetsRequest
from shared.contracts.roster_commands import PupilNamesRequest
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import EntryId, SheetId, UnitCode
from shared.kernel.masking import masked_name
from shared.plumbing.web.app import WebApp

LONGEST_ANSWER = 500


def add_queries(app: WebApp, staff: Staff) -> None:
    """Doubts of whoever enters, answered by who talks to the guardians."""

    @app.get("/class/<unit>/queries")
    def queries(unit: str) -> str:
        return _page(staff, entitled(staff, Act.ANSWER_QUERY), UnitCode(unit), _done())

    @app.post("/class/<unit>/queries/<entry>")
    def query_form(unit: str, entry: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ANSWER_QUERY)
        command = AnswerQuery(
            who.token,
            EntryId(entry),
            request.form.get("answer", "").strip()[:LONGEST_ANSWER],
            request.form.get("no_change") == "1",
        )
        try:
            asking.answer_query(staff.house, command)
        except DomainError as refused:
            return _page(staff, who, UnitCode(unit), refusal_of_class(refused)), 422
        return make_response(redirect(url_for("queries", unit=unit, done="answered"), 303))


def _page(staff: Staff, who: Visitor, unit: UnitCode, said: Said | None) -> str:
    here = own_part(staff, who, unit, Act.ANSWER_QUERY)
    found = asking.queries(staff.house, ListQueries(who.token, staff.campaign, unit)).queries
    names = _names(staff, who, unit) if found else {}
    return render_template(
        "classes/queries.html",
        here=here,
        trail=trail_of(staff, who, here),
        rows=[
            (
                one,
                names.get(one.sheet, ""),
                label_of(one.field),
                query_words()[one.reason],
                moments.told(one.asked_at),
            )
            for one in found
        ],
        longest=LONGEST_ANSWER,
        typed=request.form,
        said=said,
    )


def _names(staff: Staff, who: Visitor, unit: UnitCode) -> dict[SheetId, str]:
    """Masked names by sheet."""
    told = asking.class_sheets(staff.house, ClassSheetsRequest(who.token, staff.campaign, unit))
    named = asking.names(staff.house, PupilNamesRequest(who.token, unit)).pupils
    names = {one.student: masked_name(one.name) for one in named}
    return {one.stages.sheet: names.get(one.student, "") for one in told.sheets if one.student}


def _done() -> Said | None:
    if request.args.get("done") != "answered":
        return None
    return Said(_("已记下家长的答复"), _("录入人员会按答复继续办理。"), "good")
