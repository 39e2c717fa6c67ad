"""What verifying the log came to, in words: what is wrong, where, and what to do."""

from collections.abc import Mapping

from flask_babel import gettext as _

from shared.contracts.audit_commands import LogFinding


def finding_told(one: LogFinding) -> str:
    """One finding as a sentence."""
    place = str(one.seq) if one.until in {None, one.seq} else f"{one.seq}–{one.until}"
    if one.source is not None:
        place = f"{one.source} {place}"
    return str(_("%(place)s：%(wrong)s", place=place, wrong=_wrongs().get(one.wrong, one.wrong)))


def _wrongs() -> Mapping[str, str]:
    return {
        "edited": _("内容被改动"),
        "replaced": _("连同哈希一起被替换"),
        "missing": _("被删除"),
        "inserted": _("是后来插入的"),
        "misplaced": _("被调换了位置"),
        "cut": _("起至末尾被删除"),
        "index": _("检索栏与内容不符"),
        "head": _("日志头与事件不符"),
        "subtree": _("汇总哈希与事件不符"),
        "checkpoint": _("与检查点不符，历史被改写"),
        "signature": _("检查点不是本日志的密钥签发的"),
        "number_twice": _("来源编号出现了两次"),
        "number_missing": _("已发出而始终没有到达"),
    }
