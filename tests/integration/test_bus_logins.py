from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import amqp
import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection, Exchange, Queue

from deploy.bus_logins import service_url
from deploy.servers.rabbitmq import RabbitMQ
from shared.contracts.askers import ASKS
from shared.plumbing.dead import Choice
from shared.plumbing.declare import declare
from shared.plumbing.operations import Operations
from shared.plumbing.rpc import Rpc
from shared.plumbing.runner import Runner, config_for, run_services
from shared.plumbing.topology import DEAD_EXCHANGE, RPC_EXCHANGE, delay_name
from tests.integration.bus_house import (
    PLANS,
    QUEUE,
    House,
    short_delays,
    until,
    vhost_of,
)
from tests.unit.plumbing.toys import (
    PROVINCE,
    AddAnswer,
    AddRequest,
    AskerService,
    HearerService,
    SpeakerService,
    ToySaid,
)

CLASSES = {cls.name: cls for cls in (SpeakerService, HearerService, AskerService)}


class Logins:
    """The toy house with a login per service."""

    def __init__(self, rabbitmq: RabbitMQ, admin: str, folder: Path) -> None:
        self.house = House(folder, admin)
        self.urls = {name: service_url(rabbitmq.ask, admin, name, f"{name}-0") for name in CLASSES}
        self.runners: dict[str, Runner] = {}

    def start(self) -> None:
        declare(self.house.url, PLANS, speakers=("speaker",))
        for name, cls in CLASSES.items():
            config = config_for(self.urls[name], self.house.environment)
            self.runners[name] = run_services([cls], config)

    def close(self) -> None:
        for runner in self.runners.values():
            runner.stop(within_s=15)
        self.house.close()


@pytest.fixture
def logins(rabbitmq: RabbitMQ, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logins]:
    HearerService.failures.clear()
    monkeypatch.setitem(ASKS, "asker", ("speaker.add",))
    short_delays(monkeypatch, 0.1, 0.1, 0.1, 0.1)
    with vhost_of(rabbitmq) as admin:
        logins = Logins(rabbitmq, admin, tmp_path)
        yield logins
        logins.close()
        for name in CLASSES:
            rabbitmq.ask("DELETE", f"/api/users/hecha_{name}")


def test_every_service_does_its_work_with_a_login_of_its_own(logins: Logins) -> None:
    logins.start()
    HearerService.failures[2] = 1
    with logins.house.speaker.transaction() as tx:
        for number in (1, 2, -1):
            tx.say(ToySaid(number), province=PROVINCE)
    asker = logins.runners["asker"].container("asker")
    client = next(one for one in asker.dependencies if isinstance(one, Rpc)).client()

    assert client.call("speaker", "add", AddRequest(2, 3), AddAnswer) == AddAnswer(5)
    assert until(lambda: logins.house.heard() == [1, 2])
    assert until(lambda: len(logins.house.dead().look(Choice())) == 1)


def test_a_service_counts_and_moves_its_own_dead_letters_with_its_own_login(
    logins: Logins,
) -> None:
    logins.start()
    with logins.house.speaker.transaction() as tx:
        dead, dropped = (tx.say(ToySaid(number), province=PROVINCE) for number in (-1, -2))
    operations = Operations(logins.runners["hearer"].container("hearer"))
    assert until(lambda: counts(operations) == (0, 2))
    letters = operations.dead_letters()
    assert [one.id for one in letters.look(Choice(QUEUE, id=dead))] == [dead]
    assert len(letters.replay(Choice(QUEUE, id=dead))) == 1
    assert len(letters.drop(Choice(QUEUE, id=dropped), reason="outdated")) == 1

    assert until(lambda: counts(operations) == (0, 1))  # it died again, of the same
    shown = operations.shown()
    assert (shown.processes, shown.troubles, shown.unsaid) == (1, (), 0)


def counts(operations: Operations) -> tuple[int, int]:
    """What waits in the toy's queue, and its dead letters."""
    (queue,) = [one for one in operations.shown().queues if one.queue == QUEUE]
    return queue.waiting, queue.dead


def publish(channel: Any, exchange: str, key: str) -> None:
    channel.connection.confirm_publish = True
    channel.basic_publish_confirm(_message(), exchange, key)


def overhear(channel: Any, exchange: str, key: str) -> None:
    own = Queue("rpc.reply-asker-x", Exchange(exchange, "topic", no_declare=True), key)
    own(channel).declare()


def _message() -> amqp.Message:
    return amqp.Message(b"{}", content_type="application/json")


FORBIDDEN: dict[str, tuple[str, Callable[[Any], object]]] = {
    "read another's queue": ("speaker", lambda channel: channel.basic_get(QUEUE)),
    "read another's dead letters": ("speaker", lambda channel: channel.basic_get(f"{QUEUE}.dead")),
    "say facts as another": (
        "hearer",
        lambda channel: publish(channel, "speaker.facts", "toy_said.v1.44"),
    ),
    "say a fact that it does not speak": (
        "speaker",
        lambda channel: publish(channel, "speaker.facts", "sheet_returned.v1.44"),
    ),
    "slip a fact into another's queue through a delay": (
        "speaker",
        lambda channel: publish(channel, delay_name(1), QUEUE),
    ),
    "slip a dead letter into another's queue": (
        "speaker",
        lambda channel: publish(channel, DEAD_EXCHANGE, QUEUE),
    ),
    "put a message straight into another's queue": (
        "speaker",
        lambda channel: publish(channel, "", QUEUE),
    ),
    "ask what its service never asks": (
        "hearer",
        lambda channel: publish(channel, RPC_EXCHANGE, "speaker.add"),
    ),
    "overhear every question and answer": (
        "asker",
        lambda channel: overhear(channel, RPC_EXCHANGE, "#"),
    ),
    "overhear another's questions": (
        "asker",
        lambda channel: overhear(channel, RPC_EXCHANGE, "speaker.*"),
    ),
    "listen to another's answers": (
        "hearer",
        lambda channel: channel.queue_declare("rpc.reply-asker-1"),
    ),
    "delete a queue": ("hearer", lambda channel: channel.queue_delete(QUEUE)),
    "bind a queue of its own to all facts": (
        "asker",
        lambda channel: overhear(channel, "speaker.facts", "#"),
    ),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_service_cannot(logins: Logins, what: str) -> None:
    service, act = FORBIDDEN[what]
    declare(logins.house.url, PLANS, speakers=("speaker",))
    with Connection(logins.urls[service]) as connection, pytest.raises(AccessRefused):
        act(connection.channel())
