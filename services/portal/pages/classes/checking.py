"""The class reality check: is the pupil here, is the record here, is its status true."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from services.portal.pages.classes import asking
from services.portal.pages.classes.pupils import names_of
from services.portal.pages.classes.words import (
    finding_state_words,
    finding_words,
    outcome_words,
    refusal_of_class,
)
from services.portal.pages.entry.words import document_kinds
from services.portal.pages.places import own_part, trail_of
from services.portal.pages.proving import prove, take_large_form
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.reality_commands import (
    AddProof,
    Check,
    Finding,
    FindingShown,
    FindingState,
    HandInCheck,
    NoteFinding,
    Outcome,
    SettleFinding,
    ShowCheck,
    TakeProofBack,
)
from shared.contracts.review_commands import DocumentKind, DocumentShown
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import ObjectId, StudentId, UnitCode
from shared.plumbing.web.app import WebApp

LONGEST_NOTE = 200
_NEED_PROOF = frozenset({Finding.OTHER_DOCUMENT, Finding.NO_DOCUMENT})


@dataclass(frozen=True, slots=True)
class Row:
    """One pupil of the check."""

    shown: FindingShown
    number: int | None
    name: str
    kind: str  # "" while nobody has looked
    state: str
    outcome: str
    proofs: tuple[tuple[str, str, str], ...]  # its id, what it is, its page's address or ""

    @property
    def needs_proof(self) -> bool:
        """Whether a document belongs to what was found."""
        return self.shown.kind in _NEED_PROOF


def add_checking(app: WebApp, staff: Staff) -> None:
    """Noted by the homeroom teacher, settled by the registrar."""
    _add_noting(app, staff)
    _add_proving(app, staff)
    _add_settling(app, staff)


def _add_noting(app: WebApp, staff: Staff) -> None:
    @app.get("/class/<unit>/check")
    def check(unit: str) -> str:
        return _page(staff, entitled(staff, Act.TICK_SHEET), UnitCode(unit), _done())

    @app.post("/class/<unit>/check")
    def note_form(unit: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.TICK_SHEET)
        kind = request.form.get("finding", "")
        if kind not in set(Finding):
            raise BadRequest
        student = request.form.get("student", "")
        command = NoteFinding(
            who.token,
            staff.campaign,
            UnitCode(unit),
            StudentId(student) if student else None,
            Finding(kind),
            request.form.get("note", "").strip()[:LONGEST_NOTE],
        )
        act = partial(asking.note_finding, staff.house, command)
        return _told(staff, who, unit, act, "noted", f"pupil-{student}" if student else None)

    @app.post("/class/<unit>/check/present")
    def all_present(unit: str) -> Any:
        """Everybody whom nobody has looked at yet is here, with a true record."""
        check_meant(staff)
        who = entitled(staff, Act.TICK_SHEET)
        act = partial(_note_rest, staff, who, UnitCode(unit))
        return _told(staff, who, unit, act, "all")

    @app.post("/class/<unit>/check/hand-in")
    def hand_in_form(unit: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.TICK_SHEET)
        command = HandInCheck(who.token, staff.campaign, UnitCode(unit))
        act = partial(asking.hand_in_check, staff.house, command)
        return _told(staff, who, unit, act, "handed_in")


def _add_proving(app: WebApp, staff: Staff) -> None:
    @app.post("/class/<unit>/check/<finding>/proof")
    def proof_form(unit: str, finding: str) -> Any:
        take_large_form()
        check_meant(staff)
        who = entitled(staff, Act.ADD_DOCUMENT)
        act = partial(prove, staff, who, UnitCode(unit), partial(_tie, staff, who, finding))
        return _told(staff, who, unit, act, "proved")

    @app.post("/class/<unit>/check/<finding>/proof/back")
    def proof_back_form(unit: str, finding: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ADD_DOCUMENT)
        order = TakeProofBack(who.token, finding, ObjectId(request.form.get("object", "")))
        act = partial(asking.take_proof_back, staff.house, order)
        return _told(staff, who, unit, act, "unproved")


def _add_settling(app: WebApp, staff: Staff) -> None:
    @app.post("/class/<unit>/check/<finding>/settle")
    def settle_form(unit: str, finding: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.SETTLE_FINDING)
        outcome = request.form.get("outcome", "")
        if outcome not in set(Outcome):
            raise BadRequest
        command = SettleFinding(who.token, finding, Outcome(outcome))
        act = partial(asking.settle_finding, staff.house, command)
        return _told(staff, who, unit, act, "settled")


def _told(
    staff: Staff,
    who: Visitor,
    unit: str,
    act: Callable[[], object],
    done: str,
    anchor: str | None = None,
) -> Any:
    try:
        act()
    except DomainError as refused:
        return _page(staff, who, UnitCode(unit), refusal_of_class(refused)), 422
    address = url_for("check", unit=unit, done=done, _anchor=anchor)
    return make_response(redirect(address, 303))


def _tie(staff: Staff, who: Visitor, finding: str, object_: ObjectId, kind: DocumentKind) -> object:
    return asking.add_proof(staff.house, AddProof(who.token, finding, object_, kind))


def _note_rest(staff: Staff, who: Visitor, unit: UnitCode) -> None:
    found = asking.check(staff.house, ShowCheck(who.token, staff.campaign, unit))
    for one in found.findings:
        if one.kind is None and one.student is not None:
            command = NoteFinding(who.token, staff.campaign, unit, one.student, Finding.PRESENT)
            asking.note_finding(staff.house, command)


def _page(staff: Staff, who: Visitor, unit: UnitCode, said: Said | None) -> str:
    here = own_part(staff, who, unit, Act.TICK_SHEET)
    found = asking.check(staff.house, ShowCheck(who.token, staff.campaign, unit))
    names = names_of(staff, who, unit)
    rows = sorted((_row(one, names) for one in found.findings), key=_open_first)
    return render_template(
        "classes/check.html",
        here=here,
        trail=trail_of(staff, who, here),
        rows=rows,
        missing=found.missing,
        may_hand_in=_may_hand_in(found),
        may_prove=who.may_see(Act.ADD_DOCUMENT),
        documents=document_kinds(),
        may_settle=who.may_see(Act.SETTLE_FINDING),
        findings=_offered(),
        outcomes=outcome_words(),
        longest=LONGEST_NOTE,
        said=said,
    )


def _offered() -> dict[Finding, str]:
    """What can be found about a pupil of whom there is a record."""
    return {one: words for one, words in finding_words().items() if one is not Finding.NO_RECORD}


def _row(one: FindingShown, names: dict[StudentId, tuple[int | None, str]]) -> Row:
    number, name = names.get(one.student, (None, "")) if one.student else (None, "")
    return Row(
        one,
        number if number is not None else one.number_in_class,
        name or (_("无学籍的学生") if one.student is None else ""),
        finding_words()[one.kind] if one.kind else "",
        finding_state_words()[one.state] if one.state else _("还没有核对"),
        outcome_words()[one.outcome] if one.outcome else "",
        tuple(_proof(one.finding, proof) for proof in one.proofs if proof.proves),
    )


def _proof(finding: str, proof: DocumentShown) -> tuple[str, str, str]:
    address = url_for("proof_page", finding=finding, object_=proof.object)
    return proof.object, document_kinds()[proof.kind], address if proof.is_page else ""


def _open_first(row: Row) -> tuple[bool, bool, int, str]:
    number = row.number
    return row.shown.kind is not None, number is None, number or 0, row.shown.finding


def _may_hand_in(found: Check) -> bool:
    return not found.missing and any(one.state is FindingState.NOTED for one in found.findings)


def _done() -> Said | None:
    words = {
        "noted": Said(_("已记录"), _("上交之前可以随时更改。"), "good"),
        "all": Said(_("其余学生已记录为属实"), _("上交之前可以逐个更改。"), "good"),
        "handed_in": Said(_("已上交学籍管理员"), _("处理结果会显示在这里。"), "good"),
        "proved": Said(_("证明材料已登记"), _("每一页都封存在本省，随这条核对结果查看。"), "good"),
        "unproved": Said(_("已撤下这份材料"), _("上交之前请重新登记需要的材料。"), "good"),
        "settled": Said(_("已记录处理结果"), _("班主任在同一页能看到。"), "good"),
    }
    return words.get(request.args.get("done", ""))
