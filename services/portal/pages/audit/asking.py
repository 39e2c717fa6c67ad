"""What the pages of auditors ask of the log."""

from services.portal.house import House
from shared.contracts.audit_commands import (
    EventProof,
    EventsExported,
    EventsShown,
    ExportEvents,
    LogVerified,
    ProveEvent,
    ShowEvents,
    VerifyLog,
)


def shown(house: House, request: ShowEvents) -> EventsShown:
    """Events that a filter lets through, newest first."""
    return house.ask("audit", "show_events", request, EventsShown)


def verified(house: House, request: VerifyLog) -> LogVerified:
    """Whether the log is whole."""
    return house.ask("audit", "verify_log", request, LogVerified)


def proof(house: House, request: ProveEvent) -> EventProof:
    """The proof that an event is in the log."""
    return house.ask("audit", "prove_event", request, EventProof)


def exported(house: House, request: ExportEvents) -> EventsExported:
    """Events to be taken away, with their proof."""
    return house.ask("audit", "export_events", request, EventsExported)
