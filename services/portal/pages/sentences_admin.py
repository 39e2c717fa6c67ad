"""Refusals of windows, accounts, reports and the log: title, then what to do."""

from flask_babel import gettext as _


def administrative() -> dict[str, tuple[str, str]]:
    """Code -> what happened, and what to do now."""
    return {
        "window_from_above": (
            _("这个时间开关由上级设置"),
            _("只能由上级调整；需要变动请与上级管理员联系。"),
        ),
        "window_not_narrower": (
            _("超出了上级开放的时间"),
            _("下级只能在上级开放的时间之内收窄；请改短时间，或请上级管理员办理。"),
        ),
        "window_order": (_("时间不对"), _("关闭时间应晚于开放时间，宽限不超过 14 天。")),
        "no_window": (_("本单位没有自己的设置"), _("无需取消，现在就沿用上级的设置。")),
        "reason_needed": (_("请写明理由"), _("理由随这项操作记录在案。")),
        "unknown_campaign": (
            _("这项核查工作还没有建立"),
            _("请省级管理员先用 hecha window create 建立，再设置时间。"),
        ),
    }
