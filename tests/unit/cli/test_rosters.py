"""`hecha roster`: exit codes and sentences of taking units and rosters."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.cli.sentences_roster import IN_ENGLISH
from services.roster.sentences import FILE_SENTENCES
from services.roster.tables import pupils
from tests.unit.cli.conftest import Terminal, administrator
from tests.unit.roster.house import House


def known(terminal: Terminal) -> int:
    with terminal.database("roster").transaction() as tx:
        return tx.execute(sa.select(sa.func.count()).select_from(pupils)).scalar_one()


def test_the_same_units_again_change_nothing(terminal: Terminal, province: House) -> None:
    again = administrator(terminal).run("roster", "units", province.folder / "units.json")

    assert again.code == 0
    assert ", 0 of them new or different" in again.told


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("{}", "not_a_units_file"),
        ("no json", "not_a_units_file"),
        ([{"code": "4491", "level": "city", "name": "n", "parent": "44"}], "unknown_parent"),
    ],
)
def test_a_wrong_units_file_is_refused_by_reason(
    terminal: Terminal, tmp_path: Path, rows: object, reason: str
) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(rows if isinstance(rows, str) else json.dumps({"units": rows}))

    said = administrator(terminal).run("roster", "units", file)

    assert said.code == 1
    assert reason in said.told


def test_a_roster_is_written_and_a_dry_run_only_tells(terminal: Terminal, province: House) -> None:
    file = province.write(province.rows())

    tried = administrator(terminal).run("roster", "import", file, "--dry-run")
    before = known(terminal)
    written = administrator(terminal).run("roster", "import", file, "--accept-large-changes")

    assert (tried.code, before) == (0, 0)
    assert (written.code, known(terminal)) == (0, len(province.rows()))
    assert f"{len(province.rows())} rows, 0 of them wrong" in written.told
    assert f"written: {len(province.rows())} new" in written.told


def test_wrong_rows_come_back_beside_the_file_and_the_good_ones_are_written(
    terminal: Terminal, province: House
) -> None:
    rows = province.rows()
    rows[0]["name"] = "张3"
    file = province.write(rows)

    said = administrator(terminal).run("roster", "import", file, "--accept-large-changes")

    assert said.code == 1
    assert known(terminal) == len(rows) - 1
    assert (province.folder / "roster-待更正.xlsx").exists()
    assert "row 3: name" in said.told
    assert "张3" not in said.told


def test_a_class_that_shrinks_waits_for_a_yes(terminal: Terminal, province: House) -> None:
    administrator(terminal).run(
        "roster", "import", province.write(province.rows()), "--accept-large-changes"
    )
    half = province.write(province.rows()[: len(province.rows()) // 2], "half.xlsx")

    said = administrator(terminal).run("roster", "import", half)

    assert said.code == 1
    assert "--accept-large-changes" in said.told
    assert "written" not in said.told


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("nowhere.xlsx", None, "no_such_file"),
        ("empty.xlsx", b"", "empty_file"),
        ("damaged.xlsx", b"PK\x03\x04 and nothing more", "damaged_file"),
        ("no-header.csv", "一,二\n1,2\n".encode(), "no_header"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_by_reason(
    terminal: Terminal, province: House, name: str, content: bytes | None, reason: str
) -> None:
    file = province.folder / name
    if content is not None:
        file.write_bytes(content)

    said = administrator(terminal).run("roster", "import", file)

    assert (said.code, said.out) == (1, "")
    assert f"{IN_ENGLISH[reason]} ({reason})" in said.told


def test_every_reason_is_told_in_both_languages() -> None:
    assert IN_ENGLISH.keys() == FILE_SENTENCES.keys()


def test_a_workbook_that_cannot_be_written_is_told_before_anything_is(
    terminal: Terminal, province: House
) -> None:
    rows = province.rows()
    rows[0]["name"] = "张3"

    said = administrator(terminal).run(
        "roster", "import", province.write(rows), "--errors", province.folder / "no" / "such.xlsx"
    )

    assert said.code == 1
    assert "check the path and rights" in said.told
    assert known(terminal) == 0
