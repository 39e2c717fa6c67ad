"""What holds for every page, whatever its view forgot: who is there was asked, and answers are told."""

import logging

from flask import Response, jsonify, request

from services.portal.pages.staff import OPEN_PAGES, Staff, declared, visitor
from shared.plumbing.web.app import ErrorPage, WebApp
from shared.plumbing.web.described import openapi

_log = logging.getLogger(__name__)


def add_guard(app: WebApp, error_page: ErrorPage) -> None:
    """Refuse to answer a page whose view never asked who is there."""

    @app.after_request
    def only_guarded(answer: Response) -> Response:
        is_view = request.endpoint is not None and request.method != "OPTIONS"
        is_answered = is_view and answer.status_code < 400
        if not is_answered or request.endpoint in OPEN_PAGES or declared():
            return answer
        _log.error("a page without a rule of authority", extra={"route": request.endpoint})
        return app.make_response(error_page(500, "internal_server_error"))


def add_description(app: WebApp, staff: Staff) -> None:
    """What scripts and tests may read of the JSON endpoints that groups of pages have."""

    @app.get("/api/openapi.json")
    def description() -> Response:
        visitor(staff)
        return jsonify(openapi(app, "hecha portal", {}))
