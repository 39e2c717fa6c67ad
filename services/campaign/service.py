"""Campaign on the bus: what it hears, and what it answers."""

from nameko.timer import timer

from services.campaign import regions, rehearsing, telling, usecases
from services.campaign.drafts import DraftsProvider
from services.campaign.settings import CampaignSettings
from shared.contracts.campaign_commands import (
    Calendar,
    Campaign,
    CloseWindow,
    CreateCampaign,
    InheritWindow,
    Regions,
    Rehearsal,
    RehearseWindow,
    SetWindow,
    ShowCalendar,
    ShowCampaign,
    ShowRegions,
)
from shared.contracts.change_events import (
    ChangeApproved,
    ChangeEntered,
    ChangeExpired,
    ChangeQueried,
    ChangeRejected,
    ChangeReturned,
    ChangeWithdrawn,
    SheetConfirmed,
    SheetEntered,
)
from shared.contracts.events import SheetIssued, SheetReturned, UnitRegistered
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves

TURN_EVERY_S = 15


class CampaignService(Operated):
    """What is open, where, until when."""

    name = "campaign"

    database = DatabaseProvider()
    settings = SettingsProvider(CampaignSettings)
    actors = ActorsProvider()
    drafts = DraftsProvider()

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        usecases.keep_unit(heard)

    @hears(SheetIssued)
    def on_sheet_issued(self, heard: Heard[SheetIssued]) -> None:
        """Sheets of a class were printed."""
        rehearsing.issue_sheets(heard)

    @hears(SheetReturned)
    def on_sheet_returned(self, heard: Heard[SheetReturned]) -> None:
        """A sheet is with the school."""
        rehearsing.return_sheet(heard)

    @hears(SheetConfirmed)
    def on_sheet_confirmed(self, heard: Heard[SheetConfirmed]) -> None:
        """A sheet asks for no change."""
        rehearsing.confirm_sheet(heard)

    @hears(SheetEntered)
    def on_sheet_entered(self, heard: Heard[SheetEntered]) -> None:
        """A sheet is entered, or no longer."""
        rehearsing.enter_sheet(heard)

    @hears(ChangeEntered)
    def on_change_entered(self, heard: Heard[ChangeEntered]) -> None:
        """A change waits for a decision."""
        rehearsing.enter_change(heard)

    @hears(ChangeReturned)
    def on_change_returned(self, heard: Heard[ChangeReturned]) -> None:
        """A change waits for the school again."""
        rehearsing.return_change(heard)

    @hears(ChangeQueried)
    def on_change_queried(self, heard: Heard[ChangeQueried]) -> None:
        """The guardian is asked, or has answered."""
        rehearsing.query_change(heard)

    @hears(ChangeWithdrawn)
    def on_change_withdrawn(self, heard: Heard[ChangeWithdrawn]) -> None:
        """A change is not asked for any more."""
        rehearsing.close_change(heard)

    @hears(ChangeApproved)
    def on_change_approved(self, heard: Heard[ChangeApproved]) -> None:
        """A change was approved."""
        rehearsing.close_change(heard)

    @hears(ChangeRejected)
    def on_change_rejected(self, heard: Heard[ChangeRejected]) -> None:
        """A change was refused for good."""
        rehearsing.close_change(heard)

    @hears(ChangeExpired)
    def on_change_expired(self, heard: Heard[ChangeExpired]) -> None:
        """A change was closed by the clock."""
        rehearsing.close_change(heard)

    @timer(interval=TURN_EVERY_S)  # type: ignore[untyped-decorator]  # nameko ships no types
    def turn_exceptions(self) -> None:
        """Let exceptions begin and end by the clock."""
        telling.turn_exceptions(self.database)

    @serves
    def create_campaign(self, request: CreateCampaign) -> Campaign:
        """Start a campaign, or move its days."""
        return usecases.create_campaign(self.database, self.actors.of(request.actor), request)

    @serves
    def set_window(self, request: SetWindow) -> Campaign:
        """Open a switch."""
        return usecases.set_window(self.database, self.actors.of(request.actor), request)

    @serves
    def close_window(self, request: CloseWindow) -> Campaign:
        """Close a switch by hand."""
        return usecases.close_window(self.database, self.actors.of(request.actor), request)

    @serves
    def inherit_window(self, request: InheritWindow) -> Campaign:
        """Take a setting away."""
        return usecases.inherit_window(self.database, self.actors.of(request.actor), request)

    @serves
    def rehearse_window(self, request: RehearseWindow) -> Rehearsal:
        """What a setting would touch and leave undone."""
        actor = self.actors.of(request.actor)
        return rehearsing.rehearse_window(self.database, actor, request, self.drafts)

    @serves
    def show_regions(self, request: ShowRegions) -> Regions:
        """How the switches stand in a part of the tree."""
        return regions.show_regions(self.database, self.actors.of(request.actor), request)

    @serves
    def show_campaign(self, request: ShowCampaign) -> Campaign:
        """A campaign and its settings."""
        return usecases.show_campaign(self.database, request)

    @serves
    def show_calendar(self, request: ShowCalendar) -> Calendar:
        """The days of a campaign."""
        return usecases.show_calendar(self.database, request)
