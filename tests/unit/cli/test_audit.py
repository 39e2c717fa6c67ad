"""`hecha audit`: the log is verified, proven and seen on the machine; who did what is an auditor's."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.audit import reading, store
from services.audit.appending import write
from services.audit.checkpoints import LogKey, make_checkpoint, origin_of
from services.audit.domain import Told
from services.audit.merkle import is_included
from services.audit.notes import is_signed, read_checkpoint, read_key, read_note
from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, PersonId, UnitCode
from shared.kernel.query_code import query_code
from shared.plumbing.actors import sign
from shared.plumbing.identity import load_identity, make_identity
from shared.plumbing.migrations import upgrade
from tests.unit.audit.house import CLASS, GUANGDONG, NOON, SHEET, an_act, an_id
from tests.unit.cli.conftest import Terminal, database_settings

EVENTS = 40
HOST = "HECHA.EXAMPLE.GOV.CN"
LEDGER_KEY = bytes(range(32))


@pytest.fixture
def house(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A house's log, and a checkpoint over most of it."""
    identity = make_identity("audit", tmp_path / "audit.identity")
    environment = {
        **database_settings(tmp_path, ["audit"]),
        "HECHA_PROVINCES": "44",
        "HECHA_HOST": HOST,
        "HECHA_AUDIT_IDENTITY_FILE": str(tmp_path / "audit.identity"),
        "HECHA_LEDGER_KEY": LEDGER_KEY.hex(),
        "HECHA_ACTOR_KEYS": identity.public_key.hex(),
        "HECHA_S3_ENDPOINT": "127.0.0.1:1",
        "HECHA_AUDIT_S3_ACCESS_KEY": "k",
        "HECHA_AUDIT_S3_SECRET_KEY": "s",
    }
    upgrade("audit", environment["HECHA_AUDIT_DATABASE_URL"])
    terminal = Terminal(environment, capsys)
    fill(terminal, 1, EVENTS)
    key = LogKey(origin_of(HOST, GUANGDONG), identity)
    database = terminal.database("audit")
    make_checkpoint(database, GUANGDONG, key)
    database.dispose()
    fill(terminal, EVENTS + 1, 5)
    return terminal


def fill(terminal: Terminal, first: int, count: int) -> None:
    database = terminal.database("audit")
    with database.transaction() as tx:
        acts = [
            Told(an_act(number, sheet=SHEET), an_id(number), NOON, GUANGDONG)
            for number in range(first, first + count)
        ]
        write(tx, store.lock_head(tx, GUANGDONG), acts, NOON)
    database.dispose()


def tamper(terminal: Terminal, *statements: str) -> None:
    database = terminal.database("audit")
    with database.transaction() as tx:
        for statement in ("DROP TRIGGER events_no_update", *statements):
            tx.execute(sa.text(statement))
    database.dispose()


def test_a_whole_log_verifies(house: Terminal) -> None:
    said = house.run("audit", "verify")

    assert (said.code, said.out) == (0, "")
    assert "45 events verified" in said.told


def test_what_is_wrong_is_named_with_what_to_do(house: Terminal) -> None:
    tamper(house, "UPDATE events SET body = x'7b7d' WHERE seq = 17")
    said = house.run("audit", "verify")

    assert said.code == 1
    assert json.loads(said.out)["seq"] == 17
    assert "event 17 was changed" in said.told
    assert "restore the newest backup" in said.told


def test_a_log_is_verified_from_a_checkpoint_that_somebody_kept(
    house: Terminal, tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(house.run("audit", "checkpoint").out)
    said = house.run("audit", "verify", "--from-checkpoint", kept)

    assert said.code == 0
    assert "5 events verified" in said.told


def test_a_checkpoint_that_the_log_did_not_sign_is_refused(house: Terminal, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(house.run("audit", "checkpoint").out.replace("\n40\n", "\n41\n"))

    assert house.run("audit", "verify", "--from-checkpoint", kept).code == 1
    assert house.run("audit", "verify", "--from-checkpoint", __file__).code == 2


def test_a_proof_needs_nothing_but_itself_and_the_logs_key(house: Terminal) -> None:
    proof = json.loads(house.run("audit", "prove", "17").out)
    key = read_key(json.loads(house.run("audit", "state").out)["verifier_key"])
    note = read_note(proof["checkpoint"])
    checkpoint = read_checkpoint(note.text)
    path = [bytes.fromhex(one) for one in proof["path"]]

    assert is_signed(note, key)
    assert is_included(bytes.fromhex(proof["leaf"]), 17, checkpoint.size, path, checkpoint.root)


def test_without_a_token_nobody_is_told_who_did_what(house: Terminal) -> None:
    shown = [json.loads(line) for line in house.run("audit", "show").out.splitlines()]
    proof = json.loads(house.run("audit", "prove", "17").out)

    assert len(shown) == EVENTS + 5
    assert {key for one in shown for key in one} == {
        *("seq", "at", "act", "object", "outcome", "unit")
    }
    assert "body" not in proof


@pytest.mark.parametrize(("seq", "code"), [("44", "no_checkpoint"), ("99", "unknown_event")])
def test_an_event_that_cannot_be_proven_yet_is_told(house: Terminal, seq: str, code: str) -> None:
    said = house.run("audit", "prove", seq)

    assert said.code == 1
    assert code in said.told


@pytest.mark.parametrize("command", [("show", "--auditor"), ("export", "out.zip")], ids=str)
def test_a_forged_token_reads_nothing(house: Terminal, command: tuple[str, ...]) -> None:
    house.environment["HECHA_ACTOR_TOKEN"] = "e30.e30"
    said = house.run("audit", *command)

    assert (said.code, said.out) == (1, "")
    assert "actor_refused" in said.told


def test_an_auditor_is_told_who_did_what_and_exports_it(house: Terminal, tmp_path: Path) -> None:
    house.environment["HECHA_ACTOR_TOKEN"] = a_token(tmp_path, Role.AUDITOR)
    shown = [json.loads(one) for one in house.run("audit", "show", "--auditor").out.splitlines()]
    said = house.run("audit", "export", tmp_path / "out.zip")

    assert {one["actor"] for one in shown} == {"p-01"}
    assert said.code == 0
    assert f"{EVENTS} events are in" in said.told
    assert (tmp_path / "out.zip").exists()


def test_an_administrator_is_not_an_auditor(house: Terminal, tmp_path: Path) -> None:
    house.environment["HECHA_ACTOR_TOKEN"] = a_token(tmp_path, Role.UNIT_ADMINISTRATOR)
    said = house.run("audit", "export", tmp_path / "out.zip")

    assert said.code == 1
    assert "not_allowed" in said.told
    assert not (tmp_path / "out.zip").exists()


def a_token(folder: Path, role: Role) -> str:
    """Signed by the key that the house believes."""
    now = datetime.now(UTC)
    ends = now + timedelta(minutes=5)
    person, account = PersonId("a" * 16), AccountId("44.01")
    who = Actor(person, account, role, UnitCode("44"), "44/", ends, now)
    return sign(who, load_identity(folder / "audit.identity"))


def test_a_ledger_opens_with_the_code_on_the_sheet(house: Terminal) -> None:
    right = query_code(LEDGER_KEY, SHEET, 1)
    said = house.run("audit", "ledger", SHEET, "--code", right)
    entries = [json.loads(line) for line in said.out.splitlines()]

    assert said.code == 0
    assert len(entries) == EVENTS + 5
    assert set(entries[0]) == {"at", "act", "outcome", "role", "fields", "purpose"}
    assert CLASS not in said.out


def test_a_wrong_code_opens_nothing_and_is_counted(house: Terminal) -> None:
    said = [house.run("audit", "ledger", SHEET, "--code", "00000000") for _ in range(6)]

    assert {one.code for one in said} == {1}
    assert "wrong_code" in said[reading.WRONG_AN_HOUR - 1].told
    assert "too_many_tries" in said[reading.WRONG_AN_HOUR].told
