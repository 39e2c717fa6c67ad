"""The public edge on the bus: it hears nothing; its pages are its whole work."""

from services.gateway.providers import EdgeProvider
from services.gateway.settings import GatewaySettings
from shared.plumbing.environment import SettingsProvider


class GatewayService:
    """The guardian's pages: no database, no private key, nothing to read back."""

    name = "gateway"

    settings = SettingsProvider(GatewaySettings)
    edge = EdgeProvider()
