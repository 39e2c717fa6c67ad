"""One picture as an answer: looked up, opened in memory, marked with who looks."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, make_response

from services.portal.pages import moments
from services.portal.pages.sentences import refusal
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.look_commands import PageToOpen, PhotoToOpen
from shared.kernel.clock import utc_now
from shared.kernel.errors import DomainError
from shared.plumbing.objects import ObjectMissingError, StoreUnavailableError


def picture(staff: Staff, who: Visitor, look: Callable[[], PageToOpen | PhotoToOpen]) -> Response:
    """The JPEG of what `look` allows to open, or why there is none."""
    try:
        found = look()
        mark = mark_of(who, utc_now())
        if isinstance(found, PhotoToOpen):
            whole = PageToOpen(found.view, None, None)
            data = staff.pictures.show(whole, who.token, mark, found.places)
        else:
            data = staff.pictures.show(found, who.token, mark)
    except DomainError as refused:
        return _words(refusal(refused).title, 403 if refused.code == "not_allowed" else 409)
    except (ObjectMissingError, StoreUnavailableError):
        return _words(refusal("house_away").title, 503)
    answer = make_response(data)
    answer.content_type = "image/jpeg"
    return answer


def _words(title: str, status: int) -> Response:
    """Why there is no picture, for whoever opens its address by itself."""
    answer = make_response(title, status)
    answer.content_type = "text/plain; charset=utf-8"
    return answer


def mark_of(who: Visitor, at: datetime) -> str:
    """What is drawn all over a picture: account, person and time; fonts have Latin letters only."""
    when = moments.told(at)
    return f"{who.actor.account} {who.actor.person[:6]} {when}"
