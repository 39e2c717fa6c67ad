"""`hecha scan ticket`: lets whoever is signed in upload bulk scans for their school."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

import typer

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.trouble import explained
from services.scan.holding import Desk
from services.scan.piles import take_ticket
from services.scan.uploads.ticket import MAX_LIFE, Tickets
from shared.contracts.batch_commands import TakeUploadTicket
from shared.kernel.ids import CampaignId, UnitCode
from shared.plumbing.settings import SettingsError

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TicketSettings:
    """Read from `HECHA_<NAME>`."""

    scan_ticket_key: str = field(
        metadata={"help": "64 hex digits: signs tickets for uploads"}, repr=False
    )


def register(app: typer.Typer) -> None:
    """Add the command to `hecha scan`."""
    app.command("ticket")(explained(ticket))


def ticket(
    campaign: Annotated[str, typer.Option(help="id of the campaign")],
    school: Annotated[str, typer.Option(help="code of the school")],
    hours: Annotated[int, typer.Option(min=1, max=MAX_LIFE // _HOUR, help="how long")] = 24,
) -> None:
    """Print a bearer ticket for uploads; whoever holds it acts as you until it expires."""
    try:
        tickets = Tickets(bytes.fromhex(settings_of(TicketSettings).scan_ticket_key))
    except ValueError as wrong:
        if isinstance(wrong, SettingsError):
            raise
        raise SettingsError("HECHA_SCAN_TICKET_KEY must be 64 hex digits") from None
    request = TakeUploadTicket(CampaignId(campaign), UnitCode(school), token(), hours)
    with database_of("scan") as database:
        print(take_ticket(Desk(database, actors()), tickets, request).ticket)
