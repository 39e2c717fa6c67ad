import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from shared.plumbing.offload_deadline import MOST_ROUNDS, Deadline, Usage, usage_of


@dataclass
class Job:
    """A job with a deadline of five seconds, and a clock that is turned by hand."""

    usage: Usage | None
    wall_s: float = 100.0

    def __post_init__(self) -> None:
        self.deadline = Deadline(5.0, lambda: self.usage, lambda: self.wall_s)

    def after(self, seconds: float, usage: Usage | None) -> bool:
        """Whether it may go on."""
        self.wall_s += seconds
        self.usage = usage
        try:
            return self.deadline.left_s() > 0
        except TimeoutError:
            return False


def test_within_its_time_nobody_asks_what_a_job_has_used() -> None:
    assert Job(Usage("S", 3.0)).after(4.9, None)


def test_a_job_that_had_its_time_on_a_core_is_over() -> None:
    assert not Job(Usage("S", 3.0)).after(5.1, Usage("R", 8.1))


def test_a_job_that_could_run_and_was_not_let_goes_on() -> None:
    assert Job(Usage("S", 3.0)).after(5.1, Usage("R", 3.4))


@pytest.mark.parametrize("usage", [Usage("S", 3.0), Usage("T", 3.0), Usage("Z", 3.0), None])
def test_a_job_that_does_not_want_to_run_is_over(usage: Usage | None) -> None:
    assert not Job(Usage("S", 3.0)).after(5.1, usage)


def test_no_job_waits_for_ever() -> None:
    job = Job(Usage("S", 3.0))
    rounds = 1
    while job.after(5.1, Usage("R", 3.0)):
        rounds += 1

    assert rounds == MOST_ROUNDS


def test_what_a_process_uses_is_told_by_the_kernel() -> None:
    usage = usage_of(os.getpid())

    assert usage is not None
    assert (usage.state, usage.cpu_s > 0) == ("R", True)


def test_of_a_process_that_is_gone_nothing_is_told() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert usage_of(gone.pid) is None
