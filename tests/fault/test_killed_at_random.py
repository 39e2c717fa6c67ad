"""Photos are handed in while processes and servers are killed: nothing accepted is ever lost."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.environment_file import NAME, write_environment
from deploy.house import House
from deploy.provision import provision
from deploy.real_servers import RealServers
from deploy.servers.ports import free_port

SEED = 20261012
SHORT, LONG = ("60", "40"), ("560", "500")  # pupils, photos
SETTLED_S = 900
A_PHOTO_S = 5  # generous: processes that are started anew every second take most of two cores
PATIENCE_S = "600"  # a guardian presses "again"
QUIET_S = 120


@dataclass
class Standing:
    """A house on real servers, and who may be killed in it."""

    folder: Path
    servers: RealServers
    house: House
    kills: Counter[str] = field(default_factory=Counter)

    def kill_until(self, over: threading.Event) -> None:
        """Every second one process of a service; each server once, some seconds apart."""
        rng = random.Random(SEED)
        servers = list(self.servers.kept)
        second = 0
        while not over.wait(1):
            second += 1
            name = rng.choice(sorted(self.house.processes))
            self.house.kill(name)
            self.kills[name.split("-")[0]] += 1
            if second % 6 == 0 and servers:
                server = servers.pop(0)
                self.servers.kill(server)
                self.kills[server] += 1


@pytest.fixture
def standing(rabbitmq: object, postgres: object, s3: object) -> Iterator[Standing]:
    folder = Path(tempfile.mkdtemp(prefix="hecha-fault-"))
    folder.chmod(0o711)
    servers = RealServers(folder / "up", {}, say=lambda _: None)
    servers.start()
    settings = {**servers.settings(), "HECHA_GATEWAY_ADDRESS": f"127.0.0.1:{free_port()}"}
    environment = provision(folder / "up", settings)
    write_environment(folder / "up" / NAME, environment)
    house = House(folder / "up", {**os.environ, **environment}, say=lambda _: None)
    house.start()
    yield Standing(folder, servers, house)
    house.stop()
    servers.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_every_accepted_photo_survives_kills_of_everything(
    standing: Standing, request: pytest.FixtureRequest
) -> None:
    pupils, photos = LONG if request.config.getoption("--fault-long") else SHORT
    over = threading.Event()
    killer = threading.Thread(target=standing.kill_until, args=(over,))
    job = start_job(standing.folder, pupils, photos)
    with job:
        try:
            await_uploads(standing.folder, job)
            killer.start()
            await_sent(standing.folder, job, int(photos))
            over.set()
            killer.join(30)
            standing.house.await_ready(ready_s=QUIET_S)
            out, errors = job.communicate(timeout=SETTLED_S)
        finally:
            over.set()
            job.kill()

    told = f"kills: {dict(standing.kills)}\n{errors[-3000:]}\n{out[-3000:]}"
    assert set(standing.servers.kept) <= set(standing.kills), told
    assert sum(standing.kills.values()) >= 10, told
    assert job.returncode == 0, told
    summary = json.loads(out)
    assert [one["name"] for one in summary["expectations"] if not one["held"]] == [], told
    assert recount(standing.folder) == 0


def start_job(folder: Path, pupils: str, photos: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "deploy.demo", "--once", "--json"]
    command += ["--at", str(folder / "up"), "--folder", str(folder / "demo")]
    return subprocess.Popen(
        [*command, "--pupils", pupils, "--photos", photos, "--patience", PATIENCE_S],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )


def await_uploads(folder: Path, job: subprocess.Popen[str]) -> None:
    """Wait until the first photos are on their way: paper is printed in peace."""
    wait_for(lambda: taken(folder) >= 3, job, SETTLED_S)


def await_sent(folder: Path, job: subprocess.Popen[str], photos: int) -> None:
    """Wait until the last photo was taken; the job itself goes on until all are read."""
    wait_for(lambda: taken(folder) >= photos, job, photos * A_PHOTO_S)
    time.sleep(12)  # the last ones are sent, retried and read under kills as well


def taken(folder: Path) -> int:
    return len(list((folder / "demo" / "photos").glob("*.jpg")))


def wait_for(condition: Callable[[], bool], job: subprocess.Popen[str], enough_s: float) -> None:
    deadline = time.monotonic() + enough_s
    while not condition():
        assert job.poll() is None, job.communicate()[1][-3000:]
        assert time.monotonic() < deadline, f"still waiting after {enough_s} s"
        time.sleep(0.2)


def recount(folder: Path) -> int:
    """`hecha progress recount`: 0 when every count agrees with the flags."""
    command = f". {folder / 'up' / NAME}; exec {sys.executable} -m deploy.cli progress recount"
    done = subprocess.run(
        ["sh", "-ac", command], env={**os.environ, "PYTHONPATH": "."}, check=False
    )
    return done.returncode
