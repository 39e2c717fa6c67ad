"""The door for uploads: routes only, what they do is in `usecases.py` and `receiving.py`."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Any

import msgspec
from flask import Response, jsonify, request
from sqlalchemy import Row

from services.scan.intake.desk import Desk
from services.scan.intake.door import add_intake
from services.scan.submitting import Origin
from services.scan.uploads import headers, usecases
from services.scan.uploads.domain import RefusedError, announced, checked_label
from services.scan.uploads.receiving import checksum_of, receive
from services.scan.uploads.stream import RequestPieces
from services.scan.uploads.ticket import Tickets
from services.scan.uploads.usecases import Room
from services.scan.uploads.who import CAMPAIGN_HEADER, origin_of
from shared.plumbing.actors import Actors
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.body import close_after_answer, declared_length, read_body

PATH = "/scan/uploads"
BATCHES = "/scan/batches"
MAX_JSON_BYTES = 16 << 10
# Each holds two parts in memory: 128 MiB.
AT_ONCE = 64
# Browsers that cannot send PATCH or DELETE say so in a header. Source: tus 1.0.0, core.
_OVERRIDES = ("PATCH", "DELETE")


class _Close(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    batch: str
    uploads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Door:
    """What answers at the door."""

    room: Room
    tickets: Tickets
    provinces: tuple[str, ...]
    actors: Actors | None = None  # whose word on people who are signed in counts; None: nobody's
    make_pieces: Callable[[Any, int], RequestPieces] = RequestPieces
    wake: Callable[[], None] = lambda: None  # there is something to hand in
    desk: Desk | None = None  # takes documents and photos of people in; None: not here
    sending: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Room in memory for one request's bytes.

        Raises:
            RefusedError: 503, too many send at the same time.
        """
        if not self.sending.acquire(blocking=False):
            raise RefusedError(503, "busy", 2)
        try:
            yield
        finally:
            self.sending.release()


class UploadApp(WebApp):
    """A web app that obeys `X-HTTP-Method-Override`."""

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Answer the method that is meant."""
        meant = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper()
        if environ["REQUEST_METHOD"] == "POST" and meant in _OVERRIDES:
            environ["REQUEST_METHOD"] = meant
        return super().wsgi_app(environ, start_response)


def make_app(door: Door) -> WebApp:
    """The app of the door."""
    app = UploadApp(__name__, error_page=_error_page)
    app.after_request(_say_version)
    _add_refusals(app)
    _add_uploads(app, door)
    _add_batches(app, door)
    if door.desk is not None and door.actors is not None:
        add_intake(app, door.desk, door.actors)
    return app


def _add_uploads(app: WebApp, door: Door) -> None:
    one = f"{PATH}/<upload>"
    add = partial(app.add_url_rule, provide_automatic_options=False)

    def asked(upload: str) -> Response:
        return _head(door, upload) if request.method == "HEAD" else _get(door, upload)

    add(PATH, "offer", partial(_offer, door), methods=["OPTIONS"])
    add(PATH, "begin", partial(_begin, door), methods=["POST"])
    add(one, "ask", asked, methods=["HEAD", "GET"])
    add(one, "send", partial(_send, door), methods=["PATCH"])
    add(one, "end", partial(_end, door), methods=["DELETE"])


def _add_batches(app: WebApp, door: Door) -> None:
    @app.post(BATCHES)
    def close() -> tuple[Response, int]:
        who = _who(door)
        try:
            said = msgspec.json.decode(bytes(read_body(MAX_JSON_BYTES)), type=_Close)
        except msgspec.DecodeError:
            raise RefusedError(400, "bad_json") from None
        pile = usecases.close(door.room, who, checked_label(said.batch), said.uploads)
        door.wake()
        return jsonify(_told(usecases.pile_of(door.room, who, pile))), 202

    @app.get(f"{BATCHES}/<pile>")
    def batch(pile: str) -> Response:
        return jsonify(_told(usecases.pile_of(door.room, _who(door), pile)))


def _offer(door: Door) -> Response:
    _who(door)
    return Response(status=204, headers=headers.OFFERED)


def _begin(door: Door) -> Response:
    who = _who(door)
    headers.check_version()
    if "Upload-Defer-Length" in request.headers or "Upload-Concat" in request.headers:
        raise RefusedError(400, "not_offered")
    said = announced(headers.number("Upload-Length"), headers.metadata())
    length = request.content_length or 0
    if length:
        headers.check_body_type()
        if length > said.size_bytes:
            raise RefusedError(413, "more_than_announced")
    checksum = checksum_of(request.headers.get("Upload-Checksum")) if length else None
    upload = usecases.begin(door.room, who, said)
    answer = Response(status=201)
    answer.headers["Location"] = f"{PATH}/{upload}"
    if length:
        pieces = door.make_pieces(request.environ["wsgi.input"], length)
        try:
            with door.turn():
                receive(door.room, who, (upload, 0), pieces, checksum)
        except RefusedError:
            # The upload stands, and the answer has to name it: how much came, HEAD tells.
            close_after_answer()
    return _with_offset(door, answer, usecases.upload_of(door.room, who, upload))


def _head(door: Door, upload: str) -> Response:
    who = _who(door)
    headers.check_version()
    answer = Response(status=200)
    row = usecases.upload_of(door.room, who, upload)
    answer.headers["Upload-Length"] = str(row.size)
    return _with_offset(door, answer, row)


def _get(door: Door, upload: str) -> Response:
    """Ours, beside the protocol: what became of an upload, and of which batch it is a file."""
    who = _who(door)
    row = usecases.upload_of(door.room, who, upload)
    told: dict[str, object] = {
        "upload": row.upload,
        "state": row.reason or row.state,
        "size": row.size,
        "offset": row.arrived,
    }
    if row.pile is not None:
        told["batch"] = _told(usecases.pile_of(door.room, who, row.pile))
    return jsonify(told)


def _send(door: Door, upload: str) -> Response:
    who = _who(door)
    headers.check_version()
    headers.check_body_type()
    offset = headers.number("Upload-Offset")
    if offset is None:
        raise RefusedError(400, "offset_required")
    checksum = checksum_of(request.headers.get("Upload-Checksum"))
    row = usecases.still_open(door.room, who, upload, offset)
    length = declared_length(largest=row.size - row.arrived)
    pieces = door.make_pieces(request.environ["wsgi.input"], length)
    with door.turn():
        receive(door.room, who, (upload, offset), pieces, checksum)
    return _with_offset(door, Response(status=204), usecases.upload_of(door.room, who, upload))


def _end(door: Door, upload: str) -> Response:
    who = _who(door)
    headers.check_version()
    usecases.end(door.room, who, upload)
    return Response(status=204)


def _with_offset(door: Door, answer: Response, row: Row[Any]) -> Response:
    answer.headers["Upload-Offset"] = str(row.arrived)
    answer.headers["Upload-Expires"] = _http_date(row.ends_at)
    if row.arrived == row.size:
        door.wake()
    return answer


def _http_date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


def _told(pile: Row[Any]) -> dict[str, object]:
    told = {"pile": pile.pile, "state": pile.state, "batch": pile.batch, "reason": pile.reason}
    return {name: value for name, value in told.items() if value}


def _who(door: Door) -> Origin:
    """Who asks.

    Raises:
        RefusedError: 401 without a valid ticket or token, 403 for a role that hands nothing in or
            a province that is not served here.
    """
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    campaign, at = request.headers.get(CAMPAIGN_HEADER, ""), door.room.database.clock()
    who = origin_of(bearer.strip(), campaign, at, (door.tickets, door.actors))
    if scheme.lower() != "bearer" or who is None:
        raise RefusedError(401, "no_ticket")
    if who.province not in door.provinces:
        raise RefusedError(403, "other_province")
    return who


def _say_version(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = headers.VERSION
    return answer


def _error_page(status: int, code: str) -> Any:
    return jsonify(code=code), status


def _add_refusals(app: WebApp) -> None:
    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> tuple[Response, int]:
        close_after_answer()
        answer = jsonify(code=error.code)
        if error.retry_after_s:
            answer.headers["Retry-After"] = str(error.retry_after_s)
        if error.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        if error.status == 412:
            answer.headers["Tus-Version"] = headers.VERSION
        return answer, error.status
