"""What campaign does with commands: one function for each, one transaction each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from services.campaign import store
from services.campaign.domain import (
    OwnSetting,
    Setting,
    calendar_of,
    end_of,
    is_from_above,
    is_inside,
    is_of_a_region,
    switch_at,
)
from services.campaign.store import Where
from services.campaign.telling import province_of, tell
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.campaign_commands import (
    MAX_GRACE_HOURS,
    Calendar,
    Campaign,
    CloseWindow,
    CreateCampaign,
    InheritWindow,
    SetWindow,
    ShowCalendar,
    ShowCampaign,
    Switch,
    WindowEntry,
)
from shared.contracts.events import CampaignOpened, UnitRegistered
from shared.kernel.authority import Place
from shared.kernel.errors import (
    NotAllowedError,
    NoWindowError,
    ReasonNeededError,
    UnknownCampaignError,
    UnknownUnitError,
    WindowFromAboveError,
    WindowNotNarrowerError,
    WindowOrderError,
)
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import PATH_END, codes_up
from shared.kernel.windows import Action, Window
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard

Order = SetWindow | CloseWindow | InheritWindow


def keep_unit(heard: Heard[UnitRegistered]) -> None:
    """Keep where a unit stands: settings are inherited along its path."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.save_unit(tx, fact.unit, fact.level, fact.path, fact.sequence)


def create_campaign(database: Database, actor: Actor, request: CreateCampaign) -> Campaign:
    """Start a campaign, or move its days.

    Raises:
        UnknownCampaignError: the id is none; a campaign's id is its province, then a name.
        NotAllowedError: the actor is not the province's administrator.
    """
    province = province_of(request.campaign)
    with acting(database, actor, Deed("create_campaign", request.campaign)) as tx:
        actor.require(act_of(request), Place(f"{province}{PATH_END}"))
        values = {
            "name": request.name,
            "cut_off": request.cut_off,
            "ends_on": request.ends_on,
            "regions_may_narrow": request.regions_may_narrow,
            "endorses_key_data": request.endorses_key_data,
        }
        sequence = store.save_campaign(tx, request.campaign, **values)
        days = (request.cut_off, sequence, request.ends_on)
        opened = CampaignOpened(request.campaign, *days, request.endorses_key_data)
        tx.say(opened, province=province)
        return _shown(tx, request.campaign, None, database.clock())


def set_window(database: Database, actor: Actor, request: SetWindow) -> Campaign:
    """Open a switch for a unit and everything below it, now or later.

    Raises:
        WindowOrderError: no end, an end before the beginning, or a grace of more than two weeks.
        and see `_ordered`.
    """
    closes_at = end_of(request.opens_at, request.closes_at, is_exception=request.is_exception)
    with _ordered(database, actor, request, f"open_{request.action}") as (tx, where):
        if closes_at is None or not 0 <= request.grace_hours <= MAX_GRACE_HOURS:
            raise WindowOrderError(request.unit, request.action)
        window = Window(request.opens_at, closes_at)
        setting = Setting(window, timedelta(hours=request.grace_hours), request.is_exception)
        _save(tx, where, setting, (actor, request.reason))
        tell(tx, where, database.clock())
        return _shown(tx, request.campaign, request.unit, database.clock())


def close_window(database: Database, actor: Actor, request: CloseWindow) -> Campaign:
    """Close a switch by hand: from now on, whatever the unit inherits or was granted.

    Raises:
        WindowOrderError: a grace of more than two weeks.
        and see `_ordered`.
    """
    with _ordered(database, actor, request, f"close_{request.action}") as (tx, where):
        if not 0 <= request.grace_hours <= MAX_GRACE_HOURS:
            raise WindowOrderError(request.unit, request.action)
        now = database.clock()
        store.forget_setting(tx, where, is_exception=True)
        setting = Setting(Window(now, now), timedelta(hours=request.grace_hours))
        _save(tx, where, setting, (actor, request.reason))
        tell(tx, where, now)
        return _shown(tx, request.campaign, request.unit, now)


def inherit_window(database: Database, actor: Actor, request: InheritWindow) -> Campaign:
    """Take a unit's own setting and exception away; what the unit inherits holds again.

    Raises:
        NoWindowError: the unit has no setting of its own.
        and see `_ordered`.
    """
    with _ordered(database, actor, request, f"inherit_{request.action}") as (tx, where):
        gone = [store.forget_setting(tx, where, is_exception=one) for one in (False, True)]
        if not any(gone):
            raise NoWindowError(request.unit, request.action)
        tell(tx, where, database.clock())
        return _shown(tx, request.campaign, request.unit, database.clock())


def show_campaign(database: Database, request: ShowCampaign) -> Campaign:
    """A campaign with its settings, and how its switches stand at a unit.

    Raises:
        UnknownCampaignError: no such campaign.
        UnknownUnitError: no such unit.
    """
    with database.transaction() as tx:
        return _shown(tx, request.campaign, request.unit, database.clock())


def show_calendar(database: Database, request: ShowCalendar) -> Calendar:
    """The days of a campaign; with a unit, those of the units it inherits from.

    Raises:
        UnknownCampaignError: no such campaign.
        UnknownUnitError: no such unit.
    """
    with database.transaction() as tx:
        row = known_campaign(tx, request.campaign)
        wanted = None
        if request.unit is not None:
            wanted = set(codes_up(known_path(tx, request.unit)))
        own = [
            OwnSetting(
                UnitCode(one.unit),
                Action(one.action),
                store.setting_in(one, is_exception=one.is_exception),
            )
            for one in store.settings_of(tx, request.campaign)
            if wanted is None or one.unit in wanted
        ]
    return Calendar(request.campaign, calendar_of(row.cut_off, row.ends_on, own))


def known_campaign(tx: Tx, campaign: CampaignId) -> Row[Any]:
    """A campaign's row.

    Raises:
        UnknownCampaignError: there is none.
    """
    row = store.campaign_of(tx, campaign)
    if row is None:
        raise UnknownCampaignError(campaign)
    return row


def known_path(tx: Tx, unit: UnitCode) -> str:
    """Where a unit stands.

    Raises:
        UnknownUnitError: roster has not told of it.
    """
    path = store.path_of(tx, unit)
    if path is None:
        raise UnknownUnitError(unit)
    return path


@contextmanager
def _ordered(
    database: Database, actor: Actor, request: Order, act: str
) -> Iterator[tuple[Tx, Where]]:
    """The transaction of an order about a switch, once it is clear that it may be given.

    Raises:
        UnknownCampaignError, UnknownUnitError: no such campaign, or no such unit in its province.
        NotAllowedError: the actor sets no windows there, or the province does not let regions.
        ReasonNeededError: it is recorded with a reason, and none was given.
        WindowFromAboveError: the level above made the setting.
        WindowNotNarrowerError: a region would open what is closed above it.
    """
    with acting(database, actor, Deed(act, request.campaign, request.unit)) as tx:
        campaign = store.lock_campaign(tx, request.campaign)
        if campaign is None:
            raise UnknownCampaignError(request.campaign)
        path = known_path(tx, request.unit)
        if not path.startswith(f"{province_of(request.campaign)}{PATH_END}"):
            raise UnknownUnitError(request.unit)
        actor.require(act_of(request), Place(path))
        if not request.reason.strip():
            raise ReasonNeededError(act)
        where = (request.campaign, request.unit, request.action)
        if is_of_a_region(actor.path):
            _check_region(tx, (actor, campaign.regions_may_narrow), request, path)
        yield tx, where


def _check_region(tx: Tx, who: tuple[Actor, bool], request: Order, path: str) -> None:
    """A city or county sets windows only inside what it inherits, if the province lets it."""
    actor, may_narrow = who
    if not may_narrow:
        raise NotAllowedError(act_of(request))
    where = (request.campaign, request.unit, request.action)
    for is_exception in (False, True):
        known = store.setting_of(tx, where, is_exception=is_exception)
        if known is not None and is_from_above(known.actor_path, actor.path):
            raise WindowFromAboveError(request.unit, request.action)
    if not isinstance(request, SetWindow):
        return
    inherited = store.inherited_by(tx, where, path)
    closes_at = end_of(request.opens_at, request.closes_at, is_exception=request.is_exception)
    if closes_at is not None and not is_inside(Window(request.opens_at, closes_at), inherited):
        raise WindowNotNarrowerError(request.unit, request.action)


def _save(tx: Tx, where: Where, setting: Setting, by: tuple[Actor, str]) -> None:
    actor, reason = by
    values = {
        "is_exception": setting.is_exception,
        "opens_at": setting.window.opens_at,
        "closes_at": setting.window.closes_at,
        "grace_hours": int(setting.grace.total_seconds()) // 3600,
        "actor": actor.person,
        "actor_path": actor.path,
        "reason": reason.strip(),
    }
    store.save_setting(tx, where, values)


def _shown(tx: Tx, campaign: CampaignId, unit: UnitCode | None, at: datetime) -> Campaign:
    row = known_campaign(tx, campaign)
    entries = tuple(entry_of(one) for one in store.settings_of(tx, campaign))
    switches: tuple[Switch, ...] = ()
    if unit is not None:
        path = known_path(tx, unit)
        settings = store.told_up(tx, campaign, path)
        switches = tuple(switch_at(action, settings[action], path, at) for action in Action)
    choices = (row.ends_on, row.regions_may_narrow, row.endorses_key_data)
    return Campaign(campaign, row.name, row.cut_off, entries, switches, *choices)


def entry_of(row: Row[Any]) -> WindowEntry:
    """A setting as it is told."""
    return WindowEntry(
        UnitCode(row.unit),
        Action(row.action),
        row.opens_at,
        row.closes_at,
        row.is_exception,
        row.actor,
        row.reason,
        row.grace_hours,
    )
