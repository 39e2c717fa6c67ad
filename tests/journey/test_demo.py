"""The whole walk, run as a newcomer runs it: workbook, PDF, photo, sealed object, count."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "deploy.demo", "--once", "--json"]
SIZE = ["--pupils", "60", "--photos", "24"]
ENOUGH_S = 240


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *SIZE, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )


def broken(summary: dict) -> list[str]:
    return [f"{one['name']}: {one['detail']}" for one in summary["expectations"] if not one["held"]]


@pytest.mark.slow
def test_the_embedded_house_does_the_whole_job(folder: Path) -> None:
    done = start(folder)
    out, errors = done.communicate(timeout=ENOUGH_S)

    assert done.returncode == 0, errors + out
    summary = json.loads(out)
    assert broken(summary) == []
    assert {school["run_by"] for school in summary["schools"]} == {"county", "city", "province"}
    assert sum(school["wrong"] for school in summary["schools"]) == 0
    assert sum(school["photographed"] for school in summary["schools"]) > 15


@pytest.mark.slow
def test_killed_in_the_middle_and_started_again_it_finishes_the_job(folder: Path) -> None:
    first = start(folder)
    photos = folder / "photos"
    deadline = time.monotonic() + ENOUGH_S
    while len(list(photos.glob("*.jpg"))) < 8:
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    first.communicate()

    again = start(folder)
    out, errors = again.communicate(timeout=ENOUGH_S)

    assert again.returncode == 0, errors + out
    assert broken(json.loads(out)) == []
