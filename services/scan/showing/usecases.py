"""Showing the paper of a sheet to whoever may see it: every look is on record before it is one."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Row

from services.scan import store
from services.scan.cells import store as cells_store
from services.scan.cells.looking import view_of
from services.scan.cells.seen import CellText
from services.scan.cells.vault import CellVault
from services.scan.cells.verdicts import verdict_of
from services.scan.places import place_of
from services.scan.showing.domain import box_of
from services.scan.showing.store import newest_serial, seen_pages_of
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.look_commands import (
    SIGNATURE,
    CellReading,
    CellSeen,
    LookAtPage,
    PageSeen,
    PageToOpen,
    ReadCells,
    SheetSeen,
)
from shared.contracts.seen import Grade, Ink, Presence
from shared.kernel.authority import DECIDERS, TABLE, Act
from shared.kernel.errors import NotAllowedError, PageNotSeenError, UnknownSheetError
from shared.kernel.ids import ObjectId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.layout.canonical import from_canonical
from shared.layout.model import Layout
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database, Tx


class Hands(Protocol):
    """Asks review; never inside a transaction."""

    def hold(self, person: PersonId, sheet: SheetId) -> bool:
        """Whether a person has a decision about a sheet in hands."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a look works with."""

    database: Database
    vault: CellVault
    hands: Hands


def read_cells(desk: Desk, actor: Actor, request: ReadCells) -> SheetSeen:
    """What was seen on the pages of a sheet that count; readings only for who may enter them.

    Raises:
        UnknownSheetError, UnknownUnitError: no such sheet, or not told of yet.
        NotAllowedError: not at this school, or no decision about it is in hands.
    """
    look = _look(desk, actor, request)
    with acting(desk.database, actor, look.deed("read_cells")) as tx:
        unit = look.check(tx)
        newest = newest_serial(tx, request.sheet)
        pages: list[PageSeen] = []
        cells: list[CellSeen] = []
        for row in seen_pages_of(tx, request.sheet):
            layout = _layout_of(tx, request.sheet, row)
            pages.append(_page(row, layout, newest))
            cells += _cells(row, layout, _texts(tx, desk, actor, row))
        return SheetSeen(request.sheet, unit, tuple(pages), tuple(cells))


def look_at_page(desk: Desk, actor: Actor, request: LookAtPage) -> PageToOpen:
    """Which view shows a side or place of a sheet; whoever is told this looks at it.

    Raises:
        UnknownSheetError, UnknownUnitError: no such sheet, or not told of yet.
        NotAllowedError: not at this school, or no decision about it is in hands.
        PageNotSeenError: no page that counts shows it.
    """
    look = _look(desk, actor, request)
    fields = (request.place,) if request.place else ()
    with acting(desk.database, actor, look.deed("look_at_page", *fields)) as tx:
        look.check(tx)
        for row in seen_pages_of(tx, request.sheet):
            found = _to_open(request, row, _layout_of(tx, request.sheet, row))
            if found is not None:
                return found
        raise PageNotSeenError(request.sheet)


@dataclass(frozen=True, slots=True)
class _Look:
    """One person before one sheet."""

    actor: Actor
    request: ReadCells | LookAtPage
    unit: UnitCode | None  # None: nobody has told of the sheet
    is_open: bool  # to a decider: it is in hands

    def deed(self, act: str, *fields: str) -> Deed:
        """The look as the audit log hears of it."""
        sheet = self.request.sheet
        return Deed(act, sheet, self.unit, fields=fields, sheet=sheet)

    def check(self, tx: Tx) -> UnitCode:
        """The class of the sheet, if this person may see its paper."""
        if self.unit is None:
            raise UnknownSheetError(self.request.sheet)
        act = act_of(self.request)
        self.actor.require(act, place_of(tx, self.unit))
        if not self.is_open:
            raise NotAllowedError(act)
        return self.unit


def _look(desk: Desk, actor: Actor, request: ReadCells | LookAtPage) -> _Look:
    """Review is asked before any transaction, and only about who might see the paper at all."""
    with desk.database.transaction() as tx:
        row = store.sheet_of(tx, request.sheet)
    unit = None if row is None else UnitCode(row.unit)
    is_open = actor.role not in DECIDERS or desk.hands.hold(actor.person, request.sheet)
    return _Look(actor, request, unit, is_open)


def _layout_of(tx: Tx, sheet: SheetId, row: Row[Any]) -> Layout | None:
    """The geometry of a page, where its view is a map of it."""
    canonical = cells_store.layout_of(tx, sheet, row.serial) if row.flat_view else None
    return from_canonical(canonical) if canonical is not None else None


def _page(row: Row[Any], layout: Layout | None, newest: int) -> PageSeen:
    side = Side(row.side)
    return PageSeen(
        ObjectId(row.object),
        side,
        row.serial,
        row.serial < newest,
        verdict_of(row),
        layout.page_size if layout is not None else None,
        Presence(row.signature) if row.signature else None,
        box_of(layout, side, SIGNATURE) if layout is not None else None,
    )


def _texts(tx: Tx, desk: Desk, actor: Actor, row: Row[Any]) -> dict[str, CellText]:
    if actor.role not in TABLE[Act.ENTER_CHANGES]:
        return {}
    return cells_store.texts_of(tx, ObjectId(row.object), row.page, desk.vault)


def _cells(row: Row[Any], layout: Layout | None, texts: dict[str, CellText]) -> list[CellSeen]:
    side, seen = Side(row.side), json.loads(row.cells)
    return [
        CellSeen(
            field,
            side,
            Ink(cell["ink"]),
            cell["tick"] != "empty",
            box_of(layout, side, field) if layout is not None else None,
            _reading(texts.get(field)),
        )
        for field, cell in seen.items()
    ]


def _reading(text: CellText | None) -> CellReading | None:
    if text is None:
        return None
    return CellReading(Grade(text.grade), text.raw, text.suggestion, text.candidates, text.reasons)


def _to_open(request: LookAtPage, row: Row[Any], layout: Layout | None) -> PageToOpen | None:
    """The view of a page, if it shows what is asked for."""
    side, box = Side(row.side), None
    if request.place is None:
        if side is not request.side:
            return None
    elif layout is not None:
        box = box_of(layout, side, request.place)
        if box is None:
            return None
    elif not _may_show(row, request.place):
        return None
    size = layout.page_size if layout is not None else None
    return PageToOpen(view_of(ObjectId(row.object), request.sheet), size, box)


def _may_show(row: Row[Any], place: str) -> bool:
    """Of a view that is no map: a page without cells may show anything."""
    return place in json.loads(row.cells) or not row.legible
