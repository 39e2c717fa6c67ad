"""What the pages of printing say when something is refused."""

from flask_babel import gettext as _

from services.portal.pages.sentences import Said


def sentences() -> dict[str, Said]:
    """Code -> what happened, and what to do now."""
    return {
        "window_closed": Said(
            _("现在不能打印"), _("打印时间由省、市、县开放；请看通知，或联系上级管理员。"), "warn"
        ),
        "no_pupil_in_scope": Said(
            _("没有可打印的学生"), _("这个班没有在核查范围内的学生；请先导入名册，或核对截止日期。")
        ),
        "unknown_job": Said(_("没有这次打印"), _("请从打印页的列表进入。")),
        "download_refused": Said(
            _("没有下载"),
            _("下载码不对、用过或已失效。输错五次后不能再下载；需要时请重新打印，旧表会作废。"),
        ),
        "print_not_ready": Said(_("文件还没有生成"), _("请等它生成完再下载。"), "warn"),
        "no_pupil_chosen": Said(_("还没有选择学生"), _("请先勾选要补印的学生。")),
        "reprint_reason": Said(_("请先选择补印原因"), _("原因会记录在案。")),
        "records_away": Said(_("学籍服务暂时没有应答"), _("没有打印任何表，请稍后再试。"), "warn"),
    }
