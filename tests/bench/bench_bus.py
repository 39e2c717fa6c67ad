# ruff: noqa: E402  # eventlet patches the standard library before anything else is imported
"""Saying and hearing on RabbitMQ and PostgreSQL, against Nameko's own publisher and handler.

Nameko's side has no outbox and no inbox: what it is compared with here may be lost or
happen twice. Both hearers write the same effect in a transaction of their own.
"""

import eventlet

eventlet.monkey_patch()

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import sqlalchemy as sa
from kombu import Connection, Exchange, Queue
from nameko.amqp.publish import Publisher
from nameko.events import event_handler  # noqa: TID251  # the peer

from deploy.servers.postgres import PostgreSQL
from deploy.servers.rabbitmq import RabbitMQ
from shared.plumbing import embedded
from shared.plumbing.database import Database
from shared.plumbing.declare import declare
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.publish import publisher_for
from shared.plumbing.relay import Relay
from shared.plumbing.runner import config_for, run_services
from shared.plumbing.topology import plans_of
from tests.unit.plumbing.toys import (
    PROVINCE,
    HearerService,
    SpeakerService,
    ToySaid,
    effects,
    open_house,
)

FACTS = int(os.environ.get("HECHA_BENCH_FACTS", "4000"))
EVENTS = Exchange("speaker.events", type="topic", durable=True)


class PlainService:
    """Nameko as it comes."""

    name = "hearer"
    database = DatabaseProvider()

    @event_handler("speaker", "toy_said")
    def on_toy(self, event: dict[str, Any]) -> None:
        """The same effect."""
        with self.database.transaction() as tx:
            tx.execute(sa.insert(effects), {"number": event["number"]})


def say_ours(speaker: Database, url: str) -> float:
    """Facts a second out of an outbox, marked as said."""
    with speaker.transaction() as tx:
        for number in range(FACTS):
            tx.say(ToySaid(number), province=PROVINCE)
    relay = Relay(speaker, publisher_for(url))
    start = time.perf_counter()
    while relay.say_waiting():
        pass
    took_s = time.perf_counter() - start
    relay.stop()
    return FACTS / took_s


def say_plain(url: str) -> float:
    """Events a second by Nameko's publisher, which waits for each confirm."""
    with Connection(url) as connection:
        # Nameko's name; a quorum queue like ours would be refused by its handler.
        name = "evt-speaker-toy_said--hearer.on_toy"
        Queue(name, EVENTS, "toy_said", durable=True)(connection.channel()).declare()
    publisher = Publisher(url)
    start = time.perf_counter()
    for number in range(FACTS):
        publisher.publish({"number": number}, exchange=EVENTS, routing_key="toy_said")
    return FACTS / (time.perf_counter() - start)


def hear(cls: type[Any], url: str, environment: dict[str, str], hearer: Database) -> float:
    """Effects committed a second, from queues that are full already."""
    with hearer.transaction() as tx:
        tx.execute(sa.delete(effects))
    runner = run_services([cls], config_for(url, environment))
    before, begun = count(hearer), time.perf_counter()
    while (done := count(hearer)) < FACTS:
        eventlet.sleep(0.02)
    took_s = time.perf_counter() - begun
    runner.stop()
    return (done - before) / took_s


def count(hearer: Database) -> int:
    """How many effects there are."""
    with hearer.transaction() as tx:
        return int(tx.execute(sa.select(sa.func.count()).select_from(effects)).scalar_one())


def walk_embedded(folder: Path) -> float:
    """Facts a second from saying to effect, all in one process on SQLite."""
    environment = open_house(folder)
    classes = [SpeakerService, HearerService]
    declare(embedded.URL, plans_of(classes, [PROVINCE]))
    runner = run_services(classes, config_for(embedded.URL, environment))
    hearer = Database("hearer", environment["HECHA_HEARER_DATABASE_URL"])
    speaker = Database("speaker", environment["HECHA_SPEAKER_DATABASE_URL"])
    start = time.perf_counter()
    with speaker.transaction() as tx:
        for number in range(FACTS):
            tx.say(ToySaid(number), province=PROVINCE)
    while count(hearer) < FACTS:
        eventlet.sleep(0.05)
    took_s = time.perf_counter() - start
    runner.stop()
    return FACTS / took_s


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """A server, for a while."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def report(name: str, ours: float, peer: float, what: str) -> None:
    """One line."""
    print(f"{name}\tours {ours:,.0f}/s\tpeer {peer:,.0f}/s ({what})\tratio {ours / peer:.2f}")


def main() -> None:
    """Measure on servers of our own."""
    with tempfile.TemporaryDirectory(prefix="hecha-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with (
            running(PostgreSQL(folder / "postgres")) as postgres,
            running(RabbitMQ(folder / "rabbitmq")) as rabbitmq,
        ):
            measure(postgres, rabbitmq, folder)


def measure(postgres: PostgreSQL, rabbitmq: RabbitMQ, folder: Path) -> None:
    """All lines."""
    databases = {name: postgres.url(f"bench_{name}") for name in ("speaker", "hearer")}
    environment = open_house(folder, databases)
    speaker, hearer = (Database(name, url) for name, url in databases.items())
    url = rabbitmq.url
    declare(url, plans_of([HearerService], [PROVINCE]), speakers=("speaker",))
    print(f"{FACTS:,} facts; PostgreSQL with fsync; our queues are quorum, nameko's are classic")
    say_plain(url)  # warm
    with Connection(url) as connection:
        connection.channel().queue_purge("evt-speaker-toy_said--hearer.on_toy")
    report(
        "facts said a second (outbox row claimed and confirmed and marked)",
        say_ours(speaker, url),
        say_plain(url),
        "nameko's publisher: one confirm at a time and no outbox",
    )
    report(
        "facts heard a second (inbox row and effect in one transaction)",
        hear(HearerService, url, environment, hearer),
        hear(PlainService, url, environment, hearer),
        "nameko's event handler: the effect alone",
    )
    speaker.dispose()
    hearer.dispose()
    print(f"embedded on SQLite: {walk_embedded(folder):.0f} facts a second from saying to effect")


if __name__ == "__main__":
    main()
