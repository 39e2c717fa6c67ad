"""What accounts seals at rest: people's names, seeds of second steps, written reasons.

AES-256-GCM under accounts' column key, bound to table, column and row, so that no row's text can
be passed off as another's.
"""

import hashlib
import hmac
import os
from enum import StrEnum

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel.ids import ProvinceCode

KEY_BYTES = 32
_NONCE_BYTES = 12
_DIGEST_BYTES = 16
_FORMAT = b"\x01"


class Column(StrEnum):
    """What is sealed, where."""

    NAME = "people.name"
    SEED = "holders.seed"
    REASON = "accounts.reason"


class Vault:
    """Seals and opens texts under one key.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a column key has {KEY_BYTES} bytes")
        self._ciphers = {one: AESGCM(_subkey(key, one.value.encode())) for one in Column}
        self._compare = _subkey(key, b"people.name.digest")

    def seal(self, column: Column, row: str, text: str) -> bytes:
        """One text, sealed for its row."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._ciphers[column].encrypt(nonce, text.encode(), row.encode())

    def open(self, column: Column, row: str, sealed: bytes) -> str:
        """The text of one row.

        Raises:
            cryptography.exceptions.InvalidTag: not what `seal` made for this row.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return self._ciphers[column].decrypt(nonce, body, row.encode()).decode()

    def same_name(self, province: ProvinceCode, name: str) -> bytes:
        """What people of one name in one province share, without their name."""
        told = f"{province}\0{name}".encode()
        return hashlib.blake2b(told, key=self._compare, digest_size=_DIGEST_BYTES).digest()


def _subkey(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"hecha column key 1\0accounts." + purpose, "sha256")
