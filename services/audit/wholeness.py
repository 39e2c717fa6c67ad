"""Whether events are whole: the quick look at each of a million, in this process or a child.

Whoever finds that events are not whole only says so: what is wrong, and where, is told by
`checking`, which then reads them itself.
"""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import create_engine, select

from services.audit.domain import NO_LEAF, EventError, read_links
from services.audit.rows import PAGE, PlainRow, page_question
from services.audit.tables import events
from shared.kernel.ids import ProvinceCode


def are_whole(
    rows: Sequence[PlainRow], first: int, prev: bytes | None, province: ProvinceCode
) -> bool:
    """Whether nothing is wrong with events from `first` on, behind one whose leaf hash is `prev`."""
    if prev is None:
        return False
    seqs, leaves, bodies, *_ = zip(*rows, strict=True)
    if [sha256(b"\x00" + body).digest() for body in bodies] != [*leaves]:
        return False
    try:
        said = [read_links(body) for body in bodies]
    except EventError:
        return False
    places = [*range(first, first + len(rows))]
    chain = [prev.hex(), *(leaf.hex() for leaf in leaves[:-1])]
    return (
        [*seqs] == places
        and [one.seq for one in said] == places
        and [one.prev for one in said] == chain
        and {one.province for one in said} == {province}
        and [(one.source, one.source_seq, one.sheet, one.unit) for one in said]
        == [row[3:] for row in rows]
    )


def look_over(url: str, province: str, start: int, end: int) -> bytes:
    """In a child: the leaf hash before a stretch and those of its events, 32 bytes each.

    Nothing where it is not whole, or an event is missing.
    """
    code = ProvinceCode(province)
    hashes = [NO_LEAF]
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if start:
                mine = (events.c.province == province) & (events.c.seq == start - 1)
                before = connection.execute(select(events.c.leaf).where(mine)).scalar_one_or_none()
                if before is None:
                    return b""
                hashes = [bytes(before)]
            for first in range(start, end, PAGE):
                question = page_question(code, first, PAGE, end)
                rows = connection.execute(question).cursor.fetchall()
                if not rows or not are_whole(rows, first, hashes[-1], code):
                    return b""
                hashes += (leaf for _, leaf, *_ in rows)
    finally:
        engine.dispose()
    return b"".join(hashes) if len(hashes) == end - start + 1 else b""
