"""A RabbitMQ node of our own, from Debian's package, on spare ports of the loopback.

Ports, password and the node's name lie beside the data, so that a restart keeps every
address. Other nodes of the machine are not touched; `epmd`, which all of them share, is
started by the first and left running.
"""

import hashlib
import os
import secrets
import signal
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from deploy.bus_management import ManagementError, asker
from deploy.servers.account import give, server_account
from deploy.servers.child import Child
from deploy.servers.ports import is_free, kept_port

ACCOUNT = "rabbitmq"
LOGIN = "hecha"
ROOT_VHOST = "/"
START_S = 90
STOP_S = 30
_POLL_S = 0.2


class RabbitMQMissingError(RuntimeError):
    """The programs of the server are not on this machine."""


class RabbitMQError(RuntimeError):
    """The server did not do what it was asked."""


def programs() -> Path | None:
    """The folder of the newest server's own scripts; None when there is none.

    Not the commands in the search path: those throw away the environment that sets the
    node's folders.
    """
    found = Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server")
    return max((path.parent for path in found), key=_version, default=None)


class RabbitMQ:
    """A node whose data, ports, password and log lie in one folder."""

    def __init__(self, data_dir: Path) -> None:
        """Name the folder; nothing is started yet.

        Args:
            data_dir: every account must be able to walk to it, see `account.reachable`.

        Raises:
            RabbitMQMissingError: with the command that mends it.
        """
        found = programs()
        if found is None:
            raise RabbitMQMissingError("RabbitMQ is not installed: apt-get install rabbitmq-server")
        self._programs = found
        self._account = server_account(ACCOUNT)
        self.folder = data_dir.resolve()
        self._home = self.folder / "node"
        self._child = Child(self.folder / "pid", self.folder / "rabbitmq.log")
        self.port = 0
        self.management_port = 0

    def start(self) -> None:
        """Start, making the node the first time; ready when this returns.

        Raises:
            RabbitMQError: it did not start.
        """
        if self._child.is_alive():
            self.stop()
        self._prepare()
        command = [str(self._programs / "rabbitmq-server")]
        self._child.spawn(
            command, environment=self._environment(), account=self._account, folder=self._home
        )
        self._await_ready(time.monotonic() + START_S)

    def stop(self) -> None:
        """Close every connection, write everything down and end."""
        self._child.end(grace_s=STOP_S, how=signal.SIGTERM)

    def kill(self) -> None:
        """End at once, as if the machine had lost the process."""
        self._child.kill()

    def restart(self) -> None:
        """Stop and start on the same ports."""
        self.stop()
        self.start()

    def is_alive(self) -> bool:
        """Whether the node runs."""
        return self._child.is_alive()

    @property
    def url(self) -> str:
        """The address of the bus, as its administrator."""
        return self.url_of(ROOT_VHOST)

    @property
    def management_url(self) -> str:
        """The address of the management API, as the administrator."""
        return f"http://{LOGIN}:{self._password()}@127.0.0.1:{self.management_port}"

    def url_of(self, vhost: str) -> str:
        """The address of one virtual host, as the administrator."""
        return f"amqp://{LOGIN}:{self._password()}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    def make_vhost(self, vhost: str) -> str:
        """Make a virtual host, a bus apart from all others; gives its address.

        Raises:
            RabbitMQError: the server refused.
        """
        name = quote(vhost, safe="")
        self.ask("PUT", f"/api/vhosts/{name}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.ask("PUT", f"/api/permissions/{name}/{LOGIN}", everything)
        return self.url_of(vhost)

    def drop_vhost(self, vhost: str) -> None:
        """Remove a virtual host with everything in it."""
        self.ask("DELETE", f"/api/vhosts/{quote(vhost, safe='')}")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request to the management API; gives the decoded answer, None when it is empty.

        Raises:
            RabbitMQError: the server refused, or is away.
        """
        try:
            return asker(self.management_url)(method, path, body)
        except ManagementError as error:
            raise RabbitMQError(str(error)) from None

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        give(self._home, self._account)
        self.port = kept_port(self.folder / "port")
        self.management_port = kept_port(self.folder / "management-port")
        settings = {
            "listeners.tcp.default": f"127.0.0.1:{self.port}",
            "management.tcp.ip": "127.0.0.1",
            "management.tcp.port": str(self.management_port),
            "default_user": LOGIN,
            "default_pass": self._password(),
            # Connections and channels come and go all day; what is wrong is a warning.
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
        }
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        self._write(self._home / "rabbitmq.conf", lines)
        self._write(self._home / "enabled_plugins", "[rabbitmq_management].\n")

    def _environment(self) -> dict[str, str]:
        home = self._home
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(home),  # the cookie that guards the node lies here
            "RABBITMQ_NODENAME": self._node(),
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(kept_port(self.folder / "dist-port")),
            "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_PID_FILE": str(home / "pid"),
            # The script becomes the server, so that the process we know is the node itself.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _node(self) -> str:
        # Unique per folder and the same for ever: the data are kept under this name.
        return f"hecha-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]}@localhost"

    def _await_ready(self, deadline: float) -> None:
        while self._child.is_alive() and time.monotonic() < deadline:
            if not is_free(self.port) and self._is_managed():
                return
            time.sleep(_POLL_S)
        last = self._child.last_lines()
        self._child.kill()
        raise RabbitMQError(f"RabbitMQ did not start:\n{last}")

    def _is_managed(self) -> bool:
        try:
            self.ask("GET", "/api/overview")
        except RabbitMQError:
            return False
        return True

    def _password(self) -> str:
        record = self.folder / "password"
        if not record.exists():
            record.parent.mkdir(parents=True, exist_ok=True)
            record.touch(mode=0o600)
            record.write_text(secrets.token_hex(16))
        return record.read_text()

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o600)
        if self._account is not None:
            os.chown(path, self._account.user_id, self._account.group_id)


def _version(folder: Path) -> tuple[int, ...]:
    words = folder.parent.name.removeprefix("rabbitmq_server-").split(".")
    return tuple(int(word) for word in words if word.isdigit())
