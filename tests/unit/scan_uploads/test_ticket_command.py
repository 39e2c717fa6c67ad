"""`hecha scan ticket`: what it prints opens the door, and that it was printed is on record."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.cli.__main__ import main
from services.scan.tables import units
from services.scan.uploads.ticket import Tickets
from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, PersonId
from shared.kernel.units import codes_up
from shared.plumbing.actors import sign
from shared.plumbing.database import Database
from shared.plumbing.identity import Identity
from shared.plumbing.migrations import upgrade
from tests.unit.scan_uploads.office import KEY, WANG

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
PATH = f"44/4403/440305/{WANG.school}/"


def token(role: Role = Role.ENTRY_CLERK, path: str = PATH) -> str:
    who = (PersonId(WANG.actor), AccountId("s.01"), role, codes_up(path)[0], path)
    return sign(Actor(*who, datetime.now(UTC) + timedelta(minutes=10)), ACCOUNTS)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'scan.db'}"
    upgrade("scan", url)
    monkeypatch.setenv("HECHA_SCAN_DATABASE_URL", url)
    monkeypatch.setenv("HECHA_SCAN_TICKET_KEY", KEY.hex())
    monkeypatch.setenv("HECHA_ACTOR_KEYS", ACCOUNTS.public_key.hex())
    monkeypatch.setenv("HECHA_ACTOR_TOKEN", token())
    with Database("scan", url).transaction() as tx:
        tx.execute(sa.insert(units).values(code=WANG.school, path=PATH, sequence=1))
    return url


def command(*more: str) -> list[str]:
    whose = ["--campaign", WANG.campaign, "--school", WANG.school]
    return ["scan", "ticket", *whose, *more]


def test_a_ticket_names_the_person_until_it_expires(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command("--hours", "2")) == 0

    ticket = capsys.readouterr().out.strip()
    now = datetime.now(UTC)
    assert Tickets(KEY).read(ticket, now) == WANG
    assert Tickets(KEY).read(ticket, now + timedelta(hours=1, minutes=59)) == WANG
    assert Tickets(KEY).read(ticket, now + timedelta(hours=2)) is None


def test_that_a_ticket_was_made_is_on_record_and_the_ticket_is_not(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command())

    mac = capsys.readouterr().out.strip().rpartition(".")[2]
    with Database("scan", url).transaction() as tx:
        rows = tx.execute(sa.text("select * from outbox")).all()
    # Each value whole: a row shows only the ends of a long one.
    said = " ".join(str(value) for row in rows for value in row)
    assert "issue_scan_ticket" in said
    assert mac not in said


def test_nobody_gets_a_ticket_for_another_school(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HECHA_ACTOR_TOKEN", token(path="44/4403/440305/other/"))

    assert main(command()) == 1
    assert capsys.readouterr().out == ""


def test_a_ticket_for_longer_than_a_week_is_not_made(url: str) -> None:
    assert main(command("--hours", "169")) == 2


def test_a_key_that_is_none_is_told_by_its_name(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HECHA_SCAN_TICKET_KEY", "none")

    assert main(command()) == 3
    assert "HECHA_SCAN_TICKET_KEY" in capsys.readouterr().err
