"""Named questions about checkpoints, and about what a witness has seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, insert, or_, select, text, update

from services.audit.notes import Checkpoint
from services.audit.tables import checkpoints, cosignatures, stored, subtrees, watched
from shared.kernel.ids import ProvinceCode
from shared.plumbing.columns import UtcDateTime
from shared.plumbing.database import Tx

_NEW_WATCHED = text(
    "INSERT INTO watched (origin, size, root, at) VALUES (:origin, 0, :root, :at)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime))


def by_size(tx: Tx, province: ProvinceCode) -> dict[int, Row[Any]]:
    """Every checkpoint of a log."""
    found = select(checkpoints).where(checkpoints.c.province == province)
    return {row.size: row for row in tx.execute(found.order_by(checkpoints.c.size))}


def last(tx: Tx, province: ProvinceCode, *, at_least: int = 0) -> Row[Any] | None:
    """The newest checkpoint; None when none covers so many events."""
    return tx.execute(
        select(checkpoints)
        .where(checkpoints.c.province == province, checkpoints.c.size >= at_least)
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).one_or_none()


def add(tx: Tx, province: ProvinceCode, at_size: Checkpoint, note: str, at: datetime) -> None:
    """Write a checkpoint."""
    row = {"province": province, "size": at_size.size, "root": at_size.root}
    tx.execute(insert(checkpoints).values(**row, note=note, at=at))


def add_cosignature(tx: Tx, province: ProvinceCode, size: int, line: str, at: datetime) -> None:
    """Write a witness's word about a checkpoint; a second copy of it changes nothing."""
    mine = and_(
        cosignatures.c.province == province, cosignatures.c.size == size, cosignatures.c.at == at
    )
    if tx.execute(select(cosignatures.c.size).where(mine)).first() is None:
        tx.execute(insert(cosignatures).values(province=province, size=size, line=line, at=at))


def cosignatures_of(tx: Tx, province: ProvinceCode, size: int) -> Sequence[Row[Any]]:
    """What witnesses said about a checkpoint, newest first."""
    mine = and_(cosignatures.c.province == province, cosignatures.c.size == size)
    found = select(cosignatures).where(mine).order_by(cosignatures.c.at.desc())
    return tx.execute(found).all()


def last_witnessed(tx: Tx, province: ProvinceCode) -> Row[Any] | None:
    """The newest word of a witness: size and time; None when there never was one."""
    return tx.execute(
        select(cosignatures)
        .where(cosignatures.c.province == province)
        .order_by(cosignatures.c.size.desc(), cosignatures.c.at.desc())
        .limit(1)
    ).one_or_none()


def not_stored(tx: Tx, province: ProvinceCode, limit: int) -> Sequence[Row[Any]]:
    """Checkpoints that do not lie in the bucket yet, oldest first."""
    kept = select(stored.c.size).where(stored.c.province == province)
    return tx.execute(
        select(checkpoints)
        .where(checkpoints.c.province == province, checkpoints.c.size.not_in(kept))
        .order_by(checkpoints.c.size)
        .limit(limit)
    ).all()


def mark_stored(tx: Tx, province: ProvinceCode, size: int, at: datetime) -> None:
    """Note that a checkpoint lies in the bucket."""
    tx.execute(insert(stored).values(province=province, size=size, at=at))


def subtree_roots(
    tx: Tx, province: ProvinceCode, wanted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    """The kept roots of some subtrees, by level and index."""
    if not wanted:
        return {}
    mine = or_(*(and_(subtrees.c.level == one, subtrees.c.index == at) for one, at in wanted))
    found = select(subtrees.c.level, subtrees.c.index, subtrees.c.root)
    rows = tx.execute(found.where(subtrees.c.province == province, mine))
    return {(level, index): bytes(root) for level, index, root in rows}


def lock_watched(tx: Tx, origin: str, root: bytes, at: datetime) -> Row[Any]:
    """How a log of the level below stood when it was countersigned last, locked.

    One that was never seen stands at 0 with `root`, the root of nothing.
    """
    tx.execute(_NEW_WATCHED, {"origin": origin, "root": root, "at": at})
    question = select(watched).where(watched.c.origin == origin)
    return tx.execute(question.with_for_update()).one()


def save_watched(tx: Tx, seen: Checkpoint, at: datetime) -> None:
    """Write how a locked log stands now."""
    tx.execute(
        update(watched)
        .where(watched.c.origin == seen.origin)
        .values(size=seen.size, root=seen.root, at=at)
    )
