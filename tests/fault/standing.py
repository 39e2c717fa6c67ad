"""A house on real servers of its own, and the hand that kills in it."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.environment_file import NAME, read_environment, write_environment
from deploy.health import is_ready
from deploy.house import House
from deploy.provision import provision
from deploy.real_servers import RealServers
from deploy.servers.ports import free_port

SEED = 20261012


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a house is killed."""

    service_s: float  # seconds from one process of a service to the next
    server_every: int  # kills of services to one kill of a server


@dataclass
class Standing:
    """A house that runs, and what was killed in it so far."""

    folder: Path
    servers: RealServers
    house: House
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def up(self) -> Path:
        """Where the house lies."""
        return self.folder / "up"

    @property
    def demo(self) -> Path:
        """Where the job done in it lies."""
        return self.folder / "demo"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the house."""
        return read_environment(self.up / NAME)

    def start_job(self, size: Sequence[str]) -> subprocess.Popen[str]:
        """Begin the demo's whole job in this house."""
        command = [sys.executable, "-m", "deploy.demo", "--once", "--json"]
        command += ["--at", str(self.up), "--folder", str(self.demo), *size]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": "."},
        )

    def steps_done(self) -> dict[str, float]:
        """The steps that the job has behind it, with their seconds."""
        try:
            found: dict[str, float] = json.loads((self.demo / "laps.json").read_text())
        except FileNotFoundError:
            return {}
        return found

    def hecha(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of `hecha` in this house, as its operator gives it."""
        command = f'. {self.up / NAME}; exec {sys.executable} -m deploy.cli "$@"'
        return subprocess.run(
            ["sh", "-ac", command, "hecha", *words],
            env={**os.environ, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def killing(self, pace: Pace) -> Iterator[None]:
        """Kill a process of a service chosen by chance, and now and then a server in its turn."""
        over = threading.Event()
        hand = threading.Thread(target=self._kill_until, args=(over, pace))
        hand.start()
        try:
            yield
        finally:
            over.set()
            hand.join(60)

    def _kill_until(self, over: threading.Event, pace: Pace) -> None:
        services, servers = sorted(self.house.processes), sorted(self.servers.kept)
        chance, turns = random.Random(SEED), 0
        while not over.wait(pace.service_s):
            # One that is not at work yet has nothing to lose.
            at_work = [one for one in services if is_ready(self.house.health[one])]
            if not at_work:
                continue
            name, turns = chance.choice(at_work), turns + 1
            self.house.kill(name)
            self.kills[name.split("-")[0]] += 1
            if turns % pace.server_every == 1:
                self.servers.kill(servers[0])
                self.kills[servers[0]] += 1
                servers.append(servers.pop(0))


@contextmanager
def a_standing_house(folder: Path) -> Iterator[Standing]:
    """Start a house and its servers below a folder; all of it is ended in the end."""
    servers = RealServers(folder / "up", {}, say=lambda _: None)
    servers.start()
    try:
        settings = {**servers.settings(), "HECHA_GATEWAY_ADDRESS": f"127.0.0.1:{free_port()}"}
        environment = provision(folder / "up", settings)
        write_environment(folder / "up" / NAME, environment)
        house = House(folder / "up", {**os.environ, **environment}, say=lambda _: None)
        house.start()
        try:
            yield Standing(folder, servers, house)
        finally:
            house.stop()
    finally:
        servers.stop()


def wait_for(holds: Callable[[], bool], job: subprocess.Popen[str], enough_s: float) -> None:
    """Wait while a job runs."""
    deadline = time.monotonic() + enough_s
    while not holds():
        assert job.poll() is None, "".join(part[-3000:] for part in job.communicate())
        assert time.monotonic() < deadline, f"still waiting after {enough_s} s"
        time.sleep(0.2)
