"""`hecha review`: enter changes, decide them one by one, confirm sheets, watch."""

from typing import Annotated

import typer

from deploy.cli import review_reality, review_sheets, review_watch
from deploy.cli.review_house import at_work
from deploy.cli.review_words import at, line_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.review import documents
from services.review.deciding import duplicates, tasks, verdicts
from services.review.entries import entering, submitting
from shared.contracts.review_commands import (
    AddDocument,
    DecideChange,
    DocumentKind,
    EnterChange,
    NextTask,
    ReturnReason,
    SeenEntry,
    ShowEntries,
    ShowEntry,
    SubmitChanges,
    TakeDocumentBack,
    TaskCommand,
    TaskShown,
    Verdict,
    WithdrawChange,
)
from shared.kernel.ids import CampaignId, EntryId, ObjectId, SheetId

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
review_sheets.register(app)
review_watch.register(app)
review_reality.register(app)

Sheet = Annotated[str, typer.Argument(help="id of the sheet, 12 characters")]
Entry = Annotated[str, typer.Argument(help="id of the change entry")]
CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]


@app.command()
@explained
def draft(
    sheet: Sheet,
    field: Annotated[str, typer.Argument(help="key of the field, such as phone")],
    value: Annotated[str, typer.Argument(help='as on the paper; "" empties the field')],
) -> None:
    """Draft a change of one field, or type its draft anew."""
    with at_work() as (room, actor, own):
        request = EnterChange(own, SheetId(sheet), field, value)
        print(line_of(entering.enter_change(room, actor, request)))


@app.command()
@explained
def entries(sheet: Sheet) -> None:
    """The entries of a sheet: old, new, where each stands."""
    with at_work() as (room, actor, own):
        request = ShowEntries(own, SheetId(sheet))
        found = entering.show_entries(room, actor, request).entries
    for one in found:
        print(line_of(one))
    if not found:
        tell("这张确认表还没有变更项。", "The sheet has no change entry yet.")


@app.command()
@explained
def history(entry: Entry) -> None:
    """One entry with everything that happened to it."""
    with at_work() as (room, actor, own):
        request = ShowEntry(own, EntryId(entry))
        found = entering.show_entry(room, actor, request)
    print(line_of(found))
    for line in found.history:
        reason = f"  {line.reason}" if line.reason else ""
        note = f"  {line.note}" if line.note else ""
        print(f"{at(line.at)}  第{line.revision}次  {line.step}  {line.actor}{reason}{note}")


@app.command()
@explained
def prove(
    entry: Entry,
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="id of the sealed document")],
    kind: Annotated[DocumentKind, typer.Option(help="what it is")] = DocumentKind.HOUSEHOLD_BOOK,
) -> None:
    """Tie a sealed document to an entry as its proof."""
    with at_work() as (room, actor, own):
        request = AddDocument(own, EntryId(entry), ObjectId(object_), kind)
        added = documents.add_document(room, actor, request)
    tell(f"共 {added.documents} 份证明材料。", f"{added.documents} documents in all.")


@app.command()
@explained
def unprove(
    entry: Entry,
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="id of the sealed document")],
) -> None:
    """Take a document back from an entry; `prove` puts it back."""
    with at_work() as (room, actor, own):
        request = TakeDocumentBack(own, EntryId(entry), ObjectId(object_))
        left = documents.take_document_back(room, actor, request)
    tell(f"还有 {left.documents} 份证明材料。", f"{left.documents} documents are left.")


@app.command()
@explained
def submit(
    sheet: Sheet,
    yes: Annotated[bool, typer.Option("--yes", help="the summary was seen")] = False,
) -> None:
    """Submit every draft of a sheet; without --yes only show the summary."""
    with at_work() as (room, actor, own):
        of = SheetId(sheet)
        found = entering.show_entries(room, actor, ShowEntries(own, of)).entries
        drafts = [one for one in found if one.state == "drafted"]
        for one in drafts:
            print(line_of(one))
        if not drafts:
            tell("没有草稿可以提交。", "There is no draft to submit.")
        elif not yes:
            tell(
                "请核对以上变更，无误后加 --yes 提交。",
                "Check these changes, then submit them with --yes.",
            )
        else:
            seen = tuple(SeenEntry(one.entry, one.sequence) for one in drafts)
            submitting.submit_changes(room, actor, SubmitChanges(own, of, seen))
            tell(f"已提交 {len(drafts)} 项。", f"{len(drafts)} submitted.")


@app.command()
@explained
def withdraw(entry: Entry) -> None:
    """Ask for a change no more, before a verdict."""
    with at_work() as (room, actor, own):
        request = WithdrawChange(own, EntryId(entry))
        print(line_of(submitting.withdraw_change(room, actor, request)))


@app.command(name="next")
@explained
def next_(campaign: CampaignOption = "44-2026a") -> None:
    """The most urgent decision of the own unit; it stays in hands for five minutes."""
    with at_work() as (room, actor, own):
        request = NextTask(own, CampaignId(campaign))
        _show(tasks.next_task(room, actor, request))


@app.command(name="open")
@explained
def open_(entry: Entry) -> None:
    """Take one decision out of the order, such as a sibling of the last one."""
    with at_work() as (room, actor, own):
        request = TaskCommand(own, EntryId(entry))
        _show(tasks.open_task(room, actor, request))


@app.command()
@explained
def back(entry: Entry) -> None:
    """Let others have the decision that is in hands."""
    with at_work() as (room, actor, own):
        request = TaskCommand(own, EntryId(entry))
        _show(tasks.put_task_back(room, actor, request))


@app.command()
@explained
def duplicate(entry: Entry) -> None:
    """Two records that claim one ID number, side by side and masked."""
    with at_work() as (room, actor, own):
        request = TaskCommand(own, EntryId(entry))
        found = duplicates.show_duplicate(room, actor, request)
    print("本人 own   ", found.own)
    print("另一份 other", found.other, found.other_unit or "")


@app.command()
@explained
def decide(
    entry: Entry,
    verdict: Annotated[Verdict, typer.Argument(help="approve, return or reject")],
    revision: Annotated[int, typer.Option(help="the one that was seen")] = 1,
    reason: Annotated[ReturnReason | None, typer.Option(help="why it goes back")] = None,
    note: Annotated[str, typer.Option(help="in words")] = "",
) -> None:
    """Say the verdict about the entry in hands; undo it within ten seconds."""
    with at_work() as (room, actor, own):
        request = DecideChange(own, EntryId(entry), revision, verdict, reason, note)
        print(line_of(verdicts.decide_change(room, actor, request)))
    tell(
        f"十秒内可撤销：hecha review undo {entry}",
        f"It can be undone for ten seconds: hecha review undo {entry}",
    )


@app.command()
@explained
def undo(entry: Entry) -> None:
    """Take the own verdict back while its word has not left."""
    with at_work() as (room, actor, own):
        request = TaskCommand(own, EntryId(entry))
        print(line_of(verdicts.undo_decision(room, actor, request)))


def _show(handed: TaskShown) -> None:
    if handed.task is not None:
        print(line_of(handed.task))
        for line in handed.task.history:
            note = f"  {line.note}" if line.note else ""
            print(f"    {at(line.at)}  {line.step}  {line.actor}{note}")
    for one in handed.siblings:
        print("  同表 sibling", line_of(one))
    if handed.task is None and not handed.waiting:
        tell("没有待审核的变更。", "Nothing waits for a decision.")
    else:
        tell(f"共 {handed.waiting} 项待审核。", f"{handed.waiting} wait for a decision.")
