"""Refusals about questions as sentences."""

from flask_babel import gettext as _

from services.portal.pages.sentences import Said, refusal
from shared.contracts.support_commands import LONGEST_TEXT
from shared.kernel.errors import DomainError


def refusal_of_question(error: DomainError) -> Said:
    """The message for what support refused: some of its codes mean other things elsewhere."""
    return _sentences().get(error.code) or refusal(error)


def _sentences() -> dict[str, Said]:
    return {
        "unknown_entry": Said(
            _("这条常见问题已不在"), _("可能刚被撤下；请重新搜索后再选，或用自己的话回答。"), "warn"
        ),
        "text_refused": Said(
            _("文字没有填写，或太长"),
            _("请填写内容，不超过 %(count)s 个字。", count=LONGEST_TEXT),
        ),
        "nobody_above": Said(
            _("不能再上交"), _("问题已在省级，或已经有了答复；请在本级答复。"), "warn"
        ),
        "own_question": Said(_("自己提的问题不能自己答复"), _("请等待上级答复，或由同事答复。")),
        "no_answer_yet": Said(_("还没有答复，不能发布"), _("请先答复，再发布为常见问题。")),
        "unknown_sheet": Said(_("没有这张确认表"), _("可能不属于您的单位；请去掉确认表后再提问。")),
        "unknown_field": Said(_("没有这个项目"), _("请从列表中重新选择项目。")),
    }
