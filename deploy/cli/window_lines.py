"""Campaigns, windows, rehearsals and calendars as lines for people."""

from datetime import datetime

from deploy.cli.sentences import tell
from shared.contracts.campaign_commands import (
    Calendar,
    Campaign,
    DayKind,
    Rehearsal,
    Switch,
    WindowEntry,
)
from shared.kernel.clock import BEIJING
from shared.kernel.windows import Action

NAMES = {Action.EXPORT_SHEETS: "打印导出 export", Action.ENTER_CHANGES: "变更录入 entry"}
_DAYS = {
    DayKind.CUT_OFF: "核查截止日结束 cut-off",
    DayKind.OPENS: "打开 opens",
    DayKind.CLOSES: "关闭 closes",
    DayKind.GRACE_ENDS: "宽限结束 grace ends",
    DayKind.ENDS: "核查工作结束，专用账号失效 campaign ends",
}
_NAMED = 20


def tell_campaign(found: Campaign) -> None:
    """A campaign: how the switches stand at a unit, or every setting."""
    end = f"，至 {found.ends_on} 结束" if found.ends_on else ""
    print(f"{found.campaign}  {found.name}  截止日期 {found.cut_off}{end}")
    for switch in found.switches:
        print(_switch(switch))
    if found.switches:
        return
    for one in found.windows:
        print(_entry(one))
    if not found.windows:
        tell("还没有任何单位设置时间开关。", "No unit has set a window yet.")


def tell_rehearsal(found: Rehearsal) -> None:
    """What a setting would touch and leave undone."""
    print(_switch(found.switch))
    names = "、".join(found.named_schools[:_NAMED])
    more = " ……" if found.schools > _NAMED else ""
    print(f"涉及学校 schools touched: {found.schools}" + (f"（{names}{more}）" if names else ""))
    if found.apart:
        print(f"另有设置、不受影响 set apart: {'、'.join(found.apart[:_NAMED])}")
    left = found.undone
    for label, count in (
        ("已下发的确认表 sheets issued", left.issued),
        ("　未回收 not returned", left.unreturned),
        ("　已回收未录入（含草稿） returned, not entered, drafts among them", left.not_entered),
        ("待家长答复的变更 changes queried", left.queried),
        ("退回学校的变更 changes sent back", left.sent_back),
        ("待审核的变更 changes undecided", left.undecided),
        ("　已超期 overdue", left.overdue),
    ):
        print(f"{label}: {count}")
    drafts = "不在本机，未计 not counted at this terminal" if found.drafts is None else found.drafts
    print(f"还没有提交的变更 changes begun and not submitted: {drafts}")
    tell(
        "关闭后，已开始的工作可在宽限期内完成，已提交的变更照常审核。",
        "After closing, started work may be finished in its grace; submitted changes are decided.",
    )


def tell_calendar(found: Calendar) -> None:
    """The days of a campaign, in order."""
    for day in found.days:
        what = NAMES[day.action] if day.action else ""
        kind = "例外 exception" if day.is_exception else ""
        line = f"{_shown(day.at)}  {day.unit or found.campaign:24} {what} {_DAYS[day.kind]} {kind}"
        print(line.rstrip())


def _switch(switch: Switch) -> str:
    state = "开 open" if switch.is_open else "关 closed"
    if switch.opens_at is None or switch.closes_at is None:
        return f"{NAMES[switch.action]}: {state}，各级均未设置 nobody has set it"
    if switch.opens_at == switch.closes_at:
        span = f"{_shown(switch.closes_at)} 手动关闭 closed by hand"
    else:
        span = f"{_shown(switch.opens_at)} 至 {_shown(switch.closes_at)}"
    return f"{NAMES[switch.action]}: {state}，{span}（由 {switch.set_by} 设置）"


def _entry(one: WindowEntry) -> str:
    span = f"{_shown(one.opens_at)} 至 {_shown(one.closes_at)}"
    if one.opens_at == one.closes_at:
        span = f"{_shown(one.closes_at)} 手动关闭 closed by hand"
    kind = "  例外 exception" if one.is_exception else ""
    return f"{one.unit:24} {NAMES[one.action]}  {span}{kind}  {one.reason}"


def _shown(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
