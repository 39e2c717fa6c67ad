"""Windows in words: how a switch stands, since when, and whose setting says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from services.portal.pages.moments import told
from services.portal.pages.windows.strip import Bar, Scale, bars_of
from shared.contracts.campaign_commands import Region, Switch, WindowEntry
from shared.kernel.ids import UnitCode
from shared.kernel.windows import Action


@dataclass(frozen=True, slots=True)
class SwitchShown:
    """One switch of one unit."""

    action: Action
    label: str
    state: str  # open, later or closed
    words: str
    span: str
    source: str
    grace: str  # until when started work may be finished; "" where that says nothing
    has_own: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class ExceptionShown:
    """One exception that holds or is to come."""

    unit: UnitCode
    name: str
    label: str
    span: str
    reason: str
    has_begun: bool


@dataclass(frozen=True, slots=True)
class RegionShown:
    """One unit of the table."""

    unit: UnitCode
    name: str
    switches: tuple[SwitchShown, ...]
    set_below: int
    reasons: tuple[tuple[str, str], ...]  # of its own settings: label of the switch, reason


def label_of(action: Action) -> str:
    """A switch as people say it."""
    return str(_("打印确认表") if action is Action.EXPORT_SHEETS else _("录入变更"))


def region_shown(region: Region, names: Mapping[UnitCode, str], scale: Scale) -> RegionShown:
    """A unit as the page shows it."""
    switches = tuple(_switch(one, region, names, scale) for one in region.switches)
    plain = (one for one in region.own if not one.is_exception)
    reasons = tuple((label_of(one.action), one.reason) for one in plain if one.reason)
    return RegionShown(region.unit, names[region.unit], switches, region.set_below, reasons)


def exceptions_shown(
    region: Region, names: Mapping[UnitCode, str], scale: Scale
) -> list[ExceptionShown]:
    """The exceptions of a unit, as the page lists them."""
    return [
        ExceptionShown(
            one.unit,
            names[one.unit],
            label_of(one.action),
            _span(one),
            one.reason,
            one.opens_at <= scale.now,
        )
        for one in region.own
        if one.is_exception
    ]


def _switch(
    switch: Switch, region: Region, names: Mapping[UnitCode, str], scale: Scale
) -> SwitchShown:
    state = _state(switch, scale)
    return SwitchShown(
        action=switch.action,
        label=label_of(switch.action),
        state=state,
        words=_words(switch, state),
        span=_period(switch),
        source=_source(switch, region, names),
        grace=_grace(switch, scale),
        has_own=any(one.action is switch.action for one in region.own),
        bars=bars_of(scale, switch, region.own),
    )


def _state(switch: Switch, scale: Scale) -> str:
    if switch.is_open:
        return "open"
    is_later = switch.opens_at is not None and scale.now < switch.opens_at != switch.closes_at
    return "later" if is_later else "closed"


def _words(switch: Switch, state: str) -> str:
    if state == "open":
        return str(_("开放中"))
    if state == "later":
        return str(_("未到时间"))
    if switch.set_by is None:
        return str(_("关闭（各级都没有设置）"))
    is_by_hand = switch.opens_at == switch.closes_at
    return str(_("关闭（手动关闭）") if is_by_hand else _("关闭（已到期）"))


def _period(switch: Switch) -> str:
    if switch.opens_at is None or switch.closes_at is None:
        return ""
    if switch.opens_at == switch.closes_at:
        return str(_("%(time)s 起关闭", time=told(switch.closes_at)))
    return str(_("%(start)s 至 %(end)s", start=told(switch.opens_at), end=told(switch.closes_at)))


def _span(entry: WindowEntry) -> str:
    return str(_("%(start)s 至 %(end)s", start=told(entry.opens_at), end=told(entry.closes_at)))


def _source(switch: Switch, region: Region, names: Mapping[UnitCode, str]) -> str:
    if switch.set_by is None:
        return ""
    if switch.set_by != region.unit:
        above = names.get(switch.set_by, switch.set_by)
        return str(_("沿用%(unit)s的设置", unit=above))
    has_exception = any(
        one.is_exception and one.action is switch.action and one.opens_at == switch.opens_at
        for one in region.own
    )
    return str(_("本单位的临时例外") if has_exception else _("本单位设置"))


def _grace(switch: Switch, scale: Scale) -> str:
    if switch.started_until is None or switch.started_until <= scale.now:
        return ""
    return told(switch.started_until)
