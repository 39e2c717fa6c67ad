"""Takes a roster into a kit: the services' own import, in a database that is thrown away."""

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.kit.campaign import PROVINCE, KitCampaign
from services.roster import scope, store
from services.roster.importing import ImportOptions, check_roster, commit_roster
from services.roster.snapshot import snapshot_class
from services.roster.tree import UnitRow, register_units
from services.roster.vault import Vault
from services.roster.workbook import ErrorWorkbook
from shared.contracts.roster_commands import ClassSnapshot, ImportReport, SnapshotRequest
from shared.kernel.errors import NoPupilInScopeError
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from shared.plumbing.column_key import KEY_BYTES
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade

_ROOT = UnitCode(PROVINCE)
_OWN_SCHOOL = UnitCode("0000000001")
_ACTOR = "kit"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a roster file."""

    report: ImportReport
    classes: tuple[ClassSnapshot, ...]
    wrong_rows: Path | None  # the annotated workbook


def take_roster(path: Path, campaign: KitCampaign, wrong_rows: Path) -> Taken:
    """Import a roster, and snapshot every class that has pupils in scope.

    The database holds records sealed under a key that is never written anywhere, and lies
    in a folder that is removed at the end.

    Raises:
        UnreadableRosterError: the file as a whole cannot be taken.
    """
    with tempfile.TemporaryDirectory(prefix="hecha-kit-") as folder:
        url = f"sqlite:///{Path(folder) / 'roster.db'}"
        upgrade("roster", url)
        database = Database("roster", url)
        try:
            return _take(database, path, campaign, wrong_rows)
        finally:
            database.dispose()


def _take(database: Database, path: Path, campaign: KitCampaign, wrong_rows: Path) -> Taken:
    vault = Vault(secrets.token_bytes(KEY_BYTES))
    register_units(
        database,
        [
            UnitRow(_ROOT, Level.PROVINCE, "本机", None),
            UnitRow(UnitCode("0000"), Level.CITY, "本机", _ROOT),
            UnitRow(UnitCode("000000"), Level.COUNTY, "本机", UnitCode("0000")),
            UnitRow(_OWN_SCHOOL, Level.SCHOOL, "本校", UnitCode("000000"), _ROOT),
        ],
    )
    with database.transaction() as tx:
        scope.learn_campaign(tx, campaign.campaign, campaign.cut_off, 1)
    book = ErrorWorkbook(wrong_rows)
    options = ImportOptions(_ACTOR, adopt_under=UnitCode("000000"))
    report = check_roster(database, vault, path, options, book)
    if not any(column.field == "school_code" for column in report.columns):
        # A school's own list names no school: its pupils are this school's.
        book = ErrorWorkbook(wrong_rows)
        options = ImportOptions(_ACTOR, school=_OWN_SCHOOL)
        report = check_roster(database, vault, path, options, book)
    commit_roster(
        database, vault, path, options, checked=report.file_hash, accept_large_changes=True
    )
    return Taken(report, _classes(database, vault, campaign), book.close())


def _classes(database: Database, vault: Vault, campaign: KitCampaign) -> tuple[ClassSnapshot, ...]:
    with database.transaction() as tx:
        units = store.class_codes(tx)
    found = []
    for unit in units:
        try:
            request = SnapshotRequest(campaign.campaign, unit)
            found.append(snapshot_class(database, vault, request))
        except NoPupilInScopeError:
            continue
    return tuple(found)
