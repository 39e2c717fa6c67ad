"""Approved changes in the roster: once each, only against the value they were entered against."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.roster import record_store
from services.roster.applying import apply_change
from services.roster.asking import field_values, id_holder
from services.roster.history import show_history
from services.roster.store import ID
from services.roster.tables import identifiers
from shared.contracts.actors import Actor
from shared.contracts.change_events import ChangeApproved
from shared.contracts.fields import FieldKind
from shared.contracts.record_commands import (
    ApprovedValue,
    FieldValuesRequest,
    IdHolderRequest,
    RecordHistory,
    ShowRecordHistory,
)
from shared.contracts.wire import fact_of, open_envelope
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownStudentError
from shared.kernel.ids import (
    AccountId,
    ActorToken,
    CampaignId,
    EntryId,
    ObjectId,
    PersonId,
    ProvinceCode,
    SheetId,
    StudentId,
    UnitCode,
)
from shared.kernel.units import codes_up
from shared.plumbing.hears import Reject
from shared.plumbing.outbox import outbox_table
from tests.unit.roster.house import House

PROVINCE = ProvinceCode("44")
ENTRY, REVIEWER, PROOF = EntryId("e" * 32), PersonId("5" * 16), ObjectId("d" * 32)


@dataclass
class HeardFact:
    fact: ChangeApproved
    database: Any
    known: bool = False
    province: ProvinceCode = PROVINCE
    at: datetime = datetime(2026, 4, 1, tzinfo=UTC)

    def is_known(self) -> bool:
        return self.known

    def transaction(self) -> Any:
        return self.database.transaction()


class Desk:
    """A roster with one imported school, and what review would answer."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.house.take(self.house.write(self.house.rows()))
        with self.house.database.transaction() as tx:
            # One of the roster's pupils has no ID number; ids of pupils are drawn anew each time.
            holders = sa.select(identifiers.c.student).where(identifiers.c.kind == ID)
            row = tx.execute(holders.order_by(identifiers.c.student).limit(2)).all()
        self.student, self.other = (StudentId(one.student) for one in row)

    def values(self, *fields: str, student: StudentId | None = None, printed: int | None = None):
        request = FieldValuesRequest(student or self.student, fields, printed)
        return field_values(self.house.database, self.house.vault, request)

    def approve(self, field: str, old: str, new: str, revision: int = 1) -> None:
        value = ApprovedValue(ENTRY, revision, self.student, field, old, new, REVIEWER, (PROOF,))
        fact = ChangeApproved(
            CampaignId("44-2026a"),
            ENTRY,
            SheetId("0" * 12),
            self.student,
            UnitCode("c"),
            field,
            FieldKind.KEY_DATA,
            revision,
        )
        self.hear(fact, value)

    def hear(self, fact: ChangeApproved, value: ApprovedValue) -> None:
        class Approvals:
            def value_of(self, entry: EntryId, revision: int) -> ApprovedValue:
                return value

        apply_change(HeardFact(fact, self.house.database), self.house.vault, Approvals())  # type: ignore[arg-type]

    def said(self, name: str) -> list[Any]:
        outbox = outbox_table(sa.MetaData())
        with self.house.database.transaction() as tx:
            bodies = tx.execute(
                sa.select(outbox.c.body).where(outbox.c.fact == name).order_by(outbox.c.id)
            ).scalars()
            return [fact_of(open_envelope(bytes(body))) for body in bodies]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_approved_value_stands_in_a_new_version_and_the_old_one_is_kept(desk: Desk) -> None:
    before = desk.values("name")
    desk.approve("name", before.values["name"], "李新明")

    after = desk.values("name", printed=before.version)
    assert (after.values["name"], after.version) == ("李新明", before.version + 1)
    assert after.printed == before.values
    [applied] = desk.said("change_applied")
    assert (applied.entry, applied.version) == (ENTRY, before.version + 1)
    assert desk.said("record_changed")[-1].fields == ("name",)


def test_the_history_names_decision_decider_and_evidence_of_every_field(desk: Desk) -> None:
    desk.approve("name", desk.values("name").values["name"], "李新明")

    with desk.house.database.transaction() as tx:
        [row] = record_store.history_of(tx, desk.student)
    assert (row.field, row.cause, row.actor, row.evidence) == (
        "name",
        f"change:{ENTRY}.1",
        REVIEWER,
        PROOF,
    )


def test_a_value_that_changed_meanwhile_is_left_alone_and_told(desk: Desk) -> None:
    before = desk.values("name")
    desk.approve("name", "谁也不是", "李新明")

    assert desk.values("name") == before
    assert len(desk.said("change_conflicted")) == 1
    assert desk.said("change_applied") == []


def test_a_value_that_stands_there_already_is_applied_without_a_new_version(desk: Desk) -> None:
    before = desk.values("name")
    desk.approve("name", "谁也不是", before.values["name"])

    assert desk.values("name").version == before.version
    assert len(desk.said("change_applied")) == 1


def test_an_emptied_field_is_gone_from_the_record(desk: Desk) -> None:
    held = desk.values("phone").values["phone"]
    desk.approve("phone", held, "")

    assert desk.values("phone").values == {}


def test_a_corrected_id_number_is_found_by_the_new_one_alone(desk: Desk) -> None:
    old = desk.values("id_number").values["id_number"]
    desk.approve("id_number", old, "440305201505072511")

    def holder(number: str) -> StudentId | None:
        request = IdHolderRequest(desk.other, number)
        return id_holder(desk.house.database, desk.house.vault, request).student

    assert holder("440305201505072511") == desk.student
    assert holder(old) is None


def test_a_number_that_is_held_twice_stays_with_its_first_holder(desk: Desk) -> None:
    old = desk.values("id_number").values["id_number"]
    theirs = desk.values("id_number", student=desk.other).values["id_number"]
    desk.approve("id_number", old, theirs)

    found = id_holder(desk.house.database, desk.house.vault, IdHolderRequest(desk.student, theirs))
    assert found.student == desk.other


def test_an_answer_about_another_pupil_is_never_applied(desk: Desk) -> None:
    before = desk.values("name")
    value = ApprovedValue(
        ENTRY, 1, desk.other, "name", before.values["name"], "李新明", REVIEWER, ()
    )
    fact = ChangeApproved(
        CampaignId("44-2026a"),
        ENTRY,
        SheetId("0" * 12),
        desk.student,
        UnitCode("c"),
        "name",
        FieldKind.KEY_DATA,
        1,
    )

    with pytest.raises(Reject, match="other_entry"):
        desk.hear(fact, value)
    with pytest.raises(Reject, match="other_entry"):
        desk.hear(replace(fact, student=desk.other, field="sex"), value)


def test_values_of_nobody_are_refused(desk: Desk) -> None:
    with pytest.raises(UnknownStudentError):
        desk.values("name", student=StudentId("f" * 32))


def history(desk: Desk, actor: Actor) -> RecordHistory:
    class Believed:
        def of(self, _token: ActorToken) -> Actor:
            return actor

    request = ShowRecordHistory(ActorToken("checked before"), desk.student)
    return show_history(desk.house.database, desk.house.vault, Believed(), request)  # type: ignore[arg-type]


def a_registrar(path: str) -> Actor:
    unit = codes_up(path)[0]
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    return Actor(PersonId("7" * 16), AccountId("s.01"), Role.REGISTRAR, unit, path, ends)


def test_the_school_sees_old_new_decision_and_evidence_and_no_other_school_does(
    desk: Desk,
) -> None:
    old = desk.values("name").values["name"]
    desk.approve("name", old, "李新明")
    school = next(
        one for one in desk.house.province.tree.units if one.code == desk.house.schools[0]
    )

    [change] = history(desk, a_registrar(school.path)).changes
    assert (change.old, change.new, change.by) == (old, "李新明", REVIEWER)
    assert change.evidence == (PROOF,)
    with pytest.raises(NotAllowedError):
        history(desk, a_registrar("44/9999/999999/elsewhere/"))


def test_a_change_by_an_import_names_the_file_and_who_sent_it(desk: Desk) -> None:
    rows = desk.house.rows()
    for row in rows:
        row["talent"] = "围棋"
    desk.house.take(desk.house.write(rows, "again.xlsx"))
    with desk.house.database.transaction() as tx:
        found = record_store.history_of(tx, desk.student)

    assert [(one.field, one.actor) for one in found] == [("talent", "test")]
    assert found[0].cause.startswith("import:")
