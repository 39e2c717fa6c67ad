"""Auditors read what lies below their unit, and whoever holds a sheet its own ledger."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.audit import reading, store
from services.audit.appending import write
from services.audit.domain import Told, read_event
from services.audit.merkle import is_included, leaf_hash
from services.audit.notes import is_signed, read_checkpoint, read_note
from shared.contracts.actors import Actor
from shared.contracts.audit_commands import ProveEvent, SheetLedger, ShowEvents
from shared.kernel.authority import Role
from shared.kernel.errors import ActorRefusedError, DomainError, NotAllowedError, UnknownUnitError
from shared.kernel.errors_audit import LedgerRefusedError, NoCheckpointError, UnknownEventError
from shared.kernel.ids import AccountId, ActorToken, PersonId, SheetId, UnitCode
from shared.kernel.query_code import query_code
from shared.plumbing.outbox import outbox_table
from tests.unit.audit.house import (
    CLASS,
    GUANGDONG,
    LOG_KEY,
    NOON,
    SHEET,
    House,
    an_act,
    an_id,
    new_house,
)

COUNTY, SCHOOL, OTHER = UnitCode("440305"), UnitCode("440305-017"), UnitCode("440305-018")
PATHS = {
    COUNTY: "44/4403/440305/",
    SCHOOL: f"44/4403/440305/{SCHOOL}/",
    OTHER: f"44/4403/440305/{OTHER}/",
    CLASS: f"44/4403/440305/{SCHOOL}/{CLASS}/",
}
TOKEN = ActorToken("")
KEY = bytes(range(32))


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = new_house(tmp_path)
    with made.database.transaction() as tx:
        for unit, path in PATHS.items():
            store.save_unit(tx, unit, path, 1)
        acts = [
            an_act(1, unit=CLASS, sheet=SHEET, role=Role.REGISTRAR, fields=("name",)),
            an_act(2, unit=OTHER, actor="p-02"),
            an_act(
                3, unit=None, sheet=SHEET, act="open_object", actor="service:scan", purpose="look"
            ),
            an_act(4, unit=CLASS, sheet=SHEET, act="hand_in", actor="guardian"),
        ]
        told = [Told(act, an_id(n), NOON, GUANGDONG) for n, act in enumerate(acts)]
        write(tx, store.lock_head(tx, GUANGDONG), told, NOON)
    return made


def an_actor(path: str, role: Role = Role.AUDITOR, *, factor: bool = True) -> Actor:
    unit = UnitCode(path.rstrip("/").rpartition("/")[2])
    at = NOON if factor else None
    person, account = PersonId("a" * 16), AccountId(f"{unit}.01")
    return Actor(person, account, role, unit, path, NOON + timedelta(minutes=5), at)


def shown(house: House, actor: Actor, unit: UnitCode, **narrowed: Any) -> list[int]:
    request = ShowEvents(TOKEN, unit, **narrowed)
    return [one.seq for one in reading.show_events(house.database, actor, request).events]


def acts(house: House) -> list[tuple[str, str]]:
    outbox = outbox_table(sa.MetaData())
    with house.database.transaction() as tx:
        bodies = tx.execute(sa.select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
    told = [json.loads(body)["data"] for body in bodies]
    return [(one["act"], one["outcome"]) for one in told]


@pytest.mark.parametrize(
    ("unit", "seqs"),
    [("44", [3, 2, 1, 0]), (COUNTY, [3, 1, 0]), (SCHOOL, [3, 0]), (OTHER, [1]), (CLASS, [3, 0])],
)
def test_a_unit_shows_its_own_and_everything_below_it(
    house: House, unit: str, seqs: list[int]
) -> None:
    assert shown(house, an_actor("44/"), UnitCode(unit)) == seqs


@pytest.mark.parametrize(
    ("narrowed", "seqs"),
    [
        ({"sheet": SHEET}, [3, 2, 0]),
        ({"act": "hand_in"}, [3]),
        ({"done_by": "p-02"}, [1]),
        ({"before": 2}, [1, 0]),
        ({"limit": 2}, [3, 2]),
        ({"limit": 0}, [3]),
    ],
    ids=str,
)
def test_events_are_narrowed(house: House, narrowed: dict[str, Any], seqs: list[int]) -> None:
    assert shown(house, an_actor("44/"), UnitCode("44"), **narrowed) == seqs


def test_a_long_answer_goes_on_where_it_ended(house: House) -> None:
    seqs, before = [], None
    while True:
        request = ShowEvents(TOKEN, UnitCode("44"), before=before, limit=3)
        found = reading.show_events(house.database, an_actor("44/"), request)
        seqs += [one.seq for one in found.events]
        if (before := found.next) is None:
            break

    assert seqs == [3, 2, 1, 0]


REFUSED = [
    (an_actor(PATHS[OTHER]), NotAllowedError),  # beside
    (an_actor(PATHS[CLASS]), NotAllowedError),  # above
    (an_actor("45/"), NotAllowedError),  # another province
    (an_actor("44/", factor=False), ActorRefusedError),
    *((an_actor("44/", role), NotAllowedError) for role in Role if role is not Role.AUDITOR),
]


@pytest.mark.parametrize(("actor", "refusal"), REFUSED, ids=str)
def test_nobody_else_reads_or_proves(
    house: House, actor: Actor, refusal: type[DomainError]
) -> None:
    house.checkpoint()
    with pytest.raises(refusal):
        shown(house, actor, SCHOOL)
    with pytest.raises(refusal):
        reading.prove_event(house.database, actor, ProveEvent(TOKEN, GUANGDONG, 2))

    assert acts(house) == [("read_audit", refusal.code), ("prove_event", refusal.code)]


def test_that_the_log_was_read_is_in_the_log(house: House) -> None:
    shown(house, an_actor("44/"), SCHOOL)

    assert acts(house) == [("read_audit", "done")]


def test_a_unit_that_nobody_told_of_is_unknown(house: House) -> None:
    with pytest.raises(UnknownUnitError):
        shown(house, an_actor("44/"), UnitCode("440399"))


def test_an_event_is_proven_by_what_the_answer_holds(house: House) -> None:
    house.checkpoint()
    proof = reading.prove_event(
        house.database, an_actor(PATHS[SCHOOL]), ProveEvent(TOKEN, GUANGDONG, 0)
    )
    note = read_note(proof.checkpoint)
    checkpoint = read_checkpoint(note.text)
    path = [bytes.fromhex(one) for one in proof.path]

    assert is_signed(note, LOG_KEY)
    assert read_event(proof.body.encode()).seq == 0
    assert is_included(leaf_hash(proof.body.encode()), 0, checkpoint.size, path, checkpoint.root)


def test_an_event_of_no_unit_is_the_provinces(house: House) -> None:
    house.checkpoint()
    request = ProveEvent(TOKEN, GUANGDONG, 2)
    with pytest.raises(NotAllowedError):
        reading.prove_event(house.database, an_actor(PATHS[COUNTY]), request)

    assert reading.prove_event(house.database, an_actor("44/"), request).seq == 2


@pytest.mark.parametrize(("seq", "refusal"), [(3, NoCheckpointError), (9, UnknownEventError)])
def test_what_cannot_be_proven_is_refused(
    house: House, seq: int, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        reading.prove_event(house.database, an_actor("44/"), ProveEvent(TOKEN, GUANGDONG, seq))


def asked(code: str, sheet: SheetId = SHEET) -> SheetLedger:
    return SheetLedger(GUANGDONG, sheet, 1, code)


def refusal_of(house: House, code: str, sheet: SheetId = SHEET) -> str | None:
    try:
        reading.sheet_ledger(house.database, KEY, asked(code, sheet))
    except LedgerRefusedError as refusal:
        return str(refusal.args[0])
    return None


RIGHT = query_code(KEY, SHEET, 1)
WRONG = f"{(int(RIGHT) + 1) % 10**8:08d}"


def test_a_ledger_tells_stages_and_roles_and_never_who(house: House) -> None:
    found = reading.sheet_ledger(house.database, KEY, asked(f"{RIGHT[:4]} {RIGHT[4:]}"))

    assert [(one.act, one.role, one.fields) for one in found.entries] == [
        ("print_sheets", "registrar", ("name",)),
        ("open_object", "service", ()),
        ("hand_in", "guardian", ()),
    ]


def test_a_ledger_tells_what_a_photo_was_opened_for(house: House) -> None:
    found = reading.sheet_ledger(house.database, KEY, asked(RIGHT))

    assert [one.purpose for one in found.entries] == [None, "look", None]


def test_five_wrong_codes_an_hour_shut_a_sheet_also_for_the_right_one(house: House) -> None:
    told = [refusal_of(house, WRONG) for _ in range(reading.WRONG_AN_HOUR)]

    assert set(told) == {"wrong_code"}
    assert refusal_of(house, RIGHT) == "too_many_tries"
    house.pass_by(timedelta(hours=1, seconds=1))
    assert refusal_of(house, RIGHT) is None


def test_twenty_wrong_codes_a_day_shut_a_sheet(house: House) -> None:
    for _ in range(reading.WRONG_A_DAY):
        assert refusal_of(house, WRONG) == "wrong_code"
        house.pass_by(timedelta(minutes=20))

    assert refusal_of(house, RIGHT) == "too_many_tries"
    house.pass_by(timedelta(days=1))
    assert refusal_of(house, RIGHT) is None


def test_wrong_codes_of_one_sheet_shut_no_other(house: House) -> None:
    other = SheetId("ba9876543210")
    for _ in range(reading.WRONG_AN_HOUR):
        refusal_of(house, WRONG)

    assert refusal_of(house, query_code(KEY, other, 1), other) is None


def test_a_wrong_code_is_an_act(house: House) -> None:
    refusal_of(house, WRONG)

    assert acts(house) == [("open_ledger", "wrong_code")]
