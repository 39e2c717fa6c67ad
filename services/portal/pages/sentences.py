"""Refusals as sentences of a page: what happened, and what to do now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from services.portal.pages.sentences_admin import administrative
from shared.kernel.clock import BEIJING
from shared.kernel.errors import DomainError, GrantRefusedError
from shared.kernel.errors_accounts import AccountLockedError, WeakPasswordError


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a page; the tone is told by its words too."""

    title: str
    advice: str
    tone: str = "bad"  # good, warn, bad


Sentences = Callable[[], dict[str, Said]]
_OF_GROUPS: list[Sentences] = []


def add_sentences(sentences: Sentences) -> None:
    """Let a group of pages say what the codes mean that only it can meet."""
    if sentences not in _OF_GROUPS:
        _OF_GROUPS.append(sentences)


def refusal(error: DomainError | str) -> Said:
    """The message for a refusal, or for a code of the pages' own."""
    if isinstance(error, AccountLockedError):
        return _locked(error)
    if isinstance(error, GrantRefusedError):
        return _not_opened(str(error.args[-1]) if error.args else "")
    if isinstance(error, WeakPasswordError):
        return Said(_("这个密码不能用"), _weak().get(error.reason, _weak()["guessable"]))
    code = error if isinstance(error, str) else error.code
    if code in (more := administrative()):
        return Said(*more[code])
    return _told(code) or Said(
        _("未能完成"), _("请稍后再试；仍不成功请把代码 %(code)s 告诉技术支持人员。", code=code)
    )


def _told(code: str) -> Said | None:
    rooms = (_plain, *_OF_GROUPS)
    return next((told for room in rooms if (told := room().get(code)) is not None), None)


def _locked(error: AccountLockedError) -> Said:
    until = datetime.fromisoformat(error.until).astimezone(BEIJING)
    return Said(
        _("尝试次数过多，账号暂时锁定"),
        _("请在 %(time)s 以后再试，或请上级管理员重置密码。", time=f"{until:%H:%M}"),
    )


def _not_opened(reason: str) -> Said:
    if reason == "unwatched":
        return Said(
            _("现在不能查看图片"),
            _(
                "审计日志超过四小时没有得到上级见证，查看已暂停；恢复后自动可用，录入纸质表不受影响。"
            ),
            "warn",
        )
    if reason == "not_kept":
        return Said(_("图片正在存档"), _("请过几秒钟刷新本页。"), "warn")
    if reason == "erased":
        return Said(_("图片已按规定销毁"), _("保存期已满，只能对着纸质表办理。"), "warn")
    return Said(
        _("图片没有打开"), _("请把代码 %(code)s 告诉技术支持人员。", code=reason or "grant_refused")
    )


def _weak() -> dict[str, str]:
    return {
        "short": _("密码至少 12 个字符，可以用几个不相关的词。"),
        "long": _("密码太长，请不超过 128 个字符。"),
        "guessable": _("这个密码容易被猜到，请换一个。"),
        "names_you": _("密码里不要含有账号、单位代码或姓名。"),
        "same": _("新密码不能与一次性密码相同。"),
    }


def _plain() -> dict[str, Said]:
    return {
        "sign_in_refused": Said(
            _("账号、密码或动态码不正确"),
            _("请核对后重新输入；连续输错 5 次账号会锁定 15 分钟。"),
        ),
        "account_closed": Said(_("账号已停用或已过期"), _("请与发放账号的上级管理员联系。")),
        "session_ended": Said(_("登录已过期，请重新登录"), _("您保存过的草稿都还在。"), "warn"),
        "sign_in_unfinished": Said(_("登录还没有完成"), _("请继续完成登录步骤。"), "warn"),
        "signed_out": Said(_("已安全退出"), _("共用电脑请同时关闭浏览器。"), "good"),
        "passwords_differ": Said(_("两次输入的密码不一致"), _("请重新输入。")),
        "name_needed": Said(
            _("请填写真实姓名"), _("专用账号由具体的人使用，每一步操作都记在其名下。")
        ),
        "not_allowed": Said(_("您的角色不能打开这个页面"), _("如果工作需要，请与上级管理员联系。")),
        "not_found": Said(_("没有这个页面"), _("请从首页的菜单进入。")),
        "unknown_unit": Said(_("没有这个单位"), _("请从进度看板逐级进入。")),
        "unknown_question": Said(_("没有这个问题"), _("请从答疑收件箱进入。")),
        "bad_request": Said(_("请求不完整"), _("请返回上一页再试。")),
        "verdict_reason": Said(
            _("请先选择原因"),
            _("退回、不通过须选择原因；选“其他”或审核后信息仍不一致的，还须写明说明。"),
        ),
        "not_leased": Said(
            _("这一条已不在您手上"), _("超过五分钟会交给他人；下面是现在由您办理的一条。"), "warn"
        ),
        "entry_moved": Said(_("这一条在您查看之后有改动"), _("请按下面的最新内容决定。"), "warn"),
        "entry_state": Said(_("这一条已经办理过"), _("下面是现在由您办理的一条。"), "warn"),
        "own_entry": Said(_("录入人不能审核自己录入的变更"), _("请由他人审核。")),
        "duplicate_not_seen": Said(
            _("请先对照两份学籍"), _("证件号码与另一学籍重复，对照后才能通过。")
        ),
        "too_late_to_undo": Said(
            _("已经不能再撤销"), _("决定已生效；如需更正，请通知学校重新录入。"), "warn"
        ),
        "page_not_seen": Said(
            _("这张表还没有可看的图片"),
            _("照片或扫描件收到后要识读一会儿；只有纸质表的，请对着纸质表办理。"),
            "warn",
        ),
        "sealed_object": Said(
            _("图片与存档时不一致，不能打开"), _("请把学校和班级告诉技术支持人员，由省级核对存储。")
        ),
        "not_meant": Said(
            _("页面已过期，操作没有执行"), _("请返回上一页，刷新后再做一次。"), "warn"
        ),
        "house_away": Said(
            _("系统暂时没有应答"), _("您的操作可能没有完成，请稍后刷新核对，不会丢失数据。"), "warn"
        ),
    }
