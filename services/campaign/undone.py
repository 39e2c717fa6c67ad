"""What is not finished, from the facts of others: one row per sheet and per change, any order."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, func, insert, select, update

from services.campaign.store import below
from services.campaign.tables import entries, sheets, units
from shared.contracts.campaign_commands import Undone
from shared.kernel.ids import CampaignId, EntryId, SheetId, UnitCode
from shared.plumbing.database import Tx


class EntryState(StrEnum):
    """Where a change stands for somebody who closes a window."""

    OPEN = "open"  # submitted, waits for a decision
    SENT_BACK = "sent_back"
    CLOSED = "closed"
    UNKNOWN = "unknown"  # only a question to the guardian was told of so far


# Of one revision: what cannot be followed by the one before it.
_RANK = {EntryState.UNKNOWN: 0, EntryState.OPEN: 1, EntryState.SENT_BACK: 2, EntryState.CLOSED: 3}


def mark_issued(tx: Tx, campaign: CampaignId, unit: UnitCode, issued: Sequence[SheetId]) -> None:
    """Sheets of a class were printed."""
    for sheet in sorted(issued):
        _change_sheet(tx, campaign, sheet, unit=unit)


def mark_returned(
    tx: Tx, campaign: CampaignId, sheet: SheetId, *, is_returned: bool, sequence: int
) -> None:
    """A sheet is with the school, or is so no more; a lower sequence is ignored."""
    known = _sheet(tx, campaign, sheet)
    if known is None or known.returned_sequence <= sequence:
        values = {"is_returned": is_returned, "returned_sequence": sequence}
        _change_sheet(tx, campaign, sheet, **values)


def mark_entered(
    tx: Tx, campaign: CampaignId, sheet: SheetId, *, is_entered: bool, sequence: int
) -> None:
    """Everything a sheet asks for is submitted, or that stopped being true."""
    known = _sheet(tx, campaign, sheet)
    if known is None or known.entered_sequence < sequence:
        values = {"is_entered": is_entered, "entered_sequence": sequence}
        _change_sheet(tx, campaign, sheet, **values)


def mark_entry(
    tx: Tx,
    of: tuple[CampaignId, EntryId, UnitCode],
    state: EntryState,
    revision: int,
    due: date | None = None,
) -> None:
    """A change came to a state; an older word than the one that is known is ignored."""
    known = _entry(tx, of)
    if (revision, _RANK[state]) > (known.revision, _RANK[EntryState(known.state)]):
        values = {"state": state.value, "revision": revision, "due": due or known.due}
        tx.execute(update(entries).where(entries.c.entry == of[1]).values(**values))


def mark_queried(
    tx: Tx, of: tuple[CampaignId, EntryId, UnitCode], *, is_open: bool, sequence: int
) -> None:
    """The guardian is asked about a change, or has answered."""
    if _entry(tx, of).query_sequence < sequence:
        values = {"is_queried": is_open, "query_sequence": sequence}
        tx.execute(update(entries).where(entries.c.entry == of[1]).values(**values))


def undone_below(tx: Tx, campaign: CampaignId, path: str, today: date) -> Undone:
    """What is not finished at or below a path."""
    of_sheets, of_entries = _counts(today)
    here = and_(units.c.code == sheets.c.unit, below(path))
    issued, unreturned, not_entered = tx.execute(
        select(*of_sheets)
        .select_from(sheets.join(units, here))
        .where(sheets.c.campaign == campaign)
    ).one()
    here = and_(units.c.code == entries.c.unit, below(path))
    queried, sent_back, undecided, overdue = tx.execute(
        select(*of_entries)
        .select_from(entries.join(units, here))
        .where(entries.c.campaign == campaign)
    ).one()
    return Undone(issued, unreturned, not_entered, queried, sent_back, undecided, overdue)


def _counts(today: date) -> tuple[list[Any], list[Any]]:
    def those(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    is_open = entries.c.state == EntryState.OPEN.value
    returned = sheets.c.is_returned.is_(True)
    return (
        [
            func.count(),
            those(returned.is_(False) & sheets.c.is_entered.is_(False)),
            those(returned & sheets.c.is_entered.is_(False)),
        ],
        [
            those(entries.c.is_queried),
            those(entries.c.state == EntryState.SENT_BACK.value),
            those(is_open),
            those(is_open & (entries.c.due < today)),
        ],
    )


def _sheet(tx: Tx, campaign: CampaignId, sheet: SheetId) -> Row[Any] | None:
    mine = (sheets.c.campaign == campaign, sheets.c.sheet == sheet)
    return tx.execute(select(sheets).where(*mine).with_for_update()).one_or_none()


def _change_sheet(tx: Tx, campaign: CampaignId, sheet: SheetId, **values: object) -> None:
    if _sheet(tx, campaign, sheet) is None:
        fresh = {"is_returned": False, "is_entered": False, "entered_sequence": 0}
        row: dict[str, object] = {"campaign": campaign, "sheet": sheet, **fresh}
        tx.execute(insert(sheets).values(**(row | values)))
    else:
        mine = (sheets.c.campaign == campaign, sheets.c.sheet == sheet)
        tx.execute(update(sheets).where(*mine).values(**values))


def _entry(tx: Tx, of: tuple[CampaignId, EntryId, UnitCode]) -> Row[Any]:
    campaign, entry, unit = of
    mine = select(entries).where(entries.c.entry == entry).with_for_update()
    known = tx.execute(mine).one_or_none()
    if known is not None:
        return known
    fresh = {"state": EntryState.UNKNOWN.value, "revision": 0}
    asked = {"is_queried": False, "query_sequence": 0}
    row = {"entry": entry, "campaign": campaign, "unit": unit, "due": None}
    tx.execute(insert(entries).values(**row, **fresh, **asked))
    return tx.execute(mine).one()
