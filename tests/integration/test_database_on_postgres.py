import json
import time
from collections.abc import Iterator
from datetime import date

import eventlet
import pytest
import sqlalchemy as sa

from deploy.servers.postgres import PostgreSQL
from shared.contracts.events import ActDone
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database, assert_database_yields
from shared.plumbing.outbox import add_bus_tables


@pytest.fixture
def database(postgres: PostgreSQL) -> Iterator[Database]:
    database = Database("toys", postgres.url("test_database"))
    yield database
    database.dispose()
    postgres.drop("test_database")


def ask(database: Database, question: str = "select 1") -> object:
    with database.transaction() as tx:
        return tx.execute(sa.text(question)).scalar()


def test_a_waiting_query_lets_others_work(database: Database) -> None:
    assert_database_yields()
    pool = eventlet.GreenPool()
    started = time.monotonic()
    for _ in range(10):
        pool.spawn(ask, database, "select pg_sleep(0.5)::text")
    pool.waitall()

    assert time.monotonic() - started < 4.5  # one after the other takes 5


def test_connections_that_died_idle_are_replaced_unnoticed(
    database: Database, postgres: PostgreSQL
) -> None:
    pool = eventlet.GreenPool()
    for _ in range(5):
        pool.spawn(ask, database, "select pg_sleep(0.1)::text")
    pool.waitall()
    postgres.restart()
    eventlet.sleep(1)

    assert [ask(database) for _ in range(10)] == [1] * 10


def test_an_error_names_no_values(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as failed, database.transaction() as tx:
        tx.execute(sa.text("select :name ::int"), {"name": "a-name"})

    assert "[SQL parameters hidden" in str(failed.value)


def test_many_rows_at_once_are_the_rows_that_one_at_a_time_makes(database: Database) -> None:
    table = sa.Table(
        "many",
        sa.MetaData(),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("on", sa.Date),
        sa.Column("body", sa.LargeBinary),
        sa.Column("is_new", sa.Boolean),
        sa.Column("count", sa.Integer),
    )
    rows = [
        {"name": "甲", "on": "2026-05-01", "body": b"\0\xff", "is_new": True, "count": 1},
        {"name": "乙%s", "on": None, "body": b"", "is_new": False, "count": None},
    ]
    with database.transaction() as tx:
        table.create(tx.connection)
        tx.insert_many(table, rows)
        tx.insert_many(table, [])
        found = [dict(row) for row in tx.execute(sa.select(table)).mappings()]

    assert found == [rows[0] | {"on": date(2026, 5, 1)}, rows[1]]


def test_acts_of_writers_at_once_are_numbered_without_gaps(postgres: PostgreSQL) -> None:
    database = Database("forms", postgres.url("test_acts"))
    metadata = sa.MetaData()
    add_bus_tables(metadata)
    with database.transaction() as tx:
        metadata.create_all(tx.connection)

    def write() -> None:
        for _ in range(10):
            with database.transaction() as tx:
                tx.say_all([ActDone("a", "o", "p", "done")] * 3, province=ProvinceCode("44"))

    pool = eventlet.GreenPool()
    for _ in range(5):
        pool.spawn(write)
    pool.waitall()
    with database.transaction() as tx:
        bodies = tx.execute(sa.text("select body from outbox")).scalars().all()
    database.dispose()
    postgres.drop("test_acts")

    numbers = sorted(json.loads(bytes(one))["data"]["source_seq"] for one in bodies)
    assert numbers == list(range(1, 151))


def test_only_what_need_not_last_does_not_wait_for_the_disk(database: Database) -> None:
    question = sa.text("show synchronous_commit")
    told = []
    for lasting in (True, False, True):
        with database.transaction(lasting=lasting) as tx:
            told.append(tx.execute(question).scalar())

    assert told == ["on", "off", "on"]
