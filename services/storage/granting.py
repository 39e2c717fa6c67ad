"""Hands out the key of one object: checked, on record, then wrapped for the caller alone."""

import logging
from typing import Any

from sqlalchemy import Row

from services.storage import store
from services.storage.domain import MAX_GRANT_LIFE, GrantRefusal, grant_refusal
from services.storage.vault import Vault
from shared.contracts.events import ActDone
from shared.contracts.storage_commands import Grant, GrantRequest
from shared.kernel.errors import GrantRefusedError
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.grants import signed_part
from shared.plumbing.objects import BucketKind
from shared.sealing.signing import BadSignatureError, check_bytes
from shared.sealing.wrapping import Fingerprint, grant_info, key_info, wrap_passing

_log = logging.getLogger(__name__)

URL_LIFE_S = 60


def grant(database: Database, vault: Vault, request: GrantRequest) -> Grant:
    """Hand out one object's key to a caller who may have it; the act is on record first.

    Raises:
        GrantRefusedError: with the reason; the refusal is on record too.
    """
    now = database.clock()
    refusal = _refusal_of(vault, request, database)
    with database.transaction() as tx:
        row = store.object_of(tx, request.object)
        if refusal is None and row is None:
            refusal = GrantRefusal.NOT_KEPT
        elif refusal is None and row is not None and row.wrapped_key is None:
            refusal = GrantRefusal.ERASED
        elif refusal is None and not store.add_grant(tx, request, now):
            refusal = GrantRefusal.USED_BEFORE
        store.forget_grants(tx, now - 2 * MAX_GRANT_LIFE)
        province = ProvinceCode(row.province) if row else None
        if province is not None:
            tx.say(_act("open_object", request, refusal), province=province)
    if refusal is not None or row is None:
        reason = refusal or GrantRefusal.NOT_KEPT
        _log.warning("grant refused", extra={"object": request.object, "reason": reason.value})
        raise GrantRefusedError(request.object, reason)
    return _wrapped(vault, request, row)


def _wrapped(vault: Vault, request: GrantRequest, row: Row[Any]) -> Grant:
    context = store.context_of(row)
    holder = Fingerprint(row.holder)
    key = vault.keyring.unwrap(holder, bytes(row.wrapped_key), key_info(context, holder))
    wrapped = wrap_passing(key, bytes.fromhex(request.public_key), grant_info(signed_part(request)))
    archive = vault.bucket(context.province, BucketKind.ARCHIVE)
    return Grant(
        url=vault.store.presign_get(archive, row.key, row.version, expires_s=URL_LIFE_S),
        wrapped_key=wrapped.hex(),
        suite=context.suite,
        province=context.province,
        campaign=context.campaign,
        object=context.object,
        rendition=context.rendition,
        sha256=row.sha256,
        length=row.length,
        media_type=row.media_type,
        orientation=row.orientation,
    )


def _refusal_of(vault: Vault, request: GrantRequest, database: Database) -> GrantRefusal | None:
    caller = vault.enrolled.get(request.caller)
    refusal = grant_refusal(caller, request.purpose, request.expires_at, database.clock())
    if refusal is not None or caller is None:
        return refusal
    try:
        _check_signature(request, caller.public_key)
    except (BadSignatureError, ValueError):
        return GrantRefusal.BAD_SIGNATURE
    return None


def _check_signature(request: GrantRequest, public_key: bytes) -> None:
    signature = bytes.fromhex(request.signature)
    check_bytes(signed_part(request), signature, public_key)


def _act(act: str, request: GrantRequest, refusal: GrantRefusal | None) -> ActDone:
    return ActDone(
        act=act,
        object=request.object,
        actor=f"service:{request.caller}",
        outcome=refusal.value if refusal else "done",
        purpose=request.purpose.value,
    )
