"""Acts are appended once, in one order, and nothing else is done to the log."""

from pathlib import Path

import eventlet
import pytest
import sqlalchemy as sa

from services.audit import store
from services.audit.domain import read_event
from services.audit.merkle import Compact, leaf_hash
from services.audit.tables import INSERT_ONLY
from shared.plumbing.inbox import AlreadyHeardError
from tests.unit.audit.house import GUANGDONG, GUANGXI, NOON, House, an_act, an_id, new_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    return new_house(tmp_path)


def size_of(house: House) -> int:
    with house.database.transaction() as tx:
        return store.head_of(tx, GUANGDONG).compact.size


def test_an_act_becomes_an_event_that_names_the_one_before(house: House) -> None:
    house.hear(an_act(1), 1)
    house.hear(an_act(2), 2)
    with house.database.transaction() as tx:
        first, second = store.page_of(tx, GUANGDONG, 0, 10)
    event = read_event(second.body)

    assert (event.seq, event.id, event.source_seq, event.heard_at) == (1, an_id(2), 2, NOON)
    assert event.prev == leaf_hash(first.body).hex() == first.leaf.hex()


def test_the_bytes_of_an_event_are_sorted_and_leave_out_what_is_absent(house: House) -> None:
    house.hear(an_act(1, unit=None), 1)
    with house.database.transaction() as tx:
        row = store.event_at(tx, GUANGDONG, 0)

    assert row is not None
    assert row.body.decode() == (
        '{"act":"print_sheets","actor":"p-01","at":"2026-10-12T12:00:00Z",'
        '"heard_at":"2026-10-12T12:00:00Z","id":"00000000-0000-0000-0000-000000000001",'
        f'"object":"{1:032x}","outcome":"done","prev":"{"0" * 64}","province":"44","seq":0,'
        '"source":"forms","source_seq":1,"v":1}'
    )


def test_a_second_copy_of_an_act_changes_nothing(house: House) -> None:
    house.hear(an_act(1), 1)
    with pytest.raises(AlreadyHeardError):
        house.hear(an_act(1), 1)

    assert size_of(house) == 1


def test_each_province_has_a_log_of_its_own(house: House) -> None:
    house.hear(an_act(1), 1)
    house.hear(an_act(1), 2, GUANGXI)
    with house.database.transaction() as tx:
        heads = [store.head_of(tx, one) for one in (GUANGDONG, GUANGXI)]

    assert [one.compact.size for one in heads] == [1, 1]
    assert heads[0].leaf != heads[1].leaf


def test_acts_that_arrive_together_are_all_appended_once(house: House) -> None:
    pool = eventlet.GreenPool()
    for number in range(1, 41):
        pool.spawn(house.hear, an_act(number), number)
    pool.waitall()

    assert size_of(house) == 40
    assert house.findings() == []


def test_a_transaction_that_fails_fails_for_everybody_who_waits_for_it_and_no_longer(
    house: House,
) -> None:
    house.hear(an_act(1), 1)
    with house.database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE heads RENAME TO away"))
    with pytest.raises(sa.exc.OperationalError):
        house.hear(an_act(2), 2)
    with house.database.transaction() as tx:
        tx.execute(sa.text("ALTER TABLE away RENAME TO heads"))
    house.hear(an_act(2), 2)

    assert size_of(house) == 2


def test_the_head_holds_the_least_that_the_log_goes_on_from(house: House) -> None:
    house.fill(300)
    with house.database.transaction() as tx:
        head = store.head_of(tx, GUANGDONG)
        rows = store.page_of(tx, GUANGDONG, 0, 1000)

    assert head.compact == Compact().plus(row.leaf for row in rows)
    assert len(head.compact.peaks) == 4


@pytest.mark.parametrize("table", INSERT_ONLY)
@pytest.mark.parametrize("what", ["UPDATE {} SET province = '45'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_written(
    house: House, table: str, what: str
) -> None:
    house.fill(300)
    put_a_row_into = {
        "checkpoints": "INSERT INTO checkpoints VALUES ('44', 1, x'00', '', '2026-01-01')",
        "cosignatures": "INSERT INTO cosignatures VALUES ('44', 1, '2026-01-01', '')",
    }
    with house.database.transaction() as tx:
        if table in put_a_row_into:
            tx.execute(sa.text(put_a_row_into[table]))
    with pytest.raises(sa.exc.IntegrityError, match="only ever added to"):
        run(house, what.format(table))


def run(house: House, statement: str) -> None:
    with house.database.transaction() as tx:
        tx.execute(sa.text(statement))
