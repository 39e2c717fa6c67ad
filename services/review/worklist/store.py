"""Everything about the unfinished sheets of a school, in one question for each table."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select

from services.review.tables import cells, entries, record_changes, settlements, sheets, units
from shared.contracts.review_commands import EntryState
from shared.kernel.ids import CampaignId, SheetId
from shared.plumbing.database import Tx


@dataclass(slots=True)
class Kept:
    """One sheet with what is known of it."""

    row: Row[Any]
    sides: list[Row[Any]] = field(default_factory=list)
    entries: list[Row[Any]] = field(default_factory=list)
    settled: dict[tuple[str, str], Row[Any]] = field(default_factory=dict)
    is_stale: bool = False

    @property
    def states(self) -> Mapping[str, frozenset[EntryState]]:
        """The states of its entries, by field."""
        found: dict[str, set[EntryState]] = defaultdict(set)
        for row in self.entries:
            found[row.field].add(EntryState(row.state))
        return {key: frozenset(states) for key, states in found.items()}


def unfinished(tx: Tx, campaign: CampaignId, path: str) -> list[Kept]:
    """The sheets below a path whose paper is back and that do not count as entered.

    What comes back between two of these questions is left to the next look.
    """
    found = {row.sheet: Kept(row) for row in tx.execute(_sheets(campaign, path))}
    for table, put in ((cells, "sides"), (entries, "entries")):
        for row in tx.execute(_beside(select(table), table.c.sheet, campaign, path)):
            if row.sheet in found:
                getattr(found[row.sheet], put).append(row)
    rows = tx.execute(_beside(select(settlements), settlements.c.sheet, campaign, path))
    for row in rows:
        if row.sheet in found:
            found[row.sheet].settled[row.field, row.kind] = row
    for sheet in tx.execute(_stale(campaign, path)).scalars():
        if sheet in found:
            found[sheet].is_stale = True
    return [found[SheetId(sheet)] for sheet in sorted(found)]


def drafts_below(
    tx: Tx, campaign: CampaignId, path: str, apart: Sequence[str], states: Collection[str]
) -> int:
    """How many entries in some states lie below a path and below none of those set apart."""
    lies_apart = [units.c.path.startswith(one, autoescape=True) for one in apart]
    question = (
        select(func.count())
        .select_from(entries.join(units, units.c.code == entries.c.unit))
        .where(
            entries.c.campaign == campaign,
            entries.c.state.in_(sorted(states)),
            units.c.path.startswith(path, autoescape=True),
            ~or_(false(), *lies_apart),
        )
    )
    return int(tx.execute(question).scalar_one())


def _mine(campaign: CampaignId, path: str) -> tuple[ColumnElement[bool], ...]:
    is_back = or_(sheets.c.is_photographed, sheets.c.is_returned & ~sheets.c.is_declined)
    is_here = units.c.path.startswith(path, autoescape=True)
    return (sheets.c.campaign == campaign, is_here, is_back, ~sheets.c.is_entered)


def _sheets(campaign: CampaignId, path: str) -> Select[Any]:
    joined = sheets.join(units, units.c.code == sheets.c.unit)
    return select(sheets).select_from(joined).where(*_mine(campaign, path))


def _beside(
    question: Select[Any], key: ColumnElement[str], campaign: CampaignId, path: str
) -> Select[Any]:
    joined = question.join(sheets, sheets.c.sheet == key)
    return joined.join(units, units.c.code == sheets.c.unit).where(*_mine(campaign, path))


def _stale(campaign: CampaignId, path: str) -> Select[Any]:
    """Sheets whose record changed after the guardian saw it."""
    is_later = record_changes.c.version > sheets.c.record_version
    joined = sheets.join(units, units.c.code == sheets.c.unit).join(
        record_changes, (record_changes.c.student == sheets.c.student) & is_later
    )
    question = select(sheets.c.sheet).select_from(joined).where(*_mine(campaign, path))
    return question.distinct()
