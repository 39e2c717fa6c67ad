"""`hecha accounts` and `hecha sign-in`: as a province's administrator and a school have them."""

import stat
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import openpyxl
import pyotp
import pytest
import sqlalchemy as sa

from services.accounts import store
from services.accounts.tables import holders
from services.accounts.vault import Column, Vault
from shared.kernel.authority import Role
from shared.kernel.ids import CampaignId
from tests.unit.cli.conftest import CAMPAIGN, Said, Terminal, administrator
from tests.unit.cli.signed import learn_unit, sign_in_as

PATHS = ("44/", "44/4491/", "44/4491/449101/", "44/4491/449101/449101-01/")
PASSWORD = "Xq7-bridge-lamp-vow"
ISSUE = ("accounts", "issue", "44", "--level", "school", "--role", "registrar", "--out")


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    """Accounts that has heard of a small tree and a campaign; roster knows no names of them."""
    with terminal.database("accounts").transaction() as tx:
        for path in PATHS:
            learn_unit(tx, path)
        store.save_campaign(tx, CampaignId(CAMPAIGN), None, 1)
    assert administrator(terminal).run("roster", "units", _units(terminal)).code == 0
    return terminal


def _units(terminal: Terminal) -> Path:
    path = Path(terminal.environment["HECHA_ROSTER_UPLOADS"]) / "units.json"
    path.write_text(
        '{"units": ['
        '{"code": "44", "level": "province", "name": "演示省", "parent": null},'
        '{"code": "4491", "level": "city", "name": "星海市", "parent": "44"},'
        '{"code": "449101", "level": "county", "name": "东港区", "parent": "4491"},'
        '{"code": "449101-01", "level": "school", "name": "第一小学", "parent": "449101",'
        ' "managed_by": "449101"}]}'
    )
    return path


class Keys:
    """Somebody who types: lines, and codes read from their phone when they are asked for."""

    def __init__(self, *lines: str | Callable[[], str]) -> None:
        self._lines = list(lines)

    def readline(self) -> str:
        line = self._lines.pop(0) if self._lines else ""
        return line if isinstance(line, str) and not line else f"{_said(line)}\n"

    def isatty(self) -> bool:
        return False


def _said(line: str | Callable[[], str]) -> str:
    return line if isinstance(line, str) else line()


def type_in(
    terminal: Terminal, arguments: tuple[object, ...], *lines: str | Callable[[], str]
) -> Said:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", Keys(*lines) if lines else StringIO(""))
        return terminal.run(*arguments)


def code_of(terminal: Terminal) -> str:
    """What the phone of the one person with a second step shows now."""
    key = Path(terminal.environment["HECHA_ACCOUNTS_COLUMN_KEY_FILE"]).read_text()
    with terminal.database("accounts").transaction() as tx:
        row = tx.execute(sa.select(holders).where(holders.c.seed.is_not(None))).one()
    seed = Vault(bytes.fromhex(key)).open(Column.SEED, row.account, row.seed)
    return pyotp.TOTP(seed).now()


def test_from_an_empty_machine_to_a_workbook_for_the_schools(
    office: Terminal, tmp_path: Path
) -> None:
    made = office.run("accounts", "first", "--province", "44", "--name", "周管理")
    login, one_time = made.out.split()
    signed = type_in(
        *(office, ("sign-in", login), one_time, PASSWORD, lambda: code_of(office)),
    )
    issued = office.run(*ISSUE, tmp_path / "schools.xlsx")

    assert [made.code, signed.code, issued.code] == [0, 0, 0], (signed.told, issued.told)
    assert "Signed in: unit_administrator at 44" in signed.told
    assert "1 issued, 0 were there" in issued.told


def test_a_session_is_kept_where_its_owner_alone_reads_it(office: Terminal) -> None:
    _, one_time = office.run("accounts", "first", "--province", "44", "--name", "周").out.split()
    told = type_in(office, ("sign-in", "44.01"), one_time, PASSWORD, lambda: code_of(office))
    kept = Path(office.environment["HECHA_SESSION_FILE"])

    assert told.code == 0
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_workbook_holds_text_and_instructions_and_replaces_no_file(
    office: Terminal, tmp_path: Path
) -> None:
    sign_in_as(office, Role.UNIT_ADMINISTRATOR, "44/")
    path = tmp_path / "schools.xlsx"
    office.run(*ISSUE, path)
    book = openpyxl.load_workbook(path)
    row = [cell.value for cell in book["专用账号"][2]]

    assert row[:4] == ["449101-01", "第一小学", "学籍管理员", "449101-01.01"]
    assert book["专用账号"]["A2"].number_format == "@"
    assert "一次性密码" in book["使用说明"]["A8"].value
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert office.run(*ISSUE, path).code == 2


def test_a_password_of_the_workbook_signs_its_school_in(office: Terminal, tmp_path: Path) -> None:
    sign_in_as(office, Role.UNIT_ADMINISTRATOR, "44/")
    office.run(*ISSUE, tmp_path / "schools.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "schools.xlsx")["专用账号"]
    told = type_in(office, ("sign-in", sheet["D2"].value), sheet["E2"].value, PASSWORD, "张老师")

    assert told.code == 0
    assert "Signed in: registrar at 449101-01" in told.told


def test_nothing_is_handed_out_by_somebody_who_is_not_signed_in(
    office: Terminal, tmp_path: Path
) -> None:
    said = office.run(*ISSUE, tmp_path / "schools.xlsx")

    assert said.code == 1
    assert "Sign in first" in said.told


def test_after_signing_out_the_next_command_is_refused(office: Terminal) -> None:
    sign_in_as(office, Role.UNIT_ADMINISTRATOR, "44/")
    before = office.run("accounts", "list", "44")
    left = office.run("sign-out")

    assert (before.code, left.code) == (0, 0)
    assert office.run("accounts", "list", "44").code == 1


def test_an_account_is_looked_after_from_the_terminal(office: Terminal, tmp_path: Path) -> None:
    sign_in_as(office, Role.UNIT_ADMINISTRATOR, "44/")
    office.run(*ISSUE, tmp_path / "schools.xlsx")
    account = "449101-01.01"
    said = [
        office.run("accounts", "add", account, "--name", "李四"),
        office.run("accounts", "reset", account, "--reason", "forgotten"),
        office.run("accounts", "hand-over", account, "--reason", "moved", "--name", "王五"),
        office.run("accounts", "disable", account, "--reason", "closed"),
        office.run("accounts", "restore", account, "--reason", "by mistake"),
    ]
    told = office.run("accounts", "people", account)

    assert [one.code for one in said] == [0] * 5
    assert [line.split()[0] for line in told.out.splitlines()] == [account, "1", "2", "3"]
    assert "王五" in told.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("accounts", "disable", "449101-01.01"), "unknown_account"),
        (("accounts", "list", "4499"), "unknown_unit"),
        (("accounts", "first", "--province", "44", "--role", "reviewer"), "role_not_given"),
        (("accounts", "reset", "44.01", "--machine", "--number", "7"), "unknown_person"),
    ],
)
def test_a_refusal_is_a_sentence_with_its_code(
    office: Terminal, arguments: tuple[str, ...], code: str
) -> None:
    sign_in_as(office, Role.UNIT_ADMINISTRATOR, "44/")
    said = type_in(office, arguments, "某人")

    assert (said.code, said.out) == (1, "")
    assert f"({code}" in said.told


def test_the_machine_helps_an_administrator_who_lost_everything(office: Terminal) -> None:
    office.run("accounts", "first", "--province", "44", "--name", "周")
    said = office.run("accounts", "reset", "44.01", "--machine")

    assert said.code == 0
    login, one_time = said.out.split()
    assert (
        type_in(office, ("sign-in", login), one_time, PASSWORD, lambda: code_of(office)).code == 0
    )


def test_an_input_that_ends_too_early_is_told(office: Terminal) -> None:
    said = type_in(office, ("sign-in", "44.01"))

    assert said.code == 1
    assert "ended too early" in said.told
