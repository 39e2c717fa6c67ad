"""Named questions about counters, and the flags they are made from."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    cast,
    func,
    literal,
    select,
    text,
    union_all,
)

from services.progress.domain import NOT_ISSUED, NOTHING
from services.progress.tables import COUNTS, counters, scopes, sheets, units, unreadable_pages
from shared.contracts.progress_commands import Counts, UnitCounts
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.database import Tx

_ADD = text(
    f"INSERT INTO counters (campaign, unit, {', '.join(COUNTS)})"  # noqa: S608  # own names only
    f" VALUES (:campaign, :unit, {', '.join(f':{name}' for name in COUNTS)})"
    " ON CONFLICT (campaign, unit) DO UPDATE SET "
    + ", ".join(f"{name} = counters.{name} + excluded.{name}" for name in COUNTS)
)
_COLUMNS = tuple(counters.c[name] for name in COUNTS)


def add_to_counters(tx: Tx, campaign: CampaignId, gains: Mapping[UnitCode, Counts]) -> None:
    """Add to the counters of some units, in the order given: see `domain.roll_up`."""
    rows = [
        {"campaign": campaign, "unit": unit, **asdict(counts)} for unit, counts in gains.items()
    ]
    if rows:
        tx.execute(_ADD, rows)


def counts_of(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Counts:
    """The counters of one unit; all zero when nothing was counted there yet."""
    mine = (counters.c.campaign == campaign) & (counters.c.unit == unit)
    row = tx.execute(select(*_COLUMNS).where(mine)).one_or_none()
    return _counts(row) if row else NOTHING


def children_of(tx: Tx, campaign: CampaignId, parent: UnitCode) -> tuple[UnitCounts, ...]:
    """The counters of every unit directly below one, by code."""
    joined = units.outerjoin(
        counters, (counters.c.unit == units.c.code) & (counters.c.campaign == campaign)
    )
    question = (
        select(units.c.code, units.c.level, *(func.coalesce(c, 0).label(c.name) for c in _COLUMNS))
        .select_from(joined)
        .where(units.c.parent == parent, units.c.level.is_not(None))
        .order_by(units.c.code)
    )
    return tuple(
        UnitCounts(UnitCode(row.code), Level(row.level), _counts(row))
        for row in tx.execute(question)
    )


def own_counts(tx: Tx, unit: UnitCode | None = None) -> dict[tuple[CampaignId, UnitCode], Counts]:
    """What the flags themselves say, without the units below: the proof of the counters.

    With a unit, that one only.
    """
    parts = [
        part.where(part.selected_columns.unit == unit) if unit else part
        for part in (_sheets_counted(), _scopes_counted(), _pages_counted())
    ]
    every = union_all(*parts).subquery()
    sums = [cast(func.sum(every.c[name]), Integer).label(name) for name in COUNTS]
    question = select(every.c.campaign, every.c.unit, *sums).group_by(
        every.c.campaign, every.c.unit
    )
    return {(row.campaign, row.unit): _counts(row) for row in tx.execute(question)}


def freeze(tx: Tx) -> None:
    """See one moment of the database for the rest of this transaction (PostgreSQL only).

    Counting a whole province's flags may take longer than a request ever should.
    """
    tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    tx.execute(text("SET LOCAL statement_timeout = '30min'"))


def all_counters(tx: Tx) -> dict[tuple[CampaignId, UnitCode], Counts]:
    """Every counter."""
    question = select(counters.c.campaign, counters.c.unit, *_COLUMNS)
    return {(row.campaign, row.unit): _counts(row) for row in tx.execute(question)}


def all_paths(tx: Tx) -> dict[UnitCode, str | None]:
    """The path of every unit."""
    return {row.code: row.path for row in tx.execute(select(units.c.code, units.c.path))}


def _counts(row: Row[Any]) -> Counts:
    values: Mapping[str, int] = dict(row._mapping)
    return Counts(**{name: values[name] for name in COUNTS})


def _sheets_counted() -> Select[Any]:
    flags = sheets.c
    return select(
        flags.campaign,
        flags.unit,
        *_columns(
            issued=func.count().filter(flags.serial > NOT_ISSUED),
            photographed=func.count().filter(flags.photographed),
            returned=func.count().filter(flags.returned),
            declined=func.count().filter(flags.declined),
            unreadable=func.sum(flags.unreadable_pages),
            to_retake=func.count().filter(flags.unreadable_pages > 0, ~flags.photographed),
        ),
    ).group_by(flags.campaign, flags.unit)


def _scopes_counted() -> Select[Any]:
    told = scopes.c
    return select(
        told.campaign,
        told.unit,
        *_columns(in_scope=told.in_scope, out_of_scope=told.out_of_scope),
    )


def _pages_counted() -> Select[Any]:
    pages = unreadable_pages.c
    return (
        select(pages.campaign, pages.unit, *_columns(unreadable=func.count()))
        .where(pages.unit.is_not(None))
        .group_by(pages.campaign, pages.unit)
    )


def _columns(**counted: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [counted.get(name, literal(0)).label(name) for name in COUNTS]
