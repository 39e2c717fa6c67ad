"""`hecha sheets`: print a class or a school, and fetch the file."""

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.sentences import explain_failure, tell
from deploy.cli.trouble import explained
from services.forms import handing_out, usecases
from services.forms.ports import PrintRoom
from services.forms.printing import run_next_job
from services.forms.render.file import render_file
from services.forms.render.fonts import find_chain
from services.forms.settings import FormsSettings
from services.forms.shelf import BucketShelf
from services.roster import usecases as roster_usecases
from services.roster.settings import RosterSettings
from services.roster.snapshot import snapshot_class
from services.roster.vault import Vault
from services.roster.versions import record_versions
from shared.contracts.forms_commands import (
    DEFAULT_TEMPLATE,
    CollectRequest,
    JobRequest,
    JobState,
    PrintFinding,
    PrintRequest,
    PrintStatus,
)
from shared.contracts.roster_commands import (
    ClassesRequest,
    ClassSnapshot,
    RecordVersions,
    SchoolClasses,
    SnapshotRequest,
    VersionsRequest,
)
from shared.kernel.ids import CampaignId, UnitCode
from shared.plumbing.code_keys import CodeKeyFile
from shared.plumbing.database import Database
from shared.plumbing.objects import ObjectStore, StoreAccess, fetch
from shared.plumbing.opening import open_body
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.wrapping import PASSING, print_info

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

_LOOK_S = 0.2


@app.callback()
def sheets() -> None:
    """Print sheets and fetch the file."""


@app.command(name="print")
@explained
def print_(
    unit: Annotated[str, typer.Argument(help="code of a class or a school")],
    out: Annotated[Path, typer.Option(help="the PDF to write")],
    campaign: Annotated[str, typer.Option(help="id of the campaign")] = "44-2026a",
    campaign_name: Annotated[str, typer.Option(help="as printed")] = "",
    template: Annotated[str, typer.Option(help="sheet-1 or sheet-2")] = DEFAULT_TEMPLATE,
) -> None:
    """Print a class or every class of a school; a reprint gets a higher print serial."""
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    with database_of("forms") as database, database_of("roster") as roster:
        room = _room(database, roster)
        request = PrintRequest(
            CampaignId(campaign), UnitCode(unit), token(), campaign_name, template
        )
        start = usecases.print_class if "-" in unit else usecases.print_school
        started = start(room, actors(), request)
        status = _status(database, started.job)
        while status.state in (JobState.QUEUED, JobState.RUNNING):
            if not run_next_job(room):
                time.sleep(_LOOK_S)  # put off, or in the hands of a running service
            status = _status(database, started.job)
        if status.state is not JobState.PRINTED:
            print(explain_failure(status.failure or ""), file=sys.stderr)
            raise typer.Exit(1)
        out.write_bytes(_fetched(room, started.job, started.download_code))
    for finding in status.findings:
        _tell(finding)
    tell(
        f"已打印 {status.sheets_done} 张，共 {status.pages} 页：{out}",
        f"{status.sheets_done} sheets on {status.pages} pages: {out}",
    )


def _status(database: Database, job: str) -> PrintStatus:
    # A long print outlives one token.
    return handing_out.job_status(database, actors(), JobRequest(token(), job))


class _Records:
    """Roster as printing asks it, straight from its database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def snapshot(self, campaign: CampaignId, unit: UnitCode) -> ClassSnapshot:
        return snapshot_class(self._database, self._vault, SnapshotRequest(campaign, unit))

    def versions(self, campaign: CampaignId, unit: UnitCode) -> RecordVersions:
        return record_versions(self._database, VersionsRequest(campaign, unit))

    def classes(self, campaign: CampaignId, unit: UnitCode) -> SchoolClasses:
        return roster_usecases.classes(self._database, ClassesRequest(campaign, unit))


def _room(database: Database, roster: Database) -> PrintRoom:
    settings = settings_of(FormsSettings)
    vault = Vault(bytes.fromhex(settings_of(RosterSettings).roster_column_key))
    store = ObjectStore(
        StoreAccess(
            settings.s3_endpoint,
            settings.forms_s3_access_key,
            settings.forms_s3_secret_key,
            settings.s3_secure,
            settings.bucket_prefix,
        )
    )
    return PrintRoom(
        database=database,
        roster=_Records(roster, vault),
        shelf=BucketShelf(store, bytes.fromhex(settings.forms_column_key)),
        render=render_file,
        code_keys=CodeKeyFile(settings.sheet_code_keys_file).keys,
        ledger_key=bytes.fromhex(settings.ledger_key),
        fonts=find_chain(settings.forms_fonts),
        host=settings.host,
        keep_for=timedelta(hours=settings.forms_keep_hours),
    )


def _fetched(room: PrintRoom, job: str, code: str) -> bytes:
    key = X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    told = handing_out.collect(room, actors(), CollectRequest(token(), job, code, public))
    data_key = PASSING.decrypt(bytes.fromhex(told.wrapped_key), key, info=print_info(job))
    context = ObjectContext(
        Suite(told.suite), told.province, told.campaign, told.object, Rendition(told.rendition)
    )
    return open_body(fetch(told.url), data_key, context)


def _tell(finding: PrintFinding) -> None:
    what = ",".join((*finding.fields, *finding.code_points))
    print(f"{finding.mark}\t{finding.sheet}\t{what}", file=sys.stderr)
