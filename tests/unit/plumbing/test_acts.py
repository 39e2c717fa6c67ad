"""Acts are numbered without gaps, in the transaction of their effect."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.contracts.events import ActDone
from shared.kernel.errors import UnknownSheetError
from shared.kernel.ids import ProvinceCode
from shared.plumbing import tracing
from shared.plumbing.database import Database
from shared.plumbing.outbox import add_bus_tables, outbox_table

GUANGDONG, GUANGXI = ProvinceCode("44"), ProvinceCode("45")
NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
OUTBOX = outbox_table(sa.MetaData())


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database("forms", f"sqlite:///{tmp_path}/forms.db", clock=lambda: NOON)
    metadata = sa.MetaData()
    add_bus_tables(metadata)
    with made.transaction() as tx:
        metadata.create_all(tx.connection)
    return made


def an_act(name: str = "print_sheets") -> ActDone:
    return ActDone(name, "440305-017-0701", "p1", "done")


def told(database: Database) -> list[tuple[str, int, str | None]]:
    """Province, number and trace of every act in the outbox, in its order."""
    with database.transaction() as tx:
        bodies = tx.execute(sa.select(OUTBOX.c.body).order_by(OUTBOX.c.id)).scalars().all()
    plain = [json.loads(body) for body in bodies]
    return [(p["province"], p["data"]["source_seq"], p["data"]["request"]) for p in plain]


def test_every_act_has_the_next_number_of_its_province(database: Database) -> None:
    with database.transaction() as tx:
        tx.say(an_act(), province=GUANGDONG)
        tx.say(an_act(), province=GUANGXI)
    with database.transaction() as tx:
        tx.say_all([an_act(), an_act()], province=GUANGDONG)

    assert [(p, n) for p, n, _ in told(database)] == [("44", 1), ("45", 1), ("44", 2), ("44", 3)]


def refuse(database: Database) -> None:
    with database.transaction() as tx:
        tx.say(an_act(), province=GUANGDONG)
        raise UnknownSheetError("x")


def test_a_refused_act_takes_no_number(database: Database) -> None:
    with pytest.raises(UnknownSheetError):
        refuse(database)
    with database.transaction() as tx:
        tx.say(an_act(), province=GUANGDONG)

    assert [number for _, number, _ in told(database)] == [1]


def test_the_number_is_taken_after_everything_else(database: Database) -> None:
    with database.transaction() as tx:
        tx.say(an_act(), province=GUANGDONG)
        heads = tx.execute(sa.text("select count(*) from act_heads")).scalar_one()

    assert heads == 0


def test_an_act_carries_the_trace_of_its_work_and_its_service(database: Database) -> None:
    with tracing.traced(None) as traceparent, database.transaction() as tx:
        tx.say(an_act(), province=GUANGDONG)

    assert told(database) == [("44", 1, tracing.trace_id(traceparent))]


def test_an_act_cannot_be_kept_back_for_an_undo(database: Database) -> None:
    with pytest.raises(ValueError, match="another act"), database.transaction() as tx:
        tx.say(an_act(), province=GUANGDONG, not_before=NOON)


def test_an_act_that_was_said_leaves_under_the_id_it_was_given(database: Database) -> None:
    with database.transaction() as tx:
        given = tx.say(an_act(), province=GUANGDONG)
    with database.transaction() as tx:
        written = tx.execute(sa.select(OUTBOX.c.fact_id)).scalar_one()

    assert written == given
