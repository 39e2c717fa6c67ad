"""Questions: asked from any page, answered by the level they lie with, published for everybody."""

from services.portal.pages.staff import Staff
from services.portal.pages.support.ask import add_ask
from services.portal.pages.support.faq import add_faq
from services.portal.pages.support.figures import add_figures
from services.portal.pages.support.inbox import add_inbox
from services.portal.pages.support.thread import add_thread
from shared.plumbing.web.app import WebApp


def add_support(app: WebApp, staff: Staff) -> None:
    """Every page about questions."""
    add_inbox(app, staff)
    add_thread(app, staff)
    add_ask(app, staff)
    add_faq(app, staff)
    add_figures(app, staff)
