"""What the staff pages work with, and what every view asks first: who is there, and was it meant."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g, request

from services.portal.doors import InnerDoor
from services.portal.house import House
from services.portal.pictures import Looking
from shared.contracts.actors import Actor, parts_of
from shared.contracts.events import Sender
from shared.kernel.authority import TABLE, Act
from shared.kernel.errors import NotAllowedError
from shared.kernel.ids import ActorToken, CampaignId, ObjectId, SheetId

# Pages for people nobody knows yet. Every other page asks who is there, or is not answered at all.
OPEN_PAGES = frozenset(
    {
        "asset",
        "sign_in",
        "sign_in_form",
        "sign_in_code",
        "sign_in_code_form",
        "new_password",
        "new_password_form",
        "second_step",
        "second_step_form",
        "sign_out",
        "help_list",
        "help_guide",
        "help_file",
    }
)
SEAL_HEADER = "Hecha-Seal"


Ring = Callable[[ObjectId, CampaignId, Sender, SheetId | None], None]


def _nobody_hears(
    _object: ObjectId, _campaign: CampaignId, _sender: Sender, _sheet: SheetId | None
) -> None:
    """Storage finds by itself what is handed in."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Everything the pages need."""

    house: House
    campaign: CampaignId
    is_secure: bool
    pictures: Looking
    # Where bulk scans and roster files are taken in; None: not in this house.
    scans: InnerDoor | None = None
    rosters: InnerDoor | None = None
    # Tells storage that something was handed in: object, campaign, whose, and of which sheet.
    ring: Ring = _nobody_hears
    guides: str = ""  # folder with the guides' pictures and printed copies; empty: none

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the session; the browser guards the prefix."""
        return "__Host-hecha" if self.is_secure else "hecha"

    def session(self) -> str | None:
        """The session the browser shows; None when there is none."""
        return request.cookies.get(self.cookie) or None

    def keep(self, answer: Response, session: str) -> Response:
        """Give the browser its session; it ends with the browser, or when accounts says so."""
        answer.set_cookie(
            self.cookie,
            session,
            secure=self.is_secure,
            httponly=True,
            samesite="Strict",
            path="/",
        )
        return answer

    def keep_choice(self, answer: Response, name: str, value: str) -> None:
        """Let the browser remember how somebody likes the pages; it says nothing of who they are."""
        answer.set_cookie(name, value, secure=self.is_secure, httponly=True, samesite="Strict")

    def forget(self, answer: Response) -> Response:
        """Take the session away from the browser."""
        answer.delete_cookie(self.cookie, secure=self.is_secure, httponly=True, samesite="Strict")
        return answer


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at a page.

    The token is believed here because accounts has just given it; the service that owns the
    data checks it again.
    """

    session: str
    token: ActorToken
    actor: Actor

    def may_see(self, act: Act) -> bool:
        """Whether the role has this act anywhere: what is not theirs is not offered."""
        return self.actor.role in TABLE[act]


class SignedOutError(Exception):
    """Nobody is signed in here."""


class NotMeantError(Exception):
    """A form came from elsewhere, or from a page of an earlier session."""


def visitor(staff: Staff) -> Visitor:
    """Who is at this page; asked of accounts once in a request.

    Raises:
        SignedOutError: nobody.
        DomainError: the session has ended, or signing in is not finished.
    """
    _declare(())
    known: Visitor | None = g.get("visitor")
    if known is None:
        session = staff.session()
        if session is None:
            raise SignedOutError
        token = staff.house.take_token(session).token
        known = Visitor(session, token, parts_of(token)[0])
        g.visitor = known
    return known


def entitled(staff: Staff, *acts: Act) -> Visitor:
    """Who is at this page, if their role has one of the acts it is for.

    Raises:
        SignedOutError: nobody is signed in.
        NotAllowedError: another role's page.
    """
    _declare(acts)
    found = visitor(staff)
    if not any(found.may_see(act) for act in acts):
        raise NotAllowedError(acts[0])
    return found


def declared() -> tuple[tuple[Act, ...], ...]:
    """The rules this request's view has asked for so far; an empty rule lets every role in."""
    return tuple(g.get("rules", ()))


def _declare(acts: tuple[Act, ...]) -> None:
    # Before it is decided: a refusal has asked as well.
    g.setdefault("rules", []).append(acts)


def seal_of(session: str) -> str:
    """What a form of this session carries: only a page of ours can know it."""
    return hmac.new(session.encode(), b"hecha form 1", hashlib.sha256).hexdigest()[:32]


def check_meant(staff: Staff) -> None:
    """Refuse a form that another site made the browser send.

    Before a session there is no seal yet: then the browser's word for where the form came
    from decides, and a browser that says nothing is taken at none.

    Raises:
        NotMeantError: it was not sent from a page of this session.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotMeantError
    session = staff.session()
    if session is None:
        if not _is_ours(request.headers.get("Origin")):
            raise NotMeantError
        return
    # Scripts that send a file bare have no form to put the seal into.
    shown = request.headers.get(SEAL_HEADER) or request.form.get("seal", "")
    if not hmac.compare_digest(shown, seal_of(session)):
        raise NotMeantError


def _is_ours(origin: str | None) -> bool:
    return origin is not None and origin.partition("://")[2] == request.host
