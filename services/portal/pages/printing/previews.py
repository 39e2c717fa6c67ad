"""A sheet as a picture before it is printed."""

from flask import Response, render_template

from services.portal.pages.printing import asking
from services.portal.pages.staff import Staff, entitled
from shared.kernel.authority import Act
from shared.kernel.ids import UnitCode
from shared.plumbing.web.app import WebApp


def add_previews(app: WebApp, staff: Staff) -> None:
    """The page, and the picture on it."""

    @app.get("/print/classes/<unit>/preview")
    def print_preview(unit: str) -> str:
        entitled(staff, Act.PRINT_SHEETS)
        known = staff.house.units([UnitCode(unit)]).get(UnitCode(unit))
        name = known.name if known is not None else unit
        return render_template("printing/preview.html", unit=unit, name=name)

    @app.get("/print/classes/<unit>/preview.png")
    def print_preview_picture(unit: str) -> Response:
        who = entitled(staff, Act.PRINT_SHEETS)
        picture = asking.preview(staff.house, who, staff.campaign, UnitCode(unit))
        return Response(picture, mimetype="image/png")
