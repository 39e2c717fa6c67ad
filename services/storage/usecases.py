"""Keeps what was handed in: verify, archive, write down, say so."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.storage import store
from services.storage.domain import Refusal
from services.storage.vault import (
    RefusedObjectError,
    Vault,
    check_body,
    open_claim,
    read_incoming,
)
from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.events import (
    ActDone,
    Lane,
    PhotoDamaged,
    PhotoKept,
    PhotoReceived,
    Sender,
)
from shared.contracts.ledger_commands import PhotoStanding, SheetPhotos, SheetPhotosRequest
from shared.contracts.storage_commands import (
    ObjectState,
    ObjectStateRequest,
)
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition
from shared.sealing.slot import Slot

_log = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[Tx]]


def keep_photo(heard: Heard[PhotoReceived], vault: Vault) -> None:
    """The doorbell rang: keep the object now, instead of at the next sweep.

    What lies in the bucket counts; what the fact says of it is only where to look.
    """
    if heard.is_known():
        return
    keep(heard.database, vault, heard.fact.object, heard.province, heard.transaction)


def keep(
    database: Database,
    vault: Vault,
    object_: ObjectId,
    province: ProvinceCode,
    transaction: Transaction,
) -> bool:
    """Verify a handed-in object, archive it and say so; False when nothing waits.

    Every step may be repeated after a crash: copies are verified anew, rows are written
    once, and the waiting slot goes last.

    Raises:
        StoreUnavailableError: try again later.
    """
    waiting = vault.incoming(province, object_)
    if waiting is None:
        with transaction():
            return False
    try:
        slot = read_incoming(vault, waiting, object_, province)
        if not _is_kept(database, object_):
            _keep(vault, waiting, slot, (transaction, database.clock()))
        else:
            with transaction():
                pass  # handed in again by a caller who never got the answer
    except RefusedObjectError as refusal:
        _refuse(database, vault, waiting, (object_, province, refusal.reason), transaction)
        return True
    _finish(database, vault, slot)
    return True


def keep_word_of_witness(heard: Heard[CheckpointWitnessed]) -> None:
    """The audit log was countersigned: people may look at photos for another while."""
    with heard.transaction() as tx:
        store.save_witnessed(tx, heard.province, heard.fact.at)


def object_state(database: Database, request: ObjectStateRequest) -> ObjectState:
    """Whether an object is kept, or why it was refused."""
    with database.transaction() as tx:
        row = store.object_of(tx, request.object)
        reason = store.refusal_of(tx, request.object)
    if row is None:
        return ObjectState(request.object, is_kept=False, refused=reason)
    of = (ProvinceCode(row.province), CampaignId(row.campaign))
    return ObjectState(
        request.object,
        True,
        reason,
        *of,
        is_erased=row.wrapped_key is None,
        is_document=row.rendition == Rendition.DOCUMENT,
    )


def sheet_photos(database: Database, request: SheetPhotosRequest) -> SheetPhotos:
    """Where the photos of a sheet lie, for whoever holds its query code."""
    with database.transaction() as tx:
        rows = store.originals_of_sheet(tx, request.province, request.sheet)
        photos = tuple(
            PhotoStanding(
                ObjectId(row.object),
                Sender(row.sender),
                row.received_at,
                row.kept_at,
                row.length,
                row.locked_until,
                row.wrapped_key is None,
            )
            for row in rows
        )
    return SheetPhotos(request.sheet, photos)


def _is_kept(database: Database, object_: ObjectId) -> bool:
    with database.transaction() as tx:
        return store.object_of(tx, object_) is not None


def _keep(vault: Vault, waiting: bytes, slot: Slot, when: tuple[Transaction, datetime]) -> None:
    transaction, now = when
    data_key, claim = open_claim(vault, slot)
    check_body(slot, vault.landed(slot), data_key)
    version = vault.archive(slot)
    vault.keep_slot(waiting, slot.context.province, slot.context.object)
    with transaction() as tx:
        _write_down(tx, slot, claim, (version, now))


def _write_down(tx: Tx, slot: Slot, claim: Claim, archived: tuple[str, datetime]) -> None:
    context = slot.context
    version, now = archived
    store.add_object(
        tx,
        {
            "object": context.object,
            "province": context.province,
            "campaign": context.campaign,
            "rendition": context.rendition.value,
            "suite": context.suite.value,
            "sheet": claim.ticket,
            "sender": claim.sender.value,
            "lane": claim.lane.value,
            "source": claim.source,
            "media_type": claim.media_type,
            "orientation": claim.orientation,
            "edge": slot.edge,
            "key": slot.body.key,
            "version": version,
            "sha256": slot.body.sha256,
            "length": slot.body.length,
            "holder": slot.holder,
            "wrapped_key": slot.wrapped_key,
            "received_at": slot.at,
            "kept_at": now,
            "locked_until": None,
        },
    )
    kept = PhotoKept(
        context.object,
        context.campaign,
        claim.ticket,
        claim.sender,
        Lane.VIEW if context.rendition is Rendition.VIEW else claim.lane,
        slot.at,
        claim.source,
    )
    tx.say(kept, province=context.province)
    if claim.sender is not Sender.SCANNER and context.rendition is not Rendition.VIEW:
        # Pages of a bulk scan and renditions are scan's work: whose act they are part of says so.
        tx.say(_handed_in(context.object, claim, "done"), province=context.province)


def _handed_in(object_: ObjectId, claim: Claim, outcome: str) -> ActDone:
    actor = claim.actor or claim.sender.value
    return ActDone("hand_in", object_, actor, outcome, sheet=claim.ticket)


def _refuse(
    database: Database,
    vault: Vault,
    waiting: bytes,
    what: tuple[ObjectId, ProvinceCode, Refusal],
    transaction: Transaction,
) -> None:
    object_, province, reason = what
    _log.warning("object refused", extra={"object": object_, "reason": reason.value})
    with transaction() as tx:
        store.add_refusal(tx, object_, province, reason, database.clock())
        # Nothing of an unverified slot is believed, not even its campaign.
        tx.say(PhotoDamaged(object_, None, None, reason.value), province=province)
        tx.say(ActDone("hand_in", object_, "unknown", reason.value), province=province)
    vault.set_aside(waiting, province, object_)


def _finish(database: Database, vault: Vault, slot: Slot) -> None:
    """Lock and clear; whatever of it a crash leaves undone, the sweep finishes."""
    with database.transaction() as tx:
        row = store.object_of(tx, slot.context.object)
    if row is None:
        return
    if row.locked_until is None:
        lock(database, vault, row)
    vault.clear(slot)


def lock(database: Database, vault: Vault, row: Row[Any]) -> None:
    """Keep an archived object from being deleted, and write down until when.

    Raises:
        StoreUnavailableError: it is not locked; the sweep tries again.
    """
    until = vault.lock(ProvinceCode(row.province), row.key, row.version, database.clock())
    with database.transaction() as tx:
        store.mark_locked(tx, ObjectId(row.object), until)
