import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.errors import DomainError, NotAllowedError
from shared.kernel.ids import AccountId, PersonId, UnitCode
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database
from shared.plumbing.outbox import add_bus_tables, outbox_table

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
ACTOR = Actor(
    *(PersonId("0f" * 8), AccountId("449101.01"), Role.REVIEWER, UnitCode("449101")),
    *("44/4491/449101/", NOW),
)
DEED = Deed("look", "an-object", UnitCode("449101"))
METADATA = sa.MetaData()
EFFECTS = sa.Table("effects", METADATA, sa.Column("effect", sa.Text))
add_bus_tables(METADATA)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database("campaign", f"sqlite:///{tmp_path / 'acts.db'}", clock=lambda: NOW)
    METADATA.create_all(made.engine)
    return made


def do(database: Database, refusal: Exception | None = None) -> None:
    with acting(database, ACTOR, DEED) as tx:
        tx.execute(sa.insert(EFFECTS).values(effect="something"))
        if refusal is not None:
            raise refusal


def left(database: Database) -> tuple[int, list[tuple[str, str]]]:
    outbox = outbox_table(sa.MetaData())
    with database.transaction() as tx:
        effects = len(tx.execute(sa.select(EFFECTS)).all())
        bodies = [
            json.loads(body)["data"] for body in tx.execute(sa.select(outbox.c.body)).scalars()
        ]
    return effects, [(one["actor"], one["outcome"]) for one in bodies]


def test_an_act_is_said_with_its_effect(database: Database) -> None:
    do(database)

    assert left(database) == (1, [(ACTOR.person, "done")])


def test_a_refusal_has_no_effect_and_is_said(database: Database) -> None:
    with pytest.raises(DomainError):
        do(database, NotAllowedError("look"))

    assert left(database) == (0, [(ACTOR.person, "not_allowed")])


def test_a_bug_is_no_act(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        do(database, ZeroDivisionError())

    assert left(database) == (0, [])
