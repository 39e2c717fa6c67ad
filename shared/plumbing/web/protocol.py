"""One connection, as eventlet serves it, with its holes closed.

eventlet's own timeout counts per read, so one byte every half second keeps a request
alive for ever; after an early refusal it would swallow the rest of the body.
"""

import socket
from contextlib import suppress
from typing import Any, ClassVar

import eventlet
from eventlet import wsgi

from shared.plumbing.web.limits import Limits

# A view calls it when it refuses without having read the body.
CLOSE_KEY = "hecha.close_connection"
_DRAIN_PIECE = 64 * 1024


class SlowClientError(Exception):
    """A client took longer than its limit."""


class Protocol(wsgi.HttpProtocol):  # type: ignore[misc]  # eventlet ships no types
    """eventlet's protocol with whole-request time limits and a lingering close."""

    limits: ClassVar[Limits] = Limits()
    _lingers = False

    def _read_request_line(self) -> bytes:
        # An instance, because a bare Timeout is a BaseException and would escape.
        try:
            with eventlet.Timeout(self.limits.idle_s, SlowClientError()):
                line: bytes = super()._read_request_line() or b""
                return line
        except (SlowClientError, TimeoutError):
            return b""

    def parse_request(self) -> bool:
        """Read the head; False when it is broken or too slow, and the connection ends."""
        try:
            with eventlet.Timeout(self.limits.headers_s, SlowClientError()):
                return bool(super().parse_request())
        except (SlowClientError, TimeoutError):
            self.close_connection = 1
            return False

    def log_message(self, *_: Any) -> None:
        """Say nothing: the standard library would print the path, which holds a sheet code."""

    def get_environ(self) -> dict[str, Any]:
        """The WSGI environment, with a way to end the connection after the answer."""
        environ: dict[str, Any] = super().get_environ()
        environ[CLOSE_KEY] = self._close_after_answer
        return environ

    def finish(self) -> None:
        """Close so that a client still sending can read the answer first."""
        if self._lingers:
            # The client may be gone or too slow: then there is nothing more to say to it.
            with suppress(OSError, SlowClientError, ValueError):
                self._linger()
        super().finish()

    def _close_after_answer(self) -> None:
        self.close_connection = 1
        self._lingers = True

    def _linger(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        left = self.limits.drain_bytes
        with eventlet.Timeout(self.limits.drain_s, SlowClientError()):
            while left > 0 and (piece := self.connection.recv(_DRAIN_PIECE)):
                left -= len(piece)


def protocol_with(limits: Limits) -> type[Protocol]:
    """A protocol class of its own for one address: eventlet takes a class, not an instance."""
    return type("LimitedProtocol", (Protocol,), {"limits": limits})
