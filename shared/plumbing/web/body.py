"""Reading a request's body: bounded, timed, whole, and only in memory."""

from collections.abc import Iterator
from typing import Any

import eventlet
from flask import request

from shared.plumbing.web.limits import body_seconds
from shared.plumbing.web.protocol import CLOSE_KEY, SlowClientError

_PIECE = 64 * 1024


class BodyError(Exception):
    """A body that was not taken; `status` is the HTTP status to answer with."""

    def __init__(self, status: int, code: str):
        super().__init__(code)
        self.status = status
        self.code = code


def declared_length(*, smallest: int = 0, largest: int) -> int:
    """The body's declared length, checked before a byte is read.

    Raises:
        BodyError: 411 without a length, 413 above `largest`, 400 below `smallest`.
    """
    length = request.content_length
    if length is None or "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise BodyError(411, "length_required")
    if length > largest:
        raise BodyError(413, "too_large")
    if length < smallest:
        raise BodyError(400, "too_small")
    return length


def read_body(limit: int, deadline: float | None = None) -> bytearray:
    """Read the whole body into memory.

    Args:
        limit: largest length taken, in bytes.
        deadline: seconds for the whole body; by default 8 KB/s, at most 120 s.

    Raises:
        BodyError: 411, 413; 408 when the client was too slow; 400 when it hung up early.
    """
    length = declared_length(largest=limit)
    try:
        with eventlet.Timeout(deadline or body_seconds(length), SlowClientError()):
            return _read(request.environ["wsgi.input"], length)
    except (SlowClientError, TimeoutError):
        raise BodyError(408, "too_slow") from None
    except OSError:
        raise BodyError(400, "short_body") from None


def close_after_answer() -> None:
    """End the connection after this answer: the rest of the body is not worth reading."""
    close = request.environ.get(CLOSE_KEY)
    if close is not None:
        close()


def _read(stream: Any, length: int) -> bytearray:
    # One buffer of the right size instead of pieces joined at the end: half the memory.
    body = bytearray(length)
    at = 0
    while at < length:
        piece = stream.read(min(_PIECE, length - at))
        if not piece:
            raise BodyError(400, "short_body")
        body[at : at + len(piece)] = piece
        at += len(piece)
    return body


def pieces_of(length: int, *, piece_s: float = 20.0) -> Iterator[bytes]:
    """A body of a declared length, a piece at a time: for whoever passes it on.

    Args:
        length: how many bytes were declared.
        piece_s: longest wait for a piece, in seconds; 64 KiB in this time are 3 KB/s.

    Raises:
        BodyError: 408 when the client was too slow; 400 when it hung up early.
    """
    stream, left = request.environ["wsgi.input"], length
    while left > 0:
        try:
            with eventlet.Timeout(piece_s, SlowClientError()):
                piece = stream.read(min(_PIECE, left))
        except (SlowClientError, TimeoutError):
            raise BodyError(408, "too_slow") from None
        except OSError:
            piece = b""
        if not piece:
            raise BodyError(400, "short_body")
        left -= len(piece)
        yield piece
