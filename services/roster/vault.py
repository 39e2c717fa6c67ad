"""Sealing of record values, and the digests by which pupils are found without opening any.

The one place of roster that knows how values rest: AES-256-GCM under the service's column
key, bound to table, column and pupil, so that no row can be passed off as another's.
"""

import hashlib

from services.roster.values import Values, decoded
from shared.kernel.ids import StudentId
from shared.plumbing.column_key import ColumnSeal, subkey

DIGEST_BYTES = 16


class Vault:
    """Seals and opens records under one key.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._records = ColumnSeal(key, "roster.pupils.record")
        self._look_up = subkey(key, "roster.identifiers.digest")
        self._compare = subkey(key, "roster.pupils.digest")

    def seal(self, student: StudentId, plain: bytes) -> bytes:
        """The encoded values of one pupil, sealed."""
        return self._records.seal(student, plain)

    def open(self, student: StudentId, sealed: bytes) -> Values:
        """The values of one pupil.

        Raises:
            SealedColumnError: not what `seal` made for this pupil.
        """
        return decoded(self._records.open(student, sealed))

    def find_by(self, number: str) -> bytes:
        """What a student number or ID number is looked up by."""
        return hashlib.blake2b(
            number.encode(), key=self._look_up, digest_size=DIGEST_BYTES
        ).digest()

    def digest(self, plain: bytes) -> bytes:
        """What tells changed from unchanged values without opening them."""
        return hashlib.blake2b(plain, key=self._compare, digest_size=DIGEST_BYTES).digest()
