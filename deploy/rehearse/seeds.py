"""Which seeds are for whom: what figures are reported from is drawn by nobody else.

Rules and thresholds are found on pictures somebody looks at. Figures are told from pictures
that nobody has seen, so their seeds lie apart: a run that is not the report is refused them.
"""

import os

import numpy as np

from shared.kernel.errors import DomainError

REPORT = range(4_000_000_000, 4_001_000_000)
REPORT_RUN = "HECHA_REPORT_RUN"  # set by `./run bench scan` alone, for itself and its children


class ReportSeedError(DomainError):
    """A seed that is kept for reported figures."""

    code = "report_seed"


def seeded(stream: int, seed: int) -> np.random.Generator:
    """The random numbers of one stream of a seed.

    Args:
        stream: keeps effects apart, so that a new one leaves the others as they were.
        seed: 0 or more.

    Raises:
        ReportSeedError: the seed is kept for the report, and this is not the report's run.
    """
    admit(range(seed, seed + 1))
    return np.random.default_rng([stream, seed])


def admit(seeds: range) -> None:
    """Let seeds pass that this process may draw; asked before long work begins.

    Raises:
        ReportSeedError: some are kept for the report, and this is not the report's run.
    """
    is_kept = seeds.start < REPORT.stop and seeds.stop > REPORT.start
    if is_kept and os.environ.get(REPORT_RUN) != "1":
        raise ReportSeedError


def open_report() -> None:
    """Let this process and its children draw the report's pictures: the benchmark alone may."""
    os.environ[REPORT_RUN] = "1"
