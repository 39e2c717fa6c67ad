"""A class as its homeroom teacher sees it, and the classes of a school side by side."""

from services.portal.pages.classes.checking import add_checking
from services.portal.pages.classes.photographing import add_photographing
from services.portal.pages.classes.queries import add_queries
from services.portal.pages.classes.school import add_school
from services.portal.pages.classes.ticking import add_ticking
from services.portal.pages.classes.tiles import add_tiles
from services.portal.pages.staff import Staff
from shared.plumbing.web.app import WebApp


def add_classes(app: WebApp, staff: Staff) -> None:
    """Every page about classes."""
    add_school(app, staff)
    add_tiles(app, staff)
    add_ticking(app, staff)
    add_photographing(app, staff)
    add_checking(app, staff)
    add_queries(app, staff)
