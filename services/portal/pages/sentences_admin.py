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
        "role_not_here": (
            _("这一级单位没有这个岗位"),
            _("请按岗位所在的级别发放：班主任在班级，录入人员和学校领导在学校。"),
        ),
        "role_not_given": (
            _("这个岗位的账号不由您发放"),
            _("同级管理员由上级发放；系统、安全、审计管理员在服务器上建立。"),
        ),
        "unknown_account": (_("没有这个账号"), _("请从账号列表进入。")),
        "unknown_person": (
            _("这个账号没有这位使用人"),
            _("可能已经移交；请回到账号页查看现在的使用人。"),
        ),
        "own_account": (
            _("不能停用、移交或重置自己的账号"),
            _("请由发放这个账号的上级办理。"),
        ),
        "too_many_accounts": (
            _("一次发放的账号太多"),
            _("请进入下级单位分批发放，每次不超过 10000 个。"),
        ),
        "roles_exclude": (
            _("系统、安全、审计管理员须由不同的人担任"),
            _("如果只是同名，请勾选“同名但不是同一个人”。"),
        ),
        "actor_refused": (
            _("登录凭证已失效"),
            _("请重新登录；管理、审核、审计岗位须用动态码登录。"),
        ),
        "unknown_report": (_("没有这份汇总"), _("请从汇总上报页进入。")),
        "report_not_ready": (
            _("还有下级单位没有上报"),
            _("请等待或催报；确需提前汇总，请勾选“也先汇总”。"),
        ),
        "report_state": (
            _("这份汇总现在不能这样处理"),
            _("它已签发、已处理，或已有更新的汇总；请按现在的状态办理。"),
        ),
        "no_report_here": (_("这一级单位不上报"), _("班级不单独上报，省级由本级存档。")),
        "unknown_event": (_("日志中没有这一条"), _("请从事件列表进入。")),
        "no_checkpoint": (
            _("这一条还没有检查点"),
            _("检查点每分钟生成一次，请稍后再试。"),
        ),
        "too_many_events": (
            _("一次导出的事件太多"),
            _("请缩小序号范围或单位，或在服务器上用 hecha audit export。"),
        ),
    }
