import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.health import is_ready
from deploy.servers.ports import free_port


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_process_that_says_so_is_ready(address: str) -> None:
    assert is_ready(address)


def test_a_process_that_denies_it_is_not_ready(address: str) -> None:
    assert not is_ready(address, path="/healthz")


def test_a_process_that_is_not_there_is_not_ready() -> None:
    assert not is_ready(f"127.0.0.1:{free_port()}")


def test_a_process_that_does_not_answer_is_not_ready() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        assert not is_ready(f"127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.2)
