"""The same walk, unchanged, on RabbitMQ, PostgreSQL and S3, one process per service."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.servers.ports import free_port

UP = [sys.executable, "-m", "deploy.up"]
READY_S = 300


@pytest.fixture
def house(rabbitmq: object, postgres: object, s3: object) -> Iterator[Path]:
    """A house of its own; the fixtures only say that its servers are installed."""
    folder = Path(tempfile.mkdtemp(prefix="hecha-up-"))
    folder.chmod(0o711)
    environment = {
        **os.environ,
        "PYTHONPATH": ".",
        "HECHA_GATEWAY_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    log = (folder / "up.log").open("wb")
    command = [*UP, "--folder", str(folder / "up"), "--scale", "scan=2"]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        await_ready(process, folder)
        yield folder
    finally:
        subprocess.run(
            [*UP, "--down", "--folder", str(folder / "up")], env=environment, check=False
        )
        process.wait(timeout=120)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def await_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + READY_S
    while "processes are ready" not in (folder / "up.log").read_text():
        assert process.poll() is None, (folder / "up.log").read_text()
        assert time.monotonic() < deadline, (folder / "up.log").read_text()
        time.sleep(0.3)


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
