"""Printing sheets: how far a school is, a look beforehand, a job, its file, and a sheet again."""

from services.portal.pages.printing.jobs import add_jobs
from services.portal.pages.printing.previews import add_previews
from services.portal.pages.printing.school import add_school
from services.portal.pages.printing.sentences import sentences
from services.portal.pages.sentences import add_sentences
from services.portal.pages.staff import Staff
from shared.plumbing.web.app import WebApp

__all__ = ["add_printing"]


def add_printing(app: WebApp, staff: Staff) -> None:
    """The pages of printing."""
    add_sentences(sentences)
    add_school(app, staff)
    add_previews(app, staff)
    add_jobs(app, staff)
