"""`hecha window`: campaigns and their two switches, per region."""

import getpass
from datetime import date, datetime
from typing import Annotated

import typer

from deploy.cli.rooms import database_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.campaign import usecases
from shared.contracts.campaign_commands import (
    Campaign,
    CloseWindow,
    CreateCampaign,
    SetWindow,
    ShowCampaign,
)
from shared.kernel.clock import BEIJING
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.windows import Action

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]
ActionOption = Annotated[Action, typer.Option(help="which switch")]
Unit = Annotated[str, typer.Argument(help="code of the unit")]
_NAMES = {Action.EXPORT_SHEETS: "打印导出 export", Action.ENTER_CHANGES: "变更录入 entry"}


@app.command()
@explained
def create(
    campaign: Annotated[str, typer.Argument(help="province, then a name: 44-2026a")],
    name: Annotated[str, typer.Option(help="name of the campaign")],
    cut_off: Annotated[str, typer.Option(help="registered on or before: 2026-03-31")],
) -> None:
    """Start a campaign, or move its cut-off date. Its keys: add it to HECHA_CAMPAIGNS."""
    request = CreateCampaign(CampaignId(campaign), name, _day(cut_off), _actor())
    with database_of("campaign") as database:
        _tell(usecases.create_campaign(database, request))


@app.command(name="open")
@explained
def open_(  # noqa: PLR0913, PLR0917  # the options of a command
    unit: Unit,
    until: Annotated[str, typer.Option(help="2026-05-01T18:00, Beijing time")] = "",
    since: Annotated[str, typer.Option(help="default: now")] = "",
    action: ActionOption = Action.EXPORT_SHEETS,
    campaign: CampaignOption = "44-2026a",
    reason: Annotated[str, typer.Option(help="why; kept with the setting")] = "",
    exception: Annotated[bool, typer.Option(help="ends after three days by itself")] = False,
) -> None:
    """Open a switch for a unit and everything below it."""
    request = SetWindow(
        campaign=CampaignId(campaign),
        unit=UnitCode(unit),
        action=action,
        opens_at=_moment(since) if since else datetime.now(BEIJING),
        closes_at=_moment(until) if until else None,
        actor=_actor(),
        reason=reason,
        is_exception=exception,
    )
    with database_of("campaign") as database:
        _tell(usecases.set_window(database, request))


@app.command()
@explained
def close(
    unit: Unit,
    action: ActionOption = Action.EXPORT_SHEETS,
    campaign: CampaignOption = "44-2026a",
    reason: Annotated[str, typer.Option(help="why; kept with the setting")] = "",
) -> None:
    """Take a unit's own setting away; what it inherits holds again."""
    request = CloseWindow(CampaignId(campaign), UnitCode(unit), action, _actor(), reason)
    with database_of("campaign") as database:
        _tell(usecases.close_window(database, request))


@app.command()
@explained
def show(
    unit: Annotated[str, typer.Argument(help="a unit; without one, every setting")] = "",
    campaign: CampaignOption = "44-2026a",
) -> None:
    """A campaign's settings, and how the switches stand at a unit now."""
    request = ShowCampaign(CampaignId(campaign), UnitCode(unit) if unit else None)
    with database_of("campaign") as database:
        _tell(usecases.show_campaign(database, request))


def _tell(found: Campaign) -> None:
    print(f"{found.campaign}  {found.name}  截止日期 {found.cut_off}")
    for switch in found.switches:
        state = "开 open" if switch.is_open else "关 closed"
        if switch.opens_at is None or switch.closes_at is None:
            print(f"{_NAMES[switch.action]}: {state}，各级均未设置 nobody has set it")
            continue
        span = f"{_shown(switch.opens_at)} 至 {_shown(switch.closes_at)}"
        print(f"{_NAMES[switch.action]}: {state}，{span}（由 {switch.set_by} 设置）")
    if not found.switches:
        for one in found.windows:
            span = f"{_shown(one.opens_at)} 至 {_shown(one.closes_at)}"
            print(f"{one.unit:24} {_NAMES[one.action]}  {span}  {one.reason}")
        if not found.windows:
            tell("还没有任何单位设置时间开关。", "No unit has set a window yet.")


def _shown(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


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


def _actor() -> str:
    return f"operator:{getpass.getuser()}"
