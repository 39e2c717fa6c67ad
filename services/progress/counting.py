"""Named questions about counters."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, bindparam, func, select, text

from services.progress.domain import Tally, UnitTally
from services.progress.tables import COUNTS, counters, units, waiting
from shared.contracts.progress_commands import Counts
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.database import Tx

_ADD = text(
    f"INSERT INTO counters (campaign, unit, moved_on, {', '.join(COUNTS)})"  # noqa: S608  # own names only
    f" VALUES (:campaign, :unit, :moved_on, {', '.join(f':{name}' for name in COUNTS)})"
    " ON CONFLICT (campaign, unit) DO UPDATE SET "
    + ", ".join(f"{name} = counters.{name} + excluded.{name}" for name in COUNTS)
    + ", moved_on = CASE WHEN counters.moved_on IS NULL OR excluded.moved_on > counters.moved_on"
    " THEN excluded.moved_on ELSE counters.moved_on END"
).bindparams(bindparam("moved_on", type_=Date))
_ADD_WAITING = text(
    "INSERT INTO waiting (campaign, unit, due, entries) VALUES (:campaign, :unit, :due, :entries)"
    " ON CONFLICT (campaign, unit, due) DO UPDATE SET entries = waiting.entries + excluded.entries"
).bindparams(bindparam("due", type_=Date))
_COLUMNS = tuple(counters.c[name] for name in COUNTS)


def add_to_counters(
    tx: Tx, campaign: CampaignId, gains: Mapping[UnitCode, Tally], on: date | None = None
) -> None:
    """Add to the counters of some units, in the order given: see `domain.roll_up`.

    Args:
        tx: the transaction of the flags.
        campaign: whose counters.
        gains: what each unit gains.
        on: the day it happened, in Beijing; None when nothing happened, as in a correction.
    """
    rows = [
        {
            "campaign": campaign,
            "unit": unit,
            "moved_on": on if _is_progress(gain.counts) else None,
            **asdict(gain.counts),
        }
        for unit, gain in gains.items()
    ]
    if rows:
        tx.execute(_ADD, rows)
    by_due = [
        {"campaign": campaign, "unit": unit, "due": due, "entries": gain.waiting[due]}
        for unit, gain in gains.items()
        for due in sorted(gain.waiting)
    ]
    if by_due:
        tx.execute(_ADD_WAITING, by_due)


def tallies_of(tx: Tx, campaign: CampaignId, units_: Select[Any]) -> tuple[UnitTally, ...]:
    """The counters of the registered units that a question for codes names, by code."""
    joined = units.outerjoin(
        counters, (counters.c.unit == units.c.code) & (counters.c.campaign == campaign)
    )
    question = (
        select(
            units.c.code,
            units.c.level,
            counters.c.moved_on,
            *(func.coalesce(c, 0).label(c.name) for c in _COLUMNS),
        )
        .select_from(joined)
        .where(units.c.code.in_(units_), units.c.level.is_not(None))
        .order_by(units.c.code)
    )
    rows = tx.execute(question).all()
    due = waiting_at(tx, (waiting.c.campaign == campaign) & waiting.c.unit.in_(units_))
    return tuple(
        UnitTally(
            UnitCode(row.code),
            Level(row.level),
            Tally(counts_in(row), due.get((campaign, row.code), {})),
            row.moved_on,
        )
        for row in rows
    )


def the_unit(unit: UnitCode) -> Select[Any]:
    """One unit, for `tallies_of`."""
    return select(units.c.code).where(units.c.code == unit)


def children_of(parent: UnitCode) -> Select[Any]:
    """The units directly below one, for `tallies_of`."""
    return select(units.c.code).where(units.c.parent == parent)


def units_below(path: str, level: Level) -> Select[Any]:
    """The units of one level at or below a path, for `tallies_of`."""
    below = units.c.path.startswith(path, autoescape=True)
    return select(units.c.code).where(units.c.level == level, below)


def moved_on(tx: Tx, unit: UnitCode) -> dict[CampaignId, date | None]:
    """The last day something happened at a unit, by campaign."""
    question = select(counters.c.campaign, counters.c.moved_on).where(counters.c.unit == unit)
    return {row.campaign: row.moved_on for row in tx.execute(question)}


def counts_in(row: Row[Any]) -> Counts:
    """The counts in a row that has a column for each."""
    values: Mapping[str, int] = dict(row._mapping)
    return Counts(**{name: values[name] for name in COUNTS})


def _is_progress(gain: Counts) -> bool:
    return max(gain.issued, gain.returned, gain.entered) > 0


def waiting_at(
    tx: Tx, where: ColumnElement[bool]
) -> dict[tuple[CampaignId, UnitCode], dict[date, int]]:
    """The counters of entries in decision, by the day they are due."""
    question = select(waiting).where(where, waiting.c.entries != 0)
    found: dict[tuple[CampaignId, UnitCode], dict[date, int]] = {}
    for row in tx.execute(question):
        found.setdefault((row.campaign, row.unit), {})[row.due] = row.entries
    return found
