"""Rings storage when a page has handed something in: people wait for it."""

from shared.contracts.events import Lane, PhotoReceived, Sender
from shared.kernel.ids import CampaignId, ObjectId, SheetId
from shared.kernel.units import province_of_campaign
from shared.plumbing.doorbell import Doorbell


class StorageBell:
    """Losing a ring costs the seconds until storage's next sweep."""

    def __init__(self, doorbell: Doorbell) -> None:
        self._doorbell = doorbell

    def ring(
        self, object_: ObjectId, campaign: CampaignId, sender: Sender, sheet: SheetId | None
    ) -> None:
        """Return at once, whatever the bus does."""
        received = PhotoReceived(object_, campaign, sheet, sender, Lane.PHOTO)
        self._doorbell.say(received, province=province_of_campaign(campaign))
