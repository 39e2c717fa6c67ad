"""`hecha progress`: counts as data, and a recount that finds and mends a wrong one."""

import json

import pytest
import sqlalchemy as sa

from services.progress.tables import counters
from tests.unit.cli.conftest import Terminal
from tests.unit.progress.house import HANDLERS, HeardFact, a_photo, an_issue, the_tree


@pytest.fixture
def counted(terminal: Terminal) -> Terminal:
    database = terminal.database("progress")
    for fact in (*the_tree(), an_issue("c11", 1, 2, 3), a_photo(1)):
        HANDLERS[type(fact)](HeardFact(fact, database))  # type: ignore[arg-type]  # as it is heard
    return terminal


def test_counts_come_as_data_the_unit_first_and_those_below_it(counted: Terminal) -> None:
    said = counted.run("progress", "show", "440305", "--json")

    rows = json.loads(said.out)
    assert (said.code, said.told) == (0, "")
    assert [row["unit"] for row in rows] == ["440305", "s1"]
    assert [row["counts"]["issued"] for row in rows] == [3, 3]
    assert [row["counts"]["photographed"] for row in rows] == [1, 1]


def test_counts_come_as_a_table_for_people(counted: Terminal) -> None:
    said = counted.run("progress", "show", "44")

    assert said.code == 0
    assert "下发 issued" in said.out
    assert "4403" in said.out


@pytest.mark.parametrize("json_", [(), ("--json",)])
def test_a_unit_that_nobody_knows_is_refused(counted: Terminal, json_: tuple[str, ...]) -> None:
    said = counted.run("progress", "show", "4499", *json_)

    assert (said.code, said.out) == (1, "")
    assert "No unit has this code" in said.told


def test_a_wrong_count_is_named_mended_and_found_right_the_next_time(counted: Terminal) -> None:
    with counted.database("progress").transaction() as tx:
        tx.execute(sa.update(counters).where(counters.c.unit == "4403").values(issued=99))

    found = counted.run("progress", "recount")
    still = counted.run("progress", "recount")
    mended = counted.run("progress", "recount", "--mend")
    again = counted.run("progress", "recount")

    assert [found.code, still.code, mended.code] == [1, 1, 0]
    assert json.loads(found.out)["unit"] == "4403"
    assert found.out == still.out == mended.out
    assert "--mend puts them right" in found.told
    assert "1 counts were put right" in mended.told
    assert (again.code, again.out) == (0, "")
    assert again.told == "Every count agrees with the flags.\n"
