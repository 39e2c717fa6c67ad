"""The leader's own list: what waits in the school, by class, decided one by one."""

from services.portal.pages.leading.changes import add_changes
from services.portal.pages.staff import Staff
from shared.plumbing.web.app import WebApp


def add_leading(app: WebApp, staff: Staff) -> None:
    """Every page of school leaders alone."""
    add_changes(app, staff)
