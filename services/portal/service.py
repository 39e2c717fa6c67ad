"""The staff edge on the bus: it hears nothing; its pages are its whole work."""

from services.portal.providers import PagesProvider
from services.portal.settings import PortalSettings
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.standing import Shown


class PortalService(Shown):
    """Pages for everybody with an account: no database and no rules of its own."""

    name = "portal"

    settings = SettingsProvider(PortalSettings)
    pages = PagesProvider()
    actors = ActorsProvider()
