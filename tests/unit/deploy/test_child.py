import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.servers.account import reachable
from deploy.servers.child import Child
from deploy.servers.ports import free_port, is_free, kept_port

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)",
]


@pytest.fixture
def child(tmp_path: Path):
    child = Child(tmp_path / "pid", tmp_path / "log")
    yield child
    child.kill()


def test_a_process_is_found_again_by_its_record(child: Child) -> None:
    child.spawn(SLEEP)

    again = Child(child.record, child.log)

    assert again.pid == child.pid


def test_a_stranger_with_the_recorded_id_is_left_alone(child: Child, tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEP)
    try:
        child.record.write_text(f"{stranger.pid} 1\n")
        again = Child(child.record, child.log)

        assert again.pid is None
        again.kill()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_ending_is_gentle_when_the_process_listens(child: Child) -> None:
    child.spawn(SLEEP)

    assert child.end(grace_s=5) is True
    assert not child.is_alive()
    assert not child.record.exists()


def test_a_deaf_process_is_killed_after_its_grace(child: Child) -> None:
    child.spawn(STUBBORN)
    while "deaf" not in child.last_lines():
        time.sleep(0.02)

    assert child.end(grace_s=0.2) is False
    assert child.exit_code == -signal.SIGKILL


def test_a_damaged_record_means_no_process(child: Child) -> None:
    child.record.write_text("not a number")

    assert child.pid is None


def test_a_kept_port_stays_the_same_until_somebody_takes_it(tmp_path: Path) -> None:
    record = tmp_path / "port"
    port = kept_port(record)
    assert kept_port(record) == port

    with socket.socket() as taker:
        taker.bind(("127.0.0.1", port))
        taker.listen()
        assert not is_free(port)

        assert kept_port(record) != port


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends folders to other accounts")
def test_a_folder_behind_a_closed_door_moves_to_the_state_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    assert reachable(closed / "data") != closed / "data"
    assert reachable(closed / "data") == reachable(closed / "data")
