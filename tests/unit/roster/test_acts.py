"""What is done to the roster, and what is refused, is said to the audit log."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.roster.importing import ImportOptions, commit_roster
from services.roster.tree import read_units_file, register_units
from shared.kernel.errors import RosterNotCheckedError
from shared.plumbing.outbox import outbox_table
from tests.unit.roster.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def acts(house: House) -> list[tuple[str, str, str]]:
    outbox = outbox_table(sa.MetaData())
    mine = sa.select(outbox.c.body).where(outbox.c.fact == "act_done").order_by(outbox.c.id)
    with house.database.transaction() as tx:
        told = [json.loads(body)["data"] for body in tx.execute(mine).scalars()]
    return [(one["act"], one["actor"], one["outcome"]) for one in told]


def test_an_import_is_said_when_it_begins_and_when_it_is_done(house: House) -> None:
    house.take(house.write(house.rows()))

    assert acts(house)[1:] == [
        ("begin_import", "test", "done"),
        ("import_roster", "test", "done"),
    ]


def test_a_refused_import_is_said_as_well(house: House) -> None:
    path = house.write(house.rows())
    with pytest.raises(RosterNotCheckedError):
        commit_roster(house.database, house.vault, path, ImportOptions("test"), checked="another")

    assert acts(house)[1:] == [("import_roster", "test", "roster_not_checked")]


def test_units_are_registered_by_somebody_and_only_if_any_changed(house: House) -> None:
    rows = read_units_file(house.folder / "units.json")
    register_units(house.database, rows, by="operator:li")

    assert acts(house) == [("register_units", "service:roster", "done")]
