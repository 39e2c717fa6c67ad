"""Named questions for those who watch: notices, verdicts and schools below a unit."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Row, case, cast, func, select

from services.review.tables import (
    blind_entries,
    entries,
    notices,
    revisions,
    sheets,
    units,
)
from shared.contracts.fields import FieldKind
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.database import Tx

MOST = 200


def notices_of(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """What the clock told a unit, newest first, with where the entry waits now."""
    question = (
        select(notices, entries.c.state, entries.c.queue, entries.c.due)
        .join(entries, entries.c.entry == notices.c.entry)
        .where(notices.c.campaign == campaign, notices.c.unit == unit)
        .order_by(notices.c.at.desc(), notices.c.entry, notices.c.kind)
        .limit(MOST)
    )
    return tx.execute(question).all()


def kinds_of(tx: Tx, of: Sequence[str]) -> Mapping[tuple[str, int], set[str]]:
    """What the clock said about some entries, by entry and revision."""
    found: dict[tuple[str, int], set[str]] = {}
    for row in tx.execute(select(notices).where(notices.c.entry.in_(of))):
        found.setdefault((row.entry, row.revision), set()).add(row.kind)
    return found


def verdicts_below(tx: Tx, campaign: CampaignId, path: str) -> Sequence[Row[Any]]:
    """Every verdict about entries of classes below a path."""
    question = (
        select(
            revisions.c.decided_by,
            revisions.c.verdict,
            revisions.c.opened_at,
            revisions.c.decided_at,
            entries.c.queue,
        )
        .join(entries, entries.c.entry == revisions.c.entry)
        .join(units, units.c.code == entries.c.unit)
        .where(
            entries.c.campaign == campaign,
            revisions.c.decided_at.is_not(None),
            units.c.path.startswith(path, autoescape=True),
        )
    )
    return tx.execute(question).all()


def schools_below(tx: Tx, path: str) -> Sequence[Row[Any]]:
    """The schools at or below a path."""
    question = (
        select(units.c.code, units.c.path)
        .where(units.c.level == Level.SCHOOL.value, units.c.path.startswith(path, autoescape=True))
        .order_by(units.c.path)
    )
    return tx.execute(question).all()


def sheets_by_class(tx: Tx, campaign: CampaignId, path: str) -> Sequence[Row[Any]]:
    """Per class below a path: its path, and how many sheets are back."""
    back = cast(sheets.c.is_returned, Integer)
    question = (
        select(units.c.path, func.sum(back).label("back"))
        .join(units, units.c.code == sheets.c.unit)
        .where(sheets.c.campaign == campaign, units.c.path.startswith(path, autoescape=True))
        .group_by(units.c.path)
    )
    return tx.execute(question).all()


def key_sheets_by_class(tx: Tx, campaign: CampaignId, path: str) -> Sequence[Row[Any]]:
    """Per class: how many sheets have an entry of key data that was ever submitted."""
    question = (
        select(units.c.path, func.count(entries.c.sheet.distinct()).label("sheets"))
        .join(units, units.c.code == entries.c.unit)
        .where(
            entries.c.campaign == campaign,
            entries.c.kind == FieldKind.KEY_DATA.value,
            entries.c.revision > 0,
            units.c.path.startswith(path, autoescape=True),
        )
        .group_by(units.c.path)
    )
    return tx.execute(question).all()


def typed_by_class(tx: Tx, path: str) -> Sequence[Row[Any]]:
    """Per class: how many entries were typed twice, and how many of them differ."""
    differs = case((blind_entries.c.agrees.is_(False), 1), else_=0)
    question = (
        select(
            units.c.path,
            func.count(blind_entries.c.typed_at).label("typed"),
            func.sum(differs).label("differ"),
        )
        .join(units, units.c.code == blind_entries.c.unit)
        .where(
            blind_entries.c.typed_at.is_not(None),
            units.c.path.startswith(path, autoescape=True),
        )
        .group_by(units.c.path)
    )
    return tx.execute(question).all()
