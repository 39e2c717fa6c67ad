"""`hecha scan ticket`: lets a person upload bulk scans for a school, until there are accounts."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

import typer

from deploy.cli.rooms import database_of, settings_of
from deploy.cli.scan_batches import actor_of, origin_of
from deploy.cli.trouble import explained
from services.scan.uploads.ticket import MAX_LIFE, Tickets
from shared.contracts.events import ActDone
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
    actor: Annotated[str, typer.Option(help="who will upload, and own the batches")],
    hours: Annotated[int, typer.Option(min=1, max=MAX_LIFE // _HOUR, help="how long")] = 24,
) -> None:
    """Print a bearer ticket for uploads; whoever holds it acts as that person until it expires."""
    try:
        tickets = Tickets(bytes.fromhex(settings_of(TicketSettings).scan_ticket_key))
    except ValueError as wrong:
        if isinstance(wrong, SettingsError):
            raise
        raise SettingsError("HECHA_SCAN_TICKET_KEY must be 64 hex digits") from None
    who = origin_of(school, campaign, actor)
    with database_of("scan") as database:
        until = database.clock() + hours * _HOUR
        with database.transaction() as tx:
            issued = ActDone("issue_scan_ticket", who.campaign, actor_of(""), "done", who.school)
            tx.say(issued, province=who.province)
    print(tickets.sign(who, until))
