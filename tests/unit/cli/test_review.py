"""`hecha review`, as a clerk and a leader have it at their terminals."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.review import store
from services.review.tables import sheets
from services.roster.tables import pupils
from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, PersonId, SheetId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.actors import sign
from shared.plumbing.identity import load_identity
from tests.unit.cli.conftest import CAMPAIGN, Said, Terminal, administrator, vault_of
from tests.unit.roster.house import House

SHEET = SheetId("0123456789ab")


class Office:
    """A school whose roster is imported and one of whose sheets is back."""

    def __init__(self, terminal: Terminal, province: House) -> None:
        self.terminal = terminal
        path = province.write(province.rows())
        taken = administrator(terminal).run("roster", "import", path, "--accept-large-changes")
        assert taken.code == 0, taken.told
        with terminal.database("roster").transaction() as tx:
            row = tx.execute(sa.select(pupils).order_by(pupils.c.student).limit(1)).one()
        self.row = row
        school = next(one for one in province.province.tree.units if one.code == row.school)
        self.path = school.path
        self._tell_review(terminal, school, row)

    def _tell_review(self, terminal: Terminal, school, row) -> None:
        now = datetime.now(UTC)
        unit = UnitCode(row.unit)
        with terminal.database("review").transaction() as tx:
            for code, path, level, managed in (
                (school.code, school.path, "school", school.managed_by),
                (unit, f"{school.path}{unit}/", "class", None),
            ):
                values = {"level": level, "path": path, "managed_by": managed}
                store.save_unit(tx, code, values, 1)
            open_ = {
                "opens_at": now - timedelta(1),
                "closes_at": now + timedelta(1),
                "ended_at": None,
            }
            store.save_window(tx, CAMPAIGN, codes_up(school.path)[-1], open_, 1)
            store.known_sheet(tx, SHEET, CAMPAIGN)
            tx.execute(
                sa.update(sheets).values(
                    student=row.student,
                    unit=unit,
                    serial=1,
                    record_version=row.version,
                    sides=1,
                    number_in_class=7,
                    is_returned=True,
                )
            )

    def run_as(self, role: Role, person: int, *arguments: object) -> Said:
        identity = load_identity(Path(self.terminal.environment["HECHA_ACCOUNTS_IDENTITY_FILE"]))
        unit, now = codes_up(self.path)[0], datetime.now(UTC)
        ends = now + timedelta(minutes=5)
        actor = Actor(
            PersonId(f"{person:016x}"), AccountId(f"{unit}.01"), role, unit, self.path, ends, now
        )
        self.terminal.environment["HECHA_ACTOR_TOKEN"] = sign(actor, identity)
        return self.terminal.run("review", *arguments)

    def clerk(self, *arguments: object) -> Said:
        return self.run_as(Role.ENTRY_CLERK, 1, *arguments)

    def leader(self, *arguments: object) -> Said:
        return self.run_as(Role.SCHOOL_LEADER, 2, *arguments)


@pytest.fixture
def school(terminal: Terminal, province: House) -> Office:
    return Office(terminal, province)


def test_a_change_is_typed_submitted_decided_and_taken_back(school: Office) -> None:
    held = vault_of(school.terminal).open(school.row.student, bytes(school.row.record))
    typed = school.clerk("draft", SHEET, "phone", "138 0013 9000")
    assert typed.code == 0, typed.told
    assert f"联系电话  {held['phone']} → 13800139000  [草稿 drafted]" in typed.out
    entry = re.match("[0-9a-f]{32}", typed.out)
    assert entry is not None
    assert "with --yes" in school.clerk("submit", SHEET).told
    assert "1 submitted" in school.clerk("submit", SHEET, "--yes").told

    handed = school.leader("next")
    decided = school.leader("decide", entry[0], "approve")
    undone = school.leader("undo", entry[0])

    assert entry[0] in handed.out
    assert "通过 approved" in decided.out
    assert "hecha review undo" in decided.told
    assert "待审核 submitted" in undone.out
    history = school.clerk("history", entry[0])
    steps = [line.split("  ")[2] for line in history.out.splitlines()[1:]]
    assert steps == ["edit", "submit", "approve", "undo"]


def test_a_record_without_changes_says_so_at_the_terminal(school: Office) -> None:
    school.clerk("queue")  # signs in
    said = school.terminal.run("roster", "history", school.row.student)

    assert said.code == 0, said.told
    assert "No field of this record has changed." in said.told


def test_a_refusal_is_a_sentence_with_its_code(school: Office) -> None:
    wrong = school.clerk("draft", SHEET, "phone", "12")
    stranger = school.leader("draft", SHEET, "phone", "13800139000")

    assert (wrong.code, wrong.out) == (1, "")
    assert "type it again. (invalid_value: phone phone)" in wrong.told
    assert stranger.code == 1
    assert "(not_allowed" in stranger.told


def test_nobody_acts_without_having_signed_in(school: Office) -> None:
    school.terminal.environment.pop("HECHA_ACTOR_TOKEN", None)
    said = school.terminal.run("review", "next")

    assert said.code == 1
    assert "Sign in first" in said.told


def test_a_class_shows_what_is_open_and_an_empty_queue_says_so(school: Office) -> None:
    shown = school.clerk("class", school.row.unit)

    assert shown.out.startswith(f"{SHEET}  7号  回收")
    assert "Nothing waits for a decision" in school.leader("next").told
