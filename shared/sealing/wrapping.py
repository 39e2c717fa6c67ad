"""Keys wrapped to a public key: HPKE with ML-KEM-768 and X25519, HKDF-SHA-256, AES-256-GCM.

The public half only. A key pair's id is the SHA-256 fingerprint of its public half, never a
name: a key made anew under an old name must not pass for the old one.
"""

import hashlib
from typing import NewType

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from shared.sealing.context import ObjectContext, prefixed

Fingerprint = NewType("Fingerprint", str)  # 64 hex digits

# Of the province's keys: hybrid, because what is stored today must stay shut for decades.
STORED = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
# Of a grant's answer: opened at once and forgotten.
PASSING = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
MLKEM_BYTES, X25519_BYTES = 1184, 32
PUBLIC_BYTES = MLKEM_BYTES + X25519_BYTES


class BadKeyError(ValueError):
    """Bytes that are no public key."""


def fingerprint(public_key: bytes) -> Fingerprint:
    """The id of a key pair."""
    return Fingerprint(hashlib.sha256(public_key).hexdigest())


def wrap(secret: bytes, public_key: bytes, info: bytes) -> bytes:
    """Wrap a data key or a claim to a province's key (ML-KEM part, then X25519 part).

    Raises:
        BadKeyError: `public_key` is none.
    """
    return STORED.encrypt(secret, _hybrid(public_key), info=info)


def wrap_passing(secret: bytes, public_key: bytes, info: bytes) -> bytes:
    """Wrap a data key to a caller's ephemeral X25519 key.

    Raises:
        BadKeyError: `public_key` is none.
    """
    if len(public_key) != X25519_BYTES:
        raise BadKeyError
    return PASSING.encrypt(secret, X25519PublicKey.from_public_bytes(public_key), info=info)


def key_info(context: ObjectContext, holder: Fingerprint) -> bytes:
    """What the wrapping of a data key is bound to."""
    return b"hecha data key 1\0" + prefixed(holder.encode()) + context.encoded()


def claim_info(context: ObjectContext, holder: Fingerprint) -> bytes:
    """What the wrapping of a claim is bound to."""
    return b"hecha claim 1\0" + prefixed(holder.encode()) + context.encoded()


def grant_info(request: bytes) -> bytes:
    """What the key in a grant's answer is bound to: the whole signed request."""
    return b"hecha grant 1\0" + hashlib.sha256(request).digest()


def print_info(job: str) -> bytes:
    """What the key of a printed file is bound to when it is handed over."""
    return b"hecha print 1\0" + prefixed(job.encode())


def _hybrid(public_key: bytes) -> MLKEM768X25519PublicKey:
    if len(public_key) != PUBLIC_BYTES:
        raise BadKeyError
    try:
        lattice = MLKEM768PublicKey.from_public_bytes(public_key[:MLKEM_BYTES])
    except ValueError:
        raise BadKeyError from None
    curve = X25519PublicKey.from_public_bytes(public_key[MLKEM_BYTES:])
    return MLKEM768X25519PublicKey(lattice, curve)
