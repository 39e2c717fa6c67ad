"""The operator's pages: how every service stands, what to scale, and dead letters."""

from services.portal.pages.operating.dead import add_dead
from services.portal.pages.operating.services import add_services
from services.portal.pages.operating.words import sentences
from services.portal.pages.sentences import add_sentences
from services.portal.pages.staff import Staff
from shared.plumbing.web.app import WebApp

__all__ = ["add_operating"]


def add_operating(app: WebApp, staff: Staff) -> None:
    """The pages of whoever keeps the house running."""
    add_sentences(sentences)
    add_services(app, staff)
    add_dead(app, staff)
