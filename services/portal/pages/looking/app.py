"""Pictures of paper: a side of a sheet, or one place of it, for whoever may see it now."""

from flask import Response, abort, render_template, url_for

from services.portal.pages.looking.asking import look
from services.portal.pages.looking.documents import add_documents
from services.portal.pages.looking.showing import picture
from services.portal.pages.staff import Staff, entitled
from shared.contracts.look_commands import LookAtPage
from shared.kernel.authority import Act
from shared.kernel.ids import SheetId
from shared.kernel.sheet_code import Side
from shared.plumbing.web.app import WebApp


def add_looking(app: WebApp, staff: Staff) -> None:
    """The pictures that other pages show, and a page for one side alone."""
    add_documents(app, staff)

    @app.get("/sheets/<sheet>/sides/<side>.jpg")
    def side_picture(sheet: str, side: str) -> Response:
        who = entitled(staff, Act.SEE_PAGE)
        wanted = LookAtPage(who.token, SheetId(sheet), _side(side))
        return picture(staff, who, lambda: look(staff.house, wanted))

    @app.get("/sheets/<sheet>/places/<place>.jpg")
    def place_picture(sheet: str, place: str) -> Response:
        who = entitled(staff, Act.SEE_PAGE)
        wanted = LookAtPage(who.token, SheetId(sheet), place=place)
        return picture(staff, who, lambda: look(staff.house, wanted))

    @app.get("/sheets/<sheet>/sides/<side>")
    def side_page(sheet: str, side: str) -> str:
        entitled(staff, Act.SEE_PAGE)
        address = url_for("side_picture", sheet=sheet, side=_side(side).value)
        return render_template("looking/side.html", picture=address, is_back=side == Side.BACK)


def _side(word: str) -> Side:
    if word not in set(Side):
        abort(404)
    return Side(word)
