"""The processes of the real mode on one machine: one per replica of a service, supervised."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

from deploy.bus_logins import bus_variable
from deploy.health import health_variable, is_ready
from deploy.real_servers import ADMINISTRATORS_ONLY
from deploy.replicas import Replica, replicas, service_of
from deploy.servers.child import Child
from deploy.servers.ports import kept_port
from deploy.supervisor import GRACE_S, Process, Status, Supervisor
from shared.plumbing.settings import describe

SERVE = (sys.executable, "-m", "deploy.serve")
# Two idle cores need twenty seconds; on a crowded machine it was seen to take five times that.
READY_S = 240
# A process that died so often while others start will not come up by waiting.
MOST_DEATHS = 3
# What opens the provinces' private keys: storage alone may hold it.
KEYRING_SETTINGS = ("HECHA_PASSPHRASE", "HECHA_PASSPHRASE_FILE", "HECHA_KEYRING_FILE")
ASK_S = 0.2
UPLOADS = "HECHA_SCAN_UPLOAD_ADDRESS"
ROSTERS = "HECHA_ROSTER_DOOR_ADDRESS"
# Where services listen for people: the setting, and the first one's address without it.
DOORS: dict[str, tuple[str, str | None]] = {
    "gateway": ("HECHA_GATEWAY_ADDRESS", "127.0.0.1:8000"),
    "portal": ("HECHA_PORTAL_ADDRESS", "127.0.0.1:8001"),
    "scan": (UPLOADS, None),  # none: no door
    "roster": (ROSTERS, None),
    "audit": ("HECHA_AUDIT_WATCH_ADDRESS", None),
}
# The public half of accounts' key is for everybody: no service acts on a word it cannot check.
COMMON = {"HECHA_AMQP_URL", "HECHA_LOG_LEVEL", "HECHA_ENVIRONMENT_FILE", "HECHA_ACTOR_KEYS"}


class HouseNotReadyError(RuntimeError):
    """Some process did not become ready; the message names it and the end of its log."""


class House:
    """Every service as processes of its own, with records and logs below one folder."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        *,
        scale: Mapping[str, int] | None = None,
        command: Sequence[str] = SERVE,
        say: Callable[[str], None] = print,
    ) -> None:
        """Plan the processes; nothing is started yet.

        Args:
            folder: records in `run/`, logs in `logs/`, kept ports in `ports/`.
            environment: what every process gets; each gets its own addresses on top.
            scale: processes per service; one where nothing is said.
            command: starts a service when its name is added.
            say: told of deaths and restarts.
        """
        self.folder = folder
        self.processes: dict[str, Process] = {}
        self.health: dict[str, str] = {}
        self._environment, self._command = environment, tuple(command)
        for replica in replicas(scale or {}):
            self._plan(replica)
        self._supervisor = Supervisor(list(self.processes.values()), say=say)

    def _plan(self, replica: Replica) -> Process:
        own = own_addresses(replica, self._environment, self.folder / "ports")
        self.health[replica.name] = own[health_variable(replica.service)]
        process = self.processes[replica.name] = Process(
            replica.name,
            [*self._command, replica.service],
            {**allowed(replica.service, self._environment), **own},
            record=self.folder / "run" / f"{replica.name}.pid",
            log=self.folder / "logs" / f"{replica.name}.log",
        )
        return process

    def start(self, *, ready_s: float = READY_S) -> None:
        """Start every process; all are ready when this returns.

        Raises:
            HouseNotReadyError: one was not in time; all are ended again.
        """
        sweep(self.folder)
        self._supervisor.start()
        try:
            self.await_ready(ready_s=ready_s)
        except BaseException:
            self.stop()
            raise

    def await_ready(self, *, ready_s: float = READY_S) -> None:
        """Wait until every process says that it does its work.

        Raises:
            HouseNotReadyError: one did not in time, or died again and again.
        """
        deadline = time.monotonic() + ready_s
        waiting = list(self.health)
        before = self._restarts()
        while waiting := [name for name in waiting if not is_ready(self.health[name])]:
            if time.monotonic() > deadline or self._keep_dying(waiting, before):
                raise HouseNotReadyError(self._excuse(waiting))
            time.sleep(ASK_S)

    def _restarts(self) -> dict[str, int]:
        return {one.name: one.restarts for one in self._supervisor.status()}

    def _keep_dying(self, names: Sequence[str], before: Mapping[str, int]) -> bool:
        now = self._restarts()
        return any(now.get(name, 0) - before.get(name, 0) >= MOST_DEATHS for name in names)

    def stop(self) -> None:
        """End every process; each finishes the work in its hands first."""
        self._supervisor.stop()

    def kill(self, name: str) -> None:
        """End one process at once; the supervisor starts it again."""
        self.processes[name].kill()

    def count(self, service: str) -> int:
        """How many processes a service has."""
        return sum(service_of(name) == service for name in self.processes)

    def rescale(self, service: str, count: int) -> None:
        """Give a service more processes, or fewer; all others go on.

        One that is ended finishes the work in its hands first.
        """
        before = self.count(service)
        for number in range(before + 1, count + 1):
            self._supervisor.add(self._plan(Replica(service, number)))
        for number in range(before, count, -1):
            name = Replica(service, number).name
            self._supervisor.remove(name)
            del self.processes[name], self.health[name]

    def status(self) -> list[Status]:
        """How every process fares."""
        return self._supervisor.status()

    def _excuse(self, names: Sequence[str]) -> str:
        last = self.processes[names[0]].child.last_lines()
        return f"not ready: {', '.join(names)}\nthe end of {names[0]}'s log:\n{last}"


def allowed(service: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What one service may see: no administrator's secret, and none of another service."""
    hidden = {*ADMINISTRATORS_ONLY, *(() if service == "storage" else KEYRING_SETTINGS)}
    wanted = declared(service)
    seen = {
        name: value
        for name, value in environment.items()
        if name not in hidden
        and (
            not name.startswith("HECHA_")
            or name.startswith(f"HECHA_{service.upper()}_")
            or name.removesuffix("_FILE") in wanted
            or name in wanted
        )
    }
    own_bus = seen.pop(bus_variable(service), None)
    return seen | ({"HECHA_AMQP_URL": own_bus} if own_bus else {})


def declared(service: str) -> frozenset[str]:
    """The variables that a service reads: those of its settings, and those of every service."""
    module = import_module(f"services.{service}.settings")
    own = [one for one in vars(module).values() if is_dataclass(one) and isinstance(one, type)]
    named = {name for one in own for name, _ in describe(one)}
    return frozenset(named | COMMON)


def health_record(name: str) -> str:
    """The file in `ports/` that keeps where a process tells its health."""
    return f"{name}-health"


def own_addresses(replica: Replica, given: Mapping[str, str], ports: Path) -> dict[str, str]:
    """The addresses of one process: no two processes of a machine can share one.

    Addresses stay the same over restarts. The first process of a service with a door gets its
    address from the settings; a proxy in front of several of them asks `ports/` for the others.
    """
    health = f"127.0.0.1:{kept_port(ports / health_record(replica.name))}"
    own = {health_variable(replica.service): health}
    door, usual = DOORS.get(replica.service, ("", None))
    if replica.number > 1 and (usual or door in given):
        own[door] = f"127.0.0.1:{kept_port(ports / replica.name)}"
    elif usual and door not in given:
        own[door] = usual
    return own


def sweep(folder: Path) -> list[str]:
    """End what an earlier house left running below `folder`; gives the names."""
    left = [
        child
        for record in sorted((folder / "run").glob("*.pid"))
        if (child := Child(record, folder / "logs" / f"{record.stem}.log")).is_alive()
    ]
    for child in left:
        child.end(grace_s=GRACE_S)
    return [child.record.stem for child in left]
