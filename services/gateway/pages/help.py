"""The page where a guardian looks for an answer, and asks when there is none."""

import re
import secrets
from typing import Any

from flask import Response, make_response, redirect, render_template

from services.gateway.domain import Ticket
from services.gateway.limits import BusyError
from services.gateway.pages.edge import (
    Edge,
    RefusedError,
    help_path,
    language,
    open_ticket,
    questions_path,
    sheet_path,
)
from services.gateway.pages.forms import fields_of_form
from services.gateway.ports import HelpAwayError, HelpEntry, NotAskedError
from shared.contracts.fields import FieldKind, national
from shared.contracts.support_commands import LONGEST_TEXT
from shared.plumbing.web.app import WebApp

_KEY = re.compile("[0-9a-f]{32}")
# As support refuses, and the status a browser gets.
_STATUS = {"text_refused": 400, "unknown_field": 400, "too_many_questions": 429}


def add_help(app: WebApp, edge: Edge) -> None:
    """Add the page and its two forms."""

    @app.get("/<any(S,s):letter>/<code>/help")
    def help_page(letter: str, code: str) -> Response:
        ticket = _open(edge, code)
        return _page(ticket, "", edge.help.search(ticket, ""), has_searched=False)

    # The words may tell of a child: they travel in the body, never in an address.
    @app.post("/<any(S,s):letter>/<code>/help")
    def help_search(letter: str, code: str) -> Response:
        ticket = _open(edge, code)
        words = fields_of_form().get("words", "").strip()[:LONGEST_TEXT]
        return _page(ticket, words, edge.help.search(ticket, words), has_searched=bool(words))

    @app.post("/<any(S,s):letter>/<code>/questions")
    def question(letter: str, code: str) -> Any:
        ticket = _open(edge, code)
        if ticket.key.is_closed:
            raise RefusedError(410, "closed")
        given = fields_of_form()
        key = given.get("key", "")
        if not _KEY.fullmatch(key):
            raise RefusedError(400, "question_incomplete")
        try:
            edge.help.ask(ticket, key, given.get("text", ""), given.get("field") or None)
        except NotAskedError as refusal:
            known = refusal.code if refusal.code in _STATUS else "help_away"
            raise RefusedError(_STATUS.get(refusal.code, 503), known) from None
        except HelpAwayError:
            raise RefusedError(503, "help_away", 60) from None
        return redirect(f"{sheet_path(ticket)}?lang={language()}#questions", 303)


def _open(edge: Edge, code: str) -> Ticket:
    try:
        edge.questions.take(edge.visitor())
    except BusyError as busy:
        raise RefusedError(429, "too_many_tries", busy.retry_after_s) from None
    return open_ticket(edge, code)


def _page(
    ticket: Ticket, words: str, found: tuple[HelpEntry, ...], *, has_searched: bool
) -> Response:
    return make_response(
        render_template(
            "help.html",
            words=words,
            found=found,
            has_searched=has_searched,
            fields=[
                (one.key, one.label) for one in national().fields if one.kind is not FieldKind.SHOWN
            ],
            key=secrets.token_hex(16),
            longest=LONGEST_TEXT,
            search=help_path(ticket),
            ask=questions_path(ticket),
            here=sheet_path(ticket),
            may_ask=has_searched and not ticket.key.is_closed,
        )
    )
