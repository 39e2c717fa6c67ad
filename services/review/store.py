"""Named questions about what others said: units, windows, sheets, cells, record versions."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.review.tables import (
    campaigns,
    cells,
    record_changes,
    sheets,
    units,
    windows,
    witnessed,
)
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownSheetError, UnknownUnitError
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId, StudentId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.database import Tx


class Age(NamedTuple):
    """How new a word of scan about a side is; of two the greater holds."""

    sequence: int
    serial: int
    said_at: datetime


_NEW_SHEET = {
    "is_returned": False,
    "is_declined": False,
    "is_photographed": False,
    "is_confirmed": False,
    "is_entered": False,
    "sequence": 0,
}


def save_unit(tx: Tx, unit: UnitCode, values: Mapping[str, Any], sequence: int) -> None:
    """Keep a unit as it was told last."""
    _keep_newest(tx, units, {"code": unit}, values, sequence)


def save_campaign(
    tx: Tx,
    campaign: CampaignId,
    endorses_key_data: bool,
    sequence: int,  # a row
) -> None:
    """Keep what a campaign asks, as it was told last."""
    values = {"endorses_key_data": endorses_key_data}
    _keep_newest(tx, campaigns, {"campaign": campaign}, values, sequence)


def endorses_key_data(tx: Tx, campaign: CampaignId) -> bool:
    """Whether the school leader is asked about key data first."""
    question = select(campaigns.c.endorses_key_data).where(campaigns.c.campaign == campaign)
    return bool(tx.execute(question).scalar())


def save_window(
    tx: Tx, campaign: CampaignId, unit: UnitCode, values: Mapping[str, Any], sequence: int
) -> None:
    """Keep a unit's own setting of the switch for entering, as it was told last."""
    _keep_newest(tx, windows, {"campaign": campaign, "unit": unit}, values, sequence)


def windows_up(tx: Tx, campaign: CampaignId, path: str) -> Mapping[UnitCode, Row[Any]]:
    """The settings from a unit up to its province, also those that were taken away."""
    question = select(windows).where(
        windows.c.campaign == campaign, windows.c.unit.in_(codes_up(path))
    )
    return {UnitCode(row.unit): row for row in tx.execute(question)}


def path_of(tx: Tx, unit: UnitCode) -> str:
    """Where a unit stands in the tree.

    Raises:
        UnknownUnitError: nobody has told of it.
    """
    found = tx.execute(select(units.c.path).where(units.c.code == unit)).scalar_one_or_none()
    if found is None:
        raise UnknownUnitError(unit)
    return str(found)


def paths_of(tx: Tx, codes: Sequence[UnitCode]) -> list[str]:
    """Where some units stand; those that nobody has told of are left out."""
    question = select(units.c.path).where(units.c.code.in_(list(codes)))
    return list(tx.execute(question).scalars())


def place_of(tx: Tx, unit: UnitCode) -> Place:
    """A class or school as the authority table wants it: its path, and who manages the school.

    Raises:
        UnknownUnitError: nobody has told of it.
    """
    path = path_of(tx, unit)
    question = select(units.c.managed_by).where(
        units.c.code.in_(codes_up(path)[:2]), units.c.managed_by.is_not(None)
    )
    managed_by = tx.execute(question).scalars().first()
    return Place(path, None if managed_by is None else UnitCode(managed_by))


def school_of(tx: Tx, unit: UnitCode) -> UnitCode:
    """The school of a class."""
    return codes_up(path_of(tx, unit))[1]


def sheet_of(tx: Tx, sheet: SheetId, *, lock: bool = False) -> Row[Any]:
    """A sheet that was printed.

    Raises:
        UnknownSheetError: nobody has told of its print.
    """
    question = select(sheets).where(sheets.c.sheet == sheet)
    row = tx.execute(question.with_for_update() if lock else question).one_or_none()
    if row is None or row.unit is None:
        raise UnknownSheetError(sheet)
    return row


def sheet_row(tx: Tx, sheet: SheetId) -> Row[Any] | None:
    """Whatever is known of a sheet, locked: its standing is told from one place at a time."""
    return tx.execute(select(sheets).where(sheets.c.sheet == sheet).with_for_update()).one_or_none()


def known_sheet(tx: Tx, sheet: SheetId, campaign: CampaignId) -> Row[Any]:
    """A sheet's row, locked; made when this is the first word of it."""
    row = {"sheet": sheet, "campaign": campaign, **_NEW_SHEET}
    tx.execute(_insert_of(tx)(sheets).values(**row).on_conflict_do_nothing())
    return tx.execute(select(sheets).where(sheets.c.sheet == sheet).with_for_update()).one()


def change_sheet(tx: Tx, sheet: SheetId, **values: object) -> None:
    """Write what is new about a sheet."""
    tx.execute(update(sheets).where(sheets.c.sheet == sheet).values(**values))


def cells_of(tx: Tx, sheet: SheetId) -> Sequence[Row[Any]]:
    """What was seen on each side of a sheet."""
    return tx.execute(select(cells).where(cells.c.sheet == sheet).order_by(cells.c.side)).all()


def save_cells(tx: Tx, sheet: SheetId, side: str, age: Age, values: Mapping[str, Any]) -> bool:
    """Keep what was seen on a side, unless something newer is known; whether it was kept."""
    mine = (cells.c.sheet == sheet, cells.c.side == side)
    known = tx.execute(select(cells).where(*mine).with_for_update()).one_or_none()
    if known is not None and age <= Age(known.sequence, known.serial, known.said_at):
        return False
    row = {**age._asdict(), **values}
    if known is None:
        tx.execute(insert(cells).values(sheet=sheet, side=side, **row))
    else:
        tx.execute(update(cells).where(*mine).values(**row))
    return True


def save_record_change(tx: Tx, student: StudentId, version: int, fields: Sequence[str]) -> None:
    """Keep which fields a version of a record changed."""
    row = {"student": student, "version": version, "fields": json.dumps(list(fields))}
    tx.execute(_insert_of(tx)(record_changes).values(**row).on_conflict_do_nothing())


def changed_since(tx: Tx, student: StudentId, version: int) -> frozenset[str]:
    """The fields of a record that changed after a version."""
    question = select(record_changes.c.fields).where(
        record_changes.c.student == student, record_changes.c.version > version
    )
    return frozenset(one for text in tx.execute(question).scalars() for one in json.loads(text))


def witnessed_at(tx: Tx, province: ProvinceCode) -> datetime | None:
    """When a province's audit log was countersigned last; None: never."""
    found: datetime | None = tx.execute(
        select(witnessed.c.at).where(witnessed.c.province == province)
    ).scalar_one_or_none()
    return found


def save_witnessed(tx: Tx, province: ProvinceCode, at: datetime) -> None:
    """Keep a word of the witness, unless a newer one is known."""
    statement = _insert_of(tx)(witnessed).values(province=province, at=at)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["province"], set_={"at": at}, where=witnessed.c.at < at
        )
    )


def _keep_newest(
    tx: Tx, table: Table, key: Mapping[str, Any], values: Mapping[str, Any], sequence: int
) -> None:
    statement = _insert_of(tx)(table).values(**key, **values, sequence=sequence)
    newer = {name: statement.excluded[name] for name in (*values, "sequence")}
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=list(key), set_=newer, where=table.c.sequence < sequence
        )
    )


def _insert_of(tx: Tx) -> Any:
    return sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
