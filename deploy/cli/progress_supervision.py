"""`hecha progress`, for who supervises: tables, units that stand still, who is missing."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of
from deploy.cli.roster_names import names_of_pupils, names_of_units
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.progress import overview, urging
from shared.contracts.progress_commands import (
    ListUrges,
    MissingRequest,
    RankedBy,
    RankedTable,
    StalledRequest,
    TableRequest,
    UrgeUnit,
)
from shared.contracts.wire import to_plain
from shared.kernel.clock import BEIJING, utc_now
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import Level
from shared.workbooks.counts import RANKED_BY, table_workbook

app = typer.Typer(add_completion=False, help=__doc__)

Unit = Annotated[str, typer.Argument(help="code of the unit")]
CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]
LevelOption = Annotated[Level, typer.Option(help="which units to list")]
ByOption = Annotated[RankedBy, typer.Option(help="which stage to rank by")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]


@app.command()
@explained
def tables(
    unit: Unit,
    level: LevelOption = Level.SCHOOL,
    by: ByOption = RankedBy.ENTERED,
    campaign: CampaignOption = "44-2026a",
    as_json: AsJson = False,
) -> None:
    """The units of one level, ranked by how far they have come."""
    found = _table(unit, level, by, campaign)
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    names = names_of_units(one.unit.unit for one in found.units)
    page = Table()
    for header in ("名次", "单位", "名称", RANKED_BY[by], "范围", "回收", "录入", "已审", "更新"):
        page.add_column(header)
    for one in found.units:
        counts = one.unit.counts
        share = "-" if one.share is None else f"{one.share:.1%}"
        done = (counts.in_scope, counts.returned, counts.entered, counts.decided, counts.applied)
        page.add_row(
            *(str(one.rank or "-"), one.unit.unit, names.get(one.unit.unit, ""), share),
            *map(str, done),
        )
    Console().print(page)


@app.command()
@explained
def export(
    unit: Unit,
    file: Annotated[Path, typer.Argument(help="the .xlsx to write")],
    level: LevelOption = Level.SCHOOL,
    by: ByOption = RankedBy.ENTERED,
    campaign: CampaignOption = "44-2026a",
) -> None:
    """The ranked table as a workbook."""
    found = _table(unit, level, by, campaign, is_export=True)
    names = names_of_units((unit, *(one.unit.unit for one in found.units)))
    title = names.get(UnitCode(unit), unit)
    book = table_workbook(found, CampaignId(campaign), title, names, utc_now())
    file.write_bytes(book)
    tell(f"已写入 {file}，共 {len(found.units)} 个单位。", f"{file}: {len(found.units)} units.")


@app.command()
@explained
def stalled(
    unit: Unit,
    level: LevelOption = Level.SCHOOL,
    campaign: CampaignOption = "44-2026a",
    as_json: AsJson = False,
) -> None:
    """Units under 95 % where nothing came back or was entered for three working days."""
    request = StalledRequest(token(), CampaignId(campaign), UnitCode(unit), level)
    with database_of("progress") as database:
        found = overview.stalled(database, actors(), request).units
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    names = names_of_units(one.unit.unit for one in found)
    for one in found:
        counts = one.unit.counts
        print(
            f"{one.unit.unit}  {names.get(one.unit.unit, '')}  停滞 {one.working_days} 个工作日"
            f"（{one.moved_on} 起）  回收 {counts.returned}/{counts.in_scope}"
            f"  录入 {counts.entered}/{counts.in_scope}"
        )
    if not found:
        tell("没有停滞的单位。", "No unit stands still.")


@app.command()
@explained
def urge(
    unit: Unit,
    stage: Annotated[RankedBy, typer.Option(help="what to go on with")] = RankedBy.ENTERED,
    campaign: CampaignOption = "44-2026a",
) -> None:
    """Ask a unit below yours to go on; its staff see it, and who asked."""
    request = UrgeUnit(token(), CampaignId(campaign), UnitCode(unit), stage)
    with database_of("progress") as database:
        urging.urge_unit(database, actors(), request)
    tell(f"已督办 {unit}：{RANKED_BY[stage]}。", f"{unit} was urged: {stage.value}.")


@app.command()
@explained
def urges(unit: Unit, campaign: CampaignOption = "44-2026a", as_json: AsJson = False) -> None:
    """What a unit was urged to do, and by whom."""
    request = ListUrges(token(), CampaignId(campaign), UnitCode(unit))
    with database_of("progress") as database:
        found = urging.list_urges(database, actors(), request).urges
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    names = names_of_units(one.by_unit for one in found)
    for one in found:
        at = f"{one.at.astimezone(BEIJING):%m-%d %H:%M}"
        print(
            f"{at}  {one.unit}  {RANKED_BY[one.stage]}  {one.by_unit} {names.get(one.by_unit, '')}"
        )
    if not found:
        tell("没有督办。", "Nobody has urged this unit.")


@app.command()
@explained
def missing(
    unit: Annotated[str, typer.Argument(help="code of the class")],
    campaign: CampaignOption = "44-2026a",
    names: Annotated[bool, typer.Option(help="with the pupils' names; the look is logged")] = False,
    as_json: AsJson = False,
) -> None:
    """Which sheets of a class are still out, or not entered; for the staff of its school."""
    request = MissingRequest(token(), CampaignId(campaign), UnitCode(unit))
    with database_of("progress") as database:
        found = overview.missing(database, actors(), request)
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    named = names_of_pupils(UnitCode(unit)) if names else {}
    for one in found.sheets:
        number = "-" if one.number_in_class is None else str(one.number_in_class)
        said = "已回收，未录入" if one.is_returned else "未回收"
        name = named.get(one.student, "") if one.student else ""
        print(f"班内学号 {number:>3}  {one.sheet}  {said}  {name}".rstrip())
    out = sum(not one.is_returned for one in found.sheets)
    tell(
        f"范围 {found.in_scope} 人，下发 {found.issued} 张，未回收 {out} 张，"
        f"已回收未录入 {len(found.sheets) - out} 张。",
        f"{found.in_scope} in scope, {found.issued} issued, {out} not returned, "
        f"{len(found.sheets) - out} returned and not entered.",
    )


def _table(
    unit: str, level: Level, by: RankedBy, campaign: str, *, is_export: bool = False
) -> RankedTable:
    of = (CampaignId(campaign), UnitCode(unit))
    request = TableRequest(token(), *of, level, by, is_export)
    with database_of("progress") as database:
        return overview.table(database, actors(), request)
