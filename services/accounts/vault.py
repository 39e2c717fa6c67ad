"""What accounts seals at rest: people's names, seeds of second steps, written reasons."""

import hashlib
from enum import StrEnum

from shared.kernel.ids import ProvinceCode
from shared.plumbing.column_key import ColumnSeal, subkey

_DIGEST_BYTES = 16


class Column(StrEnum):
    """What is sealed, where."""

    NAME = "accounts.people.name"
    SEED = "accounts.holders.seed"
    REASON = "accounts.accounts.reason"


class Vault:
    """Seals and opens texts under accounts' column key.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._seals = {one: ColumnSeal(key, one.value) for one in Column}
        self._compare = subkey(key, "accounts.people.name.digest")

    def seal(self, column: Column, row: str, text: str) -> bytes:
        """One text, sealed for its row."""
        return self._seals[column].seal(row, text.encode())

    def open(self, column: Column, row: str, sealed: bytes) -> str:
        """The text of one row.

        Raises:
            SealedColumnError: not what `seal` made for this row.
        """
        return self._seals[column].open(row, sealed).decode()

    def same_name(self, province: ProvinceCode, name: str) -> bytes:
        """What people of one name in one province share, without their name."""
        told = f"{province}\0{name}".encode()
        return hashlib.blake2b(told, key=self._compare, digest_size=_DIGEST_BYTES).digest()
