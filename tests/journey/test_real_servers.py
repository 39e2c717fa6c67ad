"""The same walk, unchanged, on RabbitMQ, PostgreSQL and S3, one process per service."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_house import a_house_up


@pytest.fixture
def house(rabbitmq: object, postgres: object, s3: object) -> Iterator[Path]:
    """A house of its own; the fixtures only say that its servers are installed."""
    folder = Path(tempfile.mkdtemp(prefix="hecha-up-"))
    folder.chmod(0o711)
    try:
        with a_house_up(folder, "scan=2"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_the_whole_job_runs_unchanged_on_real_servers(house: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "deploy.demo", "--once", "--json"),
            *("--at", str(house / "up"), "--folder", str(house / "demo")),
            *("--pupils", "60", "--photos", "24"),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stderr + done.stdout
    summary = json.loads(done.stdout)
    assert [one["name"] for one in summary["expectations"] if not one["held"]] == []
    assert sum(school["photographed"] for school in summary["schools"]) > 15
