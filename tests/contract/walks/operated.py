"""What every service that hears facts answers its operator, walked at one of them."""

from pathlib import Path
from types import SimpleNamespace

from services.progress.service import ProgressService
from shared.contracts.operate_commands import (
    DropDead,
    DropReason,
    ListDead,
    ReplayDead,
    ShowService,
)
from shared.plumbing import embedded
from shared.plumbing.declare import declare
from shared.plumbing.operations import Operations
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.publish import publisher_for
from shared.plumbing.relay import Relay
from shared.plumbing.runner import config_for
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.progress.house import PATHS
from tests.unit.progress.office import NOON, Office

QUEUE = "progress.on_sheet_issued"


def stage(_folder: Path) -> Stage:
    office = Office()
    service = bare(
        ProgressService,
        database=office.database,
        actors=believing(NOON),
        operations=operations_over(office.database),
    )
    rows = {
        ShowService: Row(ShowService, None),
        ListDead: Row(ListDead, None),
        ReplayDead: Row(lambda token: ReplayDead(token, QUEUE), None),
        DropDead: Row(lambda token: DropDead(token, QUEUE, DropReason.OUTDATED), None),
    }
    return Stage(service, PATHS, NOON, rows)


def operations_over(database: object) -> Operations:
    """Those of a progress service without Nameko."""
    config = config_for(embedded.URL, {"HECHA_PROVINCES": "44"})
    keeper = DatabaseProvider()
    keeper.__dict__ |= {"database": database, "relay": Relay(database, publisher_for(embedded.URL))}
    container = SimpleNamespace(
        service_name="progress",
        service_cls=ProgressService,
        config=config,
        dependencies=[keeper],
        extensions=[keeper],
    )
    operations = Operations(container)
    declare(embedded.URL, operations.plans)
    return operations
