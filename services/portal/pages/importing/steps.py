"""What a roster file would do, what it did, and the acts between: all of it under one address."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for

from services.portal.pages.importing import asking, words
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.roster_commands import ColumnChoice, ImportReport
from shared.contracts.roster_file_commands import FileState, RosterFile
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.plumbing.web.app import WebApp

_MOVING = (FileState.ARRIVED, FileState.CHECKING, FileState.WRITING)
_STEPS = {FileState.WRITING: 3, FileState.WRITTEN: 3}


def add_steps(app: WebApp, staff: Staff) -> None:
    """The second and third step."""

    @app.get("/rosters/<file>")
    def roster_file(file: str) -> str:
        who = entitled(staff, Act.IMPORT_ROSTER)
        code = request.args.get("said", "")
        return _page(staff, who, file, refusal(code) if code else None)

    @app.get("/rosters/<file>/live")
    def roster_live(file: str) -> str:
        who = entitled(staff, Act.IMPORT_ROSTER)
        return render_template("importing/live.html", **_live(asking.file(staff.house, who, file)))

    for name, act in (("check", _check), ("write", _write), ("drop", _drop)):
        view = partial(_done, staff, act)
        app.add_url_rule(f"/rosters/<file>/{name}", f"roster_{name}", view, methods=["POST"])


def _done(staff: Staff, act: Callable[[Staff, Visitor, str], None], file: str) -> Any:
    """Do something to a file, and lead back to its page."""
    check_meant(staff)
    who = entitled(staff, Act.IMPORT_ROSTER)
    try:
        act(staff, who, file)
    except DomainError as refused:
        return _page(staff, who, file, refusal(refused)), 422
    return redirect(url_for("roster_file", file=file), 303)


def _check(staff: Staff, who: Visitor, file: str) -> None:
    asking.check(staff.house, who, file, _columns())


def _write(staff: Staff, who: Visitor, file: str) -> None:
    asking.write(staff.house, who, file, accepts=bool(request.form.get("accepts")))


def _drop(staff: Staff, who: Visitor, file: str) -> None:
    asking.drop(staff.house, who, file)


def _columns() -> tuple[ColumnChoice, ...]:
    """The columns as the form assigns them, every one of them.

    Raises:
        UnknownColumnError: a label that no field has.
    """
    headers = request.form.getlist("header")
    labels = request.form.getlist("label")
    return tuple(
        ColumnChoice(header, words.key_of(label))
        for header, label in zip(headers, labels, strict=False)
    )


def _page(staff: Staff, who: Visitor, file: str, said: Said | None) -> str:
    found = asking.file(staff.house, who, file)
    report = found.written or found.report
    names = _names(staff, report)
    if said is None and found.state is FileState.CHECKED and found.reason:
        said = refusal(found.reason)
    return render_template(
        "importing/file.html",
        said=said,
        report=report,
        is_checked=found.state is FileState.CHECKED,
        is_written=found.state is FileState.WRITTEN,
        is_refused=found.state is FileState.REFUSED,
        is_dropped=found.state is FileState.DROPPED,
        why=refusal(found.reason) if found.state is FileState.REFUSED else None,
        step=_STEPS.get(found.state, 2),
        columns=words.columns(report) if report is not None else [],
        guessed=sum(one.guessed for one in report.columns) if report is not None else 0,
        labels=sorted(words.labels().values()),
        errors=words.errors(report) if report is not None else [],
        warnings=words.warnings(report) if report is not None else [],
        large=[
            {
                "name": names.get(one.unit, one.unit),
                "known": one.known,
                "appearing": one.appearing,
                "vanishing": one.vanishing,
            }
            for one in (report.large_changes if report is not None else ())
        ],
        classes=[names.get(unit, unit) for unit in (report.classes if report is not None else ())][
            : words.MOST_CLASSES
        ],
        more_classes=max(0, len(report.classes) - words.MOST_CLASSES) if report is not None else 0,
        **_live(found),
    )


def _names(staff: Staff, report: ImportReport | None) -> dict[str, str]:
    if report is None:
        return {}
    units = [*(one.unit for one in report.large_changes), *report.classes[: words.MOST_CLASSES]]
    return {code: one.name for code, one in staff.house.units(units).items()} if units else {}


def _live(found: RosterFile) -> dict[str, Any]:
    total = found.report.rows if found.report is not None else 0
    return {
        "file": found,
        "state": words.states()[found.state],
        "is_moving": found.state in _MOVING,
        "is_writing": found.state is FileState.WRITING,
        "total": total,
        "live": url_for("roster_live", file=found.file),
    }
