"""The second half of the job: photos are taken, sent over HTTP, and followed to their states."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import eventlet

from deploy.demo.album import lock_child, take_photo
from deploy.demo.paper import Printed, Tick
from deploy.demo.phone import Phone, Receipt
from deploy.demo.plan import Kind, Shot
from deploy.desk import Desk
from shared.contracts.forms_commands import ManifestSheet
from shared.contracts.scan_commands import (
    PageState,
    PageVerdict,
    PhotoState,
    PhotoStateRequest,
)
from shared.kernel.ids import ObjectId, SheetId
from shared.kernel.sheet_code import CodeHead, CodeKey, CodeType, SheetCode, Side, make_code
from shared.plumbing.offload import ProcessPool
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError

TAKE_S = 60.0
SETTLE_S = 300.0
PHONES = 8
_LOOK_S = 0.3
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A photo on its way: what was sent, the receipt, the object it became."""

    shot: Shot
    receipt: Receipt
    object: ObjectId


class Unsettled(Exception):  # noqa: N818  # an outcome, told with the number of photos
    """Some photos had no state in time; args: how many."""


class Delivery:
    """Takes, sends and follows photos; killed and started again it sends the same ones."""

    def __init__(
        self, printed: Sequence[Printed], key: CodeKey, folder: Path, *, workers: int
    ) -> None:
        self._pages = {sheet.sheet: (one.pdf, sheet) for one in printed for sheet in one.sheets}
        self._key = key
        self._folder = folder / "photos"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._pool = ProcessPool(workers, lock_child)

    def close(self) -> None:
        """End the children."""
        self._pool.close()

    def send(self, shots: Sequence[Shot], phone: Phone, tick: Tick) -> list[Sent]:
        """Take every photo and hand it in, several phones at a time."""
        sent: list[Sent] = []

        def one(shot: Shot) -> None:
            sent.append(self._send_one(shot, phone))
            tick("send", len(sent), len(shots))

        pool = eventlet.GreenPool(PHONES)
        for _ in pool.imap(one, shots):
            pass
        return sorted(sent, key=lambda one: one.shot.number)

    def code(self, sheet: SheetId) -> SheetCode:
        """The code in the sheet's QR."""
        return code_of(self._pages[sheet][1], self._key)

    def _send_one(self, shot: Shot, phone: Phone) -> Sent:
        photo = self._photo(shot)
        code = self.code(shot.ticket)
        key = hashlib.sha256(f"{code} {shot.number}".encode()).hexdigest()[:32]
        receipt = phone.send(code, photo, key=key)
        return Sent(shot, receipt, object_of_phone(code, key))

    def _photo(self, shot: Shot) -> bytes:
        original = shot.number if shot.copy_of is None else shot.copy_of
        target = self._folder / f"{original:05d}.jpg"
        if not target.exists():
            pdf, sheet = self._pages[shot.shown or shot.ticket]
            kind = Kind.GOOD if shot.kind is Kind.DUPLICATE else shot.kind
            order = (
                str(pdf),
                sheet.pages[0],
                sheet.layout,
                kind.value,
                shot.level,
                shot.seed,
                str(target),
            )
            self._pool.run(take_photo, order, deadline_s=TAKE_S)
        return target.read_bytes()


def code_of(sheet: ManifestSheet, key: CodeKey) -> SheetCode:
    """The code in the QR on a printed sheet's front."""
    head = CodeHead(CodeType.SHEET, sheet.layout, Side.FRONT, sheet.serial, sheet.sheet)
    return make_code(head, key)


def object_of_phone(code: str, key: str) -> ObjectId:
    """The object a photo becomes: the rule of docs/spec/sealed-object.md."""
    digest = hashlib.sha256(b"hecha photo object 1\0" + code.encode() + bytes.fromhex(key))
    return ObjectId(digest.hexdigest()[:32])


def follow(
    desk: Desk, sent: Sequence[Sent], tick: Tick, *, within_s: float = SETTLE_S
) -> dict[int, PhotoState]:
    """The state of every accepted photo, by the number of its shot.

    A fact that failed three times is tried again after five minutes: who kills the house waits
    longer than `SETTLE_S`.

    Raises:
        Unsettled: some had none in time.
    """
    waiting = {one.shot.number: one.object for one in sent if one.receipt.status == 202}
    total = len(waiting)
    found: dict[int, PhotoState] = {}
    deadline = time.monotonic() + max(SETTLE_S, within_s)
    while waiting:
        found |= _settled(desk, waiting)
        waiting = {number: one for number, one in waiting.items() if number not in found}
        tick("read", len(found), total)
        if waiting and time.monotonic() > deadline:
            raise Unsettled(len(waiting))
        if waiting:
            time.sleep(_LOOK_S)
    return found


def looked_at(desk: Desk, states: Mapping[int, PhotoState]) -> int:
    """How many of the matched photos have a verdict on their cells by now."""
    matched = {
        number: state.object for number, state in states.items() if state.state is PageState.MATCHED
    }
    now = _settled(desk, matched)
    return sum(state.verdict is not PageVerdict.PENDING for state in now.values())


def _settled(desk: Desk, waiting: Mapping[int, ObjectId]) -> dict[int, PhotoState]:
    found = {}
    for number, object_ in waiting.items():
        try:
            request = PhotoStateRequest(object_)
            state = desk.ask("scan", "photo_state", request, PhotoState, patience_s=_PATIENCE_S)
        except (RpcDeadlineError, RpcFailedError):
            break  # scan or the bus is away: what waits is asked for again
        if state.state is not PageState.WAITING:
            found[number] = state
    return found
