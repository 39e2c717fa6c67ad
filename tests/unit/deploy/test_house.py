import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.health import is_ready
from deploy.house import House, HouseNotReadyError, allowed, own_addresses, sweep
from deploy.replicas import Replica
from deploy.services import SERVICES

# Stands for `python -m deploy.serve SERVICE`: ready as soon as it listens.
SERVE = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
service = sys.argv[1]
if service == os.environ.get("BROKEN"):
    sys.exit("broken: the database is not there")
class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
host, _, port = os.environ[f"HECHA_{service.upper()}_HEALTH_ADDRESS"].partition(":")
HTTPServer((host, int(port)), Answers).serve_forever()
"""
COMMAND = [sys.executable, "-S", "-c", SERVE]


def a_house(folder: Path, **environment: str) -> House:
    return House(folder, environment, scale={"scan": 2}, command=COMMAND, say=lambda told: None)


def until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_every_service_is_ready_when_the_house_has_started_and_gone_when_it_stopped(
    tmp_path: Path,
) -> None:
    house = a_house(tmp_path)
    house.start()
    try:
        assert set(house.health) == {*(f"{service}-1" for service in SERVICES), "scan-2"}
        assert all(is_ready(address) for address in house.health.values())
        assert all(status.alive for status in house.status())
    finally:
        house.stop()

    assert not any(is_ready(address) for address in house.health.values())


def test_a_killed_process_comes_back_at_the_same_address(tmp_path: Path) -> None:
    house = a_house(tmp_path)
    house.start()
    try:
        before = house.processes["scan-2"].child.pid
        house.kill("scan-2")

        assert until(lambda: is_ready(house.health["scan-2"]))
        assert house.processes["scan-2"].child.pid != before
    finally:
        house.stop()


@pytest.mark.slow
def test_a_process_that_is_not_ready_in_time_is_named_with_its_last_words(
    tmp_path: Path,
) -> None:
    house = a_house(tmp_path, BROKEN="forms")

    with pytest.raises(HouseNotReadyError, match=r"not ready: forms-1(?s:.*)database is not there"):
        house.start(ready_s=3)

    assert not any(status.alive for status in house.status())


@pytest.mark.slow
def test_a_process_that_dies_again_and_again_is_not_waited_for(tmp_path: Path) -> None:
    started = time.monotonic()

    with pytest.raises(HouseNotReadyError, match="not ready: forms-1"):
        a_house(tmp_path, BROKEN="forms").start(ready_s=600)

    assert time.monotonic() - started < 300


def test_what_a_killed_supervisor_left_is_swept(tmp_path: Path) -> None:
    forgotten = a_house(tmp_path)
    for process in forgotten.processes.values():
        process.start()

    swept = sweep(tmp_path)

    assert set(swept) == set(forgotten.processes)
    assert not any(process.is_alive() for process in forgotten.processes.values())
    assert sweep(tmp_path) == []


def test_no_two_processes_share_an_address(tmp_path: Path) -> None:
    given = {"HECHA_GATEWAY_ADDRESS": "0.0.0.0:8443"}
    first, second = (own_addresses(Replica("gateway", n), given, tmp_path) for n in (1, 2))

    assert "HECHA_GATEWAY_ADDRESS" not in first
    assert second["HECHA_GATEWAY_ADDRESS"] != given["HECHA_GATEWAY_ADDRESS"]
    assert first["HECHA_GATEWAY_HEALTH_ADDRESS"] != second["HECHA_GATEWAY_HEALTH_ADDRESS"]
    assert own_addresses(Replica("gateway", 2), given, tmp_path) == second


def test_the_second_process_of_scan_has_a_door_of_its_own_where_the_first_has_one(
    tmp_path: Path,
) -> None:
    given = {"HECHA_SCAN_UPLOAD_ADDRESS": "0.0.0.0:8001"}
    first, second = (own_addresses(Replica("scan", n), given, tmp_path) for n in (1, 2))

    assert "HECHA_SCAN_UPLOAD_ADDRESS" not in first
    assert second["HECHA_SCAN_UPLOAD_ADDRESS"] != given["HECHA_SCAN_UPLOAD_ADDRESS"]
    assert "HECHA_SCAN_UPLOAD_ADDRESS" not in own_addresses(Replica("scan", 2), {}, tmp_path)


def test_the_staff_pages_have_an_address_where_none_is_given(tmp_path: Path) -> None:
    first = own_addresses(Replica("portal", 1), {}, tmp_path)

    assert first["HECHA_PORTAL_ADDRESS"] == "127.0.0.1:8001"


def test_a_process_sees_no_secret_of_another_and_none_of_the_administrators() -> None:
    environment = {
        "PATH": "/bin",
        "HECHA_AMQP_URL": "amqp://bus",
        "HECHA_PASSPHRASE": "opens the keyring",
        "HECHA_ADMIN_DATABASE_URL": "postgresql://admin",
        "HECHA_S3_ADMIN_SECRET_KEY": "admin",
        "HECHA_SCAN_S3_SECRET_KEY": "scan",
        "HECHA_STORAGE_S3_SECRET_KEY": "storage",
    }

    assert set(allowed("scan", environment)) == {
        "PATH",
        "HECHA_AMQP_URL",
        "HECHA_SCAN_S3_SECRET_KEY",
    }
    assert "HECHA_PASSPHRASE" in allowed("storage", environment)
