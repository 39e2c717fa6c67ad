"""What an auditor asks at a page: events by time, whether the log is whole, a small export."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from services.audit import exporting, reading, verifying
from services.audit.checkpoints import LogKey
from services.audit.tables import events
from shared.contracts import audit_commands
from shared.contracts.actors import Actor
from shared.contracts.audit_commands import ExportEvents, ShowEvents, VerifyLog
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.errors_audit import TooManyEventsError
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode
from tests.unit.audit.house import GUANGDONG, LOG, NOON, ORIGIN, House, new_house

NONE = ActorToken("")
LOGS = {GUANGDONG: LogKey(ORIGIN, LOG)}
PROVINCE = UnitCode("44")


def an_auditor(unit: str = "44", path: str = "44/") -> Actor:
    who = (PersonId("p-09"), AccountId(f"{unit}.09"), Role.AUDITOR, UnitCode(unit), path)
    return Actor(*who, NOON + timedelta(minutes=5), NOON)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = new_house(tmp_path)
    made.fill(30)
    made.checkpoint()
    made.fill(30)
    made.checkpoint()
    return made


def test_events_are_narrowed_by_the_time_of_the_act(house: House) -> None:
    def found(**span: object) -> int:
        request = ShowEvents(NONE, PROVINCE, limit=100, **span)  # type: ignore[arg-type]
        return len(reading.show_events(house.database, an_auditor(), request).events)

    assert found(since=NOON, until=NOON + timedelta(seconds=1)) == 60
    assert found(since=NOON + timedelta(hours=2)) == 0
    assert found(until=NOON) == 0


def test_a_short_log_is_verified_whole(house: House) -> None:
    told = verifying.verify_log(house.database, an_auditor(), VerifyLog(NONE, GUANGDONG), LOGS)

    assert (told.start, told.checked, told.findings, told.more) == (0, 60, (), 0)
    assert told.checkpoint_at is not None


def test_a_long_log_is_verified_from_a_signed_checkpoint_on(house: House) -> None:
    request = VerifyLog(NONE, GUANGDONG)
    told = verifying.verify_log(house.database, an_auditor(), request, LOGS, most=20)

    assert (told.start, told.checked) == (30, 30)


def test_an_edited_event_is_named_by_its_place(house: House) -> None:
    with house.tampering() as tx:
        row = tx.execute(sa.select(events.c.body).where(events.c.seq == 41)).scalar_one()
        edited = bytes(row).replace(b"print_sheets", b"print_shoots")
        tx.execute(sa.update(events).where(events.c.seq == 41).values(body=edited))
    told = verifying.verify_log(house.database, an_auditor(), VerifyLog(NONE, GUANGDONG), LOGS)

    assert [(one.wrong, one.seq) for one in told.findings] == [("edited", 41)]


def test_a_log_that_is_kept_elsewhere_is_unknown(house: House) -> None:
    with pytest.raises(UnknownUnitError):
        verifying.verify_log(house.database, an_auditor(), VerifyLog(NONE, GUANGDONG), {})


def test_a_countys_auditor_does_not_verify_the_provinces_log(house: House) -> None:
    county = an_auditor("440305", "44/4403/440305/")
    with pytest.raises(NotAllowedError):
        verifying.verify_log(house.database, county, VerifyLog(NONE, GUANGDONG), LOGS)


def test_an_export_of_a_page_verifies_itself(house: House, tmp_path: Path) -> None:
    request = ExportEvents(NONE, PROVINCE, 10, 40)
    told = exporting.export_texts(house.database, an_auditor(), request, LOGS, None)
    with ZipFile(tmp_path / "log.zip", "w") as archive:
        for name, text in told.files.items():
            archive.writestr(name, text)
    command = [sys.executable, "-I", str(tmp_path / "log.zip")]
    run = subprocess.run(command, capture_output=True, check=False, timeout=60)

    assert told.events == 30
    assert run.returncode == 0, run.stdout
    assert json.loads(told.files["keys"])["log"].startswith(ORIGIN)


def test_a_large_export_is_for_the_machine(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_EXPORTED", 20)
    request = ExportEvents(NONE, PROVINCE)
    with pytest.raises(TooManyEventsError):
        exporting.export_texts(house.database, an_auditor(), request, LOGS, None)

    assert audit_commands.MOST_EXPORTED == 5_000
