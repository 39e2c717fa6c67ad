"""The photo door over real sockets: what is taken, what is refused, and in which words."""

import http.client
import io
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from PIL import Image

from shared.kernel.sheet_code import CodeType
from tests.unit.gateway.fakes import CLOSED, ELSEWHERE, OPEN, SETTINGS, World, a_code

CODE = a_code()
KEY = "0f" * 16


def photo(side: int = 400) -> bytes:
    body = io.BytesIO()
    Image.effect_noise((side, side), 90).save(body, "JPEG", comment=b"taken at home")
    return body.getvalue()


PHOTO = photo()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def door(world: World) -> Iterator[str]:
    with world.serving() as address:
        yield address


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def sentence(self) -> str:
        return str(json.loads(self.text)["advice"])


def send(
    door: str,
    path: str = f"/s/{CODE}/photos/{KEY}",
    body: bytes = PHOTO,
    *,
    method: str = "PUT",
    **headers: str,
) -> Answer:
    parts = urlsplit(door)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {"Content-Type": "image/jpeg", **named})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def raw(door: str, request: bytes) -> bytes:
    parts = urlsplit(door)
    with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer


def test_a_photo_is_kept_before_it_is_acknowledged(world: World, door: str) -> None:
    answer = send(door)

    assert answer.status == 202
    assert json.loads(answer.text)["receipt"]
    [kept] = world.bucket.photos
    assert b"taken at home" not in bytes(kept.picture.body)
    assert world.bell.rung == world.bucket.objects


def test_a_repetition_is_answered_alike_and_kept_once(world: World, door: str) -> None:
    first, second = send(door), send(door)

    assert (first.status, second.status) == (202, 202)
    assert json.loads(first.text)["receipt"] == json.loads(second.text)["receipt"]
    assert len(world.bucket.photos) == 1


@pytest.mark.parametrize(
    "code",
    [
        CODE[:-1] + ("A" if CODE[-1] != "A" else "B"),
        a_code(ELSEWHERE),
        a_code(replace(OPEN, key=bytes(32))),
        a_code(type_=CodeType.COVER),
        "..%2f..%2fetc%2fpasswd",
        "' or 1=1 --".replace(" ", "%20"),
    ],
)
def test_a_code_that_is_not_ours_takes_nothing(world: World, door: str, code: str) -> None:
    answer = send(door, f"/s/{code}/photos/{KEY}")

    assert answer.status == 404
    assert world.bucket.photos == []


@pytest.mark.parametrize("key", ["short", "0f" * 15, "zz" * 16, "..%2f" * 4])
def test_a_key_that_is_none_takes_nothing(world: World, door: str, key: str) -> None:
    assert send(door, f"/s/{CODE}/photos/{key}").status in {400, 404}
    assert world.bucket.photos == []


def test_a_closed_campaign_is_refused_with_what_to_do_instead(world: World, door: str) -> None:
    answer = send(door, f"/s/{a_code(CLOSED)}/photos/{KEY}")

    assert 400 <= answer.status < 500
    assert world.bucket.photos == []
    assert "结束" in json.loads(answer.text)["title"]
    assert "2025年6月30日" in json.loads(answer.text)["advice"]
    assert answer.sentence.endswith("。")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7 not a photo" * 200, "application/pdf"),
        (b"%PDF-1.7 not a photo" * 200, "image/jpeg"),
        (b"<html><script>alert(1)</script></html>" * 100, "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 100, "image/svg+xml"),
        (b"\0" * 4000, "application/octet-stream"),
    ],
)
def test_what_is_no_photo_is_refused_with_what_to_do(
    world: World, door: str, body: bytes, kind: str
) -> None:
    answer = send(door, body=body, Content_Type=kind)

    assert answer.status == 415
    assert answer.sentence.endswith("。")
    assert world.bucket.photos == []


def test_an_empty_body_is_refused(world: World, door: str) -> None:
    assert 400 <= send(door, body=b"").status < 500
    assert world.bucket.photos == []


def test_a_photo_above_the_limit_is_refused_before_it_is_read(world: World, door: str) -> None:
    size = SETTINGS.gateway_largest_photo + 1
    head = (
        f"PUT /s/{CODE}/photos/{KEY} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )

    assert b" 413 " in raw(door, head.encode()).splitlines()[0]
    assert world.bucket.photos == []


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 10\r\nContent-Length: 11\r\n",
        "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 10\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 0x10\r\n",
        "Content-Length: +10\r\n",
        "",
    ],
)
def test_a_body_whose_length_is_not_said_once_and_plainly_is_refused(
    world: World, door: str, lengths: str
) -> None:
    head = f"PUT /s/{CODE}/photos/{KEY} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
    smuggled = b"0\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"

    answer = raw(door, f"{head}{lengths}\r\n".encode() + smuggled)

    assert answer.split(b" ", 2)[1] in {b"400", b"411", b"501"}
    assert answer.count(b"HTTP/1.") == 1, "what came behind was taken for a request"
    assert world.bucket.photos == []


def test_a_phone_that_hangs_up_half_way_leaves_nothing(world: World, door: str) -> None:
    head = (
        f"PUT /s/{CODE}/photos/{KEY} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
        f"Content-Length: {len(PHOTO)}\r\n\r\n"
    )
    raw(door, head.encode() + PHOTO[: len(PHOTO) // 2])

    assert world.bucket.photos == []
    assert send(door).status == 202


def test_the_same_sheet_takes_only_so_many_photos_and_says_when_to_come_again(
    world: World, door: str
) -> None:
    most = SETTINGS.gateway_photos_per_sheet
    statuses = [send(door, f"/s/{CODE}/photos/{n:032x}").status for n in range(most + 1)]

    assert statuses == [202] * most + [429]
    again = send(door, f"/s/{CODE}/photos/{most + 1:032x}")
    assert int(again.headers["Retry-After"]) > 0
    assert again.sentence.endswith("。")
    assert len(world.bucket.photos) == most


def test_a_visitor_in_a_hurry_is_told_when_to_come_again(world: World) -> None:
    world.settings = replace(SETTINGS, gateway_uploads_burst=3, gateway_uploads_per_s=0.01)
    with world.serving() as door:
        sheets = [a_code(sheet=f"{n:012x}") for n in range(5)]
        answers = [send(door, f"/s/{code}/photos/{KEY}") for code in sheets]

    assert [one.status for one in answers] == [202, 202, 202, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_store_that_is_away_accepts_nothing_and_says_so(world: World, door: str) -> None:
    world.bucket.is_away = True
    answer = send(door)

    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.sentence.endswith("。")
    world.bucket.is_away = False
    assert send(door).status == 202


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/s/{CODE}/photos/{KEY}"),
        ("PUT", f"/s/{CODE}"),
        ("TRACE", "/"),
        ("POST", f"/s/{CODE}/photos/{KEY}"),
    ],
)
def test_a_method_nobody_offers_is_refused(world: World, door: str, method: str, path: str) -> None:
    assert send(door, path, method=method).status in {404, 405, 501}
    assert world.bucket.photos == []


@pytest.mark.parametrize("path", ["/admin", "/s/../../etc/passwd", "/.git/config", "/metrics"])
def test_nothing_else_is_behind_the_door(door: str, path: str) -> None:
    assert send(door, path, b"", method="GET").status == 404


def test_a_head_of_many_kilobytes_is_refused(door: str) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Filler: " + b"a" * 200_000 + b"\r\n\r\n"

    assert raw(door, head).split(b" ")[1] in {b"400", b"414", b"431"}
