"""A scan process without a bus: its database, and a reader that says what it is told."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from services.scan import usecases
from services.scan.cells.looking import Looker
from services.scan.cells.seen import SideSeen
from services.scan.cells.usecases import look_at
from services.scan.cells.vault import CellVault
from services.scan.image.reading import Cause, Engine, FoundCode, Reading
from services.scan.reader import Read, Reader
from services.scan.tables import pages
from shared.contracts.change_events import ChangeEntered, SheetConfirmed
from shared.contracts.events import (
    CoverIssued,
    IssuedSheet,
    Lane,
    PageRead,
    PhotoDamaged,
    PhotoKept,
    Sender,
    SheetIssued,
)
from shared.contracts.facts import Fact
from shared.contracts.scan_commands import PageState, PhotoState, PhotoStateRequest, ReturnsRequest
from shared.kernel.ids import (
    CampaignId,
    FactId,
    ObjectId,
    ProvinceCode,
    SheetId,
    StudentId,
    UnitCode,
)
from shared.kernel.sheet_code import CodeHead, CodeKey, CodeType, Side, make_code
from shared.plumbing.database import Database
from shared.plumbing.grants import Opened
from shared.plumbing.hears import Heard
from shared.plumbing.inbox import AlreadyHeardError
from shared.plumbing.migrations import upgrade
from shared.plumbing.outbox import outbox_table

PROVINCE = ProvinceCode("44")
CLASS = UnitCode("4403050170001")
KEY = CodeKey(CampaignId("44-2026a"), PROVINCE, bytes(range(32)))
OLD = CodeKey(CampaignId("44-2025a"), PROVINCE, bytes(range(1, 33)), is_closed=True)
STRANGER = CodeKey(CampaignId("44-2026a"), PROVINCE, bytes(32))
SHEET, OTHER = SheetId("0123456789ab"), SheetId("ffffffffffff")
_NUMBERS = itertools.count(1)


def a_code(
    sheet: SheetId = SHEET,
    key: CodeKey = KEY,
    *,
    serial: int = 1,
    side: Side = Side.FRONT,
    kind: CodeType = CodeType.SHEET,
    side_px: int = 300,
) -> FoundCode:
    code = make_code(CodeHead(kind, 1, side, serial, sheet), key)
    return FoundCode(kind.value, code, a_square(side_px))


def a_square(side_px: int) -> tuple[tuple[int, int], ...]:
    """In thousandths of a picture of 3000 x 4000."""
    x, y = round(side_px / 3), round(side_px / 4)
    return (100, 100), (100 + x, 100), (100 + x, 100 + y), (100, 100 + y)


def a_reading(*codes: FoundCode, others: int = 0, cause: Cause | None = None) -> Reading:
    engine = Engine.FAST if codes else Engine.NONE
    return Reading(codes, others, engine, cause, 3000, 4000)


def an_issue(*sheets: SheetId, serial: int = 1) -> SheetIssued:
    issued = tuple(
        IssuedSheet(sheet, StudentId("a" * 32), serial, 1, (), 1, place)
        for place, sheet in enumerate(sheets or (SHEET,), start=1)
    )
    return SheetIssued(KEY.campaign, CLASS, issued)


class House:
    """The database of scan, and what its reader finds in which object."""

    def __init__(
        self,
        folder: Path,
        url: str = "",
        reader: Reader | None = None,
        looker: Looker | None = None,
    ) -> None:
        self._reader = reader or self
        self.now = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
        url = url or f"sqlite:///{folder / 'scan.db'}"
        upgrade("scan", url)
        self.database = Database("scan", url, clock=self._tick)
        self.found: dict[ObjectId, Reading | Exception] = {}
        self.pictures: dict[ObjectId, bytes] = {}
        self.seen: dict[ObjectId, SideSeen] = {}
        self.views: list[ObjectId] = []
        self.vault = CellVault(bytes(range(32)))
        self.looker: Any = looker or self
        self._looked: set[str] = set()

    # What scan takes for its `Reader`.

    def read(self, object_: ObjectId, *, is_scan: bool = False) -> Read:
        found = self.found[object_]
        if isinstance(found, Exception):
            raise found
        data = self.pictures[object_]
        return Read(Opened(data, "image/jpeg", 1), found, hashlib.sha256(data).hexdigest())

    def keys(self) -> tuple[CodeKey, ...]:
        return (KEY, OLD)

    # What scan takes for its `Looker`.

    def look(self, fact: PageRead, _province: ProvinceCode, _canonical: str) -> SideSeen:
        return self.seen.get(fact.object, SideSeen())

    def hand_in_view(self, fact: PageRead, _province: ProvinceCode, _view: bytes) -> None:
        self.views.append(fact.object)

    # What happens to it.

    def issue(self, *sheets: SheetId, serial: int = 1) -> None:
        self.hear(an_issue(*sheets, serial=serial))

    def photo(
        self,
        *codes: FoundCode,
        ticket: SheetId | None = SHEET,
        others: int = 0,
        cause: Cause | None = None,
        picture: bytes = b"",
    ) -> ObjectId:
        """A photo is kept and read."""
        return self.photo_of(a_reading(*codes, others=others, cause=cause), ticket, picture)

    def photo_of(
        self,
        found: Reading | Exception,
        ticket: SheetId | None = SHEET,
        picture: bytes = b"",
        object_: ObjectId | None = None,
    ) -> ObjectId:
        object_ = object_ or ObjectId(f"{next(_NUMBERS):032x}")
        self.found[object_] = found
        self.pictures[object_] = picture or object_.encode()
        self.hear(kept(object_, ticket))
        return object_

    def page_of(self, found: Reading | Exception, object_: ObjectId, picture: bytes = b"") -> None:
        """A page of a bulk scan is kept and read."""
        self.found[object_] = found
        self.pictures[object_] = picture or object_.encode()
        self.hear(replace(kept(object_, None), lane=Lane.PAGE, sender=Sender.SCANNER))

    def look_at(self, object_: ObjectId, seen: SideSeen | None = None) -> None:
        """Whatever scan wanted to be looked at of a page is; not again what was before."""
        if seen is not None:
            self.seen[object_] = seen
        for one in self.said("page_read"):
            if one["data"]["object"] == object_ and one["id"] not in self._looked:
                self._looked.add(one["id"])
                self.hear(msgspec.convert(one["data"], PageRead, strict=False), one["id"])

    def issue_for(self, unit: UnitCode, *sheets: SheetId) -> None:
        self.hear(replace(an_issue(*sheets), unit=unit))

    def damage(self, object_: ObjectId, reason: str = "body_digest") -> None:
        self.hear(PhotoDamaged(object_, None, None, reason))

    def hear(self, fact: Fact, id_: str = "") -> bool:
        """Hear a fact; False when it was heard before."""
        heard = Heard(
            fact,
            FactId(id_ or f"{next(_NUMBERS):032x}"),
            self.now,
            PROVINCE,
            1,
            f"scan.{fact.NAME}",
            self.database,
        )
        try:
            self._handler(fact)(heard)
        except AlreadyHeardError:
            return False
        assert heard.was_opened
        return True

    def _handler(self, fact: Fact) -> Callable[[Any], None]:
        match fact:
            case SheetIssued():
                return usecases.keep_issued
            case CoverIssued():
                return usecases.keep_cover
            case ChangeEntered() | SheetConfirmed():
                return usecases.keep_entered
            case PhotoDamaged():
                return usecases.note_damaged
            case PageRead():
                return lambda heard: look_at(heard, self.looker)
            case PhotoKept(lane=Lane.PAGE):
                return lambda heard: usecases.read_page_kept(heard, self._reader)  # type: ignore[arg-type]
            case _:
                return lambda heard: usecases.read_kept(heard, self._reader)  # type: ignore[arg-type]

    # What came of it.

    def state(self, object_: ObjectId) -> tuple[str, str]:
        known = self.answer(object_)
        return known.state.value, known.reason

    def answer(self, object_: ObjectId) -> PhotoState:
        return usecases.photo_state(self.database, PhotoStateRequest(object_))

    def counting(self, sheet: SheetId = SHEET) -> list[str]:
        """The objects that are matched to a sheet."""
        with self.database.transaction() as tx:
            mine = pages.c.sheet == sheet, pages.c.state == PageState.MATCHED.value
            return list(tx.execute(sa.select(pages.c.object).where(*mine)).scalars())

    def said(self, name: str = "") -> list[dict[str, Any]]:
        """The facts said so far, or those of one name, as plain values."""
        outbox = outbox_table(sa.MetaData())
        with self.database.transaction() as tx:
            bodies = tx.execute(sa.select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
        facts = [msgspec.json.decode(body) for body in bodies]
        return [one for one in facts if name in ("", one["fact"])]

    def snapshot(self) -> tuple[list[Any], list[dict[str, Any]]]:
        """Everything scan knows and said."""
        with self.database.transaction() as tx:
            rows = tx.execute(sa.select(pages).order_by(pages.c.object)).all()
        return [tuple(row) for row in rows], self.said()

    def returned(self) -> int:
        return usecases.returns(self.database, ReturnsRequest(KEY.campaign, CLASS)).returned

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def kept(object_: ObjectId, ticket: SheetId | None = SHEET) -> PhotoKept:
    at = datetime(2026, 4, 1, 7, 59, tzinfo=UTC)
    return PhotoKept(object_, KEY.campaign, ticket, Sender.GUARDIAN, Lane.PHOTO, at)
