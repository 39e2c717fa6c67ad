"""RabbitMQ, PostgreSQL and S3 for the real mode: found by settings, or started and kept running.

A server is found when its address is set; otherwise it is started from what is installed here,
on spare ports of the loopback, with its data below one folder. Only servers that were started
here are ever ended here.
"""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from deploy.servers.account import reachable
from deploy.servers.postgres import PostgreSQL
from deploy.servers.rabbitmq import RabbitMQ
from deploy.servers.weed import RIGHTS, Weed
from deploy.supervisor import Kept, Supervisor

BUS, DATABASES, ENDPOINT = "HECHA_AMQP_URL", "HECHA_ADMIN_DATABASE_URL", "HECHA_S3_ENDPOINT"
ACCESS, SECRET = "HECHA_S3_ADMIN_ACCESS_KEY", "HECHA_S3_ADMIN_SECRET_KEY"
MANAGEMENT = "HECHA_AMQP_MANAGEMENT_URL"
# For making databases, logins and buckets; no service ever sees them.
ADMINISTRATORS_ONLY = (DATABASES, ACCESS, SECRET, MANAGEMENT)
WITH_CREDENTIAL = tuple(RIGHTS)
ANSWER_S = 5
Made = TypeVar("Made")
_PORTS = {"amqp": 5672, "amqps": 5671, "http": 80}


class ServerError(RuntimeError):
    """A server is away or could not be started; the message says what to do."""


class Server(Protocol):
    """One of the servers of `deploy.servers`."""

    def start(self) -> None:
        """Start; ready when this returns."""
        ...

    def stop(self) -> None:
        """End in order."""
        ...

    def kill(self) -> None:
        """End at once."""
        ...

    def is_alive(self) -> bool:
        """Whether it runs."""
        ...


@dataclass(frozen=True, slots=True)
class KeptServer:
    """A server under the name that messages, folders and `./run up --status` call it by."""

    name: str
    server: Server

    def start(self) -> None:
        """Start; ready when this returns."""
        self.server.start()

    def stop(self) -> None:
        """End in order."""
        self.server.stop()

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.server.is_alive()


class RealServers:
    """The three servers of a house, each found or started."""

    def __init__(
        self, folder: Path, env: Mapping[str, str], *, say: Callable[[str], None] = print
    ) -> None:
        """Read what is set; nothing is started yet.

        Args:
            folder: data, ports, passwords and logs of the servers that are started.
            env: addresses of the servers that somebody else runs.
            say: told of deaths and restarts.
        """
        self._folder = folder
        self._env = env
        self._say = say
        self._rabbitmq: RabbitMQ | None = None
        self._postgres: PostgreSQL | None = None
        self._weed: Weed | None = None
        self._supervisor: Supervisor | None = None
        self.kept: dict[str, KeptServer] = {}

    def start(self) -> None:
        """Start what is not found; every server answers when this returns.

        Raises:
            ServerError: one is away, not installed, or did not start.
        """
        self._plan()
        for variable in (BUS, DATABASES, ENDPOINT):
            if variable in self._env:
                _await_answer(variable, self._env[variable])
        started: list[Kept] = list(self.kept.values())
        self._supervisor = Supervisor(started, say=self._say)
        try:
            self._supervisor.start()
        except (RuntimeError, OSError) as failure:
            self._supervisor = None
            raise ServerError(str(failure)) from failure

    def settings(self) -> dict[str, str]:
        """Where the servers are, and the administrators' credentials, as settings."""
        return self._bus() | self._databases() | self._objects()

    def kill(self, name: str) -> None:
        """End a started server at once; it is started again."""
        self.kept[name].server.kill()

    def stop(self) -> None:
        """End the servers that were started here."""
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None

    def sweep(self) -> list[str]:
        """End what an earlier house left running; gives the names."""
        left = []
        for name, make in self._makers().items():
            if not (self._place(name) / "pid").exists():
                continue
            server = make()
            if server.is_alive():
                server.stop()
                left.append(name)
        return left

    def _plan(self) -> None:
        wanted = {"rabbitmq": BUS, "postgres": DATABASES, "s3": ENDPOINT}
        try:
            for name, make in self._makers().items():
                if wanted[name] not in self._env:
                    self.kept[name] = KeptServer(name, make())
        except (RuntimeError, LookupError) as missing:
            setting = wanted[name]
            raise ServerError(f"{missing}; or name one that runs in {setting}") from missing
        if ENDPOINT in self._env and not {ACCESS, SECRET} <= set(self._env):
            raise ServerError(f"{ENDPOINT} is set: {ACCESS} and {SECRET} are needed as well")

    def _makers(self) -> dict[str, Callable[[], Server]]:
        return {"rabbitmq": self._make_bus, "postgres": self._make_databases, "s3": self._make_s3}

    def _make_bus(self) -> Server:
        self._rabbitmq = RabbitMQ(self._place("rabbitmq"))
        return self._rabbitmq

    def _make_databases(self) -> Server:
        self._postgres = PostgreSQL(self._place("postgres"))
        return self._postgres

    def _make_s3(self) -> Server:
        self._weed = Weed(self._place("s3"))
        return self._weed

    def _place(self, name: str) -> Path:
        # The object store runs as whoever starts it; the other two have accounts of their own.
        wanted = self._folder / "servers" / name
        return wanted if name == "s3" else reachable(wanted)

    def _bus(self) -> dict[str, str]:
        if BUS in self._env:
            return {name: self._env[name] for name in (BUS, MANAGEMENT) if name in self._env}
        bus = _made(self._rabbitmq)
        return {BUS: bus.url, MANAGEMENT: bus.management_url}

    def _databases(self) -> dict[str, str]:
        return {DATABASES: self._env.get(DATABASES) or _made(self._postgres).admin_url()}

    def _objects(self) -> dict[str, str]:
        if ENDPOINT in self._env:
            return self._given_objects()
        weed = _made(self._weed)
        access, secret = weed.credentials()
        found = {ENDPOINT: weed.endpoint, ACCESS: access, SECRET: secret}
        for service in WITH_CREDENTIAL:
            found |= _credential(service, weed.credentials(service))
        return found

    def _given_objects(self) -> dict[str, str]:
        """Credentials per service where they are set; the administrator's where not."""
        env = self._env
        found = {ENDPOINT: env[ENDPOINT], ACCESS: env[ACCESS], SECRET: env[SECRET]}
        found["HECHA_S3_SECURE"] = env.get("HECHA_S3_SECURE", "false")
        for service in WITH_CREDENTIAL:
            found |= {
                name: env.get(name, value)
                for name, value in _credential(service, (env[ACCESS], env[SECRET])).items()
            }
        return found


def _made(server: Made | None) -> Made:
    assert server is not None, "start() comes first"
    return server


def _credential(service: str, pair: tuple[str, str]) -> dict[str, str]:
    start = f"HECHA_{service.upper()}_S3"
    return {f"{start}_ACCESS_KEY": pair[0], f"{start}_SECRET_KEY": pair[1]}


def _await_answer(variable: str, address: str) -> None:
    parts = urlsplit(address if "//" in address else f"http://{address}")
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 5432)
    try:
        socket.create_connection((host, port), ANSWER_S).close()
    except OSError:
        # Never the whole address: it may hold a password.
        raise ServerError(
            f"{variable}: nobody answers at {host}:{port}; start that server, or unset"
            f" {variable} to have one started here"
        ) from None
