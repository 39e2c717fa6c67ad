"""Hands out the key of one object: checked, on record, then wrapped for the caller alone."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.storage import store
from services.storage.domain import (
    LOOK_FOR_PEOPLE,
    MAX_GRANT_LIFE,
    NEED_NO_WITNESS,
    GrantRefusal,
    grant_refusal,
    may_look,
)
from services.storage.vault import Vault
from shared.contracts.actors import Actor
from shared.contracts.events import ActDone
from shared.contracts.storage_commands import Grant, GrantRequest
from shared.kernel.errors import ActorRefusedError, GrantRefusedError
from shared.kernel.ids import ProvinceCode
from shared.kernel.witness import is_watched
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx
from shared.plumbing.grants import signed_part
from shared.plumbing.objects import BucketKind
from shared.sealing.signing import BadSignatureError, check_bytes
from shared.sealing.wrapping import Fingerprint, grant_info, key_info, wrap_passing

_log = logging.getLogger(__name__)

URL_LIFE_S = 60


def grant(
    database: Database, vault: Vault, request: GrantRequest, actors: Actors | None = None
) -> Grant:
    """Hand out one object's key to a caller who may have it; the act is on record first.

    `actors` reads whom a service looks for; None where no service asks.

    Raises:
        GrantRefusedError: with the reason; the refusal is on record too.
    """
    now = database.clock()
    refusal = _refusal_of(vault, request, database)
    looker = _looker(request, actors) if refusal is None else None
    with database.transaction() as tx:
        row = store.object_of(tx, request.object)
        refusal = refusal or _refusal_of_looker(request, looker, row)
        refusal = refusal or _refusal_of_object(tx, request, row, now)
        store.forget_grants(tx, now - 2 * MAX_GRANT_LIFE)
        # Nobody's object is refused in the log of the house: guessing is an act as well.
        province = ProvinceCode(row.province) if row is not None else vault.home
        if province is not None:
            tx.say(_act(request, row, refusal, looker), province=province)
    if refusal is not None or row is None:
        reason = refusal or GrantRefusal.NOT_KEPT
        _log.warning("grant refused", extra={"object": request.object, "reason": reason.value})
        raise GrantRefusedError(request.object, reason)
    return _wrapped(vault, request, row)


def _looker(request: GrantRequest, actors: Actors | None) -> Actor | None:
    """Whom a service looks for, as accounts has signed it; None: nobody."""
    if request.looker is None or actors is None:
        return None
    try:
        return actors.of(request.looker)
    except ActorRefusedError:
        return None


def _refusal_of_looker(
    request: GrantRequest, looker: Actor | None, row: Row[Any] | None
) -> GrantRefusal | None:
    if request.caller not in LOOK_FOR_PEOPLE or row is None:
        return None
    try:
        may = looker is not None and may_look(looker, ProvinceCode(row.province))
    except ActorRefusedError:
        may = False
    return None if may else GrantRefusal.NO_ACTOR


def _refusal_of_object(
    tx: Tx, request: GrantRequest, row: Row[Any] | None, now: datetime
) -> GrantRefusal | None:
    if row is None:
        return GrantRefusal.NOT_KEPT
    if row.wrapped_key is None:
        return GrantRefusal.ERASED
    is_looking = request.purpose not in NEED_NO_WITNESS
    if is_looking and not is_watched(store.witnessed_at(tx, ProvinceCode(row.province)), now):
        return GrantRefusal.UNWATCHED
    return None if store.add_grant(tx, request, now) else GrantRefusal.USED_BEFORE


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


def _act(
    request: GrantRequest,
    row: Row[Any] | None,
    refusal: GrantRefusal | None,
    looker: Actor | None,
) -> ActDone:
    return ActDone(
        act="open_object",
        object=request.object,
        sheet=row.sheet if row is not None else None,
        actor=f"service:{request.caller}" if looker is None else looker.person,
        role=None if looker is None else looker.role,
        outcome=refusal.value if refusal else "done",
        purpose=request.purpose.value,
    )
