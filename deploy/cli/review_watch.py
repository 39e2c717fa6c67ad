"""`hecha review queue | notices | watch | blind`: what waits, and how it is decided."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.review_house import at_work
from deploy.cli.review_words import at, label_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.review.watching import blind as blind_cases
from services.review.watching import usecases
from shared.contracts.watch_commands import (
    ListNotices,
    NextBlind,
    NoticeKind,
    ShowQueue,
    TypeBlind,
    WatchDecisions,
)
from shared.kernel.ids import CampaignId, EntryId, UnitCode

CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]
_NOTICES = {
    NoticeKind.DUE_SOON: "已满七个工作日",
    NoticeKind.OVERDUE: "已逾期",
    NoticeKind.ESCALATED: "下级逾期，已上报",
}


def register(app: typer.Typer) -> None:
    """Add the commands of watching to `hecha review`."""
    for name, command in (
        ("queue", queue),
        ("notices", notices),
        ("watch", watch),
        ("blind", blind),
    ):
        app.command(name=name)(explained(command))


def queue(campaign: CampaignOption = "44-2026a") -> None:
    """What waits for the own unit, in its order, and who has what in hands."""
    with at_work() as (room, actor, own):
        request = ShowQueue(own, CampaignId(campaign))
        found = usecases.show_queue(room, actor, request)
    for one in found.tasks:
        held = f"  {one.holder} 至 {at(one.held_until)}" if one.holder and one.held_until else ""
        notice = f"  {_NOTICES[one.notice]}" if one.notice else ""
        print(f"{one.entry}  {label_of(one.field)}  {one.unit}  {one.due} 前{notice}{held}")
    tell(f"共 {found.waiting} 项待审核。", f"{found.waiting} wait for a decision.")


def notices(campaign: CampaignOption = "44-2026a") -> None:
    """Reminders of the own unit, and what was escalated to it."""
    with at_work() as (room, actor, own):
        request = ListNotices(own, CampaignId(campaign))
        found = usecases.list_notices(room, actor, request).notices
    for one in found:
        where = one.waits_at or "已办 done"
        print(f"{at(one.at)}  {_NOTICES[one.kind]} {one.kind}  {one.entry}  {where}")
    if not found:
        tell("没有提醒。", "There are no reminders.")


def watch(
    unit: Annotated[str, typer.Argument(help="code of a unit: everything below it")],
    campaign: CampaignOption = "44-2026a",
) -> None:
    """Who decides fast, and which schools change no key data, or too much."""
    with at_work() as (room, actor, own):
        request = WatchDecisions(own, CampaignId(campaign), UnitCode(unit))
        found = usecases.watch_decisions(room, actor, request)
    people = Table("审核人 person", "单位 queue", "已审 decided", "通过", "不足2秒 fast", "中位秒")
    for one in found.deciders:
        numbers = (one.decided, one.approved, one.fast, one.median_s)
        people.add_row(one.person, one.queue, *map(str, numbers))
    schools = Table("学校 school", "回收 back", "有关键变更", "异常", "复录 typed twice", "不一致")
    for school in found.schools:
        mark = "是 yes" if school.is_striking else ""
        row = (school.sheets, school.with_key_data, mark, school.typed_twice, school.disagreed)
        schools.add_row(school.school, *map(str, row))
    Console().print(people)
    Console().print(schools)


def blind(
    entry: Annotated[str, typer.Argument(help="id of the entry; without one, the next")] = "",
    value: Annotated[str, typer.Argument(help="as on the paper")] = "",
    campaign: CampaignOption = "44-2026a",
) -> None:
    """Type a field a second time from its paper, without seeing what was typed."""
    with at_work() as (room, actor, own):
        if entry:
            typed = TypeBlind(own, EntryId(entry), value)
            done = blind_cases.type_blind(room, actor, typed)
            tell(
                "两次一致。" if done.agrees else "两次不一致，已计入统计。",
                "Both agree." if done.agrees else "They differ; it is counted.",
            )
            return
        request = NextBlind(own, CampaignId(campaign))
        task = blind_cases.next_blind(room, actor, request)
    if task.entry is None:
        tell("没有需要复录的内容。", "Nothing waits for a second typing.")
    else:
        print(f"{task.entry}  {task.sheet}  {label_of(task.field)} {task.field}")
