"""Sheets and entries written straight into the tables: a province of a million in seconds."""

from datetime import timedelta

from sqlalchemy import text

from services.review.entries.outcome import beside
from services.review.tables import entries, revisions, sheets
from services.review.vault import Difference, Vault
from shared.contracts.fields import FieldKind
from shared.contracts.review_commands import EntryState
from shared.kernel.ids import EntryId
from tests.unit.review.house import (
    CAMPAIGN,
    CLERK,
    RECORD,
    House,
    a_sheet,
    a_student,
)

FIRST = 1_000_000  # sheet numbers that nothing else uses
A_CLASS = 40
# Every third sheet asked for a change, which stands in the record by now.
_SHEETS = """
insert into sheets (sheet, campaign, student, unit, serial, record_version, sides, number_in_class,
  is_returned, is_declined, is_photographed, is_confirmed, is_entered, sequence)
select lpad(to_hex(n), 12, '0'), :campaign, lpad(to_hex(n), 32, '0'), 'k' || n / :a_class, 1, 1, 1,
  n % :a_class + 1, true, false, true, n % 3 <> 0, true, 1
from generate_series(cast(:first as bigint), :first + :count - 1) as n
"""
_ENTRIES = """
insert into entries (entry, campaign, sheet, student, unit, field, kind, state, stage, revision,
  sequence, record_version, difference, entered_by, created_at, touched_at, findings)
select lpad(to_hex(n), 32, '0'), :campaign, lpad(to_hex(n), 12, '0'), lpad(to_hex(n), 32, '0'),
  'k' || n / :a_class, 'phone', 'maintenance', 'applied', 'decide', 1, 4, 1, decode(repeat('ab', 200), 'hex'),
  :person, now(), now(), ''
from generate_series(cast(:first as bigint), :first + :count - 1) as n where n % 3 = 0
"""


def add_province(house: House, count: int) -> None:
    """Sheets that are back and entered, with what was applied of them: other people's work, done."""
    sizes = {"campaign": CAMPAIGN, "first": 100 * FIRST, "count": count, "a_class": A_CLASS}
    with house.database.transaction() as tx:
        tx.execute(text("set local statement_timeout = 0"))
        tx.execute(text(_SHEETS), sizes)
        tx.execute(text(_ENTRIES), {**sizes, "person": CLERK.person})


def add_open_decisions(house: House, count: int, *, queue: str = "440305") -> list[EntryId]:
    """Submitted name changes of as many sheets, oldest first."""
    vault, now = Vault(bytes(32)), house.clock()
    current = {key: RECORD[key] for key in beside("name")}
    sealed = Difference(RECORD["name"], "王小敏", RECORD["name"], current)
    sheet_rows, entry_rows, revision_rows = [], [], []
    for number in range(FIRST, FIRST + count):
        entry = EntryId(f"{number:032x}")
        difference = vault.seal(entry, sealed)
        at = now - timedelta(days=3) + timedelta(seconds=number - FIRST)
        sheet_rows.append(
            {
                "sheet": a_sheet(number),
                "campaign": CAMPAIGN,
                "student": a_student(number),
                "unit": "c11",
                "serial": 1,
                "record_version": 1,
                "sides": 1,
                "is_returned": True,
                "is_declined": False,
                "is_photographed": True,
                "finished_by": CLERK.person,
                "is_confirmed": False,
                "is_entered": True,
                "sequence": 1,
            }
        )
        entry_rows.append(
            {
                "entry": entry,
                "campaign": CAMPAIGN,
                "sheet": a_sheet(number),
                "student": a_student(number),
                "unit": "c11",
                "field": "name",
                "kind": FieldKind.KEY_DATA.value,
                "state": EntryState.SUBMITTED.value,
                "stage": "decide",
                "revision": 1,
                "sequence": 2,
                "record_version": 1,
                "difference": difference,
                "entered_by": CLERK.person,
                "created_at": at,
                "touched_at": at,
                "queue": queue,
                "due": (at + timedelta(days=14)).date(),
                "findings": "",
            }
        )
        revision_rows.append(
            {
                "entry": entry,
                "revision": 1,
                "difference": difference,
                "record_version": 1,
                "submitted_by": CLERK.person,
                "submitted_at": at,
            }
        )
    with house.database.transaction() as tx:
        tx.execute(sheets.insert(), sheet_rows)
        tx.execute(entries.insert(), entry_rows)
        tx.execute(revisions.insert(), revision_rows)
    return [EntryId(row["entry"]) for row in entry_rows]
