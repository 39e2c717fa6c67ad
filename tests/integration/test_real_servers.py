import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.real_servers import RealServers, ServerError
from tests.conftest import lacking

ADDRESSES = {
    "rabbitmq": "HECHA_AMQP_URL",
    "postgres": "HECHA_ADMIN_DATABASE_URL",
    "s3": "HECHA_S3_ENDPOINT",
}


@pytest.fixture(scope="module")
def servers(server_folder: Path) -> Iterator[RealServers]:
    servers = RealServers(server_folder / "up", {}, say=lambda told: None)
    try:
        servers.start()
    except ServerError as missing:
        lacking(str(missing))
    yield servers
    servers.stop()


def answers(address: str) -> bool:
    parts = urlsplit(address if "//" in address else f"//{address}")
    try:
        socket.create_connection((parts.hostname, parts.port), 1).close()
    except OSError:
        return False
    return True


def until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


pytestmark = pytest.mark.real


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_killed_server_comes_back_at_the_same_address(servers: RealServers, name: str) -> None:
    before = servers.settings()
    address = before[ADDRESSES[name]]
    assert answers(address)

    servers.kill(name)

    assert until(lambda: servers.kept[name].is_alive() and answers(address))
    assert servers.settings() == before


def test_every_service_has_a_credential_of_its_own(servers: RealServers) -> None:
    settings = servers.settings()
    keys = {
        settings[f"HECHA_{who}_S3_ACCESS_KEY"] for who in ("GATEWAY", "SCAN", "STORAGE", "FORMS")
    }

    assert len(keys | {settings["HECHA_S3_ADMIN_ACCESS_KEY"]}) == 5


def test_what_a_killed_house_left_behind_is_swept(server_folder: Path) -> None:
    forgotten = RealServers(server_folder / "left", {}, say=lambda told: None)
    forgotten._plan()
    s3 = forgotten.kept["s3"].server
    s3.start()

    swept = RealServers(server_folder / "left", {}).sweep()

    assert swept == ["s3"]
    # A program of many threads is gone for its parent when the last of them is.
    assert until(lambda: not s3.is_alive(), seconds=10)
