"""Named questions about the log, its numbers and the tree of units."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, text, update

from services.audit.domain import NO_LEAF, Event, Links
from services.audit.merkle import KEPT_EVERY, Compact, HashOf, Node, complete_root
from services.audit.rows import PAGE, EventRow, PlainRow, page_question
from services.audit.tables import events, heads, subtrees, units, wrong_codes
from shared.kernel.ids import ProvinceCode, SheetId, UnitCode
from shared.plumbing.database import Database, Tx

SOME = 200  # events that are shown in one go

_NEW_HEAD = text(
    "INSERT INTO heads (province, size, peaks, leaf)"
    " VALUES (:province, 0, :nothing, :leaf) ON CONFLICT DO NOTHING"
)
_NO_WRONG_CODE = text(
    "INSERT INTO wrong_codes (sheet, tries) VALUES (:sheet, '') ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log goes on."""

    compact: Compact
    leaf: bytes  # hash of the last event


def lock_head(tx: Tx, province: ProvinceCode) -> Head:
    """A log's head, locked: nobody appends before this transaction ends."""
    tx.execute(_NEW_HEAD, {"province": province, "nothing": b"", "leaf": NO_LEAF})
    question = select(heads).where(heads.c.province == province)
    return _head(tx.execute(question.with_for_update()).one())


def head_of(tx: Tx, province: ProvinceCode) -> Head:
    """A log's head; that of an empty log where nothing was ever appended."""
    row = tx.execute(select(heads).where(heads.c.province == province)).one_or_none()
    return _head(row) if row is not None else Head(Compact(), NO_LEAF)


def save_head(tx: Tx, province: ProvinceCode, head: Head) -> None:
    """Write a locked head."""
    tx.execute(
        update(heads)
        .where(heads.c.province == province)
        .values(size=head.compact.size, peaks=b"".join(head.compact.peaks), leaf=head.leaf)
    )


def add_events(tx: Tx, rows: Sequence[tuple[Event, bytes, bytes]]) -> None:
    """Append events, each with its leaf hash and body; the head is locked."""
    tx.insert_many(
        events,
        [
            {
                "province": event.province,
                "seq": event.seq,
                "leaf": leaf,
                "body": body,
                **columns_of(event),
            }
            for event, leaf, body in rows
        ],
    )


def columns_of(event: Event | Links) -> dict[str, Any]:
    """What an event is searched by, in the order of the table."""
    return {
        "source": event.source,
        "source_seq": event.source_seq,
        "sheet": event.sheet,
        "unit": event.unit,
    }


def add_subtrees(tx: Tx, province: ProvinceCode, nodes: Sequence[Node]) -> None:
    """Keep the roots of complete subtrees."""
    if nodes:
        tx.execute(
            insert(subtrees),
            [
                {"province": province, "level": level, "index": index, "root": root}
                for level, index, root in nodes
            ],
        )


def pages_of(
    database: Database, province: ProvinceCode, start: int, end: int
) -> Iterator[Sequence[PlainRow]]:
    """Every event from `start` to before `end`, in short transactions."""
    while start < end:
        with database.transaction() as tx:
            rows = _plain(tx, province, start, min(PAGE, end - start), end)
        if not rows:
            return
        yield rows
        start = rows[-1][0] + 1


def page_of(tx: Tx, province: ProvinceCode, start: int, limit: int) -> Sequence[EventRow]:
    """Some events from `start` on, in their order."""
    return [EventRow._make(row) for row in _plain(tx, province, start, limit)]


def _plain(
    tx: Tx, province: ProvinceCode, start: int, limit: int, end: int | None = None
) -> Sequence[PlainRow]:
    found = tx.execute(page_question(province, start, limit, end))
    # The driver's own tuples: a million rows of SQLAlchemy's take longer than their hashes.
    rows: Sequence[PlainRow] = found.cursor.fetchall()
    return rows


def last_seq(tx: Tx, province: ProvinceCode) -> int:
    """The last event's place; -1 in an empty log."""
    last = select(func.max(events.c.seq)).where(events.c.province == province)
    found = tx.execute(last).scalar_one()
    return -1 if found is None else int(found)


def event_at(tx: Tx, province: ProvinceCode, seq: int) -> Row[Any] | None:
    """One event."""
    mine = (events.c.province == province) & (events.c.seq == seq)
    return tx.execute(select(events).where(mine)).one_or_none()


def newest(
    tx: Tx, province: ProvinceCode, path: str, sheet: SheetId | None, before: int | None
) -> Sequence[Row[Any]]:
    """A page of events at or below a path, newest first; of one sheet where one is named.

    Events that name no unit, and those of units nobody has told of, are the province's.
    """
    mine = _below(province, path)
    if sheet is not None:
        mine &= events.c.sheet == sheet
    if before is not None:
        mine &= events.c.seq < before
    found = select(events.c.seq, events.c.body).where(mine).order_by(events.c.seq.desc())
    return tx.execute(found.limit(SOME)).all()


def seqs_of(tx: Tx, province: ProvinceCode, path: str, where: range) -> list[int]:
    """The places of the events at or below a path, in order."""
    mine = _below(province, path) & (events.c.seq >= where.start) & (events.c.seq < where.stop)
    return list(tx.execute(select(events.c.seq).where(mine).order_by(events.c.seq)).scalars())


def bodies_of_sheet(tx: Tx, province: ProvinceCode, sheet: SheetId) -> list[bytes]:
    """Every event about a sheet, oldest first."""
    mine = (events.c.sheet == sheet) & (events.c.province == province)
    found = select(events.c.body).where(mine).order_by(events.c.seq)
    return [bytes(one) for one in tx.execute(found).scalars()]


def lock_wrong_codes(tx: Tx, sheet: SheetId) -> list[datetime]:
    """When wrong query codes were tried at a sheet; the next try waits for this transaction."""
    tx.execute(_NO_WRONG_CODE, {"sheet": sheet})
    found = select(wrong_codes.c.tries).where(wrong_codes.c.sheet == sheet)
    tries: str = tx.execute(found.with_for_update()).scalar_one()
    return [datetime.fromtimestamp(float(one), UTC) for one in tries.split()]


def save_wrong_codes(tx: Tx, sheet: SheetId, tries: Iterable[datetime]) -> None:
    """Write a locked sheet's tries."""
    text_ = " ".join(str(one.timestamp()) for one in tries)
    tx.execute(update(wrong_codes).where(wrong_codes.c.sheet == sheet).values(tries=text_))


def path_of(tx: Tx, unit: UnitCode) -> str | None:
    """Where a unit lies; None when roster has not told."""
    found = select(units.c.path).where(units.c.code == unit)
    path: str | None = tx.execute(found).scalar_one_or_none()
    return path


def hash_of(tx: Tx, province: ProvinceCode) -> HashOf:
    """Looks the hash of a complete subtree up, from the nearest kept ones below it."""

    def look_up(level: int, index: int) -> bytes:
        kept, above = divmod(level, KEPT_EVERY)
        first, count = index << above, 1 << above
        hashes = _kept(tx, province, kept * KEPT_EVERY, range(first, first + count))
        if len(hashes) != count:
            raise LookupError(level, index)
        return complete_root(hashes)

    return look_up


def save_unit(tx: Tx, unit: UnitCode, path: str, sequence: int) -> None:
    """Keep where a unit stands, unless a newer word is known."""
    known = tx.execute(select(units.c.sequence).where(units.c.code == unit)).scalar_one_or_none()
    if known is None:
        tx.execute(insert(units).values(code=unit, path=path, sequence=sequence))
    elif known < sequence:
        tx.execute(update(units).where(units.c.code == unit).values(path=path, sequence=sequence))


def _below(province: ProvinceCode, path: str) -> ColumnElement[bool]:
    """Events at or below a path."""
    mine = events.c.province == province
    if path == f"{province}/":
        return mine
    below = select(units.c.code).where(units.c.path.startswith(path, autoescape=True))
    return mine & events.c.unit.in_(below)


def _kept(tx: Tx, province: ProvinceCode, level: int, wanted: range) -> list[bytes]:
    if level == 0:
        place, hash_, mine = events.c.seq, events.c.leaf, events.c.province == province
    else:
        place, hash_ = subtrees.c.index, subtrees.c.root
        mine = (subtrees.c.province == province) & (subtrees.c.level == level)
    found = select(hash_).where(mine, place >= wanted.start, place < wanted.stop).order_by(place)
    return [bytes(one) for one in tx.execute(found).scalars()]


def _head(row: Row[Any]) -> Head:
    peaks = bytes(row.peaks)
    hashes = tuple(peaks[at : at + 32] for at in range(0, len(peaks), 32))
    return Head(Compact(row.size, hashes), bytes(row.leaf))
