"""Slow and broken lines: what came is kept, and nobody holds the door open for ever."""

import io
from dataclasses import replace

import eventlet
import pytest

from services.scan.uploads.app import make_app
from services.scan.uploads.domain import PART_BYTES
from services.scan.uploads.stream import PIECE_BYTES, RequestPieces
from tests.unit.scan_uploads.office import Office


class Line:
    """Gives some bytes and then stands still, breaks, or ends."""

    def __init__(self, data: bytes, then: str) -> None:
        self._data, self._then = io.BytesIO(data), then

    def read(self, count: int) -> bytes:
        piece = self._data.read(count)
        if not piece and self._then == "stands":
            eventlet.sleep(60)
        if not piece and self._then == "breaks":
            raise ConnectionResetError
        return piece


def over(office: Office, line: Line) -> None:
    """Whatever is sent comes in over this line."""
    door = replace(
        office.door, make_pieces=lambda _, length: RequestPieces(line, length, piece_s=0.05)
    )
    office.web = make_app(door).test_client()


@pytest.mark.parametrize(("then", "status"), [("stands", 408), ("breaks", 400), ("ends", 400)])
def test_what_came_before_a_line_broke_is_kept(office: Office, then: str, status: int) -> None:
    data = bytes(2 * PART_BYTES)
    came = PART_BYTES + 3 * PIECE_BYTES
    path = office.begin(len(data)).headers["Location"]
    over(office, Line(data[:came], then))

    answer = office.send(path, 0, data)

    assert answer.status_code == status
    assert office.offset(path) == came


def test_of_a_request_with_a_checksum_a_broken_line_leaves_nothing(office: Office) -> None:
    data = bytes(2 * PART_BYTES)
    path = office.begin(len(data)).headers["Location"]
    over(office, Line(data[:-1], "breaks"))

    assert office.send(path, 0, data, Upload_Checksum="sha1 AAAA").status_code == 400
    assert office.offset(path) == 0


def test_a_request_ends_in_its_time_however_steadily_it_drips() -> None:
    now = iter(range(0, 10_000, 100))

    pieces = RequestPieces(
        io.BytesIO(bytes(20 * PIECE_BYTES)),
        20 * PIECE_BYTES,
        request_s=500,
        clock=lambda: float(next(now)),
    )

    # Each look at the clock is 100 s later than the one before.
    assert sum(len(piece) for piece in pieces) == 4 * PIECE_BYTES
    assert pieces.trouble is not None
    assert pieces.trouble.status == 408


def test_only_so_many_requests_lie_in_memory(office: Office) -> None:
    path = office.begin(10).headers["Location"]
    while office.door.sending.acquire(blocking=False):
        pass

    answer = office.send(path, 0, b"1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    office.door.sending.release()
    assert office.send(path, 0, b"1").status_code == 204
    assert office.send(path, 1, b"1").status_code == 204
