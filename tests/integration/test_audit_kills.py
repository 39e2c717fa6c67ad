"""Audit is killed while it appends: what was acknowledged is in the log, once, and the log is whole."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from services.audit import store
from tests.unit.audit.house import GUANGDONG, House

pytestmark = pytest.mark.slow

KILLS = 6


def run_until_killed(url: str, bursts: int) -> int:
    """The last act that was acknowledged before the kill."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.audit_process", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(bursts)]
        process.kill()
    return acknowledged[-1]


def test_every_acknowledged_act_is_in_the_log_once_after_any_kill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/audit.db"
    seed = random.Random(7)
    for _ in range(KILLS):
        acknowledged = run_until_killed(url, seed.randint(2, 40))
        house = House(url)
        with house.database.transaction() as tx:
            rows = store.page_of(tx, GUANGDONG, 0, 100_000)
        numbers = sorted(row.source_seq for row in rows)
        findings = house.findings()
        house.database.dispose()

        assert findings == []
        assert len(numbers) >= acknowledged
        assert numbers == list(range(1, len(numbers) + 1))
