"""A Flask app that keeps bodies off the disk and secrets out of logs, headers and errors."""

import io
import logging
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any

from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException

from shared.plumbing.tracing import current, trace_id, traced
from shared.plumbing.web.body import BodyError, close_after_answer

_log = logging.getLogger("hecha.web")

MAX_FORM_BYTES = 16 << 20
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}

ErrorPage = Callable[[int, str], Any]
"""Turns a status and a stable code into an answer."""


class BoundedRequest(Request):
    """A request whose form files stay in memory; Werkzeug would spool them to a file in clear."""

    max_content_length = MAX_FORM_BYTES
    max_form_parts = 32

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


class WebApp(Flask):
    """A Flask app for `WebServer`: own access line, own error pages, strict headers."""

    request_class = BoundedRequest

    def __init__(self, import_name: str, *, error_page: ErrorPage, **options: Any):
        super().__init__(import_name, static_folder=None, **options)
        self._error_page = error_page
        self.config.update(MAX_CONTENT_LENGTH=MAX_FORM_BYTES, PROPAGATE_EXCEPTIONS=False)
        self.before_request(_begin)
        self.after_request(_end)
        self.register_error_handler(BodyError, self._refuse_body)
        self.register_error_handler(HTTPException, self._refuse_http)

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Answer under a trace of our own: what a stranger sends is not let into our logs."""
        with traced(None):
            return super().wsgi_app(environ, start_response)

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None],
        *_: Any,
    ) -> None:
        """Log where a bug is: no path, no message of the error, either may hold what it must not."""
        kind, _error, trace = exc_info
        where = "".join(traceback.format_tb(trace))
        _log.error("bug in %s: %s\n%s", route_name(), kind.__name__ if kind else "?", where)

    def _refuse_body(self, error: BodyError) -> Any:
        close_after_answer()
        return self._error_page(error.status, error.code)

    def _refuse_http(self, error: HTTPException) -> Any:
        if error.response is not None or (error.code or 500) < 400:
            return error  # a redirect
        close_after_answer()
        answer = self.make_response(self._error_page(error.code or 500, _code_of(error)))
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                answer.headers[name] = value
        return answer


def route_name() -> str:
    """The route's name; never the path, which may be a bearer ticket."""
    return request.endpoint or "unknown"


def _code_of(error: HTTPException) -> str:
    return "_".join((error.name or "error").lower().split())


def _begin() -> None:
    g.started = time.monotonic()


def _end(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    _log_access(response)
    return response


def _log_access(response: Response) -> None:
    size = response.calculate_content_length() or 0
    millis = round(1000 * (time.monotonic() - g.started))
    trace = trace_id(current())
    _log.info(
        "%s %s %d %d B %d ms %s",
        request.method,
        route_name(),
        response.status_code,
        size,
        millis,
        trace,
        extra={
            "route": route_name(),
            "method": request.method,
            "status": response.status_code,
            "bytes": size,
            "ms": millis,
            "trace": trace,
        },
    )
