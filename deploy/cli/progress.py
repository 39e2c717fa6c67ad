"""`hecha progress`: how far a unit has come, and whether every count is right."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli import progress_reports as reports
from deploy.cli import progress_supervision as supervision
from deploy.cli.actor import actors, at_machine, token
from deploy.cli.rooms import database_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.progress import overview, usecases
from shared.contracts.progress_commands import ChildrenRequest, CountsRequest, UnitCounts
from shared.contracts.wire import to_plain
from shared.kernel.ids import CampaignId, UnitCode

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
app.registered_commands += supervision.app.registered_commands + reports.app.registered_commands
_COLUMNS = (
    ("单位 unit", ""),
    ("范围 scope", "in_scope"),
    ("下发 issued", "issued"),
    ("拍照 photos", "photographed"),
    ("回收 returned", "returned"),
    ("拒交 declined", "declined"),
    ("不可读 unread", "unreadable"),
    ("录入 entered", "entered"),
    ("无变更 same", "no_change"),
    ("审核中 waiting", "in_decision"),
    ("已审 decided", "decided"),
    ("已入库 applied", "applied"),
    ("退回 back", "sent_back"),
    ("询问 queries", "queries"),
    ("冲突 conflicts", "conflicts"),
)


@app.command()
@explained
def show(
    unit: Annotated[str, typer.Argument(help="code of a province, city, county, school or class")],
    campaign: Annotated[str, typer.Option(help="id of the campaign")] = "44-2026a",
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """The counts of a unit and of every unit directly below it."""
    with database_of("progress") as database:
        of = (token(), CampaignId(campaign), UnitCode(unit))
        own = overview.counts(database, actors(), CountsRequest(*of))
        below = overview.children(database, actors(), ChildrenRequest(*of)).units
    if as_json:
        print(json.dumps([asdict(one) for one in (own, *below)], ensure_ascii=False))
        return
    table = Table()
    for header, _ in _COLUMNS:
        table.add_column(header, justify="left" if header.startswith("单位") else "right")
    for one in (*below, own):
        table.add_row(*_row(one))
    Console().print(table)


@app.command()
@explained
def recount(
    mend: Annotated[bool, typer.Option("--mend", help="put wrong counts right")] = False,
) -> None:
    """Count everything anew from the flags; exit code 1 when a count is wrong and stays so."""
    with database_of("progress") as database:
        differences = usecases.recount(database)
        if mend:
            usecases.mend(database, differences, by=at_machine())
    for one in differences:
        print(json.dumps(to_plain(one), ensure_ascii=False))
    if differences and mend:
        tell(f"{len(differences)} 处统计已更正。", f"{len(differences)} counts were put right.")
    elif differences:
        tell(
            f"有 {len(differences)} 处统计与明细不符；加 --mend 可更正。",
            f"{len(differences)} counts do not agree with the flags; --mend puts them right.",
        )
        raise typer.Exit(1)
    else:
        tell("全部统计与明细相符。", "Every count agrees with the flags.")


def _row(one: UnitCounts) -> list[str]:
    counts = asdict(one.counts)
    return [one.unit, *(str(counts[name]) for _, name in _COLUMNS[1:])]
