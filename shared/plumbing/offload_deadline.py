"""How long a child may take: by its core, not by the wall, while it waits for one.

On a crowded machine a child that needs a third of a second may not get it within five. Killing
it then would call a good picture unreadable, so a child that could run and was not let has
more of the wall's time. One that sleeps, or has had its time on a core, has none.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

# However crowded: after so many times its deadline a job is given up.
MOST_ROUNDS = 12
_RUNNABLE = ("R", "D")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process does now, and what it has used."""

    state: str  # the kernel's letter: R could run, S sleeps, D waits for a page or a disk
    cpu_s: float


def usage_of(pid: int) -> Usage | None:
    """Ask the kernel; None where there is no such process, or no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return Usage(fields[0], ticks / os.sysconf("SC_CLK_TCK"))


class Deadline:
    """The time of one job."""

    def __init__(
        self,
        seconds: float,
        usage: Callable[[], Usage | None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Start counting.

        Args:
            seconds: on a core, and on the wall where the child never waits for one.
            usage: what the child has used by now.
            clock: seconds on the wall.
        """
        self._seconds = seconds
        self._usage = usage
        self._clock = clock
        begun = usage()
        self._had_s = begun.cpu_s if begun is not None else 0.0
        self._until = clock() + seconds
        self._rounds = 1

    def left_s(self) -> float:
        """Seconds until somebody has to ask again.

        Raises:
            TimeoutError: the job is over time.
        """
        left_s = self._until - self._clock()
        if left_s > 0:
            return left_s
        if self._rounds >= MOST_ROUNDS or not self._was_kept_waiting():
            raise TimeoutError
        self._rounds += 1
        self._until = self._clock() + self._seconds
        return self._seconds

    def _was_kept_waiting(self) -> bool:
        now = self._usage()
        return (
            now is not None and now.state in _RUNNABLE and now.cpu_s - self._had_s < self._seconds
        )
