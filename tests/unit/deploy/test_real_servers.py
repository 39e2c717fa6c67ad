import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.real_servers import RealServers, ServerError
from deploy.servers.ports import free_port


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.socket() as open_socket:
        open_socket.bind(("127.0.0.1", 0))
        open_socket.listen()
        yield open_socket.getsockname()[1]


@pytest.fixture
def given(listener: int) -> dict[str, str]:
    """Every server is run by somebody else."""
    return {
        "HECHA_AMQP_URL": f"amqp://me:secret@127.0.0.1:{listener}/house",
        "HECHA_ADMIN_DATABASE_URL": f"postgresql+psycopg://me:secret@127.0.0.1:{listener}/postgres",
        "HECHA_S3_ENDPOINT": f"127.0.0.1:{listener}",
        "HECHA_S3_ADMIN_ACCESS_KEY": "access",
        "HECHA_S3_ADMIN_SECRET_KEY": "secret",
    }


def test_servers_that_somebody_else_runs_are_used_as_they_are(
    tmp_path: Path, given: dict[str, str]
) -> None:
    servers = RealServers(tmp_path, given)
    servers.start()

    assert servers.kept == {}
    assert given.items() <= servers.settings().items()
    assert list(tmp_path.iterdir()) == []
    servers.stop()


def test_a_service_keeps_its_own_credential_where_one_is_given(
    tmp_path: Path, given: dict[str, str]
) -> None:
    servers = RealServers(tmp_path, {**given, "HECHA_SCAN_S3_ACCESS_KEY": "scans-own"})
    servers.start()

    settings = servers.settings()
    assert settings["HECHA_SCAN_S3_ACCESS_KEY"] == "scans-own"
    assert settings["HECHA_GATEWAY_S3_ACCESS_KEY"] == "access"


@pytest.mark.parametrize("variable", ["HECHA_AMQP_URL", "HECHA_ADMIN_DATABASE_URL"])
def test_a_server_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path, given: dict[str, str], variable: str, listener: int
) -> None:
    away = free_port()
    given[variable] = given[variable].replace(f":{listener}/", f":{away}/")

    with pytest.raises(
        ServerError, match=f"{variable}: nobody answers at 127.0.0.1:{away}"
    ) as told:
        RealServers(tmp_path, given).start()

    assert "secret" not in str(told.value)


def test_an_object_store_without_a_credential_is_refused(
    tmp_path: Path, given: dict[str, str]
) -> None:
    del given["HECHA_S3_ADMIN_SECRET_KEY"]

    with pytest.raises(ServerError, match="HECHA_S3_ADMIN_SECRET_KEY are needed"):
        RealServers(tmp_path, given).start()


def test_a_server_that_is_not_installed_is_named_with_both_ways_out(
    tmp_path: Path, given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del given["HECHA_AMQP_URL"]
    monkeypatch.setattr("deploy.servers.rabbitmq.programs", lambda: None)

    with pytest.raises(ServerError, match=r"apt-get install rabbitmq-server; or .* HECHA_AMQP_URL"):
        RealServers(tmp_path, given).start()


def test_nothing_is_swept_where_nothing_was_started(tmp_path: Path) -> None:
    assert RealServers(tmp_path, {}).sweep() == []
