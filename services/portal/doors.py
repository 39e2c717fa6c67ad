"""Doors of other services inside the province: what is large goes through them, never over the bus.

A body is passed on piece by piece as it comes in: nothing of it rests here, in memory or on a disk.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse

MAX_ANSWER_BYTES = 64 << 20
# Longer than the largest piece of a scan takes to be sealed and written.
DEADLINE_S = 60.0


class DoorAwayError(Exception):
    """The door does not answer; what was sent may have arrived all the same."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a door answered."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes = field(default=b"", repr=False)

    @property
    def refusal_code(self) -> str:
        """The code of a refusal; a door that gives none has failed."""
        try:
            return str(json.loads(self.body)["code"])
        except (ValueError, KeyError, TypeError):
            return "upload_failed"


class InnerDoor:
    """One address that is asked over HTTP; every question is a connection of its own."""

    def __init__(self, address: tuple[str, int], *, deadline_s: float = DEADLINE_S) -> None:
        """Name host and port."""
        self._address, self._deadline_s = address, deadline_s

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: tuple[int, Iterable[bytes]] | None = None,
    ) -> Told:
        """Ask, and pass a body on: its length, and its pieces as they come.

        Raises:
            DoorAwayError: nobody answers in time.
        """
        connection = HTTPConnection(*self._address, timeout=self._deadline_s)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(body[0]))
            connection.endheaders()
            _pass_on(connection, body[1] if body is not None else ())
            return _read(connection.getresponse())
        except (OSError, HTTPException):
            raise DoorAwayError from None
        finally:
            connection.close()


def _pass_on(connection: HTTPConnection, pieces: Iterable[bytes]) -> None:
    # A door that refuses closes while we still send: its answer says why.
    with suppress(BrokenPipeError, ConnectionResetError):
        for piece in pieces:
            connection.send(piece)


def _read(answer: HTTPResponse) -> Told:
    body = answer.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES:
        raise DoorAwayError
    return Told(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)
