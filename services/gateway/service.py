"""The public edge on the bus: it hears nothing; its pages are its whole work."""

from services.gateway.providers import EdgeProvider
from services.gateway.settings import GatewaySettings
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.standing import Shown


class GatewayService(Shown):
    """The guardian's pages: no database, no private key, nothing to read back."""

    name = "gateway"

    settings = SettingsProvider(GatewaySettings)
    edge = EdgeProvider()
    actors = ActorsProvider()
