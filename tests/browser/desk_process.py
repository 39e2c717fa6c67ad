"""Staff pages over the real review with a school's returned sheets; no bus, no other service.

`python -m tests.browser.desk_process FOLDER ROLE` prints its address and serves until it is
killed. What clerks would see of paper is drawn; accounts and units are answered by fakes.
"""

import hashlib
import io
import json
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from werkzeug.serving import WSGIRequestHandler, make_server

from services.portal.doors import Told
from services.portal.house import House
from services.portal.pages.app import make_app
from services.portal.pages.staff import Staff
from services.portal.pictures import marked
from services.review.service import ReviewService
from shared.contracts.actors import Actor
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
from shared.contracts.progress_commands import Counts, UnitCounts
from shared.contracts.roster_commands import UnitEntry
from shared.contracts.scan_commands import PageVerdict
from shared.contracts.seen import Grade, Ink, Presence
from shared.contracts.sign_in_commands import SignedIn, Step, TokenGiven
from shared.contracts.wire import to_plain
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.ids import AccountId, ActorToken, ObjectId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level
from shared.layout.registry import layout
from shared.plumbing.actors import Actors, sign
from shared.plumbing.rpc import RpcDeadlineError, read_answer
from tests.contract.walks.stage import bare
from tests.unit.portal.fakes import ACCOUNTS, SESSION
from tests.unit.review.house import (
    CAMPAIGN,
    PATHS,
    RECORD,
    a_return,
    a_unit,
    an_issue,
    seen_cells,
)
from tests.unit.review.house import House as Review

CLASS = UnitCode("c11")
TO_ENTER = range(1, 21)  # sheets with something to do
DECIDED = range(101, 151)  # sheets whose change waits for the leader
LANE = range(201, 221)  # blank and signed
KINDS = ("suggested", "typed", "chosen", "proven", "stray")
WRITTEN = {"suggested": "phone", "typed": "phone", "chosen": "health", "proven": "name"}
NEW = {"phone": "13912345678", "health": "20", "name": "王小敏"}
_NAMES = {"c11": "一年级1班", "c12": "一年级2班", "s1": "实验小学", "c21": "二班"}


def kind_of(number: int) -> str:
    """What is written on a sheet that has something to do."""
    return KINDS[number % len(KINDS)]


class OneProcess(House):
    """Every service that staff pages ask: review is the real one."""

    def __init__(self, review: Review, role: Role) -> None:
        self._review = review
        self._role = role
        actors = Actors([ACCOUNTS.public_key])
        self._service = bare(ReviewService, office=review.office, actors=actors)

    def ask(
        self, service: str, method: str, request: object, answer: type[Any], deadline_s: float = 8
    ) -> Any:
        if service == "review":
            plain = getattr(self._service, method)(to_plain(request))
            return read_answer(service, method, plain, answer)
        if isinstance(request, ReadCells):
            return _seen(request.sheet)
        if isinstance(request, LookAtPage):
            return _page(request)
        raise RpcDeadlineError(service, method)  # what a home asks of everybody else

    def sign_in(self, login: str, password: str) -> SignedIn:
        who = AccountId("s1.01"), PersonId("77" * 8)
        return SignedIn(SESSION, Step.DONE, *who, self._role, UnitCode("s1"), utc_now())

    def take_token(self, session: str) -> TokenGiven:
        now = utc_now()
        ends = now + timedelta(minutes=15)
        who = PersonId("77" * 8), AccountId("s1.01"), self._role, UnitCode("s1"), PATHS["s1"]
        return TokenGiven(sign(Actor(*who, ends, now), ACCOUNTS), ends)

    def units(self, codes: Iterable[UnitCode]) -> dict[UnitCode, UnitEntry]:
        known = [code for code in codes if code in PATHS]
        return {
            code: UnitEntry(code, Level.CLASS, _NAMES.get(code, code), None, PATHS[code], None)
            for code in known
        }

    def counts(self, *asked: Any) -> UnitCounts:
        return UnitCounts(asked[-1], Level.SCHOOL, Counts(in_scope=100, issued=90, returned=80))


class TakesAll:
    """Scan's door: every document is a page."""

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: tuple[int, Iterable[bytes]],
    ) -> Told:
        taken = hashlib.sha256(b"".join(body[1])).hexdigest()[:32]
        return Told(201, {}, json.dumps({"objects": [taken]}).encode())


class Drawn:
    """Pictures of paper as they would be: a table with writing, marked with who looks."""

    def show(self, page: PageToOpen, token: ActorToken, mark: str) -> bytes:
        known = layout(1)
        assert known is not None
        view = Image.new("L", (1470, 2079), 255)
        pen, font = ImageDraw.Draw(view), ImageFont.load_default(34)
        for cell in known.cells:
            rect = cell.change_rect
            box = [0.7 * one for one in (rect.x, rect.y, rect.right, rect.bottom)]
            pen.rectangle(box, outline=120, width=2)
            pen.text((box[0] + 8, box[1] + 6), NEW.get(cell.field, ""), fill=30, font=font)
        out = io.BytesIO()
        view.save(out, "JPEG")
        return marked(out.getvalue(), page.size, page.box, mark)


def _box(field: str) -> tuple[int, int, int, int] | None:
    known = layout(1)
    assert known is not None
    if field == SIGNATURE:
        rect = known.signature_rect
    else:
        rect = next((one.change_rect for one in known.cells if one.field == field), None)
    return None if rect is None else (rect.x - 15, rect.y - 15, rect.w + 30, rect.h + 30)


def _seen(sheet: SheetId) -> SheetSeen:
    number = int(sheet, 16)
    kind = kind_of(number) if number in TO_ENTER else ""
    cells = []
    for field in RECORD:
        ink, reading = Ink.BLANK, None
        if WRITTEN.get(kind) == field or (number in DECIDED and field == "phone"):
            ink = Ink.INK
        if kind == "stray" and field == "sex":
            ink = Ink.UNSURE
        if ink is Ink.INK and kind == "suggested":
            reading = CellReading(Grade.B, NEW[field], NEW[field], (), ())
        cells.append(CellSeen(field, Side.FRONT, ink, False, _box(field), reading))
    page = PageSeen(
        *(ObjectId(f"{number:032x}"), Side.FRONT, 1, False, PageVerdict.COMPLETE),
        *((2100, 2970), Presence.PRESENT, _box(SIGNATURE)),
    )
    return SheetSeen(sheet, CLASS, (page,), tuple(cells))


def _page(request: LookAtPage) -> PageToOpen:
    box = _box(request.place) if request.place else None
    return PageToOpen(ObjectId(request.sheet), (2100, 2970), box)


def a_school(folder: Path) -> Review:
    """A school with sheets to enter, changes to decide, and a class that asks for no change."""
    house = Review.at(folder)
    house.hear(*(a_unit(code) for code in PATHS))
    everything = [*TO_ENTER, *DECIDED, *LANE]
    house.hear(an_issue(*TO_ENTER, *DECIDED), an_issue(*LANE, unit="c12"))
    house.hear(*(a_return(number) for number in everything))
    for number in TO_ENTER:
        kind = kind_of(number)
        written, unsure = WRITTEN.get(kind), ("sex",) if kind == "stray" else ()
        house.hear(seen_cells(number, *([written] if written else []), unsure=unsure))
    for number in LANE:
        house.hear(seen_cells(number))
    for number in DECIDED:
        house.hear(seen_cells(number, "phone"))
        house.submit(house.enter(f"139{number:08}", sheet=number))
    return house


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nothing: an address holds the id of a sheet."""


def main(folder: str, role: str) -> None:
    """Serve until killed."""
    house = OneProcess(a_school(Path(folder)), Role(role))
    app = make_app(Staff(house, CAMPAIGN, False, Drawn(), scans=TakesAll()))
    server = make_server("127.0.0.1", 0, app, request_handler=_Quiet)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
