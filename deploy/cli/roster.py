"""`hecha roster`: units and rosters, with a dry run first and a workbook of what is wrong."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.actor import actors, token
from deploy.cli.review_words import at, label_of, value_of
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.sentences import tell
from deploy.cli.sentences_roster import tell_unreadable
from deploy.cli.trouble import explained
from services.roster import taking
from services.roster.history import show_history
from services.roster.sentences import WARNING_SENTENCES
from services.roster.settings import RosterSettings
from services.roster.taking import Desk
from services.roster.vault import Vault
from services.roster.workbook import ErrorWorkbook
from shared.contracts.record_commands import ShowRecordHistory
from shared.contracts.roster_commands import (
    CheckRequest,
    CommitRequest,
    ImportReport,
    RegisterUnits,
)
from shared.kernel.errors import UnitsFileError, UnreadableRosterError
from shared.kernel.ids import StudentId, UnitCode
from shared.plumbing.database import Database

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

File = Annotated[Path, typer.Argument(help="the file")]


@app.command()
@explained
def units(file: File) -> None:
    """Take the units of a JSON file into the tree: {"units": [{code, level, name, parent, ...}]}."""
    try:
        with database_of("roster") as database:
            told = taking.register(_desk(database), file, RegisterUnits(file.name, token()))
    except UnitsFileError as wrong:
        tell(f"单位文件有误：{wrong.args}", f"the units file cannot be taken: {wrong.args}")
        raise typer.Exit(1) from None
    tell(
        f"共 {told.units} 个单位，新增或变更 {told.changed} 个。",
        f"{told.units} units, {told.changed} of them new or different",
    )


@app.command()
@explained
def history(student: Annotated[str, typer.Argument(help="id of the pupil, 32 characters")]) -> None:
    """Every change of every field of a record: when, from what to what, by which decision."""
    key = bytes.fromhex(settings_of(RosterSettings).roster_column_key)
    with database_of("roster") as database:
        request = ShowRecordHistory(token(), StudentId(student))
        found = show_history(database, Vault(key), actors(), request).changes
    for one in found:
        change = f"{value_of(one.field, one.old)} → {value_of(one.field, one.new)}"
        print(
            f"{at(one.at)}  第{one.version}版  {label_of(one.field)}  {change}  {one.cause}  {one.by}"
        )
    if not found:
        tell("这份学籍没有变更记录。", "No field of this record has changed.")


@app.command(name="import")
@explained
def import_(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what it would do")] = False,
    errors: Annotated[
        Path | None, typer.Option(help="workbook of the wrong rows; default: beside the file")
    ] = None,
    school: Annotated[str, typer.Option(help="for rows that name no school")] = "",
    accept_large_changes: Annotated[
        bool, typer.Option(help="a class may change by more than a fifth")
    ] = False,
) -> None:
    """Import a roster: .xlsx, .xls or CSV. Good rows are written, wrong ones come back."""
    of = UnitCode(school) if school else None
    book = ErrorWorkbook(errors or file.with_name(f"{file.stem}-待更正.xlsx"))
    with database_of("roster") as database:
        try:
            seen = taking.check(_desk(database), file, CheckRequest(file.name, token(), of), book)
        except UnreadableRosterError as unreadable:
            tell_unreadable(unreadable.reason)
            raise typer.Exit(1) from None
        _tell(seen, book.close())
        if dry_run:
            raise typer.Exit(1 if seen.wrong else 0)
        _commit(database, (file, of), seen, accept=accept_large_changes)
    raise typer.Exit(1 if seen.wrong else 0)


def _commit(
    database: Database,
    what: tuple[Path, UnitCode | None],
    seen: ImportReport,
    *,
    accept: bool,
) -> None:
    if seen.large_changes and not accept:
        for one in seen.large_changes:
            tell(
                f"{one.unit}：原有 {one.known} 人，新增 {one.appearing} 人，减少 {one.vanishing} 人",
                f"{one.unit}: {one.known} known, {one.appearing} new, {one.vanishing} gone",
            )
        tell(
            "以上班级变动超过五分之一，请核对；确认无误后加 --accept-large-changes。",
            "These classes change by more than a fifth: check, then add --accept-large-changes.",
        )
        raise typer.Exit(1)
    file, school = what
    request = CommitRequest(file.name, token(), seen.file_hash, school, accept_large_changes=accept)
    report = taking.commit(_desk(database), file, request)
    tell(
        f"已写入：新增 {report.good}，变更 {report.changed}，未变 {report.unchanged}，"
        f"移出 {report.vanished}",
        f"written: {report.good} new, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.vanished} no longer listed",
    )


def _tell(report: ImportReport, workbook: Path | None) -> None:
    tell(
        f"名册共 {report.rows} 行，可用 {report.rows - report.wrong} 行，有误 {report.wrong} 行。",
        f"{report.rows} rows, {report.wrong} of them wrong",
    )
    for error in report.errors:
        tell(f"  第 {error.row} 行：{error.sentence}", f"  row {error.row}: {error.code}")
    for conflict in report.conflicts:
        where = f"  第 {conflict.row} 行：{conflict.sentence}"
        tell(where, f"  row {conflict.row}: {conflict.field} is older than an approved change")
    for code, count in report.warnings.items():
        tell(f"  提示：{count} {WARNING_SENTENCES[code]}", f"  note: {code} ({count})")
    if workbook is not None:
        tell(
            f"有误的行已另存为 {workbook}，更正后再次导入该文件即可。",
            f"the wrong rows, with what to mend, are in {workbook}: correct and import it",
        )


def _desk(database: Database) -> Desk:
    key = bytes.fromhex(settings_of(RosterSettings).roster_column_key)
    return Desk(database, Vault(key), actors())
