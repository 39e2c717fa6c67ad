"""Doors of other services: bodies are passed on as they come, answers come back, silence is told."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from services.portal.doors import DoorAwayError, InnerDoor


class Echo(BaseHTTPRequestHandler):
    """Answers with what came, and refuses one address without reading."""

    def do_PUT(self) -> None:
        if self.path == "/refused":
            self.send_response(409)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"no")
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Upload-Offset", str(len(body)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def door() -> Iterator[InnerDoor]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield InnerDoor(("127.0.0.1", server.server_address[1]))
    server.shutdown()
    server.server_close()


def test_a_body_goes_on_piece_by_piece_and_the_answer_comes_back(door: InnerDoor) -> None:
    told = door.ask("PUT", "/x", {"X-Who": "me"}, (6, iter([b"abc", b"def"])))

    assert (told.status, told.body, told.headers["upload-offset"]) == (201, b"abcdef", "6")


def test_a_door_that_refuses_while_we_send_is_still_heard(door: InnerDoor) -> None:
    told = door.ask("PUT", "/refused", {}, (2, iter([b"a", b"b"])))

    assert (told.status, told.body) == (409, b"no")


def test_a_door_that_nobody_keeps_is_away() -> None:
    with pytest.raises(DoorAwayError):
        InnerDoor(("127.0.0.1", 1)).ask("GET", "/", {})
