"""Services, troubles and advice in words."""

from flask_babel import gettext as _

from services.portal.pages.operating.advice import Advice, Need
from services.portal.pages.sentences import Said
from shared.contracts.operate_commands import DropReason


def works() -> dict[str, str]:
    """What each service does, in a few words."""
    return {
        "roster": _("名册"),
        "campaign": _("时间窗口"),
        "accounts": _("账号"),
        "forms": _("打印"),
        "storage": _("加密存储"),
        "scan": _("识别"),
        "progress": _("进度"),
        "review": _("录入与审核"),
        "audit": _("审计日志"),
        "support": _("答疑"),
        "gateway": _("监护人入口"),
        "portal": _("工作人员页面"),
    }


def told(advice: Advice) -> str:
    """What is to be done, in a sentence."""
    name = _("%(work)s（%(code)s）", work=works()[advice.service], code=advice.service)
    about = _("、").join(trouble(one) for one in advice.about)
    match advice.need:
        case Need.START:
            text = _("%(name)s没有应答：请查看它的进程和日志，必要时重新启动。", name=name)
        case Need.MEND:
            text = _("%(name)s没有就绪，缺：%(about)s。", name=name, about=about)
        case Need.BUS:
            text = _(
                "%(name)s有事实 %(seconds)d 秒没有发出：请查看消息总线。",
                name=name,
                seconds=advice.count,
            )
        case Need.STUCK:
            text = _("%(name)s没有在处理 %(about)s：请查看它的日志。", name=name, about=about)
        case Need.MORE:
            text = _(
                "%(name)s处理不过来（%(about)s）：请增加到 %(count)d 个进程。",
                name=name,
                about=about,
                count=advice.count,
            )
        case Need.DEAD:
            text = _("%(name)s有 %(count)d 条死信等人处理。", name=name, count=advice.count)
        case Need.FEWER:
            text = _("%(name)s空闲：可以减到 1 个进程。", name=name)
    return str(text)


def trouble(code: str) -> str:
    """Something a service does not find; a queue is told by its name."""
    names = {
        "bus": _("消息总线"),
        "database": _("数据库"),
        "Hears": _("队列（请运行 hecha bus declare）"),
        "VaultProvider": _("对象存储"),
        "EdgeProvider": _("对象存储"),
    }
    part = code.rpartition(":")[2]
    return str(names.get(part, code))


def reasons() -> dict[DropReason, str]:
    """Why a dead letter is removed."""
    return {
        DropReason.DONE_OTHERWISE: _("已用别的办法办妥"),
        DropReason.OUTDATED: _("已经过时"),
        DropReason.NOT_OURS: _("不该发到这里"),
        DropReason.UNREADABLE: _("内容无法读取"),
    }


def span(seconds: int) -> str:
    """How long a process has run, or a fact has waited."""
    if seconds < 60:
        return str(_("%(count)d 秒", count=seconds))
    if seconds < 3600:
        return str(_("%(count)d 分钟", count=seconds // 60))
    if seconds < 86400:
        return str(_("%(count)d 小时", count=seconds // 3600))
    return str(_("%(count)d 天", count=seconds // 86400))


def sentences() -> dict[str, Said]:
    """Code -> what happened, and what to do now."""
    return {
        "unknown_queue": Said(
            _("没有这个队列"), _("这个服务不收听它，可能已经改名；请从运行状况页进入。")
        ),
        "act_of_log": Said(
            _("审计记录不能删除"),
            _("请排除原因后放回；排除不了的，请与开发单位联系。"),
            "warn",
        ),
        "bus_not_answering": Said(
            _("消息总线没有应答"),
            _("什么都没有改动。请查看消息总线（RabbitMQ）是否在运行，稍后再试。"),
        ),
    }
