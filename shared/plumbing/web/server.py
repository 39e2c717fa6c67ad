"""A listening address with its own green pool that serves one WSGI app.

Not Nameko's own HTTP entrypoint: two services with it in one process share a port, and
every slow upload holds one of the service's workers.
"""

from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from eventlet import wsgi

from shared.plumbing.web.limits import Limits
from shared.plumbing.web.protocol import protocol_with

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_BACKLOG = 1024


class AddressTakenError(Exception):
    """Another process listens on the address; the message names it."""


def parse_address(text: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:8000"; the host of "[::1]:8000" comes without brackets.

    Raises:
        ValueError: the text is no address.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


class WebServer:
    """Serves one app until stopped; requests in flight get `limits.stop_s` to end."""

    def __init__(self, app: WSGIApp, address: tuple[str, int], limits: Limits | None = None):
        self._app = app
        self._limits = limits or Limits()
        self._wanted = address
        self._pool = eventlet.GreenPool(self._limits.connections)
        self._listener: Any = None
        self._accepting: Any = None

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; the port is the real one even when 0 was asked for."""
        host, port = self._listener.getsockname()[:2]
        return host, port

    def start(self) -> None:
        """Bind and serve.

        Raises:
            AddressTakenError: somebody else listens there.
        """
        family = eventlet.green.socket.AF_INET6 if ":" in self._wanted[0] else None
        extra = {} if family is None else {"family": family}
        try:
            # SO_REUSEPORT, eventlet's default, would let a second process take half the visitors.
            self._listener = eventlet.listen(
                self._wanted, backlog=_BACKLOG, reuse_port=False, **extra
            )
        except OSError as error:
            host, port = self._wanted
            raise AddressTakenError(f"{host}:{port}: {error.strerror}") from None
        self._accepting = eventlet.spawn(self._serve)

    def stop(self) -> None:
        """Take no more visitors, let requests in flight end, then close what is left."""
        if self._listener is None:
            return
        # Killing the accepting thread also ends idle connections; closing first would raise in it.
        self._accepting.kill()
        self._listener.close()
        with eventlet.Timeout(self._limits.stop_s, False):
            self._pool.waitall()
        for thread in list(self._pool.coroutines_running):
            thread.kill()
        self._listener = None

    def _serve(self) -> None:
        wsgi.server(
            self._listener,
            self._app,
            custom_pool=self._pool,
            protocol=protocol_with(self._limits),
            socket_timeout=self._limits.socket_s,
            keepalive=self._limits.idle_s,
            log_output=False,
            debug=False,
        )
