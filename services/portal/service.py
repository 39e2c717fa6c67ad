"""The staff edge on the bus: it hears nothing; its pages are its whole work."""

from services.portal.providers import PagesProvider
from services.portal.settings import PortalSettings
from shared.plumbing.environment import SettingsProvider


class PortalService:
    """Pages for everybody with an account: no database and no rules of its own."""

    name = "portal"

    settings = SettingsProvider(PortalSettings)
    pages = PagesProvider()
