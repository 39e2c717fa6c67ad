import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.supervisor import FIRST_WAIT_S, LONGEST_WAIT_S, Process, Supervisor, next_wait

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
DIE = [sys.executable, "-S", "-c", "raise SystemExit(1)"]


def a_process(folder: Path, name: str, command: list[str]) -> Process:
    return Process(name, command, {}, record=folder / f"{name}.pid", log=folder / f"{name}.log")


def until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def scan(tmp_path: Path) -> Process:
    return a_process(tmp_path, "scan-1", SLEEP)


@pytest.fixture
def supervisor(scan: Process, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor([scan], say=said.append)
    supervisor.start()
    yield supervisor
    supervisor.stop()


def test_a_process_that_dies_is_started_again(supervisor: Supervisor, scan: Process) -> None:
    first = scan.child.pid
    scan.kill()

    assert until(lambda: scan.is_alive() and scan.child.pid != first)
    assert supervisor.status()[0].restarts == 1


def test_a_death_is_told(supervisor: Supervisor, scan: Process, said: list[str]) -> None:
    scan.kill()

    assert until(lambda: bool(said))
    assert said[0].startswith("scan-1 died")


def test_after_the_stop_nothing_runs_and_nothing_is_started_again(
    supervisor: Supervisor, scan: Process
) -> None:
    supervisor.stop()
    time.sleep(0.5)

    assert not scan.is_alive()
    assert supervisor.status()[0].restarts == 0


def test_a_process_that_cannot_live_is_tried_later_and_later(
    tmp_path: Path, said: list[str]
) -> None:
    supervisor = Supervisor([a_process(tmp_path, "broken", DIE)], say=said.append)
    supervisor.start()
    try:
        assert until(lambda: len(said) >= 3)
    finally:
        supervisor.stop()

    assert [line.rpartition("in ")[2] for line in said[:3]] == ["0.2 s", "0.4 s", "0.8 s"]


def test_when_one_cannot_start_the_others_are_ended(tmp_path: Path) -> None:
    good = a_process(tmp_path, "good", SLEEP)
    absent = a_process(tmp_path, "absent", ["/nowhere/to/be/found"])

    with pytest.raises(OSError, match="nowhere"):
        Supervisor([good, absent]).start()

    assert not good.is_alive()


class Server:
    """A server that needs a moment, and fails its first restart."""

    name = "server"

    def __init__(self) -> None:
        self.starts = 0
        self.alive = threading.Event()

    def start(self) -> None:
        self.starts += 1
        if self.starts == 2:
            raise RuntimeError("not yet")
        self.alive.set()

    def stop(self) -> None:
        self.alive.clear()

    def is_alive(self) -> bool:
        return self.alive.is_set()


def test_a_server_that_fails_to_restart_is_tried_again(said: list[str]) -> None:
    server = Server()
    supervisor = Supervisor([server], say=said.append)
    supervisor.start()
    server.alive.clear()

    assert until(server.is_alive)
    supervisor.stop()
    assert server.starts == 3
    assert "server did not start: not yet" in said


@given(lives=st.lists(st.floats(0, 3600), min_size=1))
def test_the_wait_never_leaves_its_bounds(lives: list[float]) -> None:
    wait_s = 0.0
    for ran_s in lives:
        wait_s = next_wait(wait_s, ran_s)

        assert FIRST_WAIT_S <= wait_s <= LONGEST_WAIT_S


def test_a_long_life_is_forgiven() -> None:
    assert next_wait(LONGEST_WAIT_S, 3600) == FIRST_WAIT_S
