"""Importing a roster in three steps: choose the file, see what it would do, have it written."""

from services.portal.pages.importing.sending import add_sending
from services.portal.pages.importing.sentences import sentences
from services.portal.pages.importing.steps import add_steps
from services.portal.pages.sentences import add_sentences
from services.portal.pages.staff import Staff
from shared.plumbing.web.app import WebApp

__all__ = ["add_importing"]


def add_importing(app: WebApp, staff: Staff) -> None:
    """The pages of importing."""
    add_sentences(sentences)
    add_sending(app, staff)
    add_steps(app, staff)
