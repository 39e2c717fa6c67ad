"""How differences and words rest: sealed under review's column key, bound to their row.

The stored difference is what is shown everywhere and what is applied; it is never recomputed.
"""

from dataclasses import dataclass, field

import msgspec

from shared.kernel.ids import EntryId
from shared.plumbing.column_key import ColumnSeal


@dataclass(frozen=True, slots=True)
class Difference:
    """Old and new value of one field; "" for no value."""

    old: str
    new: str
    printed: str | None  # what the paper shows; None: not known
    # Values of the record that have to agree with this one, as they were when it was typed.
    beside: dict[str, str] = field(default_factory=dict)


class Vault:
    """Seals and opens what people typed."""

    def __init__(self, key: bytes) -> None:
        """Take review's column key, 32 bytes.

        Raises:
            ValueError: it has another length.
        """
        self._differences = ColumnSeal(key, "review.entries.difference")
        self._words = ColumnSeal(key, "review.words")

    def seal(self, entry: EntryId, difference: Difference) -> bytes:
        """An entry's difference, sealed for it."""
        return self._differences.seal(entry, msgspec.json.encode(difference))

    def open(self, entry: EntryId, sealed: bytes) -> Difference:
        """An entry's difference.

        Raises:
            SealedColumnError: it was sealed for another entry, or under another key.
        """
        return msgspec.json.decode(self._differences.open(entry, sealed), type=Difference)

    def seal_words(self, row: str, words: str) -> bytes | None:
        """What somebody wrote, sealed for its row; None for nothing."""
        return self._words.seal(row, words.encode()) if words else None

    def open_words(self, row: str, sealed: bytes | None) -> str:
        """What somebody wrote; "" for nothing.

        Raises:
            SealedColumnError: it was written for another row, or under another key.
        """
        return "" if sealed is None else self._words.open(row, sealed).decode()
