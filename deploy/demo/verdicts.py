"""Which verdict the demo's people give to each change: the ground truth of the second half."""

import hashlib
from enum import StrEnum

from shared.kernel.ids import SheetId

_RETURNED = 0.12
_REJECTED = 0.08


class Fate(StrEnum):
    """What becomes of one change."""

    APPROVED = "approved"
    CORRECTED = "corrected"  # returned once, entered again, then approved
    REJECTED = "rejected"


def fate_of(sheet: SheetId, field: str) -> Fate:
    """The fate of a change: the same in every run over the same sheets."""
    digest = hashlib.sha256(f"{sheet} {field}".encode()).digest()
    share = int.from_bytes(digest[:4]) / 2**32
    if share < _REJECTED:
        return Fate.REJECTED
    return Fate.CORRECTED if share < _REJECTED + _RETURNED else Fate.APPROVED
