"""Named questions about printed numbers: which were issued, and what was read of a page's."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, or_, select

from services.scan import store
from services.scan.digits.rules import Printed
from services.scan.digits.seen import CornerSeen
from services.scan.domain import school_of
from services.scan.tables import covers, number_reads, pages, printed_numbers, sheets
from shared.contracts.events import IssuedSheet
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, SheetId, SheetNumber, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.sheet_number import side_of
from shared.plumbing.database import Tx


def add_numbers(tx: Tx, issued: Sequence[IssuedSheet]) -> None:
    """Keep the numbers of printed copies; a known one stays."""
    wanted = [number for one in issued for number in one.numbers]
    question = select(printed_numbers.c.number).where(printed_numbers.c.number.in_(wanted))
    known = set(tx.execute(question).scalars())
    rows = [
        {"number": number, "sheet": one.sheet, "serial": one.serial, "side": side_of(number).value}
        for one in issued
        for number in one.numbers
        if number not in known
    ]
    if rows:
        tx.execute(insert(printed_numbers), rows)


def printed_of(
    tx: Tx, campaign: str, numbers: Collection[SheetNumber]
) -> dict[SheetNumber, Printed]:
    """Those of these numbers that were issued in a campaign."""
    rows = tx.execute(
        select(printed_numbers)
        .join(sheets, sheets.c.sheet == printed_numbers.c.sheet)
        .where(printed_numbers.c.number.in_(list(numbers)), sheets.c.campaign == campaign)
    ).all()
    issued = store.issued_of(tx, {SheetId(row.sheet) for row in rows})
    return {
        SheetNumber(row.number): Printed(issued[SheetId(row.sheet)], row.serial, Side(row.side))
        for row in rows
    }


def numbers_of_school(tx: Tx, campaign: str, school: str) -> Sequence[Row[Any]]:
    """Every printed number of a school with its sheet."""
    columns = (sheets.c.unit, sheets.c.number_in_class, sheets.c.returned)
    return tx.execute(
        select(printed_numbers, *columns)
        .join(sheets, sheets.c.sheet == printed_numbers.c.sheet)
        .where(
            sheets.c.campaign == campaign,
            or_(sheets.c.unit == school, sheets.c.unit.startswith(f"{school}-", autoescape=True)),
        )
    ).all()


def keep_read(tx: Tx, object_: str, page: int, corners: Sequence[CornerSeen]) -> None:
    """Keep what was read of a page's numbers; what was read before is replaced."""
    key = (number_reads.c.object == object_, number_reads.c.page == page)
    tx.execute(delete(number_reads).where(*key))
    body = msgspec.msgpack.encode(tuple(corners))
    tx.execute(insert(number_reads).values(object=object_, page=page, corners=body))


def read_of(tx: Tx, object_: str, page: int) -> tuple[CornerSeen, ...]:
    """What was read of a page's numbers; nothing where nobody has looked."""
    question = select(number_reads.c.corners).where(
        number_reads.c.object == object_, number_reads.c.page == page
    )
    body = tx.execute(question).scalar_one_or_none()
    return msgspec.msgpack.decode(body, type=tuple[CornerSeen, ...]) if body is not None else ()


def declared_in(tx: Tx, batch: str, campaign: CampaignId, school: str) -> frozenset[UnitCode]:
    """The school's classes whose cover lies in a batch."""
    rows = tx.execute(
        select(covers.c.unit)
        .join(pages, pages.c.cover == covers.c.cover)
        .where(
            pages.c.batch == batch,
            pages.c.state == PageState.COVER.value,
            covers.c.campaign == campaign,
        )
    ).scalars()
    return frozenset(UnitCode(unit) for unit in rows if school_of(UnitCode(unit)) == school)


def alone_in(tx: Tx, batch: str) -> Sequence[Row[Any]]:
    """Pages of a batch that only one signal names so far."""
    return tx.execute(
        select(pages).where(
            pages.c.batch == batch,
            pages.c.staged,
            pages.c.state == PageState.UNMATCHED.value,
            pages.c.reason == "one_signal_only",
        )
    ).all()
