"""What campaign does with facts and commands: one function for each."""

from typing import Any

from sqlalchemy import Row

from services.campaign import store
from services.campaign.domain import end_of, province_of_campaign, switch_at
from shared.contracts.campaign_commands import (
    Campaign,
    CloseWindow,
    CreateCampaign,
    SetWindow,
    ShowCampaign,
    WindowEntry,
)
from shared.contracts.events import (
    ActDone,
    CampaignOpened,
    UnitRegistered,
    WindowClosed,
    WindowOpened,
)
from shared.kernel.errors import (
    NoWindowError,
    UnknownCampaignError,
    UnknownUnitError,
    WindowOrderError,
)
from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode
from shared.kernel.windows import Action
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard


def keep_unit(heard: Heard[UnitRegistered]) -> None:
    """Keep where a unit stands: settings are inherited along its path."""
    with heard.transaction() as tx:
        store.save_unit(tx, heard.fact.unit, heard.fact.path, heard.fact.sequence)


def create_campaign(database: Database, request: CreateCampaign) -> Campaign:
    """Start a campaign, or move its cut-off date.

    Raises:
        UnknownCampaignError: the id is none; a campaign's id is its province, then a name.
    """
    province = _province(request.campaign)
    with database.transaction() as tx:
        sequence = store.save_campaign(tx, request.campaign, request.name, request.cut_off)
        tx.say(CampaignOpened(request.campaign, request.cut_off, sequence), province=province)
        _note(tx, "create_campaign", request.campaign, request.actor, None)
        return _shown(tx, request.campaign, None, database)


def set_window(database: Database, request: SetWindow) -> Campaign:
    """Open a switch for a unit and everything below it.

    Raises:
        UnknownCampaignError: no such campaign.
        UnknownUnitError: no such unit.
        WindowOrderError: no end, or an end before the beginning.
    """
    closes_at = end_of(request.opens_at, request.closes_at, is_exception=request.is_exception)
    if closes_at is None:
        raise WindowOrderError(request.unit, request.action)
    values = {
        "opens_at": request.opens_at,
        "closes_at": closes_at,
        "is_exception": request.is_exception,
        "actor": request.actor,
        "reason": request.reason,
    }
    with database.transaction() as tx:
        _check(tx, request.campaign, request.unit)
        where = (request.campaign, request.unit, request.action)
        sequence = store.save_window(tx, *where, values)
        opened = WindowOpened(*where, request.opens_at, closes_at, sequence)
        tx.say(opened, province=_province(request.campaign))
        _note(tx, f"open_{request.action}", request.campaign, request.actor, request.unit)
        return _shown(tx, request.campaign, request.unit, database)


def close_window(database: Database, request: CloseWindow) -> Campaign:
    """Take a unit's own setting away; what the unit inherits holds again.

    Raises:
        UnknownCampaignError: no such campaign.
        NoWindowError: the unit has no setting of its own.
    """
    where = (request.campaign, request.unit, request.action)
    with database.transaction() as tx:
        _check(tx, request.campaign, request.unit)
        known = store.window_of(tx, *where)
        if known is None or known.opens_at is None:
            raise NoWindowError(request.unit, request.action)
        gone = {"opens_at": None, "closes_at": None}
        values = {**gone, "actor": request.actor, "reason": request.reason}
        sequence = store.save_window(tx, *where, values)
        tx.say(WindowClosed(*where, sequence), province=_province(request.campaign))
        _note(tx, f"close_{request.action}", request.campaign, request.actor, request.unit)
        return _shown(tx, request.campaign, request.unit, database)


def show_campaign(database: Database, request: ShowCampaign) -> Campaign:
    """A campaign with its settings, and how its switches stand at a unit.

    Raises:
        UnknownCampaignError: no such campaign.
        UnknownUnitError: no such unit.
    """
    with database.transaction() as tx:
        return _shown(tx, request.campaign, request.unit, database)


def _province(campaign: CampaignId) -> ProvinceCode:
    province = province_of_campaign(campaign)
    if province is None:
        raise UnknownCampaignError(campaign)
    return province


def _check(tx: Tx, campaign: CampaignId, unit: UnitCode) -> None:
    if store.campaign_of(tx, campaign) is None:
        raise UnknownCampaignError(campaign)
    path = store.path_of(tx, unit)
    if path is None or not path.startswith(f"{_province(campaign)}/"):
        raise UnknownUnitError(unit)


def _shown(tx: Tx, campaign: CampaignId, unit: UnitCode | None, database: Database) -> Campaign:
    row = store.campaign_of(tx, campaign)
    if row is None:
        raise UnknownCampaignError(campaign)
    entries = tuple(_entry(one) for one in store.windows_of(tx, campaign))
    if unit is None:
        return Campaign(campaign, row.name, row.cut_off, entries)
    path = store.path_of(tx, unit)
    if path is None:
        raise UnknownUnitError(unit)
    settings = store.settings_up(tx, campaign, path)
    now = database.clock()
    switches = tuple(switch_at(action, settings[action], path, now) for action in Action)
    return Campaign(campaign, row.name, row.cut_off, entries, switches)


def _entry(row: Row[Any]) -> WindowEntry:
    return WindowEntry(
        UnitCode(row.unit),
        Action(row.action),
        row.opens_at,
        row.closes_at,
        row.is_exception,
        row.actor,
        row.reason,
    )


def _note(tx: Tx, act: str, campaign: CampaignId, actor: str, unit: UnitCode | None) -> None:
    tx.say(ActDone(act, campaign, actor, "done", unit), province=_province(campaign))
