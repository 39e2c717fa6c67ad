"""Times as people type them: 2026-10-12, 2026-10-12T08:00+08:00, or 90m, 36h, 14d ago."""

import re
from datetime import UTC, datetime, timedelta

import typer

_AGO = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_moment(text: str, *, now: datetime) -> datetime:
    """The instant meant; a time without a zone is one of this machine.

    Raises:
        typer.BadParameter: neither a time nor a span.
    """
    ago = _AGO.fullmatch(text.strip())
    if ago is not None:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no time: write 2026-10-12T08:00, or 90m, 36h, 14d for so long ago"
        ) from None
