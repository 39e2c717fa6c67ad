"""The provision of the composition, run against real servers, and what a service makes of it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.environment_file import NAME, read_environment, write_environment
from deploy.health import is_ready
from deploy.real_servers import MANAGEMENT, WITH_CREDENTIAL, RealServers, ServerError
from deploy.servers.ports import free_port
from deploy.services import SERVICES
from tests.conftest import lacking

pytestmark = pytest.mark.real
PASSPHRASE = "passphrase of the composition"
MOUNTED = "/run/hecha"


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
    for _ in range(2):  # it runs again at every start, and keeps what is there
        done = run_provision(folder, given(servers))
        assert done.returncode == 0, done.stderr
    for service in SERVICES:
        settings = read_environment(folder / service / NAME)
        own = {name: v.replace(MOUNTED, str(folder / service)) for name, v in settings.items()}
        write_environment(folder / service / NAME, own)
    return folder


def run_provision(folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The composition's own command, with the composition's settings and no others."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "deploy.compose.provision"),
            *("--folder", str(folder), "--mounted", MOUNTED),
        ],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".", **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def given(servers: dict[str, str]) -> dict[str, str]:
    bus, databases = urlsplit(servers["HECHA_AMQP_URL"]), servers["HECHA_ADMIN_DATABASE_URL"]
    database = urlsplit(databases)
    # The store here is no MinIO: its users are made when it is started.
    keys = {name: servers[name] for who in WITH_CREDENTIAL for name in credential_names(who)}
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


def credential_names(service: str) -> tuple[str, str]:
    start = f"HECHA_{service.upper()}_S3"
    return f"{start}_ACCESS_KEY", f"{start}_SECRET_KEY"


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


def test_what_was_handed_out_lies_there_for_nobody_else(folders: Path) -> None:
    secret = [folders / "house" / NAME, *(folders / service / NAME for service in SERVICES)]
    secret += [folders / "house" / "keys" / name for name in ("keyring", "gateway.bus")]
    secret += [folders / "storage" / "keyring", folders / "gateway" / "gateway.identity"]
    secret += [folders / "portal" / "portal.identity"]

    assert [path for path in secret if path.stat().st_mode & 0o077] == []


def test_a_second_passphrase_is_refused_and_changes_nothing(
    folders: Path, servers: dict[str, str]
) -> None:
    keyring = (folders / "house" / "keys" / "keyring").read_bytes()
    done = run_provision(folders, {**given(servers), "HECHA_PASSPHRASE": "another one"})

    assert done.returncode == 3
    assert "another one" not in done.stderr
    assert (folders / "house" / "keys" / "keyring").read_bytes() == keyring


@pytest.mark.parametrize("name", ["HECHA_BUS_PASSWORD", "HECHA_DATABASE_PASSWORD"])
def test_a_wrong_password_is_told_without_any(
    servers: dict[str, str], folders: Path, name: str
) -> None:
    done = run_provision(folders, {**given(servers), name: "wrong-one"})

    assert done.returncode == 3
    [line] = done.stderr.splitlines()
    assert not [word for word in ("wrong-one", PASSPHRASE, "Traceback") if word in line]


@pytest.mark.parametrize("service", ["progress", "storage", "gateway"])
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
