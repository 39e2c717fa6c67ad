"""How far a school is printed, class by class and pupil by pupil, and starting a job."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.printing import asking, words
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.forms_commands import PrintRequest, ReprintReason
from shared.contracts.printing_commands import ClassPrinted, JobBrief, PrintingStands, PupilPrinted
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import StudentId, UnitCode
from shared.plumbing.web.app import WebApp

CODE = "hecha-print"
MOST_STUDENTS = 200


@dataclass(frozen=True, slots=True)
class ClassShown:
    """One class of the table."""

    unit: UnitCode
    name: str
    in_scope: int
    printed: int
    missing: int
    stale: int
    printed_at: str
    state: str


def add_school(app: WebApp, staff: Staff) -> None:
    """The table of classes, a class, and the form that prints."""

    @app.get("/print")
    def printing() -> str:
        return _school(staff, entitled(staff, Act.PRINT_SHEETS), None)

    @app.get("/print/school")
    def print_school() -> str:
        who = entitled(staff, Act.PRINT_SHEETS)
        found = asking.standing(staff.house, who, staff.campaign)
        return render_template("printing/whole.html", said=None, **_totals(found))

    @app.get("/print/classes/<unit>")
    def print_class(unit: str) -> str:
        return _class_page(staff, entitled(staff, Act.PRINT_SHEETS), UnitCode(unit), None)

    @app.post("/print")
    def start_print() -> Any:
        check_meant(staff)
        who = entitled(staff, Act.PRINT_SHEETS)
        unit = UnitCode(request.form.get("unit", ""))
        students = tuple(map(StudentId, request.form.getlist("student")))[:MOST_STUDENTS]
        if students or request.form.get("what") == "again":
            wrong = _incomplete(students)
            if wrong is not None:
                return _class_page(staff, who, unit, refusal(wrong)), 422
        try:
            return _started(staff, who, unit, students)
        except DomainError as refused:
            return _school(staff, who, refusal(refused)), 422


def _started(
    staff: Staff, who: Visitor, unit: UnitCode, students: tuple[StudentId, ...]
) -> Response:
    is_school = unit == who.actor.unit
    command = PrintRequest(
        campaign=staff.campaign,
        unit=unit,
        actor=who.token,
        students=students,
        reason=ReprintReason(request.form["reason"]) if students else None,
    )
    started = asking.start(staff.house, command, is_school=is_school)
    answer = make_response(redirect(url_for("print_job", job=started.job), 303))
    # The code is said once: this browser keeps it until it closes, and shows it to nobody else.
    answer.set_cookie(
        CODE,
        started.download_code,
        secure=staff.is_secure,
        httponly=True,
        samesite="Strict",
        path=url_for("print_job", job=started.job),
    )
    return answer


def _incomplete(students: tuple[StudentId, ...]) -> str | None:
    if not students:
        return "no_pupil_chosen"
    return None if request.form.get("reason") in set(ReprintReason) else "reprint_reason"


def _school(staff: Staff, who: Visitor, said: Said | None) -> str:
    found = asking.standing(staff.house, who, staff.campaign)
    names = {one.unit: one.name for one in found.classes} | {found.unit: found.name}
    return render_template(
        "printing/school.html",
        said=said,
        classes=[_class(one) for one in found.classes],
        jobs=[_job(one, names) for one in found.jobs],
        **_totals(found),
    )


def _class_page(staff: Staff, who: Visitor, unit: UnitCode, said: Said | None) -> str:
    found = asking.of_class(staff.house, who, staff.campaign, unit)
    names = asking.masked_names(staff.house, who, unit)
    pupils = [_pupil(one, names.get(one.student, "")) for one in found.pupils]
    return render_template(
        "printing/class.html",
        said=said,
        unit=unit,
        name=found.name,
        pupils=pupils,
        printed=sum(one.serial > 0 for one in found.pupils),
        stale=sum(one.is_stale for one in found.pupils),
        reasons=[(reason.value, told) for reason, told in words.reasons().items()],
    )


def _pupil(one: PupilPrinted, name: str) -> dict[str, Any]:
    number = str(one.number_in_class) if one.number_in_class is not None else ""
    return {
        "student": one.student,
        "number": number,
        "name": name,
        "serial": one.serial,
        "printed_at": moments.told_short(one.printed_at),
        "is_stale": one.is_stale,
        "label": _("%(number)s 号 %(name)s", number=number, name=name),
    }


def _totals(found: PrintingStands) -> dict[str, Any]:
    return {
        "school": found.unit,
        "name": found.name,
        "in_scope": sum(one.in_scope for one in found.classes),
        "printed": sum(one.printed for one in found.classes),
        "stale": sum(one.stale for one in found.classes),
        "count": len([one for one in found.classes if one.in_scope]),
    }


def _class(one: ClassPrinted) -> ClassShown:
    missing = one.in_scope - one.printed
    return ClassShown(
        one.unit,
        one.name,
        one.in_scope,
        one.printed,
        missing,
        one.stale,
        moments.told_short(one.printed_at),
        _state(one, missing),
    )


def _state(one: ClassPrinted, missing: int) -> str:
    if not one.in_scope:
        return str(_("无人在核查范围"))
    if not one.printed:
        return str(_("未打印"))
    if one.stale:
        return str(_("有旧表"))
    return str(_("部分打印")) if missing else str(_("已打印"))


def _job(one: JobBrief, names: dict[UnitCode, str]) -> dict[str, Any]:
    return {
        "job": one.job,
        "name": names.get(one.unit, one.unit),
        "state": words.states()[one.state],
        "sheets": one.sheets_total,
        "requested_at": moments.told_short(one.requested_at),
        "is_reprint": one.is_reprint,
    }
