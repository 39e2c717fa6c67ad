"""A print job: how far it is, what a person has to complete, and its file, once."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.printing import asking, words
from services.portal.pages.printing.school import CODE
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.forms_commands import JobState, PrintStatus
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import StudentId
from shared.plumbing.web.app import WebApp

_MOVING = (JobState.QUEUED, JobState.RUNNING)


def add_jobs(app: WebApp, staff: Staff) -> None:
    """The page of a job."""

    @app.get("/print/jobs/<job>")
    def print_job(job: str) -> str:
        return _page(staff, entitled(staff, Act.PRINT_SHEETS), job, None)

    @app.get("/print/jobs/<job>/live")
    def print_live(job: str) -> str:
        who = entitled(staff, Act.PRINT_SHEETS)
        return render_template("printing/live.html", **_live(staff, who, job))

    @app.post("/print/jobs/<job>/download")
    def print_download(job: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.PRINT_SHEETS)
        code = "".join(request.form.get("code", "").split())
        try:
            name, pdf = asking.collect(staff.house, who, job, code)
        except DomainError as refused:
            return _page(staff, who, job, refusal(refused)), 422
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _page(staff: Staff, who: Visitor, job: str, said: Said | None) -> str:
    return render_template(
        "printing/job.html",
        said=said,
        code=request.cookies.get(CODE, ""),
        **_live(staff, who, job),
    )


def _places(staff: Staff, who: Visitor, found: PrintStatus) -> dict[StudentId, str]:
    """Where the sheets of a file are that somebody has to look at: their pages, and whose."""
    if not found.findings:
        return {}
    return {
        one.student: _(
            "第 %(page)s 页，%(number)s 号", page=one.pages[0], number=one.number_in_class or "?"
        )
        for one in asking.manifest(staff.house, who, found.job).sheets
        if one.pages
    }


def _live(staff: Staff, who: Visitor, job: str) -> dict[str, Any]:
    found = asking.status(staff.house, who, job)
    known = staff.house.units([found.unit]).get(found.unit)
    told = words.findings()
    places = _places(staff, who, found)
    return {
        "job": found,
        "name": known.name if known is not None else found.unit,
        "state": words.states()[found.state],
        "is_moving": found.state in _MOVING,
        "is_ready": found.state is JobState.PRINTED,
        "is_failed": found.state is JobState.FAILED,
        "failure": words.failures().get(found.failure or "", ""),
        "expires_at": moments.told_short(found.expires_at),
        "findings": [
            {
                "what": told.get(one.mark, one.mark),
                "whose": places.get(one.student, ""),
                "code_points": "、".join(one.code_points),
            }
            for one in found.findings
        ],
        "live": url_for("print_live", job=job),
    }
