"""Toy services on either bus, and what a test asks of them."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import eventlet
import pytest
import sqlalchemy as sa
from kombu import Connection

from deploy.servers.rabbitmq import RabbitMQ
from shared.plumbing import embedded
from shared.plumbing.database import Database
from shared.plumbing.dead import Choice, DeadLetters, dead_letters_of
from shared.plumbing.declare import declare
from shared.plumbing.providers import database_of
from shared.plumbing.publish import publisher_for
from shared.plumbing.recovery import say_unsettled_again
from shared.plumbing.relay import Relay
from shared.plumbing.rpc import Rpc, RpcClient
from shared.plumbing.runner import Runner, config_for, run_services
from shared.plumbing.topology import plans_of
from tests.unit.plumbing.toys import (
    PROVINCE,
    AskerService,
    HearerService,
    SpeakerService,
    ToySaid,
    effects,
    open_house,
)

CLASSES: tuple[type[Any], ...] = (SpeakerService, HearerService, AskerService)
PLANS = plans_of(CLASSES, [PROVINCE])
QUEUE = "hearer.on_toy.44"
_TRIES = 10


class House:
    """A speaker, a hearer and an asker on one bus."""

    def __init__(self, folder: Path, url: str, databases: Mapping[str, str] | None = None) -> None:
        self.url = url
        self.environment = open_house(folder, databases)
        self.runner: Runner | None = None
        self.speaker = self._database("speaker")
        self.hearer = self._database("hearer")

    @property
    def is_embedded(self) -> bool:
        return self.url == embedded.URL

    def start(self, *classes: type[Any]) -> None:
        declare(self.url, PLANS, speakers=("speaker",))
        if self.is_embedded:
            databases = {"speaker": self.speaker, "hearer": self.hearer}
            say_unsettled_again(databases, PLANS)
        config = config_for(self.url, self.environment)
        self.runner = run_services(classes or CLASSES, config)

    def stop(self) -> None:
        if self.runner is not None:
            self.runner.stop(within_s=15)
            self.runner = None
        embedded.forget_everything()

    def close(self) -> None:
        self.stop()
        self.speaker.dispose()
        self.hearer.dispose()

    def say(self, *numbers: int) -> None:
        database = self.speaker
        if self.runner is not None:
            # The service's own, whose relay is told at once.
            database = database_of(self.runner.container("speaker"))
        with database.transaction() as tx:
            for number in numbers:
                tx.say(ToySaid(number), province=PROVINCE)

    def heard(self) -> list[int]:
        """What the hearer has by now; a file that is busy with others is asked again."""
        for patience in range(_TRIES, -1, -1):
            try:
                with self.hearer.transaction() as tx:
                    return sorted(tx.execute(sa.select(effects.c.number)).scalars())
            except sa.exc.OperationalError:
                if not patience:
                    raise
                eventlet.sleep(0.1)
        raise AssertionError

    def unsaid(self) -> int:
        return Relay(self.speaker, publisher_for(self.url)).backlog().waiting

    def asker(self) -> RpcClient:
        assert self.runner is not None
        container = self.runner.container("asker")
        return next(one for one in container.dependencies if isinstance(one, Rpc)).client()

    def dead(self) -> DeadLetters:
        return dead_letters_of(self.url, PLANS, {"speaker": self.speaker, "hearer": self.hearer})

    def errors_of_the_dead(self) -> list[str]:
        return [letter.error for letter in self.dead().look(Choice())]

    def put(self, body: bytes, **properties: Any) -> None:
        """Publish as a stranger would."""
        properties = {"content_type": "application/json", "content_encoding": "utf-8"} | properties
        with Connection(self.url) as connection:
            producer = connection.Producer(auto_declare=False)
            producer.publish(
                body,
                exchange="speaker.facts",
                routing_key="toy_said.v1.44",
                **properties,
            )

    def _database(self, service: str) -> Database:
        return Database(service, self.environment[f"HECHA_{service.upper()}_DATABASE_URL"])


@contextmanager
def vhost_of(rabbitmq: RabbitMQ) -> Iterator[str]:
    name = f"bus-{uuid.uuid4().hex[:8]}"
    yield rabbitmq.make_vhost(name)
    rabbitmq.drop_vhost(name)


def until(condition: Callable[[], object], seconds: float = 10) -> bool:
    """Whether it comes true in this time on an idle machine; a crowded one has thrice as long."""
    with eventlet.Timeout(3 * seconds, False):
        while not condition():
            eventlet.sleep(0.02)
        return True
    return False


def short_delays(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
    """Delays fit for a test; to be set before the house declares its queues."""
    monkeypatch.setattr("shared.plumbing.topology.DELAYS_S", seconds)
