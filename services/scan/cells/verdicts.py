"""What to tell whoever sent a page, from what was seen on it: one rule for everybody."""

import json
from typing import Any

from sqlalchemy import Row

from shared.contracts.scan_commands import PageVerdict


def verdict_of(row: Row[Any] | None) -> PageVerdict:
    """What to tell whoever sent a matched page, from what was seen on it."""
    if row is None:
        return PageVerdict.PENDING
    if not row.legible or row.trouble == PageVerdict.BLURRED_CHANGES:
        return PageVerdict(row.trouble) if row.trouble else PageVerdict.COMPLETE
    if row.signature == "absent":
        return PageVerdict.UNSIGNED
    if row.signature == "unsure" and row.trouble:
        return PageVerdict(row.trouble)
    return PageVerdict.COMPLETE


def places_of(row: Row[Any] | None) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Where on the picture it is."""
    if row is None:
        return ()
    return polygons_of(row.places)


def polygons_of(kept: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Polygons as they are kept: JSON of lists of pairs."""
    return tuple(tuple((int(x), int(y)) for x, y in one) for one in json.loads(kept))


def points_of(kept: str) -> tuple[tuple[int, int], ...]:
    """Points as they are kept: JSON of pairs."""
    return tuple((int(x), int(y)) for x, y in json.loads(kept))
