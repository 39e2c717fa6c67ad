"""The proof of the counters: everything counted again, from flags and entries alone."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    true,
    union_all,
)

from services.progress.counting import counts_in, waiting_at
from services.progress.domain import NOT_ISSUED, NOTHING, Tally
from services.progress.entries import TO_APPLY, UNDECIDED, WITHOUT_CHANGE, Stage
from services.progress.tables import (
    COUNTS,
    counters,
    entries,
    scopes,
    sheets,
    units,
    unreadable_pages,
)
from shared.kernel.ids import CampaignId, UnitCode
from shared.plumbing.database import Tx


def own_counts(tx: Tx, unit: UnitCode | None = None) -> dict[tuple[CampaignId, UnitCode], Tally]:
    """What the flags themselves say, without the units below: the proof of the counters.

    With a unit, that one only.
    """
    rows = tx.execute(_own_counts(of_one=unit is not None), {"unit": unit} if unit else {})
    counted = {(row.campaign, row.unit): counts_in(row) for row in rows}
    due = _own_waiting(tx, unit)
    return {place: Tally(counts, due.get(place, {})) for place, counts in counted.items()}


def freeze(tx: Tx) -> None:
    """See one moment of the database for the rest of this transaction (PostgreSQL only).

    Counting a whole province's flags may take longer than a request ever should.
    """
    tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    tx.execute(text("SET LOCAL statement_timeout = '30min'"))


def all_counters(tx: Tx) -> dict[tuple[CampaignId, UnitCode], Tally]:
    """Every counter."""
    question = select(counters)
    counted = {(row.campaign, row.unit): counts_in(row) for row in tx.execute(question)}
    due = waiting_at(tx, true())
    return {
        place: Tally(counted.get(place, NOTHING), due.get(place, {}))
        for place in counted.keys() | due.keys()
    }


def all_paths(tx: Tx) -> dict[UnitCode, str | None]:
    """The path of every unit."""
    return {row.code: row.path for row in tx.execute(select(units.c.code, units.c.path))}


# Building this question costs more than asking it of one unit, and a tree has many.
@cache
def _own_counts(*, of_one: bool) -> Select[Any]:
    parts = [
        part.where(part.selected_columns.unit == bindparam("unit")) if of_one else part
        for part in (_sheets_counted(), _scopes_counted(), _pages_counted())
    ]
    every = union_all(*parts).subquery()
    sums = [cast(func.sum(every.c[name]), Integer).label(name) for name in COUNTS]
    return select(every.c.campaign, every.c.unit, *sums).group_by(every.c.campaign, every.c.unit)


def _own_waiting(
    tx: Tx, unit: UnitCode | None
) -> dict[tuple[CampaignId, UnitCode], dict[date, int]]:
    where = (entries.c.stage == Stage.SUBMITTED) & entries.c.due.is_not(None)
    question = (
        select(sheets.c.campaign, sheets.c.unit, entries.c.due, func.count().label("entries"))
        .select_from(_sheets_with_entries())
        .where(where, sheets.c.unit == unit if unit else true())
        .group_by(sheets.c.campaign, sheets.c.unit, entries.c.due)
    )
    found: dict[tuple[CampaignId, UnitCode], dict[date, int]] = {}
    for row in tx.execute(question):
        found.setdefault((row.campaign, row.unit), {})[row.due] = row.entries
    return found


def _sheets_with_entries() -> FromClause:
    same = (entries.c.campaign == sheets.c.campaign) & (entries.c.sheet == sheets.c.sheet)
    return sheets.join(entries, same)


def _entries_counted() -> Subquery:
    """How many entries of each sheet stand at which stage."""

    def at(*stages: Stage) -> ColumnElement[int]:
        return func.count().filter(entries.c.stage.in_(stages))

    return (
        select(
            entries.c.campaign,
            entries.c.sheet,
            at(Stage.SUBMITTED).label("submitted"),
            at(Stage.RETURNED).label("sent_back"),
            at(Stage.CONFLICTED).label("conflicts"),
            at(*UNDECIDED).label("undecided"),
            at(*TO_APPLY).label("to_apply"),
            func.count().filter(entries.c.stage.not_in(WITHOUT_CHANGE)).label("asking"),
            func.count().filter(entries.c.is_queried).label("queries"),
        )
        .where(entries.c.sheet.is_not(None))
        .group_by(entries.c.campaign, entries.c.sheet)
        .subquery()
    )


def _sheets_counted() -> Select[Any]:
    flags, of = sheets.c, _entries_counted()
    number = {column.name: func.coalesce(column, 0) for column in of.c}
    is_entered = func.coalesce(flags.entered, flags.confirmed)
    is_decided = is_entered & (number["undecided"] == 0)
    same = (of.c.campaign == flags.campaign) & (of.c.sheet == flags.sheet)
    return (
        select(
            flags.campaign,
            flags.unit,
            *_columns(
                issued=func.count().filter(flags.serial > NOT_ISSUED),
                photographed=func.count().filter(flags.photographed),
                returned=func.count().filter(flags.returned),
                declined=func.count().filter(flags.declined),
                unreadable=func.sum(flags.unreadable_pages),
                to_retake=func.count().filter(flags.unreadable_pages > 0, ~flags.photographed),
                entered=func.count().filter(is_entered),
                no_change=func.count().filter(is_entered, flags.confirmed, number["asking"] == 0),
                decided=func.count().filter(is_decided),
                applied=func.count().filter(is_decided, number["to_apply"] == 0),
                in_decision=func.sum(number["submitted"]),
                sent_back=func.sum(number["sent_back"]),
                conflicts=func.sum(number["conflicts"]),
                queries=func.sum(number["queries"]),
            ),
        )
        .select_from(sheets.outerjoin(of, same))
        .group_by(flags.campaign, flags.unit)
    )


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
        .where(pages.unit.is_not(None), pages.balance > 0)
        .group_by(pages.campaign, pages.unit)
    )


def _columns(**counted: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [counted.get(name, literal(0)).label(name) for name in COUNTS]
