"""What pages that show paper ask the house."""

from services.portal.house import House
from shared.contracts.look_commands import LookAtPage, PageToOpen
from shared.contracts.reality_commands import LookAtProof
from shared.contracts.review_commands import LookAtDocument


def look(house: House, request: LookAtPage) -> PageToOpen:
    """Which view shows a side or place of a sheet; it is on record that this person looks."""
    return house.ask("scan", "look_at_page", request, PageToOpen)


def look_at_document(house: House, request: LookAtDocument) -> PageToOpen:
    """Which page of a proof to open; it is on record that this person looks."""
    return house.ask("review", "look_at_document", request, PageToOpen)


def look_at_proof(house: House, request: LookAtProof) -> PageToOpen:
    """The same of a finding of the class reality check."""
    return house.ask("review", "look_at_proof", request, PageToOpen)
