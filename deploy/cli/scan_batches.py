"""`hecha scan submit | watch | batches | show | commit | ...`: what an office does with a pile."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.sentences import speaks_chinese, tell
from deploy.cli.trouble import REFUSED, explained
from deploy.cli.verdicts import said
from services.scan import batches
from services.scan.batch_report import report, reports
from services.scan.holding import Desk
from services.scan.image.child import prepare_for_files
from services.scan.papers import OF_A_SHEET
from services.scan.piles import handing_in
from services.scan.providers import hand_in_of
from services.scan.settings import ScanSettings
from services.scan.submitting import NoFilesError, Origin, Submission, TooLargeError
from services.scan.taking_back import take_back
from services.scan.watching import Watch
from shared.contracts.batch_commands import (
    BatchAct,
    BatchPage,
    BatchReport,
    BatchState,
    ClassTally,
    CommitBatch,
    HandOverBatch,
    OpenNumber,
    TakeBackBatch,
    TakeUploadTicket,
)
from shared.contracts.scan_commands import PageState
from shared.kernel.clock import BEIJING
from shared.kernel.ids import CampaignId, PersonId, UnitCode
from shared.plumbing.offload import ProcessPool

Batch = Annotated[str, typer.Argument(help="id of the batch, or its first letters")]
School = Annotated[str, typer.Option(help="code of the school")]
Campaign = Annotated[str, typer.Option(help="id of the campaign")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
_LOOK_S = 1.0
_STATES = {
    BatchState.ARRIVING: "交送中 arriving",
    BatchState.READING: "识别中 reading",
    BatchState.READ: "待确认 to commit",
    BatchState.COMMITTED: "已确认 committed",
    BatchState.DISCARDED: "已作废 discarded",
}


def register(app: typer.Typer) -> None:
    """Add the commands of bulk scans to `hecha scan`."""
    for name, command in _COMMANDS.items():
        app.command(name)(explained(command))


def submit(
    files: Annotated[list[Path], typer.Argument(help="PDF, TIFF, zip, pictures, or folders")],
    school: School,
    campaign: Campaign = "44-2026a",
    wait: Annotated[bool, typer.Option(help="until every page has its state")] = True,
    as_json: AsJson = False,
) -> None:
    """Hand in what the office scanner made; nothing counts before `hecha scan commit`."""
    origin = origin_of(school, campaign)
    with _submission() as submission:
        try:
            begun = submission.submit(files, origin, _tick)
        except NoFilesError as nothing:
            tell_of_nothing(*nothing.args)
            raise typer.Exit(REFUSED) from None
        except TooLargeError as large:
            tell(
                "文件过大（合计最多 512 MB、2500 页），请按班分开扫描。",
                f"too large ({large}; at most 512 MB and 2,500 pages): scan class by class",
            )
            raise typer.Exit(REFUSED) from None
        if begun.is_known and begun.state is not BatchState.ARRIVING:
            tell(
                f"这份文件以前交送过，即批次 {begun.batch}。",
                f"this very file was handed in before: it is batch {begun.batch}",
            )
        found = _followed(submission, begun.batch) if wait else reported(begun.batch)
    _print(found, as_json=as_json)


def watch(
    folder: Annotated[Path, typer.Argument(help="where the scanner saves its files")],
    school: School,
    campaign: Campaign = "44-2026a",
    once: Annotated[bool, typer.Option("--once", help="what lies there now, then end")] = False,
) -> None:
    """Hand in every file that a scanner saves in a folder; files go to handed-in/ or refused/.

    In the name of whoever is signed in when it starts, until it is ended.
    """
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}", param_hint="FOLDER")
    origin = origin_of(school, campaign)
    with _submission() as submission:
        watch_ = Watch(folder, lambda file: submission.submit([file], origin, _tick).batch)
        while True:
            for file, outcome in watch_.look(settled=once):
                print(json.dumps({"file": file, "outcome": outcome}, ensure_ascii=False))
                sys.stdout.flush()
            if once:
                return
            time.sleep(_LOOK_S)


def list_(
    school: Annotated[str, typer.Option(help="only of this school")] = "",
    campaign: Campaign = "44-2026a",
    as_json: AsJson = False,
) -> None:
    """List the batches of a campaign, newest first."""
    with database_of("scan") as database:
        found = reports(database, CampaignId(campaign), UnitCode(school) if school else None)
    if as_json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
        return
    if not found:
        tell("还没有交送过扫描件。", "Nothing has been handed in yet.")
        return
    table = Table("批次 batch", "学校 school", "状态 state", "页 pages", "提交人 owner", "时间 at")
    for one in found:
        at = f"{one.begun_at.astimezone(BEIJING):%m-%d %H:%M}"
        row = (one.batch[:8], one.school, _STATES[one.state], str(one.pages), one.owner, at)
        table.add_row(*row)
    Console().print(table)


def show(batch: Batch, as_json: AsJson = False) -> None:
    """Show a batch: every page with its state, and who is missing."""
    _print(reported(batch), as_json=as_json)


def commit(
    batch: Batch,
    page: Annotated[list[int] | None, typer.Option(help="only this page; repeat it")] = None,
) -> None:
    """Let the pages of a batch count."""
    with database_of("scan") as database:
        whole = reported(batch).batch
        request = CommitBatch(whole, token(), tuple(page or ()))
        count = batches.commit_batch(Desk(database, actors()), request).pages
    tell(f"已确认 {count} 页。", f"{count} pages committed")
    left = reported(whole).open
    if left:
        tell(
            f"还有 {left} 页无法识别，需人工指定或作废：hecha scan queue",
            f"nobody has placed {left} of its pages yet; they wait: hecha scan queue",
        )


def take_back_(
    batch: Batch,
    page: Annotated[list[int] | None, typer.Option(help="only this page; repeat it")] = None,
) -> None:
    """Take committed pages back: they count no more, until they are committed again."""
    with database_of("scan") as database:
        whole = reported(batch).batch
        request = TakeBackBatch(whole, token(), tuple(page or ()))
        found = take_back(Desk(database, actors()), request)
    tell(
        f"已撤回 {found.pages} 页，不再计入。",
        f"{found.pages} pages taken back: they count no more",
    )
    if found.kept:
        numbers = "、".join(map(str, found.kept))
        tell(
            f"第 {numbers} 页的确认表已有人录入，仍计入。",
            f"pages {numbers.replace('、', ', ')} stay: something was entered from their sheets",
        )


def hold(batch: Batch) -> None:
    """Take a batch for five minutes, so that nobody else works on it."""
    with database_of("scan") as database:
        batches.hold(Desk(database, actors()), BatchAct(reported(batch).batch, token()))


def let_go(batch: Batch) -> None:
    """Let others work on a batch."""
    with database_of("scan") as database:
        batches.let_go(Desk(database, actors()), BatchAct(reported(batch).batch, token()))


def hand_over(
    batch: Batch,
    to: Annotated[
        str,
        typer.Argument(help="id of the person who commits it from now on: hecha accounts people"),
    ],
) -> None:
    """Give a batch to somebody else."""
    with database_of("scan") as database:
        request = HandOverBatch(reported(batch).batch, token(), PersonId(to))
        batches.hand_over(Desk(database, actors()), request)


_COMMANDS: dict[str, Callable[..., None]] = {
    "submit": submit,
    "watch": watch,
    "batches": list_,
    "show": show,
    "commit": commit,
    "take-back": take_back_,
    "hold": hold,
    "let-go": let_go,
    "hand-over": hand_over,
}


@contextmanager
def _submission() -> Iterator[Submission]:
    settings = settings_of(ScanSettings)
    pool = ProcessPool(os.cpu_count() or 2, prepare_for_files)
    try:
        with database_of("scan") as database:
            yield Submission(database, hand_in_of(settings), pool)
    finally:
        pool.close()


def tell_of_nothing(code: str, path: str) -> None:
    """The sentence for files that are not there."""
    sentences = {
        "no_such_file": (
            "没有这个文件，或无法读取",
            "there is no such file, or it may not be read",
        ),
        "empty_folder": ("文件夹里没有文件", "the folder holds no file"),
    }
    chinese, english = sentences.get(code, (code, code))
    tell(f"没有可交送的内容：{chinese}：{path}", f"nothing to hand in: {english}: {path}")


def _followed(submission: Submission, batch: str) -> BatchReport:
    """Wait until every page was read and looked at; Ctrl-C ends the waiting, not the work."""
    while True:
        found = report(submission.database, batch)
        _tick(found.pages - found.counts.get("waiting", 0), found.pages)
        is_read = found.state not in (BatchState.ARRIVING, BatchState.READING)
        if is_read and not found.to_look_at:
            return found
        time.sleep(_LOOK_S)


def reported(batch: str) -> BatchReport:
    """A batch by its id or the first letters of it.

    Raises:
        UnknownBatchError: there is none.
    """
    with database_of("scan") as database:
        return report(database, batch)


def _print(found: BatchReport, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False))
        return
    columns = ("页 page", "状态 state", "原因 reason", "班级 class", "班内学号 no.", "面 side")
    table = Table(*columns, "提示 note")
    for one in found.listed:
        number = "" if one.number_in_class is None else str(one.number_in_class)
        row = (str(one.number), one.state.value, one.reason, one.unit or "", number, one.side)
        table.add_row(*row, _noted(one))
    Console().print(table)
    counts = " + ".join(f"{count} {state}" for state, count in found.counts.items())
    print(f"{found.batch}  {_STATES[found.state]}  {found.pages} = {counts}")
    for tally in found.classes:
        print(_tallied(tally))
    if found.open:
        tell(
            f"{found.open} 页需人工指定：hecha scan queue",
            f"pages that wait for somebody to place them: {found.open}; hecha scan queue",
        )
    if found.holder is not None and found.held_until is not None:
        until = f"{found.held_until.astimezone(BEIJING):%H:%M}"
        tell(f"{found.holder} 正在处理，至 {until}", f"held by {found.holder} until {until}")


def _noted(page: BatchPage) -> str:
    """What is to be known of a page of a sheet; of one that does not count, which one does."""
    if page.state is PageState.MATCHED:
        return said(page.verdict)
    if page.state not in OF_A_SHEET:
        return ""
    if page.other is None:
        return "此前已有照片或扫描件" if speaks_chinese() else "came before, by photo or scan"
    return f"见第 {page.other} 页" if speaks_chinese() else f"see page {page.other}"


def _tallied(tally: ClassTally) -> str:
    missing, unsigned = _numbers(tally.missing), _numbers(tally.unsigned)
    if speaks_chinese():
        whole = f"{tally.unit}：应收 {tally.issued}，已收 {tally.back}"
        whole += f"，缺班内学号 {missing}" if missing else ""
        return whole + (f"，班内学号 {unsigned} 未签名" if unsigned else "")
    whole = f"{tally.unit}: {tally.back} of {tally.issued}"
    whole += f", missing no. {missing}" if missing else ""
    return whole + (f", no. {unsigned} not signed" if unsigned else "")


def _numbers(sheets: Sequence[OpenNumber]) -> str:
    separator = "、" if speaks_chinese() else ", "
    return separator.join(str(one.number_in_class or "?") for one in sheets)


def _plain(found: BatchReport) -> dict[str, object]:
    values = asdict(found)
    for name in ("begun_at", "held_until"):
        at = values[name]
        values[name] = at.isoformat() if isinstance(at, datetime) else at
    return values


def origin_of(school: str, campaign: str) -> Origin:
    """Whose bulk scan it is that is handed in here: of whoever is signed in, at their own school.

    Raises:
        NotAllowedError: they hand in nothing for this school.
        UnknownUnitError: nobody has told scan of it.
    """
    with database_of("scan") as database:
        request = TakeUploadTicket(CampaignId(campaign), UnitCode(school), token())
        return handing_in(Desk(database, actors()), request)


def _tick(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="" if done < total else "\n", file=sys.stderr)
