"""What a thief of one service's logins gets: tried on real servers, as `./run up` makes them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import amqp
import pytest
import sqlalchemy as sa
from amqp.exceptions import AccessRefused
from kombu import Connection, Exchange, Queue

from deploy.house import allowed
from deploy.provision import administrator_of, provision
from deploy.real_servers import WITH_CREDENTIAL
from deploy.servers.postgres import PostgreSQL
from deploy.servers.rabbitmq import RabbitMQ
from deploy.services import SERVICES, WITH_DATABASE, all_classes
from shared.kernel.ids import ProvinceCode
from shared.plumbing.objects import BucketKind, ObjectStore, StoreAccess, StoreRefusedError
from shared.plumbing.topology import DEAD_EXCHANGE, RPC_EXCHANGE, delay_name, plans_of
from tests.integration.bus_house import vhost_of

PROVINCE = ProvinceCode("44")
PREFIX = "hecha-rights"


@pytest.fixture(scope="module")
def servers(rabbitmq: RabbitMQ, postgres: PostgreSQL, s3: Any) -> Iterator[dict[str, str]]:
    """The settings of the servers, as those of a house that starts its own."""
    access, secret = s3.credentials()
    keys: dict[str, str] = {}
    for who in WITH_CREDENTIAL:
        start = f"HECHA_{who.upper()}_S3"
        own = s3.credentials(who)
        keys |= {f"{start}_ACCESS_KEY": own[0], f"{start}_SECRET_KEY": own[1]}
    with vhost_of(rabbitmq) as bus:
        yield keys | {
            "HECHA_AMQP_URL": bus,
            "HECHA_AMQP_MANAGEMENT_URL": rabbitmq.management_url,
            "HECHA_ADMIN_DATABASE_URL": postgres.admin_url(),
            "HECHA_S3_ENDPOINT": s3.endpoint,
            "HECHA_S3_ADMIN_ACCESS_KEY": access,
            "HECHA_S3_ADMIN_SECRET_KEY": secret,
            "HECHA_BUCKET_PREFIX": PREFIX,
        }
    for service in SERVICES:
        rabbitmq.ask("DELETE", f"/api/users/hecha_{service}")
    for service in WITH_DATABASE:
        postgres.drop(f"hecha_{service}")


@pytest.fixture(scope="module")
def house(
    servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, str]]:
    """What the process of each service sees."""
    environment = provision(tmp_path_factory.mktemp("rights"), servers)
    return {service: allowed(service, environment) for service in SERVICES}


def test_every_service_sees_its_own_logins_and_no_other(
    house: dict[str, dict[str, str]], servers: dict[str, str]
) -> None:
    everything = {name: set(seen.values()) for name, seen in house.items()}

    assert len({seen["HECHA_AMQP_URL"] for seen in house.values()}) == len(SERVICES)
    for name, seen in house.items():
        databases = [one for one in seen if one.endswith("_DATABASE_URL")]
        credentials = [one for one in seen if one.endswith("_S3_SECRET_KEY")]
        assert databases == [f"HECHA_{name.upper()}_DATABASE_URL"] * (name in WITH_DATABASE)
        assert credentials == [f"HECHA_{name.upper()}_S3_SECRET_KEY"] * (name in WITH_CREDENTIAL)
        assert servers["HECHA_AMQP_URL"] not in everything[name]
        assert servers["HECHA_S3_ADMIN_SECRET_KEY"] not in everything[name]
        assert servers["HECHA_ADMIN_DATABASE_URL"] not in everything[name]


# --- objects


def store_of(seen: Mapping[str, str], service: str) -> ObjectStore:
    start = f"HECHA_{service.upper()}_S3"
    login = seen[f"{start}_ACCESS_KEY"], seen[f"{start}_SECRET_KEY"]
    return ObjectStore(StoreAccess(seen["HECHA_S3_ENDPOINT"], *login, prefix=PREFIX))


OBJECT = "original/somebodys"
ATTEMPTS: dict[str, Callable[[ObjectStore, str, str], object]] = {
    "read": lambda store, bucket, _: store.get(bucket, OBJECT),
    "read a version": lambda store, bucket, version: store.get(bucket, OBJECT, version),
    "list": lambda store, bucket, _: list(store.entries(bucket)),
    "list versions": lambda store, bucket, _: list(store.entries(bucket, versions=True)),
    "delete": lambda store, bucket, _: store.delete(bucket, OBJECT),
    "delete a version": lambda store, bucket, version: store.delete(bucket, OBJECT, version),
    "copy": lambda store, bucket, version: store.copy((bucket, OBJECT, version), bucket, "mine"),
    "lock": lambda store, bucket, version: store.lock(
        bucket, OBJECT, version, until=datetime.now(UTC) + timedelta(days=1)
    ),
    "make a bucket": lambda store, _, __: store.make_bucket(f"{PREFIX}-44-mine"),
}


@pytest.mark.parametrize("kind", [BucketKind.LANDING, BucketKind.ARCHIVE])
@pytest.mark.parametrize("service", ["gateway", "scan"])
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_who_hands_photos_in_cannot(
    house: dict[str, dict[str, str]],
    servers: dict[str, str],
    attempt: str,
    service: str,
    kind: BucketKind,
) -> None:
    admin = administrator_of(servers)
    bucket = admin.bucket(PROVINCE, kind)
    version = admin.put(bucket, OBJECT, b"sealed")

    with pytest.raises(StoreRefusedError):
        ATTEMPTS[attempt](store_of(house[service], service), bucket, version)
    assert admin.get(bucket, OBJECT, version) == b"sealed"


@pytest.mark.parametrize("service", ["gateway", "scan"])
def test_who_hands_photos_in_puts_them_into_the_landing_alone(
    house: dict[str, dict[str, str]], service: str
) -> None:
    store = store_of(house[service], service)

    assert store.put(store.bucket(PROVINCE, BucketKind.LANDING), "original/mine", b"sealed")
    for kind in (BucketKind.ARCHIVE, BucketKind.PRINTS, BucketKind.SLOTS):
        with pytest.raises(StoreRefusedError):
            store.put(store.bucket(PROVINCE, kind), "original/mine", b"sealed")


# --- the bus

PLANS = plans_of(all_classes(), [PROVINCE])
OWN = [plan for plan in PLANS if plan.service == "scan"]
FOREIGN = [plan for plan in PLANS if plan.service != "scan"]
FOREIGN_QUEUES = [plan.name for plan in FOREIGN]
WAYS_IN: dict[str, tuple[str, str]] = {
    "straight": ("", "{queue}"),
    "through a delay": (delay_name(1), "{queue}"),
    "as a dead letter": (DEAD_EXCHANGE, "{queue}"),
    "as a fact of the roster": ("roster.facts", "unit_registered.v1.44"),
    "as a fact of another on its own exchange": ("scan.facts", "unit_registered.v1.44"),
    "as a question for a class": (RPC_EXCHANGE, "roster.snapshot_class"),
}


def publish(channel: Any, exchange: str, key: str) -> None:
    channel.connection.confirm_publish = True
    channel.basic_publish_confirm(amqp.Message(b"{}"), exchange, key)


@pytest.mark.parametrize("way", WAYS_IN)
def test_scan_puts_nothing_into_a_queue_of_another(
    house: dict[str, dict[str, str]], way: str
) -> None:
    exchange, key = WAYS_IN[way]
    with Connection(house["scan"]["HECHA_AMQP_URL"]) as connection:
        for queue in FOREIGN_QUEUES:
            with pytest.raises(AccessRefused):
                publish(connection.channel(), exchange, key.format(queue=queue))


def test_scan_reads_its_own_queues_and_none_of_another(house: dict[str, dict[str, str]]) -> None:
    with Connection(house["scan"]["HECHA_AMQP_URL"]) as connection:
        for queue in (name for plan in OWN for name in (plan.name, plan.dead)):
            assert connection.channel().basic_get(queue) is None
        for queue in (*FOREIGN_QUEUES, "rpc-roster", *(plan.dead for plan in FOREIGN)):
            with pytest.raises(AccessRefused):
                connection.channel().basic_get(queue)


@pytest.mark.parametrize("question", ["roster.snapshot_class", "forms.collect", "storage.grant"])
def test_the_public_edge_asks_for_no_record_no_print_and_no_key(
    house: dict[str, dict[str, str]], question: str
) -> None:
    with (
        Connection(house["gateway"]["HECHA_AMQP_URL"]) as connection,
        pytest.raises(AccessRefused),
    ):
        publish(connection.channel(), RPC_EXCHANGE, question)


@pytest.mark.parametrize("exchange", [RPC_EXCHANGE, "roster.facts", "storage.facts"])
def test_the_public_edge_overhears_nothing(house: dict[str, dict[str, str]], exchange: str) -> None:
    own = Queue("rpc.reply-gateway-x", Exchange(exchange, "topic", no_declare=True), "#")
    with (
        Connection(house["gateway"]["HECHA_AMQP_URL"]) as connection,
        pytest.raises(AccessRefused),
    ):
        own(connection.channel()).declare()


# --- databases


def open_database(url: str, database: str) -> None:
    engine = sa.create_engine(sa.make_url(url).set(database=database))
    try:
        engine.connect().close()
    finally:
        engine.dispose()


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_a_service_opens_its_own_database_and_no_other(
    house: dict[str, dict[str, str]], service: str
) -> None:
    url = house[service][f"HECHA_{service.upper()}_DATABASE_URL"]
    open_database(url, f"hecha_{service}")

    others = [f"hecha_{other}" for other in WITH_DATABASE if other != service]
    for database in (*others, "postgres", "template1"):
        with pytest.raises(sa.exc.OperationalError, match="permission denied"):
            open_database(url, database)
