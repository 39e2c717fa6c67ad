"""A house that runs gets more or fewer processes of a service, and nothing else is touched."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.house import House
from deploy.scaling import WISHES, follow, forget_wishes, has_become, wish, wished
from deploy.services import SERVICES
from tests.unit.deploy.test_house import a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = a_house(tmp_path)
    house.start()
    yield house
    house.stop()


def pids(house: House) -> dict[str, int | None]:
    return {name: process.child.pid for name, process in house.processes.items()}


def test_a_service_gets_more_processes_and_fewer_again_while_all_others_go_on(
    house: House, tmp_path: Path
) -> None:
    before = pids(house)
    said: list[str] = []

    wish(tmp_path, {"forms": 3})
    follow(tmp_path, house, said.append)

    assert has_become(tmp_path, {"forms": 3}, within_s=10)
    assert {name: pid for name, pid in pids(house).items() if name in before} == before
    assert said == ["forms: from 1 to 3 processes"]

    wish(tmp_path, {"forms": 1})
    follow(tmp_path, house, said.append)

    assert has_become(tmp_path, {"forms": 1}, within_s=10)
    assert pids(house) == before


def test_services_that_are_not_named_keep_what_they_have(house: House, tmp_path: Path) -> None:
    wish(tmp_path, {"forms": 2})
    wish(tmp_path, {"roster": 2})

    follow(tmp_path, house, lambda _: None)

    counts = {service: house.count(service) for service in SERVICES}
    assert counts == {**dict.fromkeys(SERVICES, 1), "scan": 2, "forms": 2, "roster": 2}


def test_a_process_that_was_ended_is_not_started_again(house: House, tmp_path: Path) -> None:
    house.rescale("scan", 1)

    threading.Event().wait(0.6)

    assert not (tmp_path / "run/scan-2.pid").exists()
    assert "scan-2" not in {one.name for one in house.status()}


@pytest.mark.parametrize("text", ["", "[]", '{"scan": 0}', '{"nobody": 2}', '{"scan": "many"}'])
def test_wishes_that_make_no_sense_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / WISHES).write_text(text)

    assert wished(tmp_path) == {}


def test_a_start_begins_without_earlier_wishes(tmp_path: Path) -> None:
    wish(tmp_path, {"scan": 2})

    forget_wishes(tmp_path)

    assert wished(tmp_path) == {}


def test_nobody_waits_for_ever_for_a_process_that_does_not_come(tmp_path: Path) -> None:
    assert not has_become(tmp_path, {"scan": 2}, within_s=0.3)
