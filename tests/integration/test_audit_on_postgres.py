"""The log on PostgreSQL: many append at once, and the login itself cannot change what was written."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
import sqlalchemy as sa

from deploy.servers.postgres import PostgreSQL
from services.audit import store
from services.audit.appending import Appender
from services.audit.checking import Checker
from services.audit.checkpoints import have_witnessed
from services.audit.looking import Lookers
from services.audit.tables import INSERT_ONLY
from services.audit.witness import OwnWitness
from shared.plumbing.database import Database
from shared.plumbing.hears import Heard
from shared.plumbing.inbox import AlreadyHeardError
from shared.plumbing.migrations import downgrade
from tests.unit.audit.house import (
    GUANGDONG,
    LOG_KEY,
    NOON,
    ORIGIN,
    QUEUE,
    WITNESS,
    House,
    an_act,
    an_id,
)

PROCESSES, ACTS = 4, 60


@pytest.fixture
def house(postgres: PostgreSQL) -> Iterator[House]:
    url = postgres.url("test_audit")
    made = House(url)
    yield made
    made.database.dispose()
    downgrade("audit", url)
    postgres.drop("test_audit")


def test_processes_that_append_at_once_append_each_act_once(house: House) -> None:
    def work() -> None:
        database = Database("audit", house.database.url, clock=lambda: NOON)
        appender = Appender(database)
        for number in range(1, ACTS + 1):
            heard = Heard(an_act(number), an_id(number), NOON, GUANGDONG, 1, QUEUE, database)
            with suppress(AlreadyHeardError):
                appender.append(heard)
        database.dispose()

    workers = [threading.Thread(target=work) for _ in range(PROCESSES)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    with house.database.transaction() as tx:
        size = store.head_of(tx, GUANGDONG).compact.size

    assert size == ACTS
    assert house.findings() == []


@pytest.mark.parametrize("table", INSERT_ONLY)
@pytest.mark.parametrize("what", ["UPDATE {} SET province = '45'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_login_has_no_right_to_change_what_was_written(
    house: House, table: str, what: str
) -> None:
    house.fill(3)
    with pytest.raises(sa.exc.DBAPIError) as refused:
        run(house, what.format(table))

    told = str(refused.value)
    assert "permission denied" in told or "only ever added to" in told


def run(house: House, statement: str) -> None:
    with house.database.transaction() as tx:
        tx.execute(sa.text(statement))


@pytest.mark.parametrize("table", INSERT_ONLY)
def test_the_rights_were_taken_from_the_owner_too(house: House, table: str) -> None:
    with house.database.transaction() as tx:
        held = tx.execute(
            sa.text(
                "SELECT privilege_type FROM information_schema.role_table_grants"
                " WHERE table_name = :t AND grantee = current_user"
            ),
            {"t": table},
        )
        rights = set(held.scalars())

    assert {"SELECT", "INSERT"} <= rights
    assert not rights & {"UPDATE", "DELETE", "TRUNCATE"}


def test_a_log_with_checkpoints_gaps_and_a_witness_verifies(house: House) -> None:
    house.fill(300)
    house.checkpoint()
    own = OwnWitness(house.database, "w", WITNESS, {ORIGIN: LOG_KEY})

    assert have_witnessed(house.database, GUANGDONG, own)
    assert house.findings() == []
    house.hear(an_act(303), 999)
    assert [(one.seq, one.until) for one in house.findings()] == [(301, 302)]


def test_other_processes_look_a_log_over_as_well(house: House) -> None:
    house.fill(150)
    with Lookers(house.database.url, 1, stretch=100) as lookers:
        looked = list(lookers.over(GUANGDONG, 0, 150))
        found = list(Checker(house.database, GUANGDONG, LOG_KEY, lookers).run())

    assert [len(one.leaves) for one in looked] == [100, 50]
    assert found == []
