"""The bus on RabbitMQ while the broker, or a service, is taken away in the middle of things."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import eventlet
import pytest
import sqlalchemy as sa
from amqp.exceptions import NotFound
from kombu import Connection

from deploy.servers.postgres import PostgreSQL
from deploy.servers.rabbitmq import RabbitMQ
from shared.contracts.hearers import HEARERS
from shared.plumbing.dead import Choice
from shared.plumbing.declare import declare
from shared.plumbing.retention import say_again
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError
from shared.plumbing.runner import Runner, config_for
from tests.integration.bus_house import (
    PLANS,
    QUEUE,
    HearerService,
    House,
    SpeakerService,
    short_delays,
    until,
    vhost_of,
)
from tests.integration.hearer_process import KILLER, SLOW
from tests.unit.plumbing.toys import AddAnswer, AddRequest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(rabbitmq: RabbitMQ) -> Iterator[str]:
    with vhost_of(rabbitmq) as url:
        yield url


@pytest.fixture
def house(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    HearerService.failures.clear()
    monkeypatch.setitem(HEARERS, "toy_said", ("hearer",))  # so it may not go unheard
    short_delays(monkeypatch, 0.1, 0.1, 0.1, 0.1)
    monkeypatch.setattr("shared.plumbing.declare.DELIVERY_LIMIT", 3)
    house = House(tmp_path, url)
    yield house
    house.close()


@contextmanager
def hearer_process(house: House, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.integration.hearer_process", house.url, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ})
    yield process
    process.kill()
    process.wait()


def begun(folder: Path) -> list[int]:
    record = folder / "begun"
    return [int(line) for line in record.read_text().split()] if record.exists() else []


def test_what_is_said_while_the_broker_is_away_is_heard_when_it_is_back(
    house: House, rabbitmq: RabbitMQ
) -> None:
    house.start()
    house.say(*range(100))
    rabbitmq.stop()
    house.say(*range(100, 200))
    with pytest.raises((RpcDeadlineError, RpcFailedError)):
        house.asker().call("speaker", "add", AddRequest(1, 2), AddAnswer, deadline_s=1)
    rabbitmq.start()
    house.say(*range(200, 300))

    assert until(lambda: len(house.heard()) >= 300, 20)
    assert house.heard() == list(range(300))
    assert house.asker().call("speaker", "add", AddRequest(1, 2), AddAnswer) == AddAnswer(3)


def test_a_broker_that_is_killed_at_work_loses_nothing(house: House, rabbitmq: RabbitMQ) -> None:
    house.start()
    for start in range(0, 1000, 100):
        house.say(*range(start, start + 100))
        HearerService.failures[start] = 2  # some are waiting in a delay queue meanwhile
        if start == 500:
            assert until(lambda: len(house.heard()) > 50)
            rabbitmq.kill()
    rabbitmq.start()

    assert until(lambda: len(house.heard()) >= 1000, 30)
    assert house.heard() == list(range(1000))


def test_databases_that_are_killed_at_work_lose_nothing(
    url: str, postgres: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_delays(monkeypatch, 1, 2, 2, 2)
    HearerService.failures.clear()
    databases = {name: postgres.url(f"test_faults_{name}") for name in ("speaker", "hearer")}
    house = House(tmp_path, url, databases)
    house.start()
    for start in range(0, 1000, 100):
        house.say(*range(start, start + 100))
    assert until(lambda: len(house.heard()) > 50)
    postgres.kill()
    eventlet.sleep(1)
    postgres.start()

    assert until(lambda: alive(house) and len(house.heard()) >= 1000, 30)
    assert house.heard() == list(range(1000))
    assert house.dead().look(Choice()) == []
    house.close()
    for name in databases:
        postgres.drop(f"test_faults_{name}")


def alive(house: House) -> bool:
    try:
        return house.unsaid() == 0
    except sa.exc.SQLAlchemyError:
        return False


def test_a_service_stops_in_order_while_the_broker_is_away(
    house: House, rabbitmq: RabbitMQ
) -> None:
    house.start()
    rabbitmq.stop()
    house.say(1)
    try:
        started = time.monotonic()
        house.stop()  # raises when it has to kill
        took = time.monotonic() - started
    finally:
        rabbitmq.start()
    house.start()

    assert took < 10
    assert until(lambda: house.heard() == [1])


def test_what_a_broker_lost_with_its_data_is_said_again(house: House, rabbitmq: RabbitMQ) -> None:
    since = house.speaker.clock()
    house.start(SpeakerService)
    house.say(*range(20))
    assert until(lambda: house.unsaid() == 0)
    house.stop()
    vhost = house.url.rpartition("/")[2]
    rabbitmq.drop_vhost(vhost)
    rabbitmq.make_vhost(vhost)
    house.start()

    assert say_again(house.speaker, since=since) == 20
    assert until(lambda: len(house.heard()) >= 20)
    assert say_again(house.speaker, since=since) == 20
    house.say(99)
    assert until(lambda: house.unsaid() == 0 and 99 in house.heard())
    assert house.heard() == [*range(20), 99]


def test_a_service_that_starts_before_its_queues_are_declared_waits_for_them(
    house: House,
) -> None:
    runner = Runner([SpeakerService, HearerService], config_for(house.url, house.environment))
    starting = eventlet.spawn(runner.start)
    eventlet.sleep(2)
    waits = not starting.dead
    house.say(1)
    declare(house.url, PLANS, speakers=("speaker",))
    starting.wait()
    try:
        assert waits
        assert until(lambda: house.heard() == [1])
    finally:
        runner.stop()


def test_a_service_without_its_queue_says_so_and_takes_it_up_again(house: House) -> None:
    house.start()
    assert house.runner is not None
    entrypoints = house.runner.container("hearer").entrypoints
    hearing = next(one for one in entrypoints if one.method_name == "on_toy")
    hearing.check_ready()
    with Connection(house.url) as connection:
        connection.channel().queue_delete(QUEUE)
    with pytest.raises(NotFound):
        hearing.check_ready()
    eventlet.sleep(2)  # RabbitMQ tells nobody of a queue that is there again at once
    declare(house.url, PLANS)
    hearing.check_ready()
    house.say(1)

    assert until(lambda: house.heard() == [1], 20)


def test_a_handler_that_dies_with_its_process_is_run_again(house: House, tmp_path: Path) -> None:
    house.start(SpeakerService)
    house.say(1, SLOW, 2)
    with hearer_process(house, tmp_path) as process:
        assert until(lambda: SLOW in begun(tmp_path) and house.heard() == [1, 2], 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (tmp_path / "be-quick").touch()

    with hearer_process(house, tmp_path):
        assert until(lambda: house.heard() == [1, 2, SLOW], 20)
    assert begun(tmp_path).count(SLOW) == 2


def test_a_fact_that_kills_its_process_ends_as_a_dead_letter(house: House, tmp_path: Path) -> None:
    house.start(SpeakerService)
    house.say(KILLER)
    for _ in range(10):
        with hearer_process(house, tmp_path) as process:
            dies = until(lambda process=process: process.poll() is not None or dead(house), 20)
            assert dies
            if dead(house):
                break
    house.say(1)
    with hearer_process(house, tmp_path):
        assert until(lambda: house.heard() == [1], 20)

    assert begun(tmp_path).count(KILLER) == 4  # the limit of this test and the first one
    letter = house.dead().look(Choice())[0]
    assert letter.error == "process_killer"
    assert letter.died_at is not None


def dead(house: House) -> bool:
    return bool(house.dead().look(Choice()))
