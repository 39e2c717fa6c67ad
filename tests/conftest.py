# ruff: noqa: E402  # eventlet patches the standard library before anything else is imported
import eventlet

eventlet.monkey_patch()

import os

# Before any test imports psycopg, which reads it once: its wait must yield to the hub.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

from deploy.servers.postgres import PostgreSQL, PostgreSQLMissingError
from deploy.servers.rabbitmq import RabbitMQ, RabbitMQMissingError

HERE = Path(__file__).parent
# A test that asks for one of these servers is a test of the real mode, wherever it lies.
REAL_SERVERS = {"rabbitmq", "postgres", "s3"}
MARKS_OF_FOLDERS = ("browser", "fault")
# They read and draw pictures, or walk real tables as every role: seconds, for who changes those.
SLOW_PLACES = (
    "contract/test_jurisdiction.py",
    "unit/forms/test_pages.py",
    "unit/scan_digits",
    "unit/scan_flat",
    "unit/scan_hand",
)
# A test with a folder of its own makes databases, files or processes there.
FOLDERS = {"tmp_path", "tmp_path_factory"}

# The same examples in every run, however long one takes: a landing does not hang on luck or load.
# `--hypothesis-profile=searching` draws new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The long form of the fault tests."""
    parser.addoption(
        "--fault-long", action="store_true", help="500 photos under kills instead of 20"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark before pytest's own `-m` chooses."""
    for item in items:
        if REAL_SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("real")
        if FOLDERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("disk")
        if str(item.path.relative_to(HERE)).startswith(SLOW_PLACES):
            item.add_marker("slow")
        for folder in MARKS_OF_FOLDERS:
            if folder in item.path.relative_to(item.config.rootpath).parts[:2]:
                item.add_marker(folder)


def lacking(reason: str) -> NoReturn:
    """Leave a test out, visibly; where everything must run, fail instead."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"{reason} (nothing may be left out when CI=true)", pytrace=False)
    pytest.skip(f"{reason}: ./run doctor --mend test")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that the accounts of the servers can walk to, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="hecha-servers-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[Any]:
    """A running `deploy.servers.postgres.PostgreSQL`."""
    try:
        server = PostgreSQL(server_folder / "postgres", durable=False)
    except (PostgreSQLMissingError, LookupError) as missing:
        lacking(str(missing))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rabbitmq(server_folder: Path) -> Iterator[Any]:
    """A running `deploy.servers.rabbitmq.RabbitMQ`."""
    try:
        server = RabbitMQ(server_folder / "rabbitmq")
    except (RabbitMQMissingError, LookupError) as missing:
        lacking(str(missing))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def s3(server_folder: Path) -> Iterator[Any]:
    """A running `deploy.servers.weed.Weed`."""
    module = pytest.importorskip("deploy.servers.weed")
    server = module.Weed(server_folder / "s3")
    server.start()
    yield server
    server.stop()
