"""`hecha scan ticket`: what it prints opens the door, and that it was printed is on record."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.cli.__main__ import main
from services.scan.uploads.ticket import Tickets
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade
from tests.unit.scan_uploads.office import KEY, WANG


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'scan.db'}"
    upgrade("scan", url)
    monkeypatch.setenv("HECHA_SCAN_DATABASE_URL", url)
    monkeypatch.setenv("HECHA_SCAN_TICKET_KEY", KEY.hex())
    return url


def command(*more: str) -> list[str]:
    whose = ["--campaign", WANG.campaign, "--school", WANG.school, "--actor", "wang"]
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


def test_a_ticket_for_longer_than_a_week_is_not_made(url: str) -> None:
    assert main(command("--hours", "169")) == 2


def test_a_key_that_is_none_is_told_by_its_name(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HECHA_SCAN_TICKET_KEY", "none")

    assert main(command()) == 3
    assert "HECHA_SCAN_TICKET_KEY" in capsys.readouterr().err
