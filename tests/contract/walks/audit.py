"""Audit: a county's events, and one event of the province."""

from pathlib import Path
from types import SimpleNamespace

from services.audit import store
from services.audit.service import AuditService
from shared.contracts.audit_commands import ProveEvent, ShowEvents
from shared.kernel.authority import Place
from shared.kernel.ids import UnitCode
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.accounts.house import PATHS
from tests.unit.audit.house import GUANGDONG, NOON, new_house

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
        room=SimpleNamespace(logs={}, ledger_key=bytes(32)),
    )
    rows = {
        ShowEvents: Row(lambda token: ShowEvents(token, COUNTY), Place(PATHS[COUNTY])),
        ProveEvent: Row(lambda token: ProveEvent(token, GUANGDONG, 1), Place("44/")),
    }
    return Stage(service, TREE, NOON, rows)
