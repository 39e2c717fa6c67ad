"""Jobs, findings and reasons of printing in words."""

from flask_babel import gettext as _

from shared.contracts.forms_commands import JobState, ReprintReason


def states() -> dict[JobState, str]:
    """How far a job is."""
    return {
        JobState.QUEUED: _("排队中"),
        JobState.RUNNING: _("正在生成"),
        JobState.PRINTED: _("可以下载"),
        JobState.COLLECTED: _("已下载"),
        JobState.EXPIRED: _("已过期"),
        JobState.FAILED: _("没有生成"),
    }


def reasons() -> dict[ReprintReason, str]:
    """Why a sheet is printed again; the code goes on record."""
    return {
        ReprintReason.LOST: _("家长遗失"),
        ReprintReason.SPOILT: _("污损、撕破"),
        ReprintReason.STALE: _("打印后学籍有变动"),
        ReprintReason.UNREADABLE: _("打印不清"),
        ReprintReason.MOVED: _("调班或转入"),
        ReprintReason.FIRST: _("此前没有打印"),
    }


def findings() -> dict[str, str]:
    """What a person has to complete or look at on a sheet."""
    return {
        "missing_glyph": _("有字库中没有的字，请在表上手工补写"),
        "overflow": _("地址较长，已用加高的版式"),
        "too_long": _("内容太长，没有打印；请先在学籍中缩短"),
    }


def failures() -> dict[str, str]:
    """Why a job failed, and what to do."""
    return {
        "no_pupil_in_scope": _("没有在核查范围内的学生。"),
        "no_code_key": _("核查工作尚未开放打印，请联系省级管理员。"),
        "too_many_sheets": _("超过 5000 张，请按班打印。"),
        "unknown_template": _("没有适用的版式，请联系技术支持人员。"),
        "roster_away": _("学籍服务暂时没有应答，请稍后再打印。"),
        "shelf_away": _("存储暂时没有应答，请稍后再打印。"),
    }
