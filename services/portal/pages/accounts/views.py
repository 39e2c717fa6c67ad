"""Dedicated accounts of the own part of the tree."""

from services.portal.pages.accounts.changing import add_changing_accounts
from services.portal.pages.accounts.issuing import add_issuing
from services.portal.pages.accounts.listing import add_listing
from services.portal.pages.staff import Staff
from shared.plumbing.web.app import WebApp


def add_accounts(app: WebApp, staff: Staff) -> None:
    """The pages of whoever hands accounts out."""
    add_listing(app, staff)
    add_issuing(app, staff)
    add_changing_accounts(app, staff)
