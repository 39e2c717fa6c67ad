"""Identifiers that travel between services.

None of them is derived from a person's data: a student *number* may contain an ID
number and therefore never leaves the province's own records; a `StudentId` may.
"""

import secrets
import time
import uuid
from collections.abc import Iterator
from typing import NewType

ProvinceCode = NewType("ProvinceCode", str)  # two digits, GB/T 2260, e.g. "44"
UnitCode = NewType("UnitCode", str)  # any unit of the tree, see `units`
CampaignId = NewType("CampaignId", str)  # "44-2026a": province, then a short name
StudentId = NewType("StudentId", str)  # 32 lower-case hex digits, random
SheetId = NewType("SheetId", str)  # 12 lower-case hex digits = 48 random bits
SheetNumber = NewType("SheetNumber", str)  # 16 digits, see `sheet_number`
ObjectId = NewType("ObjectId", str)  # 32 lower-case hex digits, random
FactId = NewType("FactId", str)  # uuid7 as text
PersonId = NewType("PersonId", str)  # 16 lower-case hex digits, random: a named person
AccountId = NewType("AccountId", str)  # a dedicated account, unit and number: "440305-017.03"
EntryId = NewType("EntryId", str)  # 32 lower-case hex digits, random: a change entry
ReportId = NewType("ReportId", str)  # 32 lower-case hex digits, random: a report up
QuestionId = NewType("QuestionId", str)  # 32 lower-case hex digits, random: a question to support
ActorToken = NewType("ActorToken", str)  # signed by accounts, see `shared.contracts.actors`

SHEET_ID_BITS = 48


def new_student_ids(count: int) -> Iterator[StudentId]:
    """Fresh student ids, for imports: the system is asked for all their bits at once."""
    bits = secrets.token_bytes(16 * count)
    return (StudentId(bits[at : at + 16].hex()) for at in range(0, len(bits), 16))


def new_sheet_id() -> SheetId:
    """A fresh sheet id; the caller keeps it unique and draws again on a collision."""
    return SheetId(secrets.token_hex(SHEET_ID_BITS // 8))


def new_object_id() -> ObjectId:
    """A fresh object id."""
    return ObjectId(secrets.token_hex(16))


def new_entry_id() -> EntryId:
    """A fresh id of a change entry."""
    return EntryId(secrets.token_hex(16))


def new_report_id() -> ReportId:
    """A fresh id of a report up."""
    return ReportId(secrets.token_hex(16))


def new_question_id() -> QuestionId:
    """A fresh id of a question."""
    return QuestionId(secrets.token_hex(16))


def new_person_id() -> PersonId:
    """A fresh id of a person."""
    return PersonId(secrets.token_hex(8))


def uuid7() -> str:
    """A time-ordered UUID, version 7 (RFC 9562, 5.7), as text.

    The standard library has none before Python 3.14.
    """
    millis = time.time_ns() // 1_000_000
    value = (millis & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
