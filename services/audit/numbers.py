"""The numbers that every service gives to its acts: counted, and which are missing or came twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from services.audit.domain import read_event
from services.audit.tables import events, sources
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Tx

_COUNT_NUMBER = text(
    "INSERT INTO sources (province, source, highest, count)"
    " VALUES (:province, :source, :highest, :count)"
    " ON CONFLICT (province, source) DO UPDATE SET count = sources.count + excluded.count,"
    " highest = CASE WHEN sources.highest > excluded.highest"
    " THEN sources.highest ELSE excluded.highest END"
)
_IS_NUMBERED = events.c.source.is_not(None) & events.c.source_seq.is_not(None)


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of a service, from `first` to `last`, that never came; since when it is known."""

    source: str
    first: int
    last: int
    since: datetime


def count_numbers(tx: Tx, province: ProvinceCode, numbers: Iterable[tuple[str, int]]) -> None:
    """Count which numbers of which service came."""
    told: dict[str, list[int]] = {}
    for source, number in numbers:
        told.setdefault(source, []).append(number)
    for source in sorted(told):
        row = {"highest": max(told[source]), "count": len(told[source])}
        tx.execute(_COUNT_NUMBER, {"province": province, "source": source, **row})


def gaps_of(tx: Tx, province: ProvinceCode) -> list[Gap]:
    """Every gap in the numbers of the services, oldest number first, as the log counts them.

    Cheap where none is: only a service whose numbers are fewer than its highest is looked at. A
    number that came twice can make up for one that never came: see `gaps_beside`.
    """
    named = select(sources.c.source).where(
        sources.c.province == province, sources.c.highest != sources.c.count
    )
    return _gaps_of(tx, province, tx.execute(named).scalars())


def gaps_beside(tx: Tx, province: ProvinceCode, twice: Iterable[str]) -> list[Gap]:
    """Every gap, as the events themselves tell: nothing that was counted before is believed.

    As many different numbers as the highest says, from 1 on, leave no gap.

    Args:
        tx: an open transaction.
        province: whose log.
        twice: services of which a number came more than once.
    """
    number = events.c.source_seq
    told = (
        select(events.c.source)
        .where(events.c.province == province, _IS_NUMBERED)
        .group_by(events.c.source)
        .having((func.count() != func.max(number)) | (func.min(number) < 1))
    )
    return _gaps_of(tx, province, {*tx.execute(told).scalars(), *twice})


def _gaps_of(tx: Tx, province: ProvinceCode, named: Iterable[str]) -> list[Gap]:
    return [gap for source in sorted(named) for gap in _gaps_of_source(tx, province, source)]


def numbers_twice(tx: Tx, province: ProvinceCode) -> list[tuple[str, int, int]]:
    """Numbers of a service that came more than once: service, number, the last event's place."""
    # The index alone answers this; the places are looked up for those few.
    found = (
        select(events.c.source, events.c.source_seq)
        .where(events.c.province == province, _IS_NUMBERED)
        .group_by(events.c.source, events.c.source_seq)
        .having(func.count() > 1)
    )
    twice = [(source, number) for source, number in tx.execute(found)]
    told = [(*one, max(seq for seq, _ in _numbered(tx, province, *one))) for one in twice]
    return sorted(told, key=lambda one: one[2])


def _gaps_of_source(tx: Tx, province: ProvinceCode, source: str) -> list[Gap]:
    numbered = (
        select(
            events.c.source_seq,
            func.lag(events.c.source_seq, 1, 0).over(order_by=events.c.source_seq).label("before"),
        )
        .where(
            events.c.province == province,
            events.c.source == source,
            _IS_NUMBERED,
        )
        .subquery()
    )
    found = select(numbered).where(numbered.c.source_seq > numbered.c.before + 1)
    return [
        Gap(
            source,
            row.before + 1,
            row.source_seq - 1,
            _heard_at(tx, province, source, row.source_seq),
        )
        for row in tx.execute(found.order_by(numbered.c.source_seq)).all()
    ]


def _numbered(tx: Tx, province: ProvinceCode, source: str, number: int) -> list[tuple[int, bytes]]:
    """The events that carry a number of a service: place and bytes."""
    mine = (events.c.province == province) & (events.c.source == source)
    found = select(events.c.seq, events.c.body).where(mine, events.c.source_seq == number)
    return [(seq, bytes(body)) for seq, body in tx.execute(found)]


def _heard_at(tx: Tx, province: ProvinceCode, source: str, number: int) -> datetime:
    return min(read_event(body).heard_at for _, body in _numbered(tx, province, source, number))
