"""`hecha window`: campaigns and their two switches, per region."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from deploy.cli import window_lines as lines
from deploy.cli.rooms import database_of
from deploy.cli.signed_in import NO_TOKEN, actor
from deploy.cli.trouble import explained
from services.campaign import rehearsing, usecases
from services.review.worklist.usecases import count_drafts
from shared.contracts.actors import Actor
from shared.contracts.campaign_commands import (
    GRACE_HOURS,
    Campaign,
    CloseWindow,
    CreateCampaign,
    InheritWindow,
    RehearseWindow,
    SetWindow,
    ShowCalendar,
    ShowCampaign,
)
from shared.contracts.desk_commands import CountDrafts
from shared.kernel.clock import BEIJING
from shared.kernel.errors import DomainError
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.windows import Action
from shared.plumbing.database import Database
from shared.plumbing.settings import SettingsError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]
ActionOption = Annotated[Action, typer.Option(help="which switch")]
Unit = Annotated[str, typer.Argument(help="code of the unit")]
Reason = Annotated[str, typer.Option(help="why; kept with the setting")]
Grace = Annotated[
    int, typer.Option("--grace", help="hours in which started work may be finished after the end")
]


@app.command()
@explained
def create(
    campaign: Annotated[str, typer.Argument(help="province, then a name: 44-2026a")],
    name: Annotated[str, typer.Option(help="name of the campaign")],
    cut_off: Annotated[str, typer.Option(help="registered on or before: 2026-03-31")],
    ends_on: Annotated[str, typer.Option(help="last day: 2026-06-30; accounts end with it")] = "",
    regions_may_narrow: Annotated[
        bool, typer.Option(help="cities and counties may set narrower windows")
    ] = False,
    endorses_key_data: Annotated[
        bool, typer.Option(help="the school leader is asked about key data first")
    ] = False,
) -> None:
    """Start a campaign, or move its days. Its keys: add it to HECHA_CAMPAIGNS."""
    days = (_day(cut_off), NO_TOKEN, _day(ends_on) if ends_on else None)
    choices = (regions_may_narrow, endorses_key_data)
    request = CreateCampaign(CampaignId(campaign), name, *days, *choices)
    _do(lambda database, who: usecases.create_campaign(database, who, request))


@app.command(name="open")
@explained
def open_(  # noqa: PLR0913, PLR0917  # the options of a command
    unit: Unit,
    until: Annotated[str, typer.Option(help="2026-05-01T18:00, Beijing time")] = "",
    since: Annotated[str, typer.Option(help="default: now; later is a schedule")] = "",
    action: ActionOption = Action.EXPORT_SHEETS,
    campaign: CampaignOption = "44-2026a",
    reason: Reason = "",
    exception: Annotated[bool, typer.Option(help="ends by itself, after three days")] = False,
    grace: Grace = GRACE_HOURS,
) -> None:
    """Open a switch for a unit and everything below it."""
    request = SetWindow(
        campaign=CampaignId(campaign),
        unit=UnitCode(unit),
        action=action,
        opens_at=_moment(since) if since else datetime.now(BEIJING),
        closes_at=_moment(until) if until else None,
        actor=NO_TOKEN,
        reason=reason,
        is_exception=exception,
        grace_hours=grace,
    )
    _do(lambda database, who: usecases.set_window(database, who, request))


@app.command()
@explained
def close(
    unit: Unit,
    action: ActionOption = Action.EXPORT_SHEETS,
    campaign: CampaignOption = "44-2026a",
    reason: Reason = "",
    grace: Grace = GRACE_HOURS,
) -> None:
    """Close a switch now, whatever the unit inherits; see rehearse first."""
    where = (CampaignId(campaign), UnitCode(unit), action)
    request = CloseWindow(*where, NO_TOKEN, reason, grace)
    _do(lambda database, who: usecases.close_window(database, who, request))


@app.command()
@explained
def inherit(
    unit: Unit,
    action: ActionOption = Action.EXPORT_SHEETS,
    campaign: CampaignOption = "44-2026a",
    reason: Reason = "",
) -> None:
    """Take a unit's own setting and exception away; what it inherits holds again."""
    request = InheritWindow(CampaignId(campaign), UnitCode(unit), action, NO_TOKEN, reason)
    _do(lambda database, who: usecases.inherit_window(database, who, request))


class DraftsAtHand:
    """Drafts, out of review's database beside this terminal."""

    def below(self, campaign: CampaignId, unit: UnitCode, apart: Sequence[UnitCode]) -> int | None:
        """Drafts at or below a unit and outside the units set apart; None: nobody says."""
        try:
            with database_of("review") as database:
                return count_drafts(database, CountDrafts(campaign, unit, tuple(apart))).drafts
        except (DomainError, SettingsError, SQLAlchemyError):
            return None  # not at this terminal: the rehearsal is told without them


@app.command()
@explained
def rehearse(
    unit: Unit,
    action: ActionOption = Action.EXPORT_SHEETS,
    campaign: CampaignOption = "44-2026a",
) -> None:
    """Which schools a setting would touch, and what closing now would leave undone."""
    request = RehearseWindow(CampaignId(campaign), UnitCode(unit), action, NO_TOKEN)
    with database_of("campaign") as database:
        told = rehearsing.rehearse_window(database, actor(), request, DraftsAtHand())
    lines.tell_rehearsal(told)


@app.command()
@explained
def show(
    unit: Annotated[str, typer.Argument(help="a unit; without one, every setting")] = "",
    campaign: CampaignOption = "44-2026a",
) -> None:
    """A campaign's settings, and how the switches stand at a unit now."""
    request = ShowCampaign(CampaignId(campaign), UnitCode(unit) if unit else None)
    with database_of("campaign") as database:
        lines.tell_campaign(usecases.show_campaign(database, request))


@app.command()
@explained
def calendar(
    unit: Annotated[str, typer.Argument(help="a unit; without one, every day")] = "",
    campaign: CampaignOption = "44-2026a",
) -> None:
    """The days of a campaign: what opens and closes when, and where."""
    request = ShowCalendar(CampaignId(campaign), UnitCode(unit) if unit else None)
    with database_of("campaign") as database:
        lines.tell_calendar(usecases.show_calendar(database, request))


def _do(order: Callable[[Database, Actor], Campaign]) -> None:
    with database_of("campaign") as database:
        lines.tell_campaign(order(database, actor()))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write the time as 2026-05-01T18:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write the date as 2026-03-31") from None
