"""The provision of the composition, run against real servers, and what a service makes of it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import amqp
import pytest
import sqlalchemy as sa
from amqp.exceptions import AccessRefused
from kombu import Connection

from deploy.compose.provision import hand_out, servers_of
from deploy.environment_file import NAME, read_environment, write_environment
from deploy.health import is_ready
from deploy.provision import provision
from deploy.real_servers import MANAGEMENT, RealServers, ServerError
from deploy.servers.ports import free_port
from deploy.services import SERVICES
from shared.plumbing.objects import BucketKind, ObjectStore, StoreAccess, StoreRefusedError
from tests.conftest import lacking

pytestmark = pytest.mark.real
PASSPHRASE = "passphrase of the composition"


@pytest.fixture(scope="module")
def servers(server_folder: Path) -> Iterator[dict[str, str]]:
    servers = RealServers(server_folder / "composed", {}, say=lambda told: None)
    try:
        servers.start()
    except ServerError as missing:
        lacking(str(missing))
    yield servers.settings()
    servers.stop()


@pytest.fixture(scope="module")
def folders(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the provision hands out, as if it were mounted where it lies."""
    folder = tmp_path_factory.mktemp("provision")
    house = folder / "house"
    env = given(servers)
    for _ in range(2):  # it runs again at every start, and keeps what is there
        environment = provision(house, servers_of(env, house))
        write_environment(house / NAME, environment)
        hand_out(environment, house, folder, folder / "mounted")
    for service in SERVICES:
        settings = read_environment(folder / service / NAME)
        mounted = str(folder / "mounted")
        own = {name: v.replace(mounted, str(folder / service)) for name, v in settings.items()}
        write_environment(folder / service / NAME, own)
    return folder


def given(servers: dict[str, str]) -> dict[str, str]:
    bus, databases = urlsplit(servers["HECHA_AMQP_URL"]), servers["HECHA_ADMIN_DATABASE_URL"]
    database = urlsplit(databases)
    keys = {name: value for name, value in servers.items() if "_S3_" in name}
    return {
        **keys,
        "HECHA_BUS_ADMIN": bus.username or "",
        "HECHA_BUS_PASSWORD": bus.password or "",
        "HECHA_BUS_HOST": f"{bus.hostname}:{bus.port}",
        "HECHA_BUS_MANAGEMENT_HOST": servers[MANAGEMENT].rpartition("@")[2],
        "HECHA_DATABASE_ADMIN": database.username or "",
        "HECHA_DATABASE_PASSWORD": database.password or "",
        "HECHA_DATABASES_HOST": f"{database.hostname}:{database.port}",
        "HECHA_OBJECTS_ADMIN": servers["HECHA_S3_ADMIN_ACCESS_KEY"],
        "HECHA_OBJECTS_PASSWORD": servers["HECHA_S3_ADMIN_SECRET_KEY"],
        "HECHA_S3_ENDPOINT": servers["HECHA_S3_ENDPOINT"],
        "HECHA_HOST": "XJ.EXAMPLE.GOV.CN",
        "HECHA_CAMPAIGNS": "44-2026a",
        "HECHA_PASSPHRASE": PASSPHRASE,
    }


def settings_of(folders: Path, service: str) -> dict[str, str]:
    return read_environment(folders / service / NAME)


def test_a_service_gets_no_secret_of_another_and_no_administrators(
    folders: Path, servers: dict[str, str]
) -> None:
    secrets = {
        urlsplit(servers["HECHA_AMQP_URL"]).password,
        servers["HECHA_S3_ADMIN_SECRET_KEY"],
        PASSPHRASE,
    }
    for service in SERVICES:
        settings = settings_of(folders, service)
        texts = [
            path.read_text("latin-1") for path in (folders / service).rglob("*") if path.is_file()
        ]
        assert not [secret for secret in secrets if secret and any(secret in t for t in texts)]
        others = [f"HECHA_{other.upper()}_" for other in SERVICES if other != service]
        assert not [name for name in settings if name.startswith(tuple(others))]
        assert ("HECHA_KEYRING_FILE" in settings) == (service == "storage")
        assert f"hecha_{service}:" in settings["HECHA_AMQP_URL"]
    assert not (folders / "house" / "keys" / "passphrase").exists()


@pytest.mark.parametrize("service", ["campaign", "storage", "gateway"])
def test_a_service_is_ready_with_what_it_was_handed(folders: Path, service: str) -> None:
    health = f"127.0.0.1:{free_port()}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ".",
        "HECHA_ENVIRONMENT_FILE": str(folders / service / NAME),
        f"HECHA_{service.upper()}_HEALTH_ADDRESS": health,
    }
    if service == "storage":
        environment["HECHA_PASSPHRASE"] = PASSPHRASE
    if service == "gateway":
        environment["HECHA_GATEWAY_ADDRESS"] = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "deploy.serve", service]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 60
            while not is_ready(health):
                assert process.poll() is None, "it ended"
                assert time.monotonic() < deadline, "it is not ready"
                time.sleep(0.2)
        finally:
            process.kill()


def test_the_edge_can_put_and_neither_read_nor_list_nor_make(folders: Path) -> None:
    own = settings_of(folders, "gateway")
    keys = own["HECHA_GATEWAY_S3_ACCESS_KEY"], own["HECHA_GATEWAY_S3_SECRET_KEY"]
    store = ObjectStore(StoreAccess(own["HECHA_S3_ENDPOINT"], *keys, False, "hecha"))
    landing = store.bucket("44", BucketKind.LANDING)
    store.put(landing, "probe/test", b"sealed")

    for act in (
        lambda: store.get(landing, "probe/test"),
        lambda: list(store.entries(landing, "")),
        lambda: store.delete(landing, "probe/test"),
        lambda: store.get(store.bucket("44", BucketKind.ARCHIVE), "probe/test"),
    ):
        with pytest.raises(StoreRefusedError):
            act()


def test_a_service_can_say_its_own_facts_and_nobody_elses(folders: Path) -> None:
    with Connection(settings_of(folders, "scan")["HECHA_AMQP_URL"]) as connection:
        channel = connection.channel()
        with pytest.raises(AccessRefused):
            channel.basic_publish_confirm(
                amqp.Message(b"{}"), "roster.facts", "unit_registered.v1.44"
            )


def test_a_service_cannot_hear_the_queue_of_another(folders: Path) -> None:
    with Connection(settings_of(folders, "progress")["HECHA_AMQP_URL"]) as connection:
        channel = connection.channel()
        with pytest.raises(AccessRefused):
            channel.basic_get("scan.read.44")


def test_a_service_cannot_open_the_database_of_another(folders: Path) -> None:
    own = settings_of(folders, "roster")["HECHA_ROSTER_DATABASE_URL"]
    for target, refused in (("hecha_roster", False), ("hecha_scan", True)):
        engine = sa.create_engine(sa.make_url(own).set(database=target))
        try:
            if refused:
                with pytest.raises(sa.exc.OperationalError, match="permission denied"):
                    engine.connect()
            else:
                engine.connect().close()
        finally:
            engine.dispose()
