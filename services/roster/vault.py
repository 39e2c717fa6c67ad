"""Sealing of record values, and the digests by which pupils are found without opening any.

The one place of roster that knows how values rest: AES-256-GCM under the service's column
key, bound to table, column and pupil, so that no row can be passed off as another's.
"""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.roster.values import Values, decoded
from shared.kernel.ids import StudentId

KEY_BYTES = 32
DIGEST_BYTES = 16
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_NONCES_AT_ONCE = 1024


class Vault:
    """Seals and opens records under one key.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a column key has {KEY_BYTES} bytes")
        self._cipher = AESGCM(_subkey(key, b"roster.pupils.record"))
        self._look_up = _subkey(key, b"roster.identifiers.digest")
        self._compare = _subkey(key, b"roster.pupils.digest")
        self._nonces = b""

    def seal(self, student: StudentId, plain: bytes) -> bytes:
        """The encoded values of one pupil, sealed."""
        nonce = self._nonce()
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plain, student.encode())

    def open(self, student: StudentId, sealed: bytes) -> Values:
        """The values of one pupil.

        Raises:
            cryptography.exceptions.InvalidTag: not what `seal` made for this pupil.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return decoded(self._cipher.decrypt(nonce, body, student.encode()))

    def find_by(self, number: str) -> bytes:
        """What a student number or ID number is looked up by."""
        return hashlib.blake2b(
            number.encode(), key=self._look_up, digest_size=DIGEST_BYTES
        ).digest()

    def digest(self, plain: bytes) -> bytes:
        """What tells changed from unchanged values without opening them."""
        return hashlib.blake2b(plain, key=self._compare, digest_size=DIGEST_BYTES).digest()

    def _nonce(self) -> bytes:
        if not self._nonces:
            self._nonces = os.urandom(_NONCE_BYTES * _NONCES_AT_ONCE)
        nonce, self._nonces = self._nonces[:_NONCE_BYTES], self._nonces[_NONCE_BYTES:]
        return nonce


def _subkey(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"hecha column key 1\0" + purpose, "sha256")
