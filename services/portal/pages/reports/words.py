"""Reports and counts in words."""

from collections.abc import Mapping

from flask_babel import gettext as _

from shared.contracts.progress_commands import Counts, RankedBy
from shared.contracts.report_commands import ReportStanding, ReportState


def figures(frozen: Counts, live: Counts | None = None) -> list[tuple[str, int, int | None]]:
    """Label, count as frozen, count now; the order of the walk."""
    labels = (
        ("in_scope", _("应核查学生")),
        ("issued", _("下发")),
        ("returned", _("回收")),
        ("declined", _("其中拒签")),
        ("photographed", _("拍照上传")),
        ("entered", _("录入")),
        ("no_change", _("其中无变更")),
        ("in_decision", _("审核中（项）")),
        ("decided", _("审核完毕")),
        ("applied", _("已生效")),
        ("sent_back", _("退回学校（项）")),
        ("queries", _("待监护人答复（项）")),
        ("conflicts", _("数据冲突（项）")),
    )
    return [
        (label, getattr(frozen, name), None if live is None else getattr(live, name))
        for name, label in labels
    ]


def state_told(state: ReportState) -> tuple[str, str]:
    """How far a report has come: its tone, and words."""
    told: Mapping[ReportState, tuple[str, str]] = {
        ReportState.PREPARED: ("later", _("已汇总，待签发")),
        ReportState.REPORTED: ("later", _("已上报，待上级处理")),
        ReportState.ACCEPTED: ("good", _("上级已接收")),
        ReportState.RETURNED: ("bad", _("上级已退回")),
    }
    return told[state]


def standing_told(standing: ReportStanding) -> tuple[str, str]:
    """How a unit stands with its report: tone, and words."""
    told: Mapping[ReportStanding, tuple[str, str]] = {
        ReportStanding.WAITING: ("closed", _("未上报")),
        ReportStanding.READY: ("later", _("可以上报")),
        ReportStanding.REPORTED: ("later", _("已上报")),
        ReportStanding.ACCEPTED: ("good", _("已接收")),
        ReportStanding.RETURNED: ("bad", _("已退回")),
    }
    return told[standing]


def ranked_by(by: RankedBy) -> str:
    """What a table is ranked by."""
    told: Mapping[RankedBy, str] = {
        RankedBy.RETURNED: _("回收率"),
        RankedBy.ENTERED: _("录入率"),
        RankedBy.DECIDED: _("审核率"),
        RankedBy.APPLIED: _("生效率"),
    }
    return told[by]
