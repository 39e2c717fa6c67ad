"""`hecha progress`: counts as data, and a recount that finds and mends a wrong one."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.progress.tables import counters
from shared.kernel.authority import Role
from tests.unit.cli.conftest import CAMPAIGN, Terminal, acts_of, administrator
from tests.unit.progress.house import HANDLERS, HeardFact, a_photo, an_issue, the_tree


@pytest.fixture
def counted(terminal: Terminal) -> Terminal:
    database = terminal.database("progress")
    for fact in (*the_tree(), an_issue("c11", 1, 2, 3), a_photo(1)):
        HANDLERS[type(fact)](HeardFact(fact, database))  # type: ignore[arg-type]  # as it is heard
    return terminal


def test_counts_come_as_data_the_unit_first_and_those_below_it(counted: Terminal) -> None:
    said = administrator(counted).run("progress", "show", "440305", "--json")

    rows = json.loads(said.out)
    assert (said.code, said.told) == (0, "")
    assert [row["unit"] for row in rows] == ["440305", "s1"]
    assert [row["counts"]["issued"] for row in rows] == [3, 3]
    assert [row["counts"]["photographed"] for row in rows] == [1, 1]


def test_counts_come_as_a_table_for_people(counted: Terminal) -> None:
    said = administrator(counted).run("progress", "show", "44")

    assert said.code == 0
    assert "下发 issued" in said.out
    assert "4403" in said.out


@pytest.mark.parametrize("json_", [(), ("--json",)])
def test_a_unit_that_nobody_knows_is_refused(counted: Terminal, json_: tuple[str, ...]) -> None:
    said = administrator(counted).run("progress", "show", "4499", *json_)

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
    assert acts_of(counted, "progress") == [("mend_counts", CAMPAIGN, "done")]


SUPERVISION = (
    ("show", "44"),
    ("tables", "44", "--level", "class"),
    ("stalled", "44"),
    ("urge", "s1"),
    ("urges", "s1"),
    ("missing", "c11"),
    ("report", "s1"),
    ("reports", "s1"),
    ("accept", "0" * 32),
    ("return", "0" * 32, "--reason", "漏报"),
    ("export", "44", "table.xlsx"),
    ("export-report", "0" * 32, "report.xlsx"),
)


def test_nobody_supervises_without_signing_in_or_with_a_forged_token(counted: Terminal) -> None:
    unsigned = [counted.run("progress", *command) for command in SUPERVISION]
    counted.environment["HECHA_ACTOR_TOKEN"] = "forged.token"
    forged = [counted.run("progress", *command) for command in SUPERVISION]

    assert {(said.code, said.out) for said in unsigned + forged} == {(1, "")}
    assert all("not_signed_in" in said.told for said in unsigned)
    assert all("actor_refused" in said.told for said in forged)


def test_a_county_urges_a_school_and_its_staff_see_it(counted: Terminal) -> None:
    county = counted.as_(Role.UNIT_ADMINISTRATOR, "440305")
    done = county.run("progress", "urge", "s1", "--stage", "returned")
    own = county.run("progress", "urge", "440305")
    seen = counted.as_(Role.SCHOOL_LEADER, "s1").run("progress", "urges", "s1", "--json")

    assert (done.code, own.code) == (0, 1)
    (urge,) = json.loads(seen.out)
    assert (urge["unit"], urge["stage"], urge["by_unit"]) == ("s1", "returned", "440305")


def test_a_school_reports_up_and_its_county_takes_it(counted: Terminal, tmp_path: Path) -> None:
    made = counted.as_(Role.REGISTRAR, "s1").run("progress", "report", "s1")
    report = made.out.strip()
    signed = counted.as_(Role.SCHOOL_LEADER, "s1").run("progress", "report", "s1", "--sign", report)
    county = counted.as_(Role.UNIT_ADMINISTRATOR, "440305")
    listed = json.loads(county.run("progress", "reports", "440305", "--json").out)
    taken = county.run("progress", "accept", report)
    book = county.run("progress", "export-report", report, tmp_path / "report.xlsx")

    assert [one.code for one in (made, signed, taken, book)] == [0, 0, 0, 0]
    assert [one["standing"] for one in listed["children"]] == ["reported"]
    assert "accepted" in taken.told
    assert (tmp_path / "report.xlsx").read_bytes().startswith(b"PK")


def test_those_who_supervise_see_tables_the_missing_and_what_stands_still(
    counted: Terminal, tmp_path: Path
) -> None:
    county = counted.as_(Role.UNIT_ADMINISTRATOR, "440305")
    shown = county.run("progress", "tables", "440305", "--json")
    written = county.run("progress", "export", "440305", tmp_path / "table.xlsx")
    stalled = county.run("progress", "stalled", "440305")
    missing = counted.as_(Role.HOMEROOM_TEACHER, "c11").run("progress", "missing", "c11")

    assert [one.code for one in (shown, written, stalled, missing)] == [0, 0, 0, 0]
    assert [one["unit"]["unit"] for one in json.loads(shown.out)["units"]] == ["s1"]
    assert (tmp_path / "table.xlsx").read_bytes().startswith(b"PK")
    assert "s1" in stalled.out
    assert len(missing.out.splitlines()) == 3
    assert "3 not returned" in missing.told
