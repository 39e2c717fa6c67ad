"""What the page of storage and keys asks."""

from services.portal.house import House
from shared.contracts.archive_commands import ArchiveShown, ShowArchive


def shown(house: House, request: ShowArchive) -> ArchiveShown:
    """How a province's archive stands."""
    return house.ask("storage", "show_archive", request, ArchiveShown)
