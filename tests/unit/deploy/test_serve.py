import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.servers.ports import free_port

ENOUGH_S = 240  # a crowded machine takes minutes to start one


@pytest.mark.slow
def test_a_service_that_waits_for_its_bus_ends_when_it_is_told_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = {
        **os.environ,
        "PYTHONPATH": ".",
        "HECHA_AMQP_URL": f"amqp://guest:guest@127.0.0.1:{free_port()}//",
        "HECHA_ACTOR_KEYS": "0" * 64,
        "HECHA_PROVINCES": "44",
        "HECHA_SUPPORT_COLUMN_KEY": "1" * 64,
        "HECHA_SUPPORT_DATABASE_URL": f"sqlite:///{tmp_path}/support.db",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.serve", "support"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + ENOUGH_S
        while "no broker" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=ENOUGH_S) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
