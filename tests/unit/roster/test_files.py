"""Roster files from browsers: sealed from the first byte, checked, written once, then gone."""

import io
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from services.roster.files import store, usecases
from services.roster.files.door import Door, make_app
from services.roster.files.keeping import PART_BYTES, Keeping
from services.roster.files.working import CLAIM_FOR, MAX_ATTEMPTS, Work, clear, run_next
from shared.contracts.actors import Actor
from shared.contracts.roster_commands import ColumnChoice
from shared.contracts.roster_file_commands import (
    CheckFile,
    DropFile,
    FileState,
    ListFiles,
    RosterFile,
    ShowFile,
    WriteFile,
)
from shared.kernel.authority import Role
from shared.kernel.errors import (
    LargeChangeError,
    NotAllowedError,
    RosterFileError,
    RosterNotCheckedError,
)
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode
from shared.plumbing.actors import sign
from tests.contract.walks.stage import ACCOUNTS, believing
from tests.unit.roster.house import House

NOW = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
FILE = "ab" * 16


class Office:
    """Roster with a door, and people at schools."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.house = House(folder)
        self.database = self.house.database
        self.database.clock = lambda: self.now
        self.keeping = Keeping(self.database, bytes(32))
        self.work = Work(self.database, self.house.vault, self.keeping)
        self.actors = believing(NOW)
        self.web = make_app(Door(self.database, self.keeping, self.actors)).test_client()

    def token(self, school: int = 0, role: Role = Role.REGISTRAR) -> ActorToken:
        unit = self.house.schools[school]
        path = next(one.path for one in self.house.province.tree.units if one.code == unit)
        who = PersonId("ab" * 8), AccountId(f"{unit}.01")
        return sign(Actor(*who, role, unit, path, NOW + timedelta(minutes=15), NOW), ACCOUNTS)

    def send(self, body: bytes, token: ActorToken | None = None, file: str = FILE) -> int:
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        answer = self.web.put(f"/roster/files/{file}", data=body, headers=headers)
        return answer.status_code

    def book(self, rows: list[dict[str, str]]) -> bytes:
        return self.house.write(rows).read_bytes()

    def check(self, *columns: ColumnChoice, file: str = FILE) -> None:
        usecases.check_file(self.database, self.actors, CheckFile(self.token(), file, columns))
        while run_next(self.work):
            pass

    def write(self, *, accepts: bool = False) -> RosterFile:
        request = WriteFile(self.token(), FILE, accepts)
        found = usecases.write_file(self.database, self.actors, request)
        while run_next(self.work):
            pass
        return found

    def show(self, file: str = FILE) -> RosterFile:
        return usecases.show_file(self.database, self.actors, ShowFile(self.token(), file))

    def errors(self) -> bytes:
        headers = {"Authorization": f"Bearer {self.token()}"}
        return bytes(self.web.get(f"/roster/files/{FILE}/errors", headers=headers).data)

    def parts(self) -> int:
        with sqlite3.connect(self.house.folder / "roster.db") as file:
            (count,) = file.execute("SELECT count(*) FROM roster_file_parts").fetchone()
        return int(count)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_file_is_checked_and_then_written(office: Office) -> None:
    rows = office.house.rows()
    assert office.send(office.book(rows)) == 201
    office.check()
    seen = office.show()
    office.write()

    assert seen.state is FileState.CHECKED
    assert seen.report is not None
    assert (seen.report.rows, seen.report.good, seen.report.wrong) == (len(rows), len(rows), 0)
    written = office.show()
    assert (written.state, written.rows_done) == (FileState.WRITTEN, len(rows))
    assert written.written is not None
    assert written.written.good == len(rows)
    assert len(office.house.versions()) == len(rows)


def test_nothing_is_written_by_a_check(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    office.check()

    assert office.house.versions() == []


def test_writing_said_twice_writes_once(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    office.check()
    office.write()

    assert office.write().state is FileState.WRITTEN
    assert set(office.house.versions()) == {1}


def test_no_part_of_a_file_lies_in_the_database_in_clear(office: Office) -> None:
    rows = office.house.rows()
    office.send("\n".join(",".join(row.values()) for row in rows).encode())
    names = [row["name"].encode() for row in rows if row.get("name")]
    kept = b"".join(path.read_bytes() for path in office.house.folder.glob("roster.db*"))

    assert names
    assert [name for name in names if name in kept] == []


def test_what_was_kept_comes_back_byte_for_byte(office: Office) -> None:
    body = bytes(range(256)) * (PART_BYTES // 100)
    office.send(body)

    assert b"".join(office.keeping.pieces(FILE, store.ROSTER)) == body


def test_the_parts_of_a_file_are_gone_when_it_is_written(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    office.check()
    office.write()

    assert office.parts() == 0


def test_wrong_rows_come_back_as_a_workbook_that_says_what_to_do(office: Office) -> None:
    rows = office.house.rows()
    rows[0]["name"] = ""
    office.send(office.book(rows))
    office.check()

    seen = office.show()
    assert seen.report is not None
    assert (seen.report.wrong, seen.wrong_listed) == (1, 1)
    sheet = openpyxl.load_workbook(io.BytesIO(office.errors())).active
    assert str(sheet.cell(2, 2).value).endswith("请补填。")


def test_columns_assigned_by_hand_are_checked_anew(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    office.check()
    first = office.show().report
    assert first is not None
    phone = next(one for one in first.columns if one.field == "phone")
    office.check(ColumnChoice(phone.header, None))
    again = office.show().report

    assert again is not None
    assert next(one for one in again.columns if one.header == phone.header).field is None


def test_a_file_that_is_no_table_is_refused_with_the_reason(office: Office) -> None:
    office.send(b"<html>no table</html>")
    office.check()

    found = office.show()
    assert (found.state, found.reason) == (FileState.REFUSED, "web_page")


def test_a_file_is_not_written_before_it_was_checked(office: Office) -> None:
    office.send(office.book(office.house.rows()))

    with pytest.raises(RosterNotCheckedError):
        office.write()


def test_a_large_change_has_to_be_accepted(office: Office) -> None:
    rows = office.house.rows()
    office.send(office.book(rows))
    office.check()
    office.write()
    office.send(office.book(rows[: len(rows) // 2]), file="cd" * 16)
    request = CheckFile(office.token(), "cd" * 16)
    usecases.check_file(office.database, office.actors, request)
    run_next(office.work)

    with pytest.raises(LargeChangeError):
        usecases.write_file(office.database, office.actors, WriteFile(office.token(), "cd" * 16))


def test_a_file_of_another_school_is_as_if_it_were_not(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    other = office.token(1)

    for command, act in (
        (ShowFile(other, FILE), usecases.show_file),
        (CheckFile(other, FILE), usecases.check_file),
        (WriteFile(other, FILE), usecases.write_file),
        (DropFile(other, FILE), usecases.drop_file),
    ):
        with pytest.raises(RosterFileError):
            act(office.database, office.actors, command)  # type: ignore[operator]
    assert office.send(b"mine now", other) == 409
    assert usecases.list_files(office.database, office.actors, ListFiles(other)).files == ()


def test_rows_of_another_school_are_wrong(office: Office) -> None:
    office.send(office.book(office.house.rows(1)))
    office.check()

    report = office.show().report
    assert report is not None
    assert report.wrong == report.rows
    assert {error.code for error in report.errors} == {"other_school"}


def test_a_teacher_hands_in_no_roster(office: Office) -> None:
    assert office.send(b"x", office.token(role=Role.HOMEROOM_TEACHER)) == 403
    with pytest.raises(NotAllowedError):
        usecases.list_files(
            office.database, office.actors, ListFiles(office.token(role=Role.HOMEROOM_TEACHER))
        )


def test_the_door_answers_nobody_without_a_token(office: Office) -> None:
    assert office.web.put(f"/roster/files/{FILE}", data=b"x").status_code == 401
    assert office.web.get(f"/roster/files/{FILE}/errors").status_code == 401


def test_what_nobody_wrote_is_gone_after_a_day(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    office.check()
    office.now = NOW + usecases.LIFE

    assert clear(office.work) == 1
    assert office.parts() == 0
    assert office.show().state is FileState.DROPPED


def test_a_dropped_file_leaves_nothing(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    usecases.drop_file(office.database, office.actors, DropFile(office.token(), FILE))

    assert office.parts() == 0
    with pytest.raises(RosterFileError):
        office.check()


def test_a_lost_worker_is_replaced_and_after_some_tries_given_up(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    usecases.check_file(office.database, office.actors, CheckFile(office.token(), FILE))
    for _ in range(MAX_ATTEMPTS):
        with office.database.transaction() as tx:
            until = office.now + CLAIM_FOR
            assert store.claim(tx, at=office.now, until=until, claim="lost") is not None
        assert not run_next(office.work)
        office.now += CLAIM_FOR
    run_next(office.work)

    found = office.show()
    assert (found.state, found.reason) == (FileState.REFUSED, "given_up")


def test_every_act_with_a_file_is_on_record(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    office.check()
    office.write()
    with sqlite3.connect(office.house.folder / "roster.db") as file:
        rows = file.execute("SELECT body FROM outbox WHERE fact='act_done'")
        acts = [str(row[0]) for row in rows]

    for act in ("hand_in_roster", "check_roster", "write_roster", "import_roster"):
        assert any(act in one for one in acts), act


def test_a_unit_is_named_by_its_own_files_only(office: Office) -> None:
    office.send(office.book(office.house.rows()))
    (listed,) = usecases.list_files(office.database, office.actors, ListFiles(office.token())).files

    assert (listed.file, listed.state) == (FILE, FileState.ARRIVED)
    assert UnitCode(office.house.schools[0])
