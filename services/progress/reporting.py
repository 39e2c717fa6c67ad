"""What a report says, byte for byte, and how units stand with theirs: pure rules."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from shared.contracts.report_commands import (
    STATEMENT_PREFIX,
    Figures,
    ReportStanding,
    ReportState,
    Statement,
    UnitReport,
)
from shared.contracts.wire import to_plain
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level

_STANDINGS = {
    ReportState.REPORTED: ReportStanding.REPORTED,
    ReportState.ACCEPTED: ReportStanding.ACCEPTED,
    ReportState.RETURNED: ReportStanding.RETURNED,
}
HAS_REPORTED = frozenset({ReportStanding.REPORTED, ReportStanding.ACCEPTED})


def canonical(value: Figures | Statement) -> str:
    """JSON with sorted keys and no blanks: equal text for equal content."""
    return json.dumps(to_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(text: str) -> str:
    """SHA-256 of a canonical text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def signed_bytes(statement: Statement) -> bytes:
    """What the signature of a report stands over."""
    return STATEMENT_PREFIX + canonical(statement).encode()


def standing_of(newest: ReportState | None, missing: Sequence[UnitCode]) -> ReportStanding:
    """How a unit stands: by its newest signed report, else by who below it is missing."""
    if newest is not None and newest in _STANDINGS:
        return _STANDINGS[newest]
    return ReportStanding.WAITING if missing else ReportStanding.READY


def missing_of(level: Level, below: Iterable[UnitReport]) -> tuple[UnitCode, ...]:
    """The units below that have to report first and have not; classes never do."""
    if level is Level.SCHOOL:
        return ()
    return tuple(one.unit for one in below if one.standing not in HAS_REPORTED)
