"""Checkpoints: made as the log grows, countersigned by the level above, put into the bucket."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row

from services.audit import checkpoint_store, store
from services.audit.domain import CHECKPOINT_EVENTS, CHECKPOINT_EVERY, WITNESS_EVERY
from services.audit.merkle import consistency_ranges, root_of
from services.audit.notes import (
    Checkpoint,
    Kind,
    Note,
    Signature,
    VerifierKey,
    cosigned_at,
    read_checkpoint,
    read_note,
    sign,
)
from shared.contracts.audit_events import CheckpointWitnessed
from shared.kernel.errors_audit import WitnessRefusedError
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database, Tx
from shared.plumbing.identity import Identity
from shared.plumbing.objects import BucketKind, ObjectStore

_log = logging.getLogger(__name__)

STORE_AT_ONCE = 100


class WitnessAwayError(Exception):
    """The witness does not answer; it is asked again."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a witness is asked to countersign."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str


class Witness(Protocol):
    """The level above: in this process, or over HTTP."""

    @property
    def key(self) -> VerifierKey:
        """By which its word is believed."""
        ...

    def countersign(self, submission: Submission) -> Signature:
        """Its signature under the checkpoint.

        Raises:
            WitnessRefusedError: it does not countersign.
            WitnessAwayError: no answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class LogKey:
    """What a province's log signs with."""

    origin: str
    identity: Identity

    @property
    def public(self) -> VerifierKey:
        """By which its checkpoints are believed."""
        return VerifierKey(self.origin, Kind.NOTE, self.identity.public_key)


def make_checkpoint(
    database: Database, province: ProvinceCode, key: LogKey, *, now: bool = False
) -> bool:
    """Sign how the log stands, when that is due or wanted `now`; False when nothing was signed."""
    with database.transaction() as tx:
        last = checkpoint_store.last(tx, province)
        size = store.head_of(tx, province).compact.size
        if last is not None and not _is_due(last, size, database.clock(), now=now):
            return False
        head = store.lock_head(tx, province).compact
        checkpoint = Checkpoint(key.origin, head.size, head.root())
        text = checkpoint.text()
        signature = sign(text, key.origin, key.identity, key.identity.public_key)
        note = Note(text, (signature,)).encoded()
        checkpoint_store.add(tx, province, checkpoint, note, database.clock())
    return True


def have_witnessed(database: Database, province: ProvinceCode, witness: Witness) -> bool:
    """Have the newest checkpoint countersigned, if that is due; False when it was not.

    Raises:
        WitnessRefusedError: the witness saw another history than this.
        WitnessAwayError: no answer.
    """
    with database.transaction() as tx:
        last = checkpoint_store.last(tx, province)
        word = checkpoint_store.last_witnessed(tx, province)
    if last is None or (word is not None and not _is_stale(word, last.size, database.clock())):
        return False
    known = word.size if word is not None else 0
    try:
        signature = witness.countersign(_submission(database, province, last, known))
    except WitnessRefusedError as refusal:
        # Its answer to the last submission was lost, or it was restored from a backup.
        if not refusal.known_size.isdigit() or int(refusal.known_size) > last.size:
            raise
        known = int(refusal.known_size)
        signature = witness.countersign(_submission(database, province, last, known))
    _keep_word(database, province, last, signature, witness.key)
    return True


def put_into_bucket(
    database: Database, objects: ObjectStore, province: ProvinceCode, keep: timedelta
) -> int:
    """Put checkpoints that are not there yet into the bucket, and lock them; gives how many.

    Raises:
        StoreUnavailableError, StoreRefusedError: the next round goes on.
    """
    with database.transaction() as tx:
        rows = checkpoint_store.not_stored(tx, province, STORE_AT_ONCE)
        signed = {row.size: signed_note(tx, province, row) for row in rows}
    bucket = objects.bucket(province, BucketKind.AUDIT)
    for row in rows:
        key = checkpoint_key(row.size)
        version = objects.put(bucket, key, signed[row.size].encode())
        objects.lock(bucket, key, version, until=database.clock() + keep)
        with database.transaction() as tx:
            checkpoint_store.mark_stored(tx, province, row.size, database.clock())
    return len(rows)


def signed_note(tx: Tx, province: ProvinceCode, row: Row[Any]) -> str:
    """A checkpoint with the log's signature and the newest word of its witness."""
    note: str = row.note
    for word in checkpoint_store.cosignatures_of(tx, province, row.size)[:1]:
        note += word.line
    return note


def checkpoint_key(size: int) -> str:
    """Where a checkpoint lies in the bucket: in the order of their sizes."""
    return f"checkpoint/{size:012d}"


def origin_of(host: str, province: ProvinceCode) -> str:
    """The name of a province's log."""
    return f"{host.lower()}/audit/{province}"


def _is_due(last: Row[Any], size: int, at: datetime, *, now: bool) -> bool:
    grown: int = size - last.size
    return grown > 0 and (now or grown >= CHECKPOINT_EVENTS or at - last.at >= CHECKPOINT_EVERY)


def _is_stale(word: Row[Any], size: int, at: datetime) -> bool:
    return bool(word.size < size or at - word.at >= WITNESS_EVERY)


def _submission(
    database: Database, province: ProvinceCode, last: Row[Any], known: int
) -> Submission:
    with database.transaction() as tx:
        hash_of = store.hash_of(tx, province)
        proof = tuple(root_of(one, hash_of) for one in consistency_ranges(known, last.size))
    return Submission(known, proof, last.note)


def _keep_word(
    database: Database,
    province: ProvinceCode,
    last: Row[Any],
    signature: Signature,
    key: VerifierKey,
) -> None:
    text = read_note(last.note).text
    seconds = cosigned_at(text, [signature], key)
    if seconds is None:
        raise WitnessRefusedError("bad_signature")
    at = datetime.fromtimestamp(seconds, UTC)
    said = CheckpointWitnessed(last.size, read_checkpoint(text).root.hex(), key.name, at)
    with database.transaction() as tx:
        checkpoint_store.add_cosignature(tx, province, last.size, signature.line(), at)
        tx.say(said, province=province)
