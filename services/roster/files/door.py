"""Roster's door inside the province: a file comes in, the workbook of its wrong rows goes out.

Who asks shows an actor token. A body is sealed piece by piece as it comes; nothing of it lies on a
disk in clear.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from services.roster.files import store, usecases
from services.roster.files.keeping import Keeping
from services.roster.reading.table import MAX_FILE_BYTES
from shared.contracts.actors import Actor
from shared.kernel.errors import DomainError
from shared.kernel.ids import ActorToken
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.body import close_after_answer, declared_length, pieces_of

PATH = "/roster/files/<file>"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = re.compile(r"[0-9a-f]{32}")
_STATUS = {"actor_refused": 401, "not_allowed": 403}


@dataclass(frozen=True, slots=True)
class Door:
    """What answers at the door."""

    database: Database
    keeping: Keeping
    actors: Actors


def make_app(door: Door) -> WebApp:
    """The app of the door."""
    app = WebApp(__name__, error_page=_error_page)

    @app.put(PATH)
    def hand_in(file: str) -> tuple[Response, int]:
        actor = _who(door)
        if not _FILE.fullmatch(file):
            close_after_answer()
            return jsonify(code="bad_request"), 400
        size = declared_length(smallest=1, largest=MAX_FILE_BYTES)
        usecases.receive(door.database, door.keeping, actor, (file, size), pieces_of(size))
        return jsonify(file=file), 201

    @app.get(f"{PATH}/errors")
    def errors(file: str) -> Response:
        usecases.errors_of(door.database, _who(door), file)
        return Response(_pieces(door, file), mimetype=WORKBOOK)

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> tuple[Response, int]:
        close_after_answer()
        code = getattr(error, "reason", error.code) if error.code == "roster_file" else error.code
        return jsonify(code=code), _STATUS.get(error.code, 409)

    return app


def _pieces(door: Door, file: str) -> Iterator[bytes]:
    return door.keeping.pieces(file, store.ERRORS)


def _who(door: Door) -> Actor:
    """Who asks.

    Raises:
        ActorRefusedError: nobody whom accounts has signed for.
    """
    _scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return door.actors.of(ActorToken(token.strip()))


def _error_page(status: int, code: str) -> Any:
    return jsonify(code=code), status
