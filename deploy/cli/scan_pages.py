"""`hecha scan queue | candidates | find | assign | discard | undo`: pages that people place."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of
from deploy.cli.scan_batches import AsJson, Batch, Campaign, School, reported
from deploy.cli.sentences import speaks_chinese, tell
from deploy.cli.trouble import explained
from services.scan import batches, candidates, page_acts
from services.scan.holding import Desk
from shared.contracts.batch_commands import (
    AssignPage,
    BatchAct,
    BatchReport,
    Candidate,
    DiscardOpen,
    DiscardPage,
    FindSheet,
    OpenPage,
    UndoPage,
)
from shared.kernel.clock import BEIJING
from shared.kernel.ids import CampaignId, SheetId, UnitCode
from shared.kernel.sheet_number import DIGITS

PageNumber = Annotated[int, typer.Argument(help="number of the page, from 1")]
_SIDES = {"front": "正 front", "back": "背 back"}
_SIGNALS = {
    "top_left": ("左上号码", "number top left"),
    "bottom_right": ("右下号码", "number bottom right"),
    "cover": ("班级封面", "class cover"),
    "ticket": ("由该表的链接上传", "sent for this sheet"),
    "class": ("为该班拍摄", "taken for this class"),
}
_REASONS = {
    "no_code": ("没有可用的二维码", "no code"),
    "one_signal_only": ("只有一项依据", "one signal only"),
    "numbers_disagree": ("两处号码不一致", "the two numbers disagree"),
    "not_issued": ("没有打印记录", "not known to be printed"),
}


def register(app: typer.Typer) -> None:
    """Add the commands of single pages to `hecha scan`."""
    for name, command in _COMMANDS.items():
        app.command(name)(explained(command))


def queue(
    school: Annotated[str, typer.Option(help="only of this school")] = "",
    campaign: Campaign = "44-2026a",
    as_json: AsJson = False,
) -> None:
    """List the pages that no code names, over all open batches, with whose each may be."""
    with database_of("scan") as database:
        found = candidates.queue(
            database, CampaignId(campaign), UnitCode(school) if school else None
        )
    if as_json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
        return
    if not found:
        tell("没有需要人工指定的页面。", "No page waits for somebody to place it.")
        return
    columns = ("页 page", "学校 school", "原因 reason", "最可能 likeliest", "处理人 held by")
    table = Table(*columns)
    for one in found:
        table.add_row(f"{one.batch[:8]}/{one.number}", one.school, _why(one), *_whose(one))
    Console().print(table)
    tell(
        "查看候选：hecha scan candidates 批次/页；看图：hecha scan view 批次/页 --out 文件",
        "hecha scan candidates BATCH/PAGE says more; hecha scan view shows the page",
    )


def candidates_(
    page: Annotated[str, typer.Argument(help="BATCH/NUMBER, such as 3fa1/12")],
    limit: Annotated[int, typer.Option(min=1, help="how many")] = candidates.MOST,
    as_json: AsJson = False,
) -> None:
    """Show whose a page may be, the likeliest first; nobody is matched by it."""
    batch, separator, number = page.partition("/")
    if not separator or not number.isdecimal():
        raise typer.BadParameter("BATCH/NUMBER, such as 3fa1/12", param_hint="PAGE")
    whole = reported(batch).batch
    with database_of("scan") as database:
        found = candidates.candidates(database, whole, int(number), most=limit)
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    if not found:
        tell(
            "没有候选：号码无法辨认，批次中也没有缺交的班级。请看图后输入表号，或重新扫描。",
            "No candidate: no digit could be read, and no class in the batch has a sheet "
            "missing. Look at the page and type its number, or scan it again.",
        )
        return
    Console().print(candidate_table(found))


def find(
    number: Annotated[str, typer.Argument(help="the 16 digits printed on the sheet")],
    school: School,
    campaign: Campaign = "44-2026a",
    as_json: AsJson = False,
) -> None:
    """Find the sheet of a printed number, in this school only; the search is on record."""
    request = FindSheet(CampaignId(campaign), UnitCode(school), token(), number)
    with database_of("scan") as database:
        found = candidates.find_sheet(Desk(database, actors()), request)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return
    number_in_class = "" if found.number_in_class is None else str(found.number_in_class)
    tell(
        f"{found.sheet}：{found.unit} 班内学号 {number_in_class}，{_SIDES[found.side]}，"
        f"{'已收' if found.is_returned else '未收'}",
        f"{found.sheet}: {found.unit} no. {number_in_class}, {found.side}, "
        f"{'returned' if found.is_returned else 'still out'}",
    )


def assign(
    batch: Batch,
    page: PageNumber,
    sheet: Annotated[str, typer.Argument(help="id of the sheet, or its 16 printed digits")],
    back: Annotated[bool, typer.Option("--back", help="it is the back")] = False,
) -> None:
    """Say whose page it is; taken back with undo until the commit."""
    known = reported(batch)
    with database_of("scan") as database:
        digits = sheet.replace(" ", "").replace("-", "")
        if len(digits) == DIGITS and digits.isdecimal():
            request = FindSheet(known.campaign, known.school, token(), digits)
            found = candidates.find_sheet(Desk(database, actors()), request)
            whose: tuple[SheetId, str, int | None] = (found.sheet, found.side, found.serial)
        else:
            whose = (SheetId(sheet), "back" if back else "front", None)
        page_acts.assign_page(
            Desk(database, actors()), AssignPage(known.batch, token(), page, *whose)
        )
    tell("已指定。", "assigned")


def discard(
    batch: Batch,
    page: Annotated[
        list[int] | None, typer.Option(help="only this page; repeat it; else the whole batch")
    ] = None,
    is_open: Annotated[bool, typer.Option("--open", help="every page that nobody placed")] = False,
    reason: Annotated[str, typer.Option(help="why; kept with the page")] = "",
) -> None:
    """Throw pages away, or a whole batch."""
    whole = reported(batch)
    if (page or is_open) and not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    with database_of("scan") as database:
        desk = Desk(database, actors())
        if is_open:
            request = DiscardOpen(whole.batch, token(), reason.strip())
            count = page_acts.discard_open(desk, request).pages
        elif page:
            for number in page:
                page_acts.discard_page(
                    desk, DiscardPage(whole.batch, token(), number, reason.strip())
                )
            count = len(page)
        else:
            batches.discard_batch(desk, BatchAct(whole.batch, token()))
            count = _staged(whole)
    tell(f"已作废 {count} 页。", f"{count} pages thrown away")


def undo(batch: Batch, page: PageNumber) -> None:
    """Take back what somebody last did to a page."""
    with database_of("scan") as database:
        page_acts.undo_page(
            Desk(database, actors()), UndoPage(reported(batch).batch, token(), page)
        )
    tell("已撤销。", "taken back")


_COMMANDS: dict[str, Callable[..., None]] = {
    "queue": queue,
    "candidates": candidates_,
    "find": find,
    "assign": assign,
    "discard": discard,
    "undo": undo,
}


def _staged(found: BatchReport) -> int:
    return sum(one.is_staged for one in found.listed)


def reason_of(reason: str, *, is_looked_at: bool) -> str:
    """Why a page waits for a person."""
    if not is_looked_at:
        return "正在查看" if speaks_chinese() else "being looked at"
    texts = _REASONS.get(reason, (reason, reason))
    return texts[0 if speaks_chinese() else 1]


def candidate_table(found: Sequence[Candidate]) -> Table:
    """The sheets a page may be, the likeliest first."""
    columns = ("", "确认表 sheet", "班级 class", "班内学号 no.", "面 side", "号码吻合 digits")
    table = Table(*columns, "尚缺 missing", "依据 signals")
    for place, one in enumerate(found, start=1):
        table.add_row(str(place), *_row(one))
    return table


def _why(page: OpenPage) -> str:
    return reason_of(page.reason, is_looked_at=page.is_looked_at)


def _whose(page: OpenPage) -> tuple[str, str]:
    best = page.best
    whose = f"{best.unit} {best.number_in_class or '?'} ({share_of(best)})" if best else "-"
    if page.holder is None or page.held_until is None:
        return whose, ""
    return whose, f"{page.holder} {page.held_until.astimezone(BEIJING):%H:%M}"


def _row(one: Candidate) -> tuple[str, ...]:
    number = "" if one.number_in_class is None else str(one.number_in_class)
    missing = ("是" if one.is_missing else "") if speaks_chinese() else "yes" * one.is_missing
    signals = ", ".join(_SIGNALS[name][0 if speaks_chinese() else 1] for name in one.signals)
    return one.sheet, one.unit, number, _SIDES[one.side], share_of(one), missing, signals


def share_of(one: Candidate) -> str:
    """How probable the digits make a candidate, as a percentage."""
    if one.share is None:
        return "-"
    return f"{100 * one.share:.1f} %" if one.share < 0.9995 else "> 99.9 %"


def _plain(page: OpenPage) -> dict[str, object]:
    values = asdict(page)
    for name in ("begun_at", "held_until"):
        at = values[name]
        values[name] = at.isoformat() if isinstance(at, datetime) else at
    return values
