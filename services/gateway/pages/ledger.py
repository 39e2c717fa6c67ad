"""The ledger of a sheet, behind the query code that is printed on it.

The code travels in the body of a form and is kept nowhere: not in an address, not in a cookie, not
in a log. Looking again means typing it again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Response, make_response, render_template
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from services.gateway.domain import Happened, Lying, Standing
from services.gateway.limits import BusyError
from services.gateway.pages.answers import DAY_FORMATS
from services.gateway.pages.edge import (
    Edge,
    RefusedError,
    language,
    ledger_path,
    open_ticket,
    sheet_path,
)
from services.gateway.pages.forms import fields_of_form
from services.gateway.pages.ledger_words import (
    act_words,
    decider_words,
    doer_words,
    field_labels,
    role_words,
    state_words,
)
from services.gateway.pages.provinces import province_name
from services.gateway.pages.sentences import Sentence, refusal
from services.gateway.ports import LedgerAwayError, LedgerShutError
from shared.contracts.review_commands import EntryState
from shared.kernel.clock import BEIJING
from shared.plumbing.web.app import WebApp

# The first view stays small, and a sheet's whole life seldom has more lines.
LINES_SHOWN = 60
FIELDS_NAMED = 6
_MOMENTS = {"zh": "y年M月d日 H:mm", "en": "d MMM y, H:mm"}


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the ledger, in words."""

    number: str
    sender: str
    received: str
    kilobytes: int
    kept_until: str
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the ledger, in words."""

    label: str
    kind: str
    state: str
    since: str
    decider: str
    due: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened, in words."""

    at: str
    role: str
    act: str
    fields: str
    times: int


def add_ledger(app: WebApp, edge: Edge) -> None:
    """Add the page that asks for the code, and the ledger behind it."""

    @app.get("/<any(S,s):letter>/<code>/ledger")
    def ledger(letter: str, code: str) -> Response:
        return _door(edge, code, None, 200)

    @app.post("/<any(S,s):letter>/<code>/ledger")
    def ledger_open(letter: str, code: str) -> Response:
        _take_turn(edge)
        ticket = open_ticket(edge, code)
        given = fields_of_form().get("query_code", "")
        try:
            found = edge.ledgers.open(ticket, _digits(given))
        except LedgerShutError as shut:
            is_full = shut.reason == "too_many_tries"
            said = refusal("ledger_full" if is_full else "wrong_query_code")
            return _door(edge, code, said, 429 if is_full else 403)
        except LedgerAwayError:
            raise RefusedError(503, "ledger_away", 60) from None
        page = render_template(
            "ledger.html",
            here=sheet_path(ticket),
            province=province_name(ticket.key.province, language()),
            photos=None if found.photos is None else [_photo(one) for one in found.photos],
            changes=None if found.changes is None else [_change(one) for one in found.changes],
            lines=[_line(one) for one in found.happened[:LINES_SHOWN]],
            more=max(0, len(found.happened) - LINES_SHOWN),
        )
        return make_response(page)


def _take_turn(edge: Edge) -> None:
    try:
        edge.questions.take(edge.visitor())
    except BusyError as busy:
        raise RefusedError(429, "too_many_tries", busy.retry_after_s) from None


def _door(edge: Edge, code: str, said: Sentence | None, status: int) -> Response:
    ticket = open_ticket(edge, code)
    page = render_template(
        "ledger_door.html", said=said, form=ledger_path(ticket), here=sheet_path(ticket)
    )
    return make_response(page, status)


def _digits(text: str) -> str:
    """Eight digits as people type them: with blanks, hyphens, or a Chinese keyboard's full width."""
    return "".join(str(int(one)) for one in text if one.isdecimal())


def _photo(one: Lying) -> Photo:
    return Photo(
        one.number,
        role_words(one.sender),
        _moment(one.received_at),
        max(1, round(one.size_bytes / 1000)),
        _day(one.locked_until.astimezone(BEIJING).date()) if one.locked_until else "",
        one.is_erased,
    )


def _change(one: Standing) -> Change:
    is_waiting = one.state == EntryState.SUBMITTED
    kind = _("关键数据") if one.is_key_data else _("学籍数据维护")
    return Change(
        field_labels().get(one.field, one.field),
        str(kind),
        state_words(one.state),
        _moment(one.since),
        decider_words(one.decided_by) if one.decided_by and is_waiting else "",
        _day(one.due) if one.due and is_waiting else "",
    )


def _fields(keys: tuple[str, ...]) -> str:
    labels = field_labels()
    comma = "、" if language() == "zh" else ", "
    named = comma.join(labels.get(key, key) for key in keys[:FIELDS_NAMED])
    if len(keys) <= FIELDS_NAMED:
        return named
    return str(_("%(named)s等 %(count)s 项", named=named, count=len(keys)))


def _line(one: Happened) -> Line:
    return Line(
        _moment(one.at),
        doer_words(one.act, one.role),
        act_words(one.act, one.outcome, one.purpose),
        _fields(one.fields),
        one.times,
    )


def _moment(at: datetime) -> str:
    pattern = _MOMENTS.get(language(), "medium")
    return str(format_datetime(at.astimezone(BEIJING).replace(tzinfo=None), pattern, rebase=False))


def _day(day: date) -> str:
    return str(format_date(day, DAY_FORMATS.get(language(), "long")))
