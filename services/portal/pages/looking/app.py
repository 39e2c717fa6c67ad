"""Pictures of paper: a side of a sheet, or one place of it, for whoever may see it now."""

from datetime import datetime

from flask import Response, abort, make_response, render_template, url_for

from services.portal.pages import moments
from services.portal.pages.looking.asking import look
from services.portal.pages.sentences import refusal
from services.portal.pages.staff import Staff, Visitor, entitled
from shared.contracts.look_commands import LookAtPage
from shared.kernel.authority import Act
from shared.kernel.clock import utc_now
from shared.kernel.errors import DomainError
from shared.kernel.ids import SheetId
from shared.kernel.sheet_code import Side
from shared.plumbing.objects import ObjectMissingError, StoreUnavailableError
from shared.plumbing.web.app import WebApp


def add_looking(app: WebApp, staff: Staff) -> None:
    """The pictures that other pages show, and a page for one side alone."""

    @app.get("/sheets/<sheet>/sides/<side>.jpg")
    def side_picture(sheet: str, side: str) -> Response:
        who = entitled(staff, Act.SEE_PAGE)
        return _picture(staff, who, LookAtPage(who.token, SheetId(sheet), _side(side)))

    @app.get("/sheets/<sheet>/places/<place>.jpg")
    def place_picture(sheet: str, place: str) -> Response:
        who = entitled(staff, Act.SEE_PAGE)
        return _picture(staff, who, LookAtPage(who.token, SheetId(sheet), place=place))

    @app.get("/sheets/<sheet>/sides/<side>")
    def side_page(sheet: str, side: str) -> str:
        entitled(staff, Act.SEE_PAGE)
        address = url_for("side_picture", sheet=sheet, side=_side(side).value)
        return render_template("looking/side.html", picture=address, is_back=side == Side.BACK)


def _side(word: str) -> Side:
    if word not in set(Side):
        abort(404)
    return Side(word)


def _picture(staff: Staff, who: Visitor, wanted: LookAtPage) -> Response:
    try:
        page = look(staff.house, wanted)
        data = staff.pictures.show(page, who.token, mark_of(who, utc_now()))
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
