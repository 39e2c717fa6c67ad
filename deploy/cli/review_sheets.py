"""`hecha review`, for whole sheets: paper against entries, the no-change lane, queries."""

from typing import Annotated

import typer

from deploy.cli.review_house import at_work
from deploy.cli.review_words import at, label_of, line_of, standing_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.review.lane import usecases as lane_cases
from services.review.querying import usecases as querying
from services.review.reconciling import usecases as reconciling
from shared.contracts.lane_commands import (
    AnswerQuery,
    ConfirmClass,
    ConfirmSheet,
    DisagreementKind,
    DrawSample,
    FinishSheet,
    ListQueries,
    MarkLooked,
    QueryGuardian,
    QueryReason,
    Sample,
    SettleDisagreement,
    SettleReason,
    ShowClass,
    UndoConfirmation,
)
from shared.kernel.ids import CampaignId, EntryId, SheetId, UnitCode

Sheet = Annotated[str, typer.Argument(help="id of the sheet, 12 characters")]
Class = Annotated[str, typer.Argument(metavar="CLASS", help="code of the class")]
Entry = Annotated[str, typer.Argument(help="id of the change entry")]
CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]
Note = Annotated[str, typer.Option(help="in words")]


def register(app: typer.Typer) -> None:
    """Add the commands of whole sheets to `hecha review`."""
    for name, command in (
        ("class", class_),
        ("reconcile", reconcile),
        ("finish", finish),
        ("lane", lane),
        ("looked", looked),
        ("confirm", confirm),
        ("unconfirm", unconfirm),
        ("query", query),
        ("answer", answer),
        ("queries", queries),
    ):
        app.command(name=name)(explained(command))


def class_(
    unit: Class,
    campaign: CampaignOption = "44-2026a",
    only_open: Annotated[bool, typer.Option("--open", help="only what has to be settled")] = False,
) -> None:
    """How the sheets of a class stand: fields with ink, and what is open."""
    with at_work() as (room, actor, own):
        request = ShowClass(own, CampaignId(campaign), UnitCode(unit), only_open)
        found = reconciling.show_class(room, actor, request).sheets
    for one in found:
        print(standing_of(one))
    if not found:
        tell("没有需要核对的确认表。", "No sheet has anything to settle.")


def reconcile(
    sheet: Sheet,
    field: Annotated[str, typer.Argument(help="key of the field")],
    kind: Annotated[DisagreementKind, typer.Argument(help="how they differ")],
    reason: Annotated[SettleReason, typer.Option(help="why they may")],
    note: Note = "",
) -> None:
    """Say why paper and entries may differ about a field."""
    with at_work() as (room, actor, own):
        request = SettleDisagreement(own, SheetId(sheet), field, kind, reason, note)
        found = reconciling.settle_disagreement(room, actor, request)
    print(standing_of(found))


def finish(sheet: Sheet) -> None:
    """Say that a sheet holds nothing else: for paper that no machine has seen whole."""
    with at_work() as (room, actor, own):
        request = FinishSheet(own, SheetId(sheet))
        print(standing_of(reconciling.finish_sheet(room, actor, request)))


def lane(unit: Class, campaign: CampaignOption = "44-2026a") -> None:
    """The sheets of a class that seem to ask for no change, and the sample to look at."""
    with at_work() as (room, actor, own):
        request = DrawSample(own, CampaignId(campaign), UnitCode(unit))
        _show(lane_cases.draw_sample(room, actor, request))


def looked(
    sample: Annotated[str, typer.Argument(help="id of the sample")],
    sheet: Sheet,
    blank: Annotated[bool, typer.Option("--blank/--not-blank", help="what was seen")] = True,
) -> None:
    """Say what was seen on a sampled sheet."""
    with at_work() as (room, actor, own):
        request = MarkLooked(own, sample, SheetId(sheet), blank)
        _show(lane_cases.mark_looked(room, actor, request))


def confirm(
    what: Annotated[str, typer.Argument(help="id of a sample that was looked at, or of a sheet")],
) -> None:
    """Confirm a class, or one sheet, as asking for no change."""
    is_sheet = len(what) == len("0123456789ab")
    with at_work() as (room, actor, own):
        if is_sheet:
            one = ConfirmSheet(own, SheetId(what))
            done = lane_cases.confirm_sheet(room, actor, one)
        else:
            done = lane_cases.confirm_class(room, actor, ConfirmClass(own, what))
    for sheet in done.sheets:
        print(sheet)
    tell(
        f"已确认 {len(done.sheets)} 张无变更。十秒内可撤销：hecha review unconfirm {done.confirmation}",
        f"{len(done.sheets)} sheets confirmed. For ten seconds: hecha review unconfirm"
        f" {done.confirmation}",
    )


def unconfirm(confirmation: Annotated[str, typer.Argument(help="id of the confirmation")]) -> None:
    """Take an own confirmation back while no word of it has left."""
    with at_work() as (room, actor, own):
        request = UndoConfirmation(own, confirmation)
        lane_cases.undo_confirmation(room, actor, request)
    tell("已撤销。", "Taken back.")


def query(
    entry: Entry,
    reason: Annotated[QueryReason, typer.Option(help="why the guardian is asked")],
    note: Note = "",
) -> None:
    """Ask the guardian about a draft; it goes to the homeroom teacher's list."""
    with at_work() as (room, actor, own):
        request = QueryGuardian(own, EntryId(entry), reason, note)
        print(line_of(querying.query_guardian(room, actor, request)))


def answer(
    entry: Entry,
    words: Annotated[str, typer.Argument(help="what the guardian answered")],
    no_change: Annotated[bool, typer.Option("--no-change", help="nothing changes")] = False,
) -> None:
    """Note what the guardian answered."""
    with at_work() as (room, actor, own):
        request = AnswerQuery(own, EntryId(entry), words, no_change)
        querying.answer_query(room, actor, request)
    tell("已记录家长答复。", "The answer is noted.")


def queries(unit: Class, campaign: CampaignOption = "44-2026a") -> None:
    """What the guardians of a class are asked, oldest first."""
    with at_work() as (room, actor, own):
        request = ListQueries(own, CampaignId(campaign), UnitCode(unit))
        found = querying.list_queries(room, actor, request).queries
    for one in found:
        number = "" if one.number_in_class is None else f"{one.number_in_class}号"
        print(
            f"{one.entry}  {number}  {label_of(one.field)}  {one.reason}  {one.note}"
            f"  {at(one.asked_at)}"
        )
    if not found:
        tell("没有待家长确认的内容。", "No guardian of this class is asked anything.")


def _show(sample: Sample) -> None:
    print(sample.sample)
    for one in sample.to_look_at:
        seen = {None: "待查看 open", True: "空白 blank", False: "有变更 not blank"}[one.is_blank]
        number = "" if one.number_in_class is None else f"{one.number_in_class}号"
        print(f"{one.sheet}  {number}  {seen}  {one.object or ''}")
    count = len(sample.candidates)
    if sample.may_confirm:
        tell(
            f"抽查已完成：hecha review confirm {sample.sample}（{count} 张）",
            f"The sample was looked at: hecha review confirm {sample.sample} ({count} sheets)",
        )
    else:
        tell(
            f"{count} 张似无变更；请先查看上列抽查的确认表。",
            f"{count} sheets seem to ask for no change; look at the sampled ones first.",
        )
