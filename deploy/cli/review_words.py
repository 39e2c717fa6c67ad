"""How entries, queues and sheets are shown at the terminal: codes with their Chinese words."""

from datetime import datetime

from shared.contracts.fields import national
from shared.contracts.lane_commands import SheetStanding
from shared.contracts.review_commands import EntryShown, EntryState
from shared.kernel.clock import BEIJING

STATES = {
    EntryState.DRAFTED: "草稿",
    EntryState.QUERIED: "待家长确认",
    EntryState.DROPPED: "不变更",
    EntryState.SUBMITTED: "待审核",
    EntryState.RETURNED: "退回",
    EntryState.WITHDRAWN: "撤回",
    EntryState.REJECTED: "不通过",
    EntryState.APPROVED: "通过",
    EntryState.APPLIED: "已更新学籍",
    EntryState.CONFLICTED: "学籍已变，需重录",
    EntryState.EXPIRED: "逾期失效",
}
FINDINGS = {"id_held_elsewhere": "证件号码与另一学籍重复"}


def label_of(field: str) -> str:
    """A field's label; its key where the catalogue has none."""
    return national().label_of(field)


def value_of(field: str, value: str) -> str:
    """A value as people read it: labels instead of codes, 空 for nothing."""
    if not value:
        return "（空）"
    label = national().meaning_of(field, value)
    return value if label is None else f"{value} {label}"


def line_of(entry: EntryShown) -> str:
    """One entry on one line."""
    change = f"{value_of(entry.field, entry.old)} → {value_of(entry.field, entry.new)}"
    marks = ["  纸面为旧值 stale" if entry.is_stale else ""]
    marks += [f"  {FINDINGS.get(code, code)}" for code in entry.findings]
    due = f"  {entry.due} 前" if entry.due and entry.state is EntryState.SUBMITTED else ""
    state = f"{STATES[entry.state]} {entry.state}"
    return f"{entry.entry}  {label_of(entry.field)}  {change}  [{state}]{due}{''.join(marks)}"


def standing_of(sheet: SheetStanding) -> str:
    """One sheet on one line."""
    flags = (
        ("回收", sheet.is_returned),
        ("拍照", sheet.is_photographed),
        ("签名", sheet.is_signed),
        ("确认无变更", sheet.is_confirmed),
        ("录入", sheet.is_entered),
    )
    done = "、".join(name for name, holds in flags if holds) or "未回收"
    ink = [label_of(key) for key, seen in sheet.cells.items() if seen != "blank"]
    open_ = [one for one in sheet.disagreements if one.reason is None]
    number = "" if sheet.number_in_class is None else f"{sheet.number_in_class}号"
    told = [f"{sheet.sheet}  {number}  {done}"]
    if ink:
        told.append("有笔迹 ink：" + "、".join(ink))
    if open_:
        told.append("待核对 open：" + "、".join(f"{label_of(d.field)} {d.kind}" for d in open_))
    return "  ".join(told)


def at(moment: datetime) -> str:
    """A moment in Beijing."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
