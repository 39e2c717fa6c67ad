"""A PostgreSQL server of our own, from Debian's package, on a spare port of the loopback.

One database and one login per service, each with a random password that lies beside the
data. Nothing here imports a database driver: the package's own programs do the work.
"""

import os
import re
import secrets
import signal
import subprocess
import time
from pathlib import Path

from deploy.servers.account import give, server_account
from deploy.servers.child import Child, is_unburied
from deploy.servers.ports import kept_port

ACCOUNT = "postgres"
START_S = 60
STOP_S = 20
# Made with every cluster, and open to every login until somebody closes them.
CLOSING = tuple(
    f"revoke connect on database {common} from public" for common in ("postgres", "template1")
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


class PostgreSQLMissingError(RuntimeError):
    """The programs of the server are not on this machine."""


class PostgreSQLError(RuntimeError):
    """The server did not do what it was asked; the message ends with its own words."""


def programs() -> Path | None:
    """The folder of the newest server's programs; None when there is none."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    for folder in map(Path, os.environ.get("PATH", "").split(os.pathsep)):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            folders.append((folder / "initdb").resolve().parent)
    return max(folders, key=_version, default=None)


class PostgreSQL:
    """A server whose data, port, passwords and log lie in one folder."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """Name the folder; nothing is started yet.

        Args:
            data_dir: every account must be able to walk to it, see `account.reachable`.
            durable: False leaves out fsync: survives killed processes, not a power cut.

        Raises:
            PostgreSQLMissingError: with the command that mends it.
        """
        found = programs()
        if found is None:
            raise PostgreSQLMissingError("PostgreSQL is not installed: apt-get install postgresql")
        self._programs = found
        self._durable = durable
        self._account = server_account(ACCOUNT)
        self.folder = data_dir.resolve()
        self._data = self.folder / "data"
        self._child = Child(self.folder / "pid", self.folder / "postgres.log")
        self.port = 0

    def start(self) -> None:
        """Start, making the cluster the first time; ready when this returns.

        Raises:
            PostgreSQLError: it did not start.
        """
        if self._child.is_alive():
            self.stop()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self.port = kept_port(self.folder / "port")
        self._forget_unburied()
        deadline = time.monotonic() + START_S
        while not self._is_up_before(deadline):
            # After a kill the helpers of the old server may hold its memory for a moment.
            if time.monotonic() > deadline or "still in use" not in self._child.last_lines():
                raise PostgreSQLError(f"PostgreSQL did not start:\n{self._child.last_lines()}")
            time.sleep(0.5)
        self._ask(*CLOSING)

    def stop(self) -> None:
        """Disconnect everybody, write everything down and end."""
        self._child.end(grace_s=STOP_S, how=signal.SIGINT)

    def kill(self) -> None:
        """End at once, as if the machine had lost the process; its helpers follow by themselves."""
        self._child.kill()

    def restart(self) -> None:
        """Stop and start on the same port."""
        self.stop()
        self.start()

    def is_alive(self) -> bool:
        """Whether the server's first process runs."""
        return self._child.is_alive()

    def url(self, database: str) -> str:
        """The address of a database, made with a login of its own when it is asked for first.

        Raises:
            ValueError: a name with anything but small letters, digits and underscores.
        """
        if not _NAME.fullmatch(database):
            raise ValueError(f"not a database name: {database!r}")
        password = self._password(database)
        if database not in self._ask("select datname from pg_database").splitlines():
            self._ask(
                f"drop role if exists {database}",
                f"create role {database} login password '{password}'",
                f"create database {database} owner {database}",
                f"revoke connect on database {database} from public",
            )
        return f"postgresql+psycopg://{database}:{password}@127.0.0.1:{self.port}/{database}"

    def admin_url(self) -> str:
        """The address of the administrator: for making databases, never for a service."""
        password = self._password(ACCOUNT)
        return f"postgresql+psycopg://{ACCOUNT}:{password}@127.0.0.1:{self.port}/postgres"

    def drop(self, database: str) -> None:
        """Remove a database and its login, disconnecting whoever is there."""
        self._ask(
            f"drop database if exists {database} with (force)", f"drop role if exists {database}"
        )
        (self.folder / "passwords" / database).unlink(missing_ok=True)

    def _initialise(self) -> None:
        give(self._data, self._account)
        # The file is read by the server's own account and removed at once.
        password_file = self._data.parent / "first-password"
        password_file.write_text(self._password(ACCOUNT))
        if self._account is not None:
            os.chown(password_file, self._account.user_id, self._account.group_id)
        password_file.chmod(0o400)
        try:
            made = self._run(
                "initdb",
                f"--pgdata={self._data}",
                f"--username={ACCOUNT}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                *(() if self._durable else ("--no-sync",)),
            )
        finally:
            password_file.unlink()
        if made.returncode != 0:
            raise PostgreSQLError(f"initdb failed: {made.stderr.strip()[-500:]}")

    def _command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "300",
            "fsync": "on" if self._durable else "off",
            "log_min_messages": "warning",
            # A failed statement would otherwise be copied into the log with its values.
            "log_min_error_statement": "panic",
        }
        settings = [part for name in options for part in ("-c", f"{name}={options[name]}")]
        return [str(self._programs / "postgres"), "-D", str(self._data), *settings]

    def _forget_unburied(self) -> None:
        """Drop the lock of a killed server whose process id nobody has collected.

        In a container without an init such an id looks alive for ever, and the server
        would refuse to start. Every other stale lock the server judges by itself.
        """
        lock = self._data / "postmaster.pid"
        if lock.exists() and is_unburied(int(lock.read_text().split()[0])):
            time.sleep(1)  # its helpers notice within this time, and let go of the files
            lock.unlink(missing_ok=True)

    def _is_up_before(self, deadline: float) -> bool:
        self._child.spawn(self._command(), account=self._account, folder=self.folder)
        while self._child.is_alive() and time.monotonic() < deadline:
            ready = self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))
            if ready.returncode == 0:
                return True
            time.sleep(0.1)
        self._child.kill()
        return False

    def _ask(self, *statements: str) -> str:
        commands = [part for statement in statements for part in ("-c", statement)]
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-U", ACCOUNT, "-d", "postgres"]
        answer = self._run("psql", "-X", "-q", "-A", "-t", *address, *commands)
        if answer.returncode != 0:
            # The statement may hold a password; the server's first line never does.
            raise PostgreSQLError(answer.stderr.strip().splitlines()[0])
        return answer.stdout.strip()

    def _password(self, login: str) -> str:
        record = self.folder / "passwords" / login
        if not record.exists():
            record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            record.touch(mode=0o600)
            record.write_text(secrets.token_hex(16))
        return record.read_text()

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        account = self._account
        return subprocess.run(
            [str(self._programs / program), *arguments],
            env={**os.environ, "PGPASSWORD": self._password(ACCOUNT), "PGCONNECT_TIMEOUT": "5"},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            user=account.user_id if account else None,
            group=account.group_id if account else None,
            extra_groups=[] if account else None,
        )


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0
