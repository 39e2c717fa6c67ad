"""`hecha progress`, for reports up: prepare, sign, accept, return, look at."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.actor import actors, token
from deploy.cli.progress_supervision import AsJson, CampaignOption, Unit
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.roster_names import names_of_units
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.progress import reports as usecases
from services.progress.reports import Desk
from services.progress.settings import ProgressSettings
from services.progress.signing import signer_of
from shared.contracts.report_commands import (
    Judgement,
    JudgeReport,
    PrepareReport,
    Report,
    ReportsRequest,
    ShowReport,
    SignReport,
)
from shared.contracts.wire import to_plain
from shared.kernel.ids import CampaignId, ReportId, UnitCode
from shared.plumbing.database import Database
from shared.workbooks.counts import STANDINGS, STATES, report_workbook

app = typer.Typer(add_completion=False, help=__doc__)

ReportArgument = Annotated[str, typer.Argument(help="id of the report")]


@app.command()
@explained
def report(
    unit: Unit,
    campaign: CampaignOption = "44-2026a",
    early: Annotated[bool, typer.Option(help="even if units below have not reported")] = False,
    sign: Annotated[str, typer.Option(help="sign this prepared report instead")] = "",
) -> None:
    """Freeze a unit's figures; with --sign ID hand a prepared report to the level above."""
    with database_of("progress") as database:
        desk = _desk(database)
        if sign:
            made = usecases.sign(desk, SignReport(token(), ReportId(sign)))
        else:
            request = PrepareReport(token(), CampaignId(campaign), UnitCode(unit), early)
            made = usecases.prepare(desk, request)
    print(made.report)
    _tell(made)
    if made.statement is None:
        tell(
            f"核对后签发：hecha progress report {unit} --sign {made.report}",
            f"Check it, then sign it: hecha progress report {unit} --sign {made.report}",
        )


@app.command()
@explained
def reports(unit: Unit, campaign: CampaignOption = "44-2026a", as_json: AsJson = False) -> None:
    """A unit's reports, and how the units below stand with theirs."""
    request = ReportsRequest(token(), CampaignId(campaign), UnitCode(unit))
    with database_of("progress") as database:
        found = usecases.list_reports(_desk(database), request)
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    print(f"{unit}  {STANDINGS[found.standing]}")
    for own in found.own:
        print(f"  第 {own.figures.number} 次  {own.report}  {STATES[own.state]}  {own.reason}")
    names = names_of_units(one.unit for one in found.children)
    for one in found.children:
        reported = "-" if one.counts is None else str(one.counts.entered)
        print(
            f"  {one.unit}  {names.get(one.unit, '')}  {STANDINGS[one.standing]}"
            f"  上报录入 {reported}  现在 {one.live.entered}  {one.report or ''}"
        )


@app.command()
@explained
def accept(report: ReportArgument) -> None:
    """Accept the report of a unit directly below."""
    _judge(JudgeReport(token(), ReportId(report), Judgement.ACCEPT))


@app.command(name="return")
@explained
def return_(
    report: ReportArgument, reason: Annotated[str, typer.Option(help="why; the unit reads it")] = ""
) -> None:
    """Return the report of a unit directly below, with a reason."""
    _judge(JudgeReport(token(), ReportId(report), Judgement.RETURN, reason))


@app.command(name="export-report")
@explained
def export_report(
    report: ReportArgument, file: Annotated[Path, typer.Argument(help="the .xlsx to write")]
) -> None:
    """A report as a workbook, as it was frozen and signed."""
    with database_of("progress") as database:
        request = ShowReport(token(), ReportId(report), is_export=True)
        found = usecases.show(_desk(database), request)
    unit = found.figures.unit
    names = names_of_units((unit, *(one.unit for one in found.figures.children)))
    file.write_bytes(report_workbook(found, names.get(unit, unit), names))
    tell(f"已写入 {file}。", f"{file} is written.")


@app.command(name="report-key")
@explained
def report_key() -> None:
    """The public key that reports are verified with: docs/spec/report.md."""
    print(signer_of(settings_of(ProgressSettings)).public_key.hex())


def _judge(request: JudgeReport) -> None:
    with database_of("progress") as database:
        _tell(usecases.judge(_desk(database), request))


def _desk(database: Database) -> Desk:
    return Desk(database, actors(), signer_of(settings_of(ProgressSettings)))


def _tell(found: Report) -> None:
    frozen, live = found.figures.counts, found.live
    tell(
        f"{found.figures.unit} 第 {found.figures.number} 次汇总：{STATES[found.state]}。"
        f"录入 {frozen.entered}/{frozen.in_scope}（现在 {live.entered}），"
        f"未上报的下级 {len(found.figures.missing)} 个。",
        f"{found.figures.unit} report {found.figures.number}: {found.state.value}; "
        f"entered {frozen.entered} of {frozen.in_scope} (now {live.entered}), "
        f"{len(found.figures.missing)} units below had not reported.",
    )
