"""The guardian's pages: routes only, what they do is in `usecases.py`."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Response, redirect, request, url_for

from services.gateway.domain import (
    LARGEST_PHOTO,
    SMALLEST_PHOTO,
    WAITING,
    Accepted,
    PhotoKey,
    Ticket,
    receipt_of,
)
from services.gateway.limits import BusyError
from services.gateway.pages import answers
from services.gateway.pages.described import (
    LIVES,
    PHOTO_TAKEN,
    PHOTO_TOLD,
    READY,
    add_description,
)
from services.gateway.pages.edge import (
    Edge,
    RefusedError,
    open_key,
    open_ticket,
    photos_path,
    wants_json,
)
from services.gateway.pages.forms import ENVELOPE_BYTES, photo_of_form
from services.gateway.pages.help import add_help
from services.gateway.pages.ledger import add_ledger
from services.gateway.pages.shapes import Health
from services.gateway.ports import LandingAwayError
from services.gateway.usecases import (
    CampaignClosedError,
    TooManyPhotosError,
    hand_in,
    verdict_of,
)
from shared.pictures.picture import Bytes, NotAPictureError
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.assets import Assets
from shared.plumbing.web.body import close_after_answer, declared_length, read_body
from shared.plumbing.web.described import json_answer, tells
from shared.plumbing.web.language import add_languages
from shared.plumbing.web.text_size import KEPT_IN, other_size, size_asked, text_size

_ROOM = Path(__file__).parent.parent
# The first view must stay small on a slow line, however much was asked.
QUESTIONS_SHOWN = 3
_TAKEN_TYPES = ("image/", "application/octet-stream")


def make_app(edge: Edge) -> WebApp:
    """The app of the public edge."""
    app = WebApp(__name__, error_page=answers.error_page, template_folder="templates")
    app.url_map.strict_slashes = False
    add_languages(app, _ROOM / "translations")
    _add_assets(app, Assets(_ROOM / "static"))
    _add_text_size(app)
    _add_pages(app, edge)
    _add_photos(app, edge)
    add_help(app, edge)
    add_ledger(app, edge)
    _add_health(app, edge)
    add_description(app)
    _add_refusals(app, edge)
    return app


def _add_assets(app: WebApp, assets: Assets) -> None:
    @app.get("/assets/<name>")
    def asset(name: str) -> Response:
        return assets.serve(name)

    def address(plain: str) -> str:
        return url_for("asset", name=assets.name(plain))

    def switch(language: str) -> str:
        """This page in another language; the rest of its address stays."""
        return _again("lang", language)

    def resize(size: str) -> str:
        """This page in other letters; the rest of its address stays."""
        return _again("text", size)

    app.jinja_env.globals.update(asset=address, switch=switch, resize=resize)


def _again(name: str, value: str) -> str:
    receipts = [one for one in request.args.getlist("receipt") if one.isascii()]
    return "?" + "&".join([f"{name}={value}", *(f"receipt={one}" for one in receipts)])


def _add_text_size(app: WebApp) -> None:
    """Larger letters; the browser keeps that and nothing else of a guardian."""

    @app.context_processor
    def sizes() -> dict[str, str]:
        return {"text_size": text_size(), "other_size": other_size()}

    @app.after_request
    def keep(answer: Response) -> Response:
        if size := size_asked():
            answer.set_cookie(
                KEPT_IN, size, secure=request.is_secure, httponly=True, samesite="Strict"
            )
        return answer


def _add_pages(app: WebApp, edge: Edge) -> None:
    @app.get("/")
    def home() -> Response:
        return answers.notice("home")

    @app.get("/<any(S,s):letter>/<code>")
    def sheet(letter: str, code: str) -> Response:
        ticket = open_ticket(edge, code)
        face = edge.house.face(ticket)
        if ticket.key.is_closed:
            return _closed(edge, ticket)
        questions = edge.help.questions(ticket)[:QUESTIONS_SHOWN]
        return answers.sheet_page(ticket, face, questions, edge.settings.gateway_largest_photo)

    @app.get("/<any(B,b):letter>/<code>")
    def cover(letter: str, code: str) -> Response:
        return answers.notice("cover")


def _add_photos(app: WebApp, edge: Edge) -> None:
    @app.put("/<any(S,s):letter>/<code>/photos/<key>")
    @tells(PHOTO_TAKEN)
    def photo(letter: str, code: str, key: str) -> Response:
        ticket = open_ticket(edge, code)
        known = open_key(key)
        if not request.headers.get("Content-Type", _TAKEN_TYPES[1]).startswith(_TAKEN_TYPES):
            raise NotAPictureError
        taken = _take(edge, ticket, known, _body_reader(edge.settings.gateway_largest_photo))
        return answers.accepted(ticket, known, taken)

    @app.post("/<any(S,s):letter>/<code>/photos")
    def photo_form(letter: str, code: str) -> Any:
        ticket = open_ticket(edge, code)
        key = PhotoKey(secrets.token_hex(16))
        taken = _take(edge, ticket, key, _form_reader(edge.settings.gateway_largest_photo))
        lang = f"&lang={request.args['lang']}" if request.args.get("lang") in {"zh", "en"} else ""
        return redirect(f"{photos_path(ticket)}/{key}?receipt={taken.receipt}{lang}", 303)

    @app.get("/<any(S,s):letter>/<code>/photos/<key>")
    @tells(PHOTO_TOLD)
    def photo_result(letter: str, code: str, key: str) -> Response:
        ticket = open_ticket(edge, code)
        known = open_key(key)
        receipt = receipt_of(ticket.code, known)
        is_here = edge.intake.sheets.accepted(ticket.code, known) is not None
        # Who shows the right receipt was given it, perhaps by another replica of this edge.
        if not is_here and request.args.get("receipt") != receipt:
            return answers.result(ticket, None, None, "")
        verdict = verdict_of(ticket, known, edge.house)
        face = None if wants_json() else edge.house.face(ticket)
        return answers.result(ticket, face, verdict or WAITING, receipt)


Reader = tuple[Callable[[], int], Callable[[], Bytes]]
"""How to learn the declared length, and how to read the photo."""


def _body_reader(largest: int) -> Reader:
    return (
        lambda: declared_length(smallest=SMALLEST_PHOTO, largest=largest),
        lambda: read_body(largest),
    )


def _form_reader(largest: int) -> Reader:
    whole = min(largest, LARGEST_PHOTO) + ENVELOPE_BYTES
    return (
        # The form and the photo cut out of it lie in memory side by side.
        lambda: 2 * declared_length(smallest=SMALLEST_PHOTO, largest=whole),
        lambda: photo_of_form(read_body(whole)),
    )


def _take(edge: Edge, ticket: Ticket, key: PhotoKey, reader: Reader) -> Accepted:
    """Hand a photo in, every refusal told as status and code."""
    try:
        edge.uploads.take(edge.visitor())
    except BusyError as busy:
        raise RefusedError(429, "too_many_requests", busy.retry_after_s) from None
    size = reader[0]()
    try:
        return hand_in(ticket, key, size, reader[1], edge.intake)
    except CampaignClosedError:
        raise RefusedError(410, "closed") from None
    except TooManyPhotosError:
        raise RefusedError(429, "too_many_photos", 3600) from None
    except BusyError as busy:
        raise RefusedError(503, "busy", busy.retry_after_s) from None
    except LandingAwayError:
        raise RefusedError(503, "landing_away", 5) from None


def _closed(edge: Edge, ticket: Ticket) -> Response:
    last_day = edge.codes.last_day(ticket.key.campaign)
    return answers.closed_page(ticket, edge.house.face(ticket), last_day)


def _add_health(app: WebApp, edge: Edge) -> None:
    @app.get("/healthz")
    @tells(LIVES)
    def healthz() -> Response:
        return json_answer(Health("ok"))

    @app.get("/readyz")
    @tells(READY)
    def readyz() -> Response:
        is_ready = edge.is_ready()
        return json_answer(Health("ok" if is_ready else "landing_away"), 200 if is_ready else 503)


def _add_refusals(app: WebApp, edge: Edge) -> None:
    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> Response:
        close_after_answer()
        if error.code == "closed":
            return _closed(edge, open_ticket(edge, (request.view_args or {})["code"]))
        return answers.refused(error)

    @app.errorhandler(NotAPictureError)
    def not_a_picture(error: NotAPictureError) -> Response:
        close_after_answer()
        return answers.error_page(413 if error.code == "too_many_pixels" else 415, error.code)
