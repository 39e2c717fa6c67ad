"""Handing a pile in: resumable from the browser, and one plain form for browsers without scripts.

The browser speaks tus with this edge, which passes every request on to scan's door with the token
of whoever sits here. Nothing of a scan rests at the edge.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from services.portal.doors import DoorAwayError, Told
from services.portal.pages.sentences import refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.kernel.authority import Act
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.body import close_after_answer, pieces_of

UPLOADS, BATCHES = "/scan/uploads", "/scan/batches"
MAX_FORM_BYTES = 64 << 20  # of the plain form, which lies in memory
MAX_PIECE_BYTES = 8 << 20
_PASSED_ON = (
    *("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum"),
    "Content-Type",
)
_PASSED_BACK = (
    *("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Location"),
    *("Upload-Offset", "Upload-Length", "Upload-Expires", "Retry-After", "Content-Type"),
)
_PIECE = 64 << 10


def add_uploading(app: WebApp, staff: Staff) -> None:
    """The way into scan's door."""
    one = f"{UPLOADS}/<upload>"
    add = app.add_url_rule

    def begin() -> Response:
        return _passed_on(staff, UPLOADS)

    def go_on(upload: str) -> Response:
        return _passed_on(staff, f"{UPLOADS}/{upload}")

    def close() -> Response:
        return _passed_on(staff, BATCHES)

    add(UPLOADS, "begin_upload", begin, methods=["POST"])
    add(one, "upload", go_on, methods=["HEAD", "PATCH", "DELETE"])
    add(BATCHES, "close_pile", close, methods=["POST"])

    @app.post("/scans")
    def hand_in() -> Any:
        request.max_content_length = MAX_FORM_BYTES
        who = entitled(staff, Act.COMMIT_BULK_SCAN)
        check_meant(staff)
        return redirect(_handed_in(staff, who), 303)

    @app.get("/scans/piles/<pile>")
    def pile(pile: str) -> Any:
        return _pile(staff, entitled(staff, Act.COMMIT_BULK_SCAN), pile)


def _handed_in(staff: Staff, who: Visitor) -> str:
    """Send the files of the plain form; gives the address of what comes next."""
    files = [one for one in request.files.getlist("files") if one.filename]
    if not files:
        return url_for("scans", said="no_file")
    told = _send(staff, who, files)
    if told.status != 202:
        return url_for("scans", said=told.refusal_code)
    return url_for("pile", pile=json.loads(told.body)["pile"])


def _pile(staff: Staff, who: Visitor, pile: str) -> Any:
    """A pile until it is a batch; then the batch."""
    told = _ask(staff, who, "GET", f"{BATCHES}/{pile}")
    known = json.loads(told.body) if told.status == 200 else {"state": "refused"}
    if known.get("batch"):
        return redirect(url_for("scan_batch", batch=known["batch"]), 303)
    is_over = known["state"] != "waiting"
    said = refusal(known.get("reason") or told.refusal_code) if is_over else None
    return render_template("scanning/pile.html", said=said)


def _passed_on(staff: Staff, path: str) -> Response:
    """One request of the protocol, with the token of whoever sits here.

    Raises:
        NotMeantError: it changes something and was not sent by a page of this session.
    """
    who = entitled(staff, Act.COMMIT_BULK_SCAN)
    if request.method != "HEAD":
        check_meant(staff)
    length = request.content_length or 0
    if length > MAX_PIECE_BYTES:
        close_after_answer()
        return make_response(jsonify(code="too_large"), 413)
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    body = (length, pieces_of(length)) if request.method in ("POST", "PATCH") else None
    told = _ask(staff, who, request.method, path, headers, body)
    if told.status >= 400:
        close_after_answer()
    answer = Response(told.body, told.status)
    for name in _PASSED_BACK:
        if name.lower() in told.headers:
            answer.headers[name] = told.headers[name.lower()]
    return answer


def _ask(
    staff: Staff,
    who: Visitor,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: tuple[int, Iterator[bytes]] | None = None,
) -> Told:
    """Ask scan's door as whoever is at this page.

    Raises:
        DoorAwayError: there is none, or it does not answer.
    """
    if staff.scans is None:
        raise DoorAwayError
    own = {"Authorization": f"Bearer {who.token}", "Hecha-Campaign": staff.campaign}
    return staff.scans.ask(method, path, {**(headers or {}), **own}, body)


def _send(staff: Staff, who: Visitor, files: list[FileStorage]) -> Told:
    """Hand files in as one pile; gives the answer that ends it, or the first refusal."""
    label, uploads = secrets.token_hex(8), []
    for file in files:
        file.stream.seek(0, 2)
        size = file.stream.tell()
        file.stream.seek(0)
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(size),
            "Upload-Metadata": f"batch {_base64(label)}",
            "Content-Type": "application/offset+octet-stream",
        }
        told = _ask(staff, who, "POST", UPLOADS, headers, (size, _pieces(file)))
        if told.status != 201 or told.headers.get("upload-offset") != str(size):
            return told
        uploads.append(told.headers["location"].rpartition("/")[2])
    said = json.dumps({"batch": label, "uploads": uploads}).encode()
    headers = {"Content-Type": "application/json"}
    return _ask(staff, who, "POST", BATCHES, headers, (len(said), iter([said])))


def _pieces(file: FileStorage) -> Iterator[bytes]:
    while piece := file.stream.read(_PIECE):
        yield piece


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
