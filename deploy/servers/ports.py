"""Spare ports on the loopback interface."""

import random
import socket
from pathlib import Path

# Below the range that systems hand out for outgoing connections: while a server is being
# restarted, nobody is given its port by chance.
LOWEST, HIGHEST = 20_000, 32_000


def free_port() -> int:
    """A port that nobody listens on just now."""
    while True:
        port = random.randrange(LOWEST, HIGHEST)
        if is_free(port):
            return port


def kept_port(record: Path) -> int:
    """The port remembered in `record`, so that addresses survive a restart.

    A fresh one is drawn, and remembered, the first time and when somebody else took it.
    """
    if record.exists():
        port = int(record.read_text())
        if is_free(port):
            return port
    port = free_port()
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(f"{port}\n")
    return port


def is_free(port: int) -> bool:
    """Whether nobody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
