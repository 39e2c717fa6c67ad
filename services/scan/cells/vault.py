"""Sealing of what cells seem to say: AES-256-GCM, bound to the page and the field."""

import hmac
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.scan.cells.seen import CellText

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"


class SealedTextError(Exception):
    """Not what was sealed for this page and field."""


class CellVault:
    """Seals and opens texts of cells under scan's column key.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a column key has {KEY_BYTES} bytes")
        subkey = hmac.digest(key, b"hecha column key 1\0scan.suggestions.sealed", "sha256")
        self._cipher = AESGCM(subkey)

    def seal(self, object_: str, page: int, field: str, text: CellText) -> bytes:
        """One text, sealed for its row."""
        nonce = os.urandom(_NONCE_BYTES)
        body = self._cipher.encrypt(nonce, msgspec.json.encode(text), _row(object_, page, field))
        return _FORMAT + nonce + body

    def open(self, object_: str, page: int, field: str, sealed: bytes) -> CellText:
        """The text of one row.

        Raises:
            SealedTextError: the bytes were not sealed for this row, or under another key.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            plain = self._cipher.decrypt(nonce, body, _row(object_, page, field))
        except (InvalidTag, ValueError):
            raise SealedTextError from None
        return msgspec.json.decode(plain, type=CellText)


def _row(object_: str, page: int, field: str) -> bytes:
    return f"{object_}\0{page}\0{field}".encode()
