"""Opens one kept object with a grant from storage: for scan and the portal, never for an edge.

The caller makes an ephemeral key, signs its request, gets the data key wrapped to that key
and the address of one version, opens the body in memory and forgets the key.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shared.contracts.storage_commands import Grant, GrantRequest, Purpose
from shared.kernel.clock import Clock, utc_now
from shared.kernel.ids import ActorToken, ObjectId
from shared.plumbing.objects import fetch
from shared.plumbing.offload import thread
from shared.plumbing.opening import open_body
from shared.sealing.body import NotSealedError
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.signing import Signer, canonical
from shared.sealing.slot import sha256_of
from shared.sealing.wrapping import PASSING, grant_info

VALID = timedelta(seconds=60)


# Asks storage; a refusal is raised as its `DomainError`.
Asking = Callable[[GrantRequest], Grant]


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture in memory; `orientation` is EXIF's, 1 .. 8."""

    data: bytes
    media_type: str
    orientation: int


class GrantClient:
    """One service's way to what it may open."""

    def __init__(self, ask: Asking, signer: Signer, *, clock: Clock = utc_now) -> None:
        self._ask = ask
        self._signer = signer
        self._clock = clock

    def open(self, object_: ObjectId, purpose: Purpose, looker: ActorToken | None = None) -> Opened:
        """The plaintext of one object; `looker` is the person it is opened for, if it is one.

        Raises:
            DomainError: storage refused.
            NotSealedError: what lies in the archive is not what was kept.
            ObjectMissingError: the body is gone.
            StoreUnavailableError: the store does not answer now.
        """
        key = X25519PrivateKey.generate()
        bare = GrantRequest(
            object=object_,
            purpose=purpose,
            caller=self._signer.name,
            public_key=key.public_key().public_bytes_raw().hex(),
            nonce=secrets.token_hex(16),
            expires_at=self._clock() + VALID,
            looker=looker,
        )
        message = signed_part(bare)
        request = replace(bare, signature=self._signer.sign(message).hex())
        grant = self._ask(request)
        body = fetch(grant.url)
        data = thread(_open, body, grant, key, message)
        return Opened(data, grant.media_type, grant.orientation)


def signed_part(request: GrantRequest) -> bytes:
    """What the caller signs, and what the answer is bound to."""
    document = {
        "object": request.object,
        "purpose": request.purpose.value,
        "caller": request.caller,
        "public_key": request.public_key,
        "nonce": request.nonce,
        "expires_at": request.expires_at.isoformat(),
        **({} if request.looker is None else {"looker": request.looker}),
    }
    return b"hecha grant request 1\0" + canonical(document)


def _open(body: bytes, grant: Grant, key: X25519PrivateKey, message: bytes) -> bytes:
    if len(body) != grant.length or sha256_of(body) != grant.sha256:
        raise NotSealedError
    try:
        wrapped = bytes.fromhex(grant.wrapped_key)
        data_key = PASSING.decrypt(wrapped, key, info=grant_info(message))
    except (InvalidTag, ValueError):
        raise NotSealedError from None
    context = ObjectContext(
        Suite(grant.suite),
        grant.province,
        grant.campaign,
        grant.object,
        Rendition(grant.rendition),
    )
    return open_body(body, data_key, context)
