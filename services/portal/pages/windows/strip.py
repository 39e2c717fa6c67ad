"""The calendar strip: windows drawn over the days of a campaign, a thousand units wide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.campaign_commands import Regions, Switch, WindowEntry
from shared.kernel.clock import BEIJING
from shared.kernel.windows import Action

WIDTH = 1000
_BEFORE, _AFTER = timedelta(days=3), timedelta(days=7)
# A setting years ahead must not squeeze everything else to a hair.
_LONGEST = timedelta(days=200)
_WEEKS_UP_TO = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a strip; `kind` is open, grace or exception."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Scale:
    """Which days the strips of a page show."""

    start: datetime
    end: datetime
    now: datetime

    def place(self, at: datetime) -> int:
        """Where a moment lies, clipped to the strip."""
        share = (at - self.start) / (self.end - self.start)
        return max(0, min(WIDTH, round(WIDTH * share)))

    @property
    def today(self) -> int:
        """Where now lies."""
        return self.place(self.now)

    @property
    def ticks(self) -> list[int]:
        """Where weeks begin, or months where weeks would be too many."""
        is_weekly = self.end - self.start <= _WEEKS_UP_TO
        day = self.start.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        found = []
        while (day := day + timedelta(days=1)) < self.end:
            if day.weekday() == 0 if is_weekly else day.day == 1:
                found.append(self.place(day))
        return found


def scale_of(found: Regions) -> Scale:
    """From the first beginning to the last end that a page shows, now included."""
    moments = [found.at - _BEFORE, found.at + _AFTER]
    for region in found.units:
        for switch in region.switches:
            moments += [one for one in (switch.opens_at, switch.started_until) if one is not None]
        for entry in region.own:
            moments += [entry.opens_at, entry.closes_at]
    start, end = min(moments), max(moments)
    return Scale(max(start, found.at - _LONGEST), min(end, found.at + _LONGEST), found.at)


def bars_of(scale: Scale, switch: Switch, own: Iterable[WindowEntry]) -> tuple[Bar, ...]:
    """What is drawn for one switch of one unit: its window, its grace, exceptions."""
    bars = []
    if switch.opens_at is not None and switch.closes_at is not None:
        bars += _bar(scale, "open", switch.opens_at, switch.closes_at)
        if switch.started_until is not None:
            bars += _bar(scale, "grace", switch.closes_at, switch.started_until)
    for entry in _exceptions(switch.action, own):
        bars += _bar(scale, "exception", entry.opens_at, entry.closes_at)
    return tuple(bars)


def _exceptions(action: Action, own: Iterable[WindowEntry]) -> Iterable[WindowEntry]:
    return (one for one in own if one.is_exception and one.action is action)


def _bar(scale: Scale, kind: str, start: datetime, end: datetime) -> list[Bar]:
    if end <= start or end <= scale.start or start >= scale.end:
        return []
    x = scale.place(start)
    return [Bar(kind, x, max(2, scale.place(end) - x))]
