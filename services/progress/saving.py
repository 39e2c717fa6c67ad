"""Writes new flags of sheets, and with them what every counter above gains."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.progress import counting, store
from services.progress.domain import Change, SheetFlags, changes_between, roll_up
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId, UnitCode
from shared.plumbing.database import Tx


def home_of(province: ProvinceCode) -> UnitCode:
    """Where a sheet is counted whose print was not heard of yet."""
    return UnitCode(province)


def save(
    tx: Tx,
    campaign: CampaignId,
    before: Mapping[SheetId, SheetFlags],
    after: Mapping[SheetId, SheetFlags],
    *,
    on: date | None,
) -> None:
    """Write what became of locked sheets on a day, and count the difference.

    `on` is None where a sheet went back instead of on.
    """
    changed = {sheet: flags for sheet, flags in after.items() if flags != before[sheet]}
    if not changed:
        return
    store.save_sheets(tx, campaign, changed)
    changes = [
        change
        for sheet, flags in changed.items()
        for change in changes_between(before[sheet], flags)
    ]
    count(tx, campaign, changes, on=on)


def count(tx: Tx, campaign: CampaignId, changes: Iterable[Change], *, on: date | None) -> None:
    """Add changes to the counters of their units and of every unit above.

    `on` is the day sheets moved on; None when none did.
    """
    changes = list(changes)
    paths = store.paths_of(tx, {change.unit for change in changes})
    counting.add_to_counters(tx, campaign, roll_up(changes, paths), on)
