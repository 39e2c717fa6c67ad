"""The clock, passed in wherever a rule needs to know what time it is."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

# China keeps one time zone without daylight saving since 1991.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
        ...


def utc_now() -> datetime:
    """Now, aware, in UTC: the clock of the composition roots."""
    return datetime.now(UTC)
