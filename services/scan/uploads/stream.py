"""The bytes of a request as they come in: as many as were announced, never too slowly."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import eventlet

from services.scan.uploads.domain import RefusedError
from shared.plumbing.web.protocol import SlowClientError

PIECE_BYTES = 64 << 10
# A piece in this time is 3 KB/s: less is a line that broke, or somebody who holds us up.
PIECE_S = 20.0
REQUEST_S = 900.0


class RequestPieces:
    """Reads a request's body; why it ended early is said by `trouble`."""

    def __init__(
        self,
        stream: Any,  # WSGI's input
        length: int,
        *,
        piece_s: float = PIECE_S,
        request_s: float = REQUEST_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._stream, self._left = stream, length
        self._piece_s, self._until, self._clock = piece_s, clock() + request_s, clock
        self.trouble: RefusedError | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Pieces, until all came or there is trouble."""
        while self._left > 0:
            piece = self._piece()
            if not piece:
                return
            self._left -= len(piece)
            yield piece

    def _piece(self) -> bytes:
        left_s = self._until - self._clock()
        if left_s <= 0:
            self.trouble = RefusedError(408, "too_slow", 1)
            return b""
        try:
            with eventlet.Timeout(min(self._piece_s, left_s), SlowClientError()):
                piece: bytes = self._stream.read(min(PIECE_BYTES, self._left))
        except (SlowClientError, TimeoutError):
            self.trouble = RefusedError(408, "too_slow", 1)
            return b""
        except OSError:
            piece = b""
        if not piece:
            self.trouble = RefusedError(400, "short_body")
        return piece
