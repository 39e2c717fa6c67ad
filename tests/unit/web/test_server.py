import io
import logging
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import eventlet
import pytest
from flask import Flask, request

from shared.plumbing.web.app import WebApp
from shared.plumbing.web.body import read_body
from shared.plumbing.web.limits import Limits, body_seconds
from shared.plumbing.web.server import AddressTakenError, WebServer, parse_address

MB = 1 << 20
ENOUGH_S = (
    8  # on a crowded machine; what is held up by nothing but the other limits takes 10 at least
)


def an_app() -> WebApp:
    app = WebApp(__name__, error_page=lambda status, code: ({"code": code}, status))

    @app.put("/photos/<code>")
    def photo(code: str):
        return {"length": len(read_body(MB, deadline=0.5))}

    @app.post("/form")
    def form():
        return {"length": len(request.files["photo"].read())}

    @app.get("/slow")
    def slow():
        eventlet.sleep(0.3)
        return {"slow": True}

    @app.get("/bug/<code>")
    def bug(code: str):
        raise RuntimeError(f"the secret {code}")

    @app.get("/")
    def home():
        return {"ok": True}

    return app


@contextmanager
def serving(app: Flask, **limits) -> Iterator[WebServer]:
    server = WebServer(app, ("127.0.0.1", 0), Limits(**limits))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving(an_app(), idle_s=0.5, headers_s=0.5, stop_s=1) as one:
        yield one


def talk(server: WebServer, *pieces: bytes, pause_s: float = 0, then_close: bool = False) -> bytes:
    """Send the pieces and read until the server closes."""
    with closing(socket.create_connection(server.address, timeout=10)) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(pause_s)
        if then_close:
            client.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
        return answer


def sent_until_cut_off(
    client: socket.socket, piece: bytes, *, times: int, pause_s: float = 0
) -> int:
    """Bytes that went out before the server ended the connection."""
    sent = 0
    with suppress(OSError):
        for _ in range(times):
            sent += client.send(piece)
            time.sleep(pause_s)
    return sent


def put(length: int | str, body: bytes = b"", extra: str = "", close: bool = True) -> bytes:
    head = f"PUT /photos/TICKET HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{extra}"
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_a_whole_body_is_read(server: WebServer) -> None:
    answer = talk(server, put(5, b"hello"))

    assert status_of(answer) == 200
    assert b'{"length":5}' in answer


def test_a_client_that_asks_first_is_told_to_continue(server: WebServer) -> None:
    answer = talk(server, put(5, extra="Expect: 100-continue\r\n"), b"hello", pause_s=0.05)

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")


def test_a_body_above_the_limit_is_refused_and_not_swallowed(server: WebServer) -> None:
    before = time.monotonic()
    with closing(socket.create_connection(server.address, timeout=10)) as client:
        client.sendall(put(200 * MB, close=False))
        answer = client.recv(65536)
        sent = sent_until_cut_off(client, bytes(MB), times=200)

    assert status_of(answer) == 413
    assert b"Connection: close" in answer
    # What the kernel's buffers and the lingering close take, no more.
    assert sent < 20 * MB
    assert time.monotonic() - before < ENOUGH_S


def test_a_client_that_keeps_sending_still_reads_the_refusal(server: WebServer) -> None:
    answer = talk(server, put(2 * MB), bytes(900_000))

    assert status_of(answer) == 413


def test_a_body_without_a_length_is_refused(server: WebServer) -> None:
    head = b"PUT /photos/T HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"

    assert status_of(talk(server, head)) == 411


def test_a_client_that_hangs_up_early_is_told_so(server: WebServer) -> None:
    assert status_of(talk(server, put(1000, b"half"), then_close=True)) == 400


def test_a_drip_of_body_ends_at_the_deadline_of_the_whole(server: WebServer) -> None:
    before = time.monotonic()
    answer = talk(server, put(1000), b"a", b"b", b"c", b"d", pause_s=0.1)

    assert status_of(answer) == 408
    assert time.monotonic() - before < ENOUGH_S


def test_a_drip_of_headers_ends_at_the_deadline_of_the_head(server: WebServer) -> None:
    with closing(socket.create_connection(server.address, timeout=10)) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        started = time.monotonic()
        sent = sent_until_cut_off(client, b"X-Drip: 1\r\n", times=100, pause_s=0.05)

    assert sent < 100 * len(b"X-Drip: 1\r\n")
    assert time.monotonic() - started < ENOUGH_S


def test_a_silent_visitor_is_sent_away(server: WebServer) -> None:
    started = time.monotonic()

    assert talk(server) == b""
    assert time.monotonic() - started < ENOUGH_S


def test_stalled_uploads_do_not_hold_up_the_next_visitor() -> None:
    with serving(an_app(), stop_s=0.1) as server:
        stalled = [socket.create_connection(server.address) for _ in range(100)]
        for client in stalled:
            client.sendall(put(1000))
        started = time.monotonic()
        answer = talk(server, b"GET / HTTP/1.0\r\n\r\n")

        assert status_of(answer) == 200
        assert time.monotonic() - started < ENOUGH_S
        for client in stalled:
            client.close()


def test_a_request_in_flight_ends_before_the_server_stops() -> None:
    server = WebServer(an_app(), ("127.0.0.1", 0), Limits(stop_s=5))
    server.start()
    answer = eventlet.spawn(talk, server, b"GET /slow HTTP/1.0\r\n\r\n")
    eventlet.sleep(0.1)
    address = server.address
    server.stop()

    assert status_of(answer.wait()) == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=1)


def test_a_request_that_outlives_the_grace_is_cut() -> None:
    server = WebServer(an_app(), ("127.0.0.1", 0), Limits(stop_s=0.05))
    server.start()
    eventlet.spawn(talk, server, put(1000))
    eventlet.sleep(0.1)
    started = time.monotonic()
    server.stop()

    assert time.monotonic() - started < ENOUGH_S


def test_an_address_in_use_is_refused_not_shared(server: WebServer) -> None:
    with pytest.raises(AddressTakenError):
        WebServer(an_app(), server.address).start()


def test_a_form_file_stays_in_memory(server: WebServer, monkeypatch) -> None:
    def rolled_over(*_):
        raise AssertionError("a form file went to the disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rolled_over)
    monkeypatch.setattr(tempfile, "TemporaryFile", rolled_over)
    body = (
        b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        + bytes(3 * MB)
        + b"\r\n--b--\r\n"
    )
    head = (
        f"POST /form HTTP/1.0\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()

    assert f'{{"length":{3 * MB}}}'.encode() in talk(server, head + body)


def test_a_bug_is_answered_and_logged_without_the_path_or_the_message(
    server: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = talk(server, b"GET /bug/TICKET HTTP/1.0\r\n\r\n")

    assert status_of(answer) == 500
    assert b"TICKET" not in answer
    assert b"secret" not in answer
    assert "bug in bug: RuntimeError" in caplog.text
    assert "TICKET" not in caplog.text


def test_the_access_line_names_the_route_only(
    server: WebServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        talk(server, put(5, b"hello"))
        talk(server, b"GET /nowhere/TICKET HTTP/1.0\r\n\r\n")
        talk(server, b"NONSENSE /nowhere/TICKET HTTP/1.0\r\n\r\n")
        talk(server, b"GET /TICKET WHAT/9.9\r\n\r\n")

    out = capfd.readouterr()
    assert "PUT photo 200" in caplog.text
    assert "TICKET" not in caplog.text + out.out + out.err


def test_every_answer_carries_the_strict_headers(server: WebServer) -> None:
    for path in (b"/", b"/nowhere", b"/bug/x"):
        answer = talk(server, b"GET " + path + b" HTTP/1.0\r\n\r\n")

        assert b"Referrer-Policy: no-referrer" in answer
        assert b"X-Content-Type-Options: nosniff" in answer
        assert b"Content-Security-Policy: default-src 'none'" in answer
        assert b"Cache-Control: no-store" in answer


@pytest.mark.parametrize(
    ("size", "seconds"), [(0, 10), (80 * 1024, 10), (400 * 1024, 50), (15 * MB, 120)]
)
def test_a_body_has_eight_kilobytes_a_second_and_two_minutes(size: int, seconds: float) -> None:
    assert body_seconds(size) == seconds


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:80", ("::1", 80)), ("h:0", ("h", 0))],
)
def test_an_address_is_host_and_port(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "8000", "localhost", "h:x", "h:70000", ":80"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        parse_address(text)


def test_bytes_io_is_what_a_form_file_is_read_into() -> None:
    app = an_app()
    with app.test_request_context():
        assert isinstance(request._get_file_stream(None, None), io.BytesIO)
