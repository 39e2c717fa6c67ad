"""`/healthz`, `/readyz` and `/metrics` of a process, on an address of their own.

Healthy: the hub turns. Ready: a real operation works on everything the process leans on:
the bus, and whatever its extensions add by a method `check_ready`, a database for instance.
"""

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import eventlet
from kombu import Connection
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.plumbing.embedded import SCHEME
from shared.plumbing.metrics import HUB_STALL
from shared.plumbing.web.server import WebServer, parse_address

_log = logging.getLogger(__name__)

TICK_S = 0.25
MAX_TICK_AGE_S = 5.0
# A stall the size of this holds up heartbeats and every other worker: worth a line in the log.
STALL_S = 1.0
CHECK_S = 3.0


class CheckTimedOutError(Exception):
    """Something did not answer in time."""


class HealthServer:
    """Tells how the containers of this process fare."""

    def __init__(self, address: str, containers: Iterable[Any], amqp_url: str) -> None:
        self._containers = list(containers)
        self._amqp_url = amqp_url
        self._server = WebServer(self._answer, parse_address(address))
        self._last_tick = monotonic()
        self._ticking: Any = None

    def start(self) -> None:
        """Listen and tick."""
        self._server.start()
        self._ticking = eventlet.spawn(self._tick)

    def stop(self) -> None:
        """Stop both."""
        if self._ticking is not None:
            self._ticking.kill()
        self._server.stop()

    def is_healthy(self) -> bool:
        """Whether the hub turned lately."""
        return monotonic() - self._last_tick < MAX_TICK_AGE_S

    def troubles(self) -> list[str]:
        """What is not ready, as codes; empty when all is."""
        return troubles_of(self._containers, self._amqp_url)

    def _tick(self) -> None:
        while True:
            before = monotonic()
            eventlet.sleep(TICK_S)
            self._last_tick = monotonic()
            stall = self._last_tick - before - TICK_S
            HUB_STALL.set(max(stall, 0.0))
            if stall > STALL_S:
                _log.warning("hub stalled", extra={"seconds": f"{stall:.1f}"})

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return _reply(start_response, "200 OK", generate_latest(), CONTENT_TYPE_LATEST)
        if path == "/healthz":
            status = "200 OK" if self.is_healthy() else "503 Service Unavailable"
            return _reply(start_response, status, status.encode())
        if path == "/readyz":
            troubles = self.troubles()
            status = "503 Service Unavailable" if troubles else "200 OK"
            return _reply(start_response, status, "\n".join(troubles or ["ready"]).encode())
        return _reply(start_response, "404 Not Found", b"not found")


def troubles_of(
    containers: Iterable[Any], amqp_url: str, *, but: tuple[type[Any], ...] = ()
) -> list[str]:
    """What containers lean on and do not find, as codes; empty when all is there.

    Args:
        containers: of this process.
        amqp_url: of the bus.
        but: kinds of extensions that the asker has looked at otherwise.
    """
    checks = list(_checks(containers, amqp_url, but))
    return [name for name, check in checks if not _works(name, check)]


def _checks(
    containers: Iterable[Any], amqp_url: str, but: tuple[type[Any], ...]
) -> Iterable[tuple[str, Callable[[], object]]]:
    if not amqp_url.startswith(SCHEME):
        yield "bus", _bus_check(amqp_url)
    for container in containers:
        for extension in container.extensions:
            check = getattr(extension, "check_ready", None)
            if check is not None and not isinstance(extension, but):
                name = getattr(extension, "ready_name", type(extension).__name__)
                yield f"{container.service_name}:{name}", check


def _bus_check(amqp_url: str) -> Callable[[], object]:
    def check() -> None:
        with Connection(amqp_url, connect_timeout=CHECK_S) as connection:
            connection.ensure_connection(max_retries=1)

    return check


def _works(name: str, check: Callable[[], object]) -> bool:
    try:
        with eventlet.Timeout(CHECK_S, CheckTimedOutError()):
            check()
    except Exception as error:
        _log.warning("not ready", extra={"check": name, "code": type(error).__name__})
        return False
    return True


def _reply(
    start_response: Callable[..., Any], status: str, body: bytes, content_type: str = "text/plain"
) -> list[bytes]:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]
