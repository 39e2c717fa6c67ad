"""Who is ahead and who stands still: pure rules of supervision.

Source: campaign workflow, P7, C4, K4.
"""

from collections.abc import Iterable
from datetime import date

from services.progress.domain import UnitTally
from shared.contracts.progress_commands import Counts, RankedBy
from shared.kernel.working_days import WorkingDays

# A unit this far is left alone: the last few pupils are away, ill or moving.
DONE_SHARE = 0.95
STALLED_DAYS = 3


def share_of(counts: Counts, by: RankedBy) -> float | None:
    """The share of the pupils in scope whose sheets have come to a stage; None without scope."""
    if counts.in_scope <= 0:
        return None
    return min(1.0, int(getattr(counts, by.value)) / counts.in_scope)


def ranked(
    found: Iterable[UnitTally], by: RankedBy
) -> tuple[tuple[int | None, float | None, UnitTally], ...]:
    """Units with rank and share, best first; equal shares have equal ranks, as in sport."""
    shares = [(share_of(one.tally.counts, by), one) for one in found]
    listed = sorted(
        shares,
        key=lambda row: (row[0] is None, -(row[0] if row[0] is not None else 0), row[1].unit),
    )
    known = [share for share, _ in listed if share is not None]
    return tuple(
        (None if share is None else known.index(share) + 1, share, one) for share, one in listed
    )


def stalled_days(
    counts: Counts, moved_on: date | None, today: date, calendar: WorkingDays
) -> int | None:
    """For how many working days a unit has stood still; None when it moves or is all but done.

    The clock starts with the first sheet that is issued: before, there is nothing to return.
    """
    if moved_on is None or counts.issued == 0:
        return None
    denominator = max(counts.in_scope, counts.issued)
    if min(counts.returned, counts.entered) >= DONE_SHARE * denominator:
        return None
    days = calendar.between(moved_on, today)
    return days if days >= STALLED_DAYS else None
