"""Audit: a county's events, and one event of the province."""

from pathlib import Path
from types import SimpleNamespace

from services.audit import store
from services.audit.checkpoints import LogKey
from services.audit.service import AuditService
from shared.contracts.audit_commands import ExportEvents, ProveEvent, ShowEvents, VerifyLog
from shared.kernel.authority import Place
from shared.kernel.ids import UnitCode
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.accounts.house import PATHS
from tests.unit.audit.house import GUANGDONG, LOG, NOON, ORIGIN, new_house

COUNTY = UnitCode("449101")
TREE = PATHS | {"51": "51/"}


def stage(folder: Path) -> Stage:
    house = new_house(folder)
    with house.database.transaction() as tx:
        for code, path in TREE.items():
            store.save_unit(tx, UnitCode(code), path, 1)
    house.fill(3)
    house.checkpoint()
    service = bare(
        AuditService,
        database=house.database,
        actors=believing(NOON),
        room=SimpleNamespace(
            logs={GUANGDONG: LogKey(ORIGIN, LOG)}, ledger_key=bytes(32), witness_key=None
        ),
    )
    rows = {
        ShowEvents: Row(lambda token: ShowEvents(token, COUNTY), Place(PATHS[COUNTY])),
        ProveEvent: Row(lambda token: ProveEvent(token, GUANGDONG, 1), Place("44/")),
        VerifyLog: Row(lambda token: VerifyLog(token, GUANGDONG), Place("44/")),
        ExportEvents: Row(lambda token: ExportEvents(token, COUNTY), Place(PATHS[COUNTY])),
    }
    return Stage(service, TREE, NOON, rows)
