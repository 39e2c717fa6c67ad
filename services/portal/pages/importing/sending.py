"""A roster file on its way to roster's door, and the workbook of its wrong rows on its way back."""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from services.portal.doors import DoorAwayError, Told
from services.portal.pages.importing import asking, words
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.kernel.authority import Act
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.body import close_after_answer, declared_length, pieces_of
from shared.plumbing.web.described import Told as Endpoint
from shared.plumbing.web.described import json_answer, tells

MAX_FORM_BYTES = 32 << 20  # of the plain form, which lies in memory
MAX_FILE_BYTES = 100 << 20
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class RosterTaken:
    """The file lies at roster, and is being checked."""

    address: str  # the page that shows what it would do


@dataclass(frozen=True, slots=True)
class RosterRefused:
    """Why the file was not taken."""

    code: str


ROSTER_SENT = Endpoint(
    "hand a roster file in",
    {201: RosterTaken},
    refuses=(400, 403, 404, 408, 409, 411, 413, 415, 422, 429, 503),
    refused=RosterRefused,
    takes=("application/octet-stream",),
    largest=MAX_FILE_BYTES,
    pages=True,
)


def add_sending(app: WebApp, staff: Staff) -> None:
    """The first step."""

    @app.get("/rosters")
    def rosters() -> str:
        who = entitled(staff, Act.IMPORT_ROSTER)
        code = request.args.get("said", "")
        return _list(staff, who, refusal(code) if code else None)

    @app.post("/rosters")
    def roster_form() -> Any:
        request.max_content_length = MAX_FORM_BYTES
        who = entitled(staff, Act.IMPORT_ROSTER)
        check_meant(staff)
        return _taken(staff, who)

    @app.put("/rosters/<file>")
    @tells(ROSTER_SENT)
    def roster_sent(file: str) -> Response:
        who = entitled(staff, Act.IMPORT_ROSTER)
        check_meant(staff)
        return _passed_on(staff, who, file)

    @app.get("/rosters/<file>/errors")
    def roster_errors(file: str) -> Any:
        return _errors(staff, entitled(staff, Act.IMPORT_ROSTER), file)


def _taken(staff: Staff, who: Visitor) -> Any:
    """The plain form: its file goes on to roster, and is checked."""
    chosen = request.files.get("roster")
    if chosen is None or not chosen.filename:
        return _list(staff, who, refusal("no_roster")), 422
    body, file = chosen.stream.read(), secrets.token_hex(16)
    told = _put(staff, who, file, (len(body), iter([body])))
    if told.status != 201:
        return _list(staff, who, refusal(told.refusal_code)), 422
    asking.check(staff.house, who, file, ())
    return redirect(url_for("roster_file", file=file), 303)


def _passed_on(staff: Staff, who: Visitor, file: str) -> Response:
    """A file that a script sends: it goes on to roster as it comes, and is checked."""
    length = declared_length(smallest=1, largest=MAX_FILE_BYTES)
    told = _put(staff, who, file, (length, pieces_of(length)))
    if told.status != 201:
        close_after_answer()
        return make_response(jsonify(asdict(RosterRefused(told.refusal_code))), told.status)
    asking.check(staff.house, who, file, ())
    return json_answer(RosterTaken(url_for("roster_file", file=file)), 201)


def _errors(staff: Staff, who: Visitor, file: str) -> Any:
    """The workbook of the wrong rows."""
    told = _ask(staff, who, "GET", f"/roster/files/{file}/errors")
    if told.status != 200:
        return redirect(url_for("roster_file", file=file, said=told.refusal_code), 303)
    answer = Response(told.body, mimetype=WORKBOOK)
    answer.headers["Content-Disposition"] = 'attachment; filename="roster-errors.xlsx"'
    return answer


def _list(staff: Staff, who: Visitor, said: Said | None) -> str:
    return render_template(
        "importing/list.html",
        said=said,
        has_door=staff.rosters is not None,
        key=secrets.token_hex(16),
        files=[words.line(one) for one in asking.files(staff.house, who)],
    )


def _put(staff: Staff, who: Visitor, file: str, body: tuple[int, Iterator[bytes]]) -> Told:
    return _ask(staff, who, "PUT", f"/roster/files/{file}", body)


def _ask(
    staff: Staff,
    who: Visitor,
    method: str,
    path: str,
    body: tuple[int, Iterator[bytes]] | None = None,
) -> Told:
    """Ask roster's door as whoever is at this page.

    Raises:
        DoorAwayError: there is none, or it does not answer.
    """
    if staff.rosters is None:
        raise DoorAwayError
    return staff.rosters.ask(method, path, {"Authorization": f"Bearer {who.token}"}, body)
