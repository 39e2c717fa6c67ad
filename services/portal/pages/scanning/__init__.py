"""Bulk scans: a pile of paper handed in, looked at page by page, and made to count.

Beside them the photos that nobody could name by machine: they are placed as such pages are.
"""

from services.portal.pages.scanning.acts import add_acts
from services.portal.pages.scanning.looking import add_looking
from services.portal.pages.scanning.photos import add_photos
from services.portal.pages.scanning.placing import add_placing
from services.portal.pages.scanning.sentences import sentences
from services.portal.pages.scanning.uploading import add_uploading
from services.portal.pages.sentences import add_sentences
from services.portal.pages.staff import Staff
from shared.plumbing.web.app import WebApp

__all__ = ["add_scanning"]


def add_scanning(app: WebApp, staff: Staff) -> None:
    """The pages of bulk scans."""
    add_sentences(sentences)
    add_uploading(app, staff)
    add_looking(app, staff)
    add_placing(app, staff)
    add_photos(app, staff)
    add_acts(app, staff)
