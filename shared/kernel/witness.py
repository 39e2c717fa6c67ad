"""How long the audit log may go without a word of its witness before people stop being served.

Intake and reading go on: what is handed in is kept whatever happens. What stops is what only the
log can answer for: that somebody looked, and that key data was approved.
"""

from datetime import datetime, timedelta

# X-Road stops everything after the same time without a time stamp.
WITNESS_PATIENCE = timedelta(hours=4)


def is_watched(last_witnessed: datetime | None, at: datetime) -> bool:
    """Whether the log was witnessed lately; a log that never was is not watched."""
    return last_witnessed is not None and at - last_witnessed <= WITNESS_PATIENCE
