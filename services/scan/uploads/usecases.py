"""What a person does with uploads: begin, ask, end, and say which of them make one batch."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.scan.submitting import Origin
from services.scan.uploads import store
from services.scan.uploads.domain import (
    LIFE,
    MAX_OPEN,
    WHOLE_LIFE,
    Announced,
    RefusedError,
    State,
    check_room,
    may_see,
)
from services.scan.uploads.parts import Parts
from services.scan.uploads.sealed import KEY_BYTES, KeyVault, PartSealer
from shared.plumbing.database import Database, Tx

DEFAULT_ROOM = 16 << 30


@dataclass(frozen=True, slots=True)
class Room:
    """Where uploads are: their rows, their parts, and what opens their keys."""

    database: Database
    parts: Parts
    vault: KeyVault
    most_bytes: int = DEFAULT_ROOM

    def sealer(self, row: Row[Any]) -> PartSealer:
        """What seals and opens the parts of an upload.

        Raises:
            DamagedPartError: its key was sealed under another column key.
        """
        return PartSealer(self.vault.open(row.upload, row.sealed_key), row.upload)


def begin(room: Room, who: Origin, said: Announced) -> str:
    """Begin an upload; gives its id.

    Raises:
        RefusedError: 429, 503: no room for it.
    """
    upload = secrets.token_hex(16)
    key = room.vault.seal(upload, os.urandom(KEY_BYTES))
    now = room.database.clock()
    with room.database.transaction() as tx:
        check_room(said, store.usage(tx, who), store.usage(tx), room.most_bytes)
        store.add_upload(tx, upload, who, said, key, (now, now + LIFE))
    # After its row: parts of which no row tells are cleared away.
    room.parts.make(upload)
    return upload


def upload_of(room: Room, who: Origin, upload: str) -> Row[Any]:
    """An upload of this very person.

    Raises:
        RefusedError: 404 when there is none or it is somebody else's, 410 when its time is over.
    """
    with room.database.transaction() as tx:
        return _own(tx, room, who, upload)


def still_open(room: Room, who: Origin, upload: str, offset: int) -> Row[Any]:
    """An upload that goes on at `offset`.

    Raises:
        RefusedError: 404, 410; 409 when it does not go on there.
    """
    row = upload_of(room, who, upload)
    if row.state == State.ENDED:
        raise RefusedError(410, row.reason)
    if row.arrived != offset:
        raise RefusedError(409, "wrong_offset")
    return row


def arrived(room: Room, row: Row[Any], offset: int) -> None:
    """Bytes are on the disk up to `offset`; with the last of them the upload is whole.

    Raises:
        RefusedError: 410, somebody ended it meanwhile.
    """
    now = room.database.clock()
    with room.database.transaction() as tx:
        known = store.upload_of(tx, row.upload, lock=True)
        if known is None or known.state != State.OPEN:
            raise RefusedError(410, "gone")
        if offset < known.size:
            store.change_upload(tx, row.upload, arrived=offset)
            return
        ends_at = now + WHOLE_LIFE
        store.change_upload(tx, row.upload, arrived=offset, state=State.WHOLE, ends_at=ends_at)
        if not known.label:
            store.add_pile(tx, row.upload, store.origin_of(known), "", [row.upload], now)


def end(room: Room, who: Origin, upload: str) -> None:
    """End an upload and take away what was sent.

    Raises:
        RefusedError: 404, 410; 409 when it is part of a batch; 423 while bytes come in.
    """
    upload_of(room, who, upload)
    with room.parts.held(upload):
        with room.database.transaction() as tx:
            row = _own(tx, room, who, upload)
            if row.pile is not None:
                raise RefusedError(409, "in_a_batch")
            store.end_uploads(tx, [upload], "ended", room.database.clock())
        room.parts.remove(upload)


def close(room: Room, who: Origin, label: str, order: Sequence[str]) -> str:
    """Say that these uploads, in this order, are one batch; gives the pile's id.

    Said again it is the same pile.

    Raises:
        RefusedError: 404, 410 of one of them; 409 while one is not whole, or when the order does
            not name every upload under the label exactly once.
    """
    if not 0 < len(set(order)) == len(order) <= MAX_OPEN:
        raise RefusedError(400, "bad_order")
    with room.database.transaction() as tx:
        rows = [_own(tx, room, who, upload) for upload in order]
        piles = {row.pile for row in rows}
        if piles == {None}:
            return _new_pile(tx, room, who, label, rows)
        if len(piles) > 1 or [one.upload for one in store.uploads_of(tx, rows[0].pile)] != [*order]:
            raise RefusedError(409, "in_another_batch")
        return str(rows[0].pile)


def _new_pile(tx: Tx, room: Room, who: Origin, label: str, rows: Sequence[Row[Any]]) -> str:
    order = [row.upload for row in rows]
    if any(row.state != State.WHOLE for row in rows):
        raise RefusedError(409, "not_whole")
    left = {one.upload for one in store.labelled(tx, who, label) if one.pile is None}
    if left != set(order):
        raise RefusedError(409, "not_all_of_the_batch")
    pile = secrets.token_hex(16)
    store.add_pile(tx, pile, who, label, order, room.database.clock())
    return pile


def pile_of(room: Room, who: Origin, pile: str) -> Row[Any]:
    """What became of a pile.

    Raises:
        RefusedError: 404.
    """
    with room.database.transaction() as tx:
        row = store.pile_of(tx, pile)
    if row is None or not may_see(store.origin_of(row), who):
        raise RefusedError(404, "unknown_batch")
    return row


def _own(tx: Tx, room: Room, who: Origin, upload: str) -> Row[Any]:
    """One that became part of a batch is still told of, also after its parts are gone."""
    row = store.upload_of(tx, upload)
    if row is None or not may_see(store.origin_of(row), who):
        raise RefusedError(404, "unknown_upload")
    is_over = row.state == State.ENDED and row.pile is None
    if is_over or (row.state != State.ENDED and row.ends_at <= room.database.clock()):
        raise RefusedError(410, row.reason or "expired")
    return row
