"""What the pages of windows ask of campaign."""

from services.portal.house import House
from shared.contracts.campaign_commands import (
    Campaign,
    CloseWindow,
    InheritWindow,
    Regions,
    Rehearsal,
    RehearseWindow,
    SetWindow,
    ShowRegions,
)
from shared.kernel.ids import ActorToken, CampaignId, UnitCode
from shared.kernel.windows import Action


def regions(house: House, token: ActorToken, campaign: CampaignId, unit: UnitCode) -> Regions:
    """How the switches stand at a unit and directly below it."""
    return house.ask("campaign", "show_regions", ShowRegions(campaign, unit, token), Regions)


def rehearsal(
    house: House, token: ActorToken, where: tuple[CampaignId, UnitCode, Action]
) -> Rehearsal:
    """What a setting would touch, and what closing now would leave undone."""
    return house.ask("campaign", "rehearse_window", RehearseWindow(*where, token), Rehearsal)


def set_window(house: House, request: SetWindow) -> None:
    """Open a switch, now or later."""
    house.ask("campaign", "set_window", request, Campaign)


def close_window(house: House, request: CloseWindow) -> None:
    """Close a switch by hand."""
    house.ask("campaign", "close_window", request, Campaign)


def inherit_window(house: House, request: InheritWindow) -> None:
    """Take a unit's own setting away."""
    house.ask("campaign", "inherit_window", request, Campaign)
