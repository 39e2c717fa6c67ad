"""`hecha sheets print`: who may not, told with what to do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.forms import printing, store
from services.roster import store as roster_store
from shared.kernel.authority import Role
from shared.kernel.ids import UnitCode
from shared.kernel.windows import Action, Window
from tests.unit.cli.conftest import CAMPAIGN, Terminal, administrator
from tests.unit.roster.house import House


@pytest.fixture
def school(terminal: Terminal, province: House) -> UnitCode:
    file = province.write(province.rows())
    assert administrator(terminal).run("roster", "import", file, "--accept-large-changes").code == 0
    return province.schools[0]


def registrar(terminal: Terminal, school: UnitCode) -> Terminal:
    return terminal.as_(Role.REGISTRAR, school, path_of(terminal, school))


def path_of(terminal: Terminal, unit: UnitCode) -> str:
    with terminal.database("roster").transaction() as tx:
        found = roster_store.unit_of(tx, unit)
    assert found is not None
    return found.path


def set_window(terminal: Terminal, window: Window) -> None:
    setting = (window, 1)
    with terminal.database("forms").transaction() as tx:
        store.save_window(tx, CAMPAIGN, UnitCode("44"), Action.EXPORT_SHEETS, setting)


def window(begin: timedelta, end: timedelta) -> Window:
    now = datetime.now(UTC)
    return Window(now + begin, now + end)


def test_a_window_nobody_has_set_is_closed(
    terminal: Terminal, school: UnitCode, tmp_path: Path
) -> None:
    said = registrar(terminal, school).run("sheets", "print", school, "--out", tmp_path / "a.pdf")

    assert said.code == 1
    assert "nobody above has set when it opens" in said.told
    assert not (tmp_path / "a.pdf").exists()


def test_a_window_that_opens_later_is_told_with_its_date(
    terminal: Terminal, school: UnitCode, tmp_path: Path
) -> None:
    set_window(
        terminal, Window(datetime(2098, 12, 31, 23, tzinfo=UTC), datetime(2099, 3, 1, tzinfo=UTC))
    )

    said = registrar(terminal, school).run("sheets", "print", school, "--out", tmp_path / "a.pdf")

    assert said.code == 1
    assert "The window opens at 2099-01-01 07:00, Beijing time." in said.told


def test_a_school_that_nobody_knows_and_a_class_without_pupils_are_refused(
    terminal: Terminal, school: UnitCode, tmp_path: Path
) -> None:
    set_window(terminal, window(-timedelta(hours=1), timedelta(hours=1)))

    for unit in ("4400000000", f"{school}-999999"):
        said = registrar(terminal, school).run("sheets", "print", unit, "--out", tmp_path / "a.pdf")
        assert said.code == 1
        assert "unknown_unit" in said.told or "no_pupil_in_scope" in said.told


def test_a_template_that_does_not_exist_is_refused(
    terminal: Terminal, school: UnitCode, tmp_path: Path
) -> None:
    arguments = ("--out", tmp_path / "a.pdf", "--template", "sheet-9")

    said = registrar(terminal, school).run("sheets", "print", school, *arguments)

    assert said.code == 1
    assert "No such template: sheet-1 or sheet-2." in said.told


def test_a_folder_that_is_not_there_is_told_before_anything_is_printed(
    terminal: Terminal, school: UnitCode, tmp_path: Path
) -> None:
    set_window(terminal, window(-timedelta(hours=1), timedelta(hours=1)))

    said = registrar(terminal, school).run(
        "sheets", "print", school, "--out", tmp_path / "no" / "a.pdf"
    )

    assert said.code == 2
    assert "there is no folder" in said.told


def test_an_object_store_that_is_away_ends_the_job_with_a_sentence(
    terminal: Terminal, school: UnitCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "RETRY_AFTER", timedelta())
    set_window(terminal, window(-timedelta(hours=1), timedelta(hours=1)))

    said = registrar(terminal, school).run("sheets", "print", school, "--out", tmp_path / "a.pdf")

    assert (said.code, said.out) == (1, "")
    assert "The object store did not take the file" in said.told
    assert not (tmp_path / "a.pdf").exists()
