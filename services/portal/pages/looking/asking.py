"""What pages that show paper ask the house."""

from services.portal.house import House
from shared.contracts.look_commands import LookAtPage, PageToOpen


def look(house: House, request: LookAtPage) -> PageToOpen:
    """Which view shows a side or place of a sheet; it is on record that this person looks."""
    return house.ask("scan", "look_at_page", request, PageToOpen)
