"""Campaign on the bus: what it hears, and what it answers."""

from services.campaign import usecases
from services.campaign.settings import CampaignSettings
from shared.contracts.campaign_commands import (
    Campaign,
    CloseWindow,
    CreateCampaign,
    SetWindow,
    ShowCampaign,
)
from shared.contracts.events import UnitRegistered
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves


class CampaignService:
    """What is open, where, until when."""

    name = "campaign"

    database = DatabaseProvider()
    settings = SettingsProvider(CampaignSettings)

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        usecases.keep_unit(heard)

    @serves
    def create_campaign(self, request: CreateCampaign) -> Campaign:
        """Start a campaign, or move its cut-off date."""
        return usecases.create_campaign(self.database, request)

    @serves
    def set_window(self, request: SetWindow) -> Campaign:
        """Open a switch."""
        return usecases.set_window(self.database, request)

    @serves
    def close_window(self, request: CloseWindow) -> Campaign:
        """Take a setting away."""
        return usecases.close_window(self.database, request)

    @serves
    def show_campaign(self, request: ShowCampaign) -> Campaign:
        """A campaign and its settings."""
        return usecases.show_campaign(self.database, request)
