"""Sealing of values at rest: AES-256-GCM under a service's column key, bound to their row.

Each purpose has a subkey of its own, so that no column can be passed off as another one, and
the row's name is authenticated, so that no row can be passed off as another.
"""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"
_NONCES_AT_ONCE = 1024


class SealedColumnError(Exception):
    """Not what was sealed for this row, or under another key."""


def subkey(key: bytes, purpose: str) -> bytes:
    """The key of one purpose: `<service>.<table>.<column>`.

    Raises:
        ValueError: the column key is not 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a column key has {KEY_BYTES} bytes")
    return hmac.digest(key, b"hecha column key 1\0" + purpose.encode(), "sha256")


class ColumnSeal:
    """Seals and opens the values of one column."""

    def __init__(self, key: bytes, purpose: str) -> None:
        """Take the service's column key, 32 bytes, and the column's purpose."""
        self._cipher = AESGCM(subkey(key, purpose))
        self._nonces = b""

    def seal(self, row: str, plain: bytes) -> bytes:
        """A value, sealed for its row."""
        nonce = self._nonce()
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plain, row.encode())

    def open(self, row: str, sealed: bytes) -> bytes:
        """The value of a row.

        Raises:
            SealedColumnError: the bytes were not sealed for this row, or under another key.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, row.encode())
        except (InvalidTag, ValueError):
            raise SealedColumnError from None

    def _nonce(self) -> bytes:
        # One call of the kernel for many: an import seals a hundred thousand rows.
        if not self._nonces:
            self._nonces = os.urandom(_NONCE_BYTES * _NONCES_AT_ONCE)
        nonce, self._nonces = self._nonces[:_NONCE_BYTES], self._nonces[_NONCE_BYTES:]
        return nonce
