"""What an office sees of a page: its cells, its view, and who is told what when it may not."""

import json
from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest
import sqlalchemy as sa

from deploy.cli.verdicts import SENTENCES
from services.scan.cells.seen import CellSeen, CellText, SideSeen
from services.scan.cells.store import keep, keep_texts
from services.scan.cells.vault import CellVault
from services.scan.papers import page_row
from services.scan.settings import ScanSettings
from services.scan.store import add_page
from services.scan.tables import sheets, units
from shared.contracts.scan_commands import PageState, PageVerdict
from shared.kernel.authority import Role
from shared.kernel.id_number import check_character
from shared.kernel.ids import ObjectId, ProvinceCode, SheetId
from shared.plumbing.database import Database
from shared.plumbing.settings import load
from tests.unit.cli.conftest import Terminal
from tests.unit.scan_hand.test_reading import written as a_clear_cell

PAGE = ObjectId("29f5ef7b04e647cbc16035d64d5c4a77")
SHEET = SheetId("0123456789ab")
PHONE = "13912345678"


SCHOOL_PATH = "44/4403/440305/s1/"


def registrar(terminal: Terminal, unit: str = "s1") -> Terminal:
    return terminal.as_(Role.REGISTRAR, unit, f"44/4403/440305/{unit}/")


@pytest.fixture
def scan(terminal: Terminal) -> Database:
    """Scan's database with one page whose telephone was changed."""
    database = terminal.database("scan")
    vault = CellVault(bytes.fromhex(load(ScanSettings, terminal.environment).scan_column_key))
    text = CellText(PHONE, PHONE, (PHONE,), "B")
    seen = SideSeen(
        is_legible=True, signature="present", cells={"phone": CellSeen("ink", "marked", 0.04)}
    )
    with database.transaction() as tx:
        for code, path in (("s1", SCHOOL_PATH), ("s1-1", f"{SCHOOL_PATH}s1-1/")):
            tx.execute(sa.insert(units).values(code=code, path=path, sequence=1))
        issued = {"sheet": SHEET, "campaign": "44-2026a", "unit": "s1-1", "returned": False}
        tx.execute(sa.insert(sheets).values(**issued))
        row = page_row(PAGE, ProvinceCode("44"), PageState.MATCHED, "")
        row |= {"campaign": "44-2026a", "read_at": datetime(2026, 4, 1, tzinfo=UTC)}
        add_page(tx, row | {"sheet": SHEET, "serial": 1, "side": "front"})
        keep(tx, PAGE, 0, SHEET, seen, datetime(2026, 4, 1, tzinfo=UTC))
        keep_texts(tx, PAGE, 0, {"phone": text}, vault, "test")
    return database


def test_cells_are_told_with_what_they_seem_to_say_and_the_look_is_on_record(
    terminal: Terminal, scan: Database
) -> None:
    said = registrar(terminal).run("scan", "cells", PAGE)

    found = json.loads(said.out)
    assert (said.code, found["legible"], found["signature"]) == (0, True, "present")
    assert found["cells"]["phone"]["suggestion"] == PHONE
    with scan.transaction() as tx:
        said_on_bus = [str(one) for one in tx.execute(sa.text("select body from outbox")).scalars()]
    assert len([one for one in said_on_bus if "read_cells" in one and SHEET in one]) == 1
    assert all(PHONE not in one for one in said_on_bus)


def test_nobody_is_told_of_a_page_unsigned_or_from_another_school(
    terminal: Terminal, scan: Database
) -> None:
    unsigned = terminal.run("scan", "cells", PAGE)
    stranger = registrar(terminal, "s2").run("scan", "cells", PAGE)

    assert [(said.code, said.out) for said in (unsigned, stranger)] == [(1, "")] * 2
    assert "not_signed_in" in unsigned.told
    assert "not_allowed" in stranger.told


def test_under_another_key_nothing_is_told_but_the_setting(
    terminal: Terminal, scan: Database
) -> None:
    terminal.environment["HECHA_SCAN_COLUMN_KEY"] = "00" * 32
    said = terminal.run("scan", "cells", PAGE)

    assert (said.code, said.out) == (3, "")
    assert "HECHA_SCAN_COLUMN_KEY" in said.told


def test_a_page_nobody_has_looked_at_has_no_view_and_no_cells(
    terminal: Terminal, scan: Database
) -> None:
    other = "ab" * 16

    assert terminal.run("scan", "cells", other).out.strip() == "null"
    said = terminal.run("scan", "view", other, "--out", "page.jpg")
    assert said.code == 1
    assert "no view yet" in said.told


def test_a_page_of_a_batch_is_named_by_batch_and_number(terminal: Terminal, scan: Database) -> None:
    assert terminal.run("scan", "cells", "ab/x").code == 2
    assert terminal.run("scan", "cells", "ab/1").code == 1


def test_every_verdict_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(PageVerdict)
    assert all(len(one) == 2 and all(one) for one in SENTENCES.values())


@pytest.mark.slow
def test_what_else_is_known_of_a_pupil_is_said_beside_what_a_cell_seems_to_say(
    terminal: Terminal, tmp_path: Path
) -> None:
    body = "44030520120506001"
    number = body + check_character(body)
    crop = tmp_path / "id.png"
    cv2.imwrite(str(crop), a_clear_cell(number))

    def reasons(*options: str) -> list[str]:
        said = terminal.run("scan", "cell", crop, "--kind", "id", *options)
        assert said.code == 0, said.told
        return list(json.loads(said.out)["reasons"])

    near = number[:10] + str((int(number[10]) + 1) % 10) + number[11:]
    assert reasons() == []
    assert reasons("--old", number) == ["as_printed"]
    assert reasons("--old", near, "--born", "2012-05-06") == ["near_printed", "birth_date_agrees"]
    assert reasons("--born", "2011-01-01", "--sex", "2") == ["birth_date_differs", "sex_differs"]
    assert terminal.run("scan", "cell", crop, "--kind", "id", "--born", "6.5.2012").code == 2
