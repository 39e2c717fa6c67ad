"""What the pages work with, and the questions every view asks first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flask import request, url_for
from flask_babel import get_locale

from services.gateway.domain import PhotoKey, Ticket, photo_key, ticket_of
from services.gateway.limits import Buckets
from services.gateway.ports import Help, House, Ledgers
from services.gateway.settings import GatewaySettings
from services.gateway.usecases import Intake
from shared.kernel.ids import CampaignId
from shared.kernel.sheet_code import CodeKey, CodeType


class Keys(Protocol):
    """The check keys of every campaign, and when a closed one ended."""

    def keys(self) -> tuple[CodeKey, ...]:
        """Open and closed ones."""
        ...

    def last_day(self, campaign: CampaignId) -> date | None:
        """None when nobody wrote it down."""
        ...


@dataclass(frozen=True, slots=True)
class Edge:
    """Everything the pages need."""

    settings: GatewaySettings
    codes: Keys
    intake: Intake
    house: House
    help: Help
    ledgers: Ledgers
    uploads: Buckets
    questions: Buckets
    is_ready: Callable[[], bool]

    def visitor(self) -> str:
        """The visitor's address, as the nearest trusted proxy tells it."""
        hops = self.settings.gateway_proxies
        told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        if hops and len(told) >= hops and told[-hops]:
            return told[-hops]
        return request.remote_addr or ""


class RefusedError(Exception):
    """A visitor is turned away before anything was done; `code` picks the sentence."""

    def __init__(self, status: int, code: str, retry_after_s: int | None = None):
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s


def open_ticket(edge: Edge, code: str) -> Ticket:
    """The ticket of an address.

    Raises:
        RefusedError: no key of this edge's provinces made the code.
    """
    known = edge.codes.keys()
    ours = [key for key in known if key.province in edge.settings.provinces]
    ticket = ticket_of(CodeType.SHEET, code, ours)
    if ticket is None:
        raise RefusedError(404, "unknown_code")
    return ticket


def open_key(text: str) -> PhotoKey:
    """The photo key of an address.

    Raises:
        RefusedError: it is none.
    """
    key = photo_key(text.lower())
    if key is None:
        raise RefusedError(400, "bad_key")
    return key


def wants_json() -> bool:
    """Whether a script asks, which gets codes and texts instead of a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.method == "PUT" or best == "application/json"


def language() -> str:
    """The visitor's language, "zh" or one of the catalogs."""
    return str(get_locale())


def sheet_path(ticket: Ticket) -> str:
    """The address of a sheet's page."""
    return url_for("sheet", letter="s", code=ticket.code)


def help_path(ticket: Ticket) -> str:
    """The address of the page with answers, below the sheet's."""
    return f"{sheet_path(ticket)}/help"


def ledger_path(ticket: Ticket) -> str:
    """The address of the sheet's ledger, below the sheet's."""
    return f"{sheet_path(ticket)}/ledger"


def questions_path(ticket: Ticket) -> str:
    """The address questions of a sheet are sent to."""
    return f"{sheet_path(ticket)}/questions"


def photos_path(ticket: Ticket) -> str:
    """The address photos of a sheet are sent to; a photo's own one is below it."""
    return f"{sheet_path(ticket)}/photos"
