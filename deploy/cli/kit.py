"""`hecha kit`: a campaign in a folder, for schools without network and for trying a pile of paper."""

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.sentences import tell
from deploy.cli.sentences_roster import tell_unreadable
from deploy.kit.campaign import Kit, create_kit, new_campaign, open_kit
from deploy.kit.printing import MANIFEST, print_kit
from deploy.kit.reading import KitReader
from deploy.kit.roster import Taken, take_roster
from deploy.kit.vault import HEADER_NAME, KitExistsError
from deploy.provision import DEFAULT_HOST
from shared.contracts.forms_commands import DEFAULT_TEMPLATE
from shared.kernel.errors import DomainError, UnreadableRosterError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
MIN_PASSPHRASE = 8

Folder = Annotated[Path, typer.Argument(help="the kit's folder")]


class NoPassphraseError(DomainError):
    """HECHA_PASSPHRASE is missing or too short."""

    code = "no_passphrase"


class NothingPrintedError(DomainError):
    """A kit is read only after it was printed."""

    code = "nothing_printed"


@app.command()
def init(
    folder: Folder,
    roster: Annotated[Path, typer.Option(help="the roster, .xlsx, .xls or .csv")],
    host: Annotated[str, typer.Option(help="host in the QR codes")] = DEFAULT_HOST,
    name: Annotated[str, typer.Option(help="name of the campaign")] = "学籍信息核查",
    cut_off: Annotated[str, typer.Option(help="cut-off date, 2026-03-31; default today")] = "",
) -> None:
    """Make a kit from a roster: keys of its own, everything sealed under HECHA_PASSPHRASE."""
    passphrase = _passphrase()
    if (folder / HEADER_NAME).exists():
        raise KitExistsError
    campaign = new_campaign(name, host.upper(), _date(cut_off))
    wrong_rows = folder.parent / f"{folder.name}-待更正.xlsx"
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        taken = take_roster(roster, campaign, wrong_rows)
    except UnreadableRosterError as unreadable:
        tell_unreadable(unreadable.reason)
        raise typer.Exit(1) from None
    _tell(taken)
    if not taken.classes:
        tell("名册中没有属于核查范围的学生，未生成资料。", "nobody of the roster is in scope")
        raise typer.Exit(1)
    create_kit(folder, passphrase, campaign, taken.classes)


@app.command(name="print")
def print_(
    folder: Folder,
    template: Annotated[str, typer.Option(help="sheet-1 or sheet-2")] = DEFAULT_TEMPLATE,
) -> None:
    """Print every class: PDFs, the layouts used, and manifest.json."""
    kit = open_kit(folder, _passphrase())
    rows = print_kit(kit, template=template, tick=_tick)
    tell(
        f"已打印 {len(kit.classes)} 个班、{len(rows)} 页，目录见 {folder / MANIFEST}",
        f"{len(kit.classes)} classes, {len(rows)} pages; see {folder / MANIFEST}",
    )


@app.command()
def read(
    folder: Folder,
    files: Annotated[list[str], typer.Argument(help="photos and scans, any order")],
    cells: Annotated[
        bool, typer.Option("--cells", help="lay matched pages flat and read their cells")
    ] = False,
) -> None:
    """Read photos and scans: one JSON line per page, in the order of the files."""
    kit = open_kit(folder, _passphrase())
    if not kit.issued:
        raise NothingPrintedError(str(folder))
    _read(kit, files, cells=cells)


def _read(kit: Kit, files: list[str], *, cells: bool) -> None:
    reader = KitReader(kit, cells=cells)
    try:
        for answer in reader.read(files):
            sys.stdout.write(json.dumps(answer.as_plain(), ensure_ascii=False) + "\n")
            sys.stdout.flush()
    finally:
        reader.close()


def _tell(taken: Taken) -> None:
    report = taken.report
    tell(
        f"名册共 {report.rows} 行，可用 {report.rows - report.wrong} 行，有误 {report.wrong} 行",
        f"{report.rows} rows, {report.wrong} of them wrong",
    )
    for error in report.errors:
        tell(f"第 {error.row} 行：{error.sentence}", f"row {error.row}: {error.code}")
    if taken.wrong_rows is not None:
        tell(
            f"有误的行已另存为 {taken.wrong_rows}，更正后可用它再次生成",
            f"the wrong rows, with what to mend, are in {taken.wrong_rows}",
        )


def _date(text: str) -> date:
    if not text:
        return date.today()  # the day of whoever sits at this machine
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write the date as 2026-03-31") from None


def _passphrase() -> str:
    path = os.environ.get("HECHA_PASSPHRASE_FILE")
    given = os.environ.get("HECHA_PASSPHRASE") or (
        Path(path).read_text("utf-8").strip() if path else ""
    )
    if len(given) < MIN_PASSPHRASE:
        raise NoPassphraseError
    return given


def _tick(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="" if done < total else "\n", file=sys.stderr)
