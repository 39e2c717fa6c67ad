"""Whether changes may be entered at a class now; started work is kept at closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from services.review import store
from shared.contracts.campaign_commands import GRACE_HOURS
from shared.kernel.errors import WindowClosedError
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import codes_up
from shared.kernel.windows import Action, Window, nearest_window
from shared.plumbing.database import Tx

# Of windows told before their grace was.
_GRACE = timedelta(hours=GRACE_HOURS)


def check_open(
    tx: Tx,
    campaign: CampaignId,
    unit: UnitCode,
    at: datetime,
    *,
    started_at: datetime | None = None,
) -> None:
    """Go on only if changes may be entered at a class.

    Args:
        tx: the transaction of the act.
        campaign: whose switch it is.
        unit: the class.
        at: now.
        started_at: when the draft was begun that is to be finished, which it may for the grace
            that was set with the window; None for new work.

    Raises:
        WindowClosedError: the switch is closed, and no grace holds.
    """
    path = store.path_of(tx, unit)
    rows = store.windows_up(tx, campaign, path)
    settings = {
        code: Window(row.opens_at, row.closes_at)
        for code, row in rows.items()
        if row.opens_at is not None
    }
    window = nearest_window(settings, path)
    if window is not None and window.is_open(at):
        return
    end = _last_end(rows, path, at)
    was_begun = started_at is not None and end is not None and started_at < end.at
    if was_begun and end is not None and at < end.started_until:
        return
    opens_at = window.opens_at.isoformat() if window is not None and at < window.opens_at else ""
    raise WindowClosedError(unit, Action.ENTER_CHANGES, opens_at)


@dataclass(frozen=True, slots=True, order=True)
class _End:
    at: datetime
    started_until: datetime


def _last_end(rows: Mapping[UnitCode, Row[Any]], path: str, at: datetime) -> _End | None:
    """When the switch closed last, by whatever setting up the tree, and until when work goes on."""
    ends = [
        _End(end, row.started_until or end + _GRACE)
        for code in codes_up(path)
        if (row := rows.get(code)) is not None
        for end in (row.closes_at, row.ended_at)
        if end is not None and end <= at
    ]
    return max(ends, default=None)
