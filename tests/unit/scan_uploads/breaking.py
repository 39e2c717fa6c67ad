"""A line that breaks: a proxy that cuts connections in the middle of what they send."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

PIECE = 32 << 10


class BreakingLine:
    """Forwards to a port; connection after connection is cut after as many bytes as are said."""

    def __init__(self, port: int, cut_after: Callable[[int], int | None]) -> None:
        """`cut_after` gives, for the number of a connection, after how many bytes it breaks."""
        self._target, self._cut_after = port, cut_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            number += 1
            threading.Thread(target=self._forward, args=(client, number), daemon=True).start()

    def _forward(self, client: socket.socket, number: int) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            client.close()
            return
        threading.Thread(target=_pump, args=(server, client, None), daemon=True).start()
        if _pump(client, server, self._cut_after(number)):
            self.cuts += 1
        for one in (client, server):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def _pump(source: socket.socket, target: socket.socket, most: int | None) -> bool:
    """Whether it was cut."""
    sent = 0
    with suppress(OSError, EOFError):  # eventlet's word for a socket closed under it
        while piece := source.recv(PIECE):
            room = len(piece) if most is None else max(0, most - sent)
            target.sendall(piece[:room])
            sent += len(piece)
            if room < len(piece):
                return True
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
    return False
