"""The states of a class in words; shape and colour only stand beside them."""

from flask_babel import gettext as _

from services.portal.pages.classes.pupils import ClassSeen, Pupil, State
from services.portal.pages.proving import document_refused
from services.portal.pages.sentences import Said, refusal
from shared.contracts.lane_commands import QueryReason
from shared.contracts.reality_commands import Finding, FindingState, Outcome
from shared.contracts.roster_commands import NamesPurpose
from shared.contracts.tick_commands import Tick, TickReason
from shared.kernel.errors import DomainError
from shared.kernel.errors_review import DocumentRefusedError


def state_words() -> dict[State, str]:
    """Every state in the order a page counts them."""
    return {
        State.OUT: _("未交"),
        State.RETAKE: _("需重拍"),
        State.AWAY: _("联系不上"),
        State.PAPER: _("已交纸"),
        State.PHOTO: _("已上传"),
        State.DECLINED: _("拒签"),
        State.ENTERED: _("已录入"),
        State.NOT_ISSUED: _("未下发"),
    }


def tick_words() -> dict[Tick, str]:
    """What can be said of a sheet's paper."""
    return {
        Tick.RETURNED: _("已交纸"),
        Tick.DECLINED: _("拒签"),
        Tick.AWAY: _("联系不上"),
    }


def reason_words() -> dict[TickReason, str]:
    """Why a sheet is refused, or nobody reached."""
    return {
        TickReason.WILL_NOT_SIGN: _("家长不愿签字"),
        TickReason.DISAGREES: _("对内容有异议，不愿更正"),
        TickReason.NOT_REACHED: _("联系不上家长"),
        TickReason.PUPIL_AWAY: _("学生长期不在校"),
        TickReason.OTHER: _("其他"),
    }


def finding_words() -> dict[Finding, str]:
    """What can be found about one pupil."""
    return {
        Finding.PRESENT: _("人在，学籍在，状态属实"),
        Finding.NO_RECORD: _("人在，没有学籍（补录）"),
        Finding.RECORD_ELSEWHERE: _("人在，学籍在别校（转学）"),
        Finding.NOT_PRESENT: _("学籍在，人不在"),
        Finding.STATUS_WRONG: _("在校状态不属实"),
        Finding.OTHER_DOCUMENT: _("其他证件，已交证明"),
        Finding.NO_DOCUMENT: _("没有证件，已交在读证明"),
    }


def finding_state_words() -> dict[FindingState, str]:
    """Where a finding stands."""
    return {
        FindingState.NOTED: _("已记录，未上交"),
        FindingState.HANDED_IN: _("已上交学籍管理员"),
        FindingState.SETTLED: _("已处理"),
    }


def outcome_words() -> dict[Outcome, str]:
    """What the registrar can do about a finding."""
    return {
        Outcome.NOTHING_TO_DO: _("无需处理"),
        Outcome.LATE_REGISTRATION: _("已办补录"),
        Outcome.TRANSFER: _("已办转学"),
        Outcome.STATUS_UPDATED: _("已更新在校状态"),
        Outcome.RECORD_DELETED: _("已注销学籍"),
        Outcome.FILED: _("证明已报主管部门备案"),
        Outcome.SENT_BACK: _("退回班主任重查"),
    }


def query_words() -> dict[QueryReason, str]:
    """Why a guardian is asked."""
    return {
        QueryReason.UNREADABLE: _("写的字看不清"),
        QueryReason.IMPLAUSIBLE: _("填写的内容不合理"),
        QueryReason.CONTRADICTS: _("与其他项目或证明不一致"),
        QueryReason.PROOF_MISSING: _("缺少证明材料"),
        QueryReason.OTHER: _("其他"),
    }


def purposes() -> dict[NamesPurpose, str]:
    """Why somebody reads the full names of a class; kept in the audit log by code."""
    return {
        NamesPurpose.HAND_OUT: _("分发或收回确认表"),
        NamesPurpose.CALL_GUARDIAN: _("联系家长"),
        NamesPurpose.CHECK_ROSTER: _("核对名单"),
    }


def missing_text(name: str, seen: ClassSeen) -> str:
    """The missing of a class as a text for its chat: numbers and masked names, nothing pressing."""
    missing = seen.missing()
    if not missing:
        return str(_("%(name)s的确认表已经全部交回，谢谢各位家长。", name=name))
    lines = [
        _("%(name)s还有 %(count)s 张确认表没有收到：", name=name, count=len(missing)),
        *(f"{called(one)} {one.name}".rstrip() + _retake(one) for one in missing),
        _("请核对后签字，拍照上传或让孩子带回学校。不方便拍照的，班主任可以代传。"),
    ]
    return "\n".join(str(line) for line in lines)


def called(one: Pupil) -> str:
    """A pupil by number in class."""
    return str(_("%(number)s 号", number=one.number) if one.number is not None else _("无学号"))


def _retake(one: Pupil) -> str:
    return str(_("（照片看不清，请重拍）")) if one.state is State.RETAKE else ""


def refusal_of_class(error: DomainError) -> Said:
    """The message for what was refused about a class: some of its codes mean other things elsewhere."""
    if isinstance(error, DocumentRefusedError):
        return document_refused(error)
    return _sentences().get(error.code) or refusal(error)


def _sentences() -> dict[str, Said]:
    return {
        "unknown_sheet": Said(_("没有这张确认表"), _("请从班级页面重新选择。")),
        "sheet_entered": Said(
            _("这张表已经录入，不能再改标记"), _("如需更正，请与学籍管理员联系。"), "warn"
        ),
        "tick_reason": Said(_("请先选择原因"), _("拒签和联系不上都要说明原因，随标记记录。")),
        "check_incomplete": Said(
            _("还有学生没有核对结果"), _("请先逐个记录，全部记录后才能上交。"), "warn"
        ),
        "proof_needed": Said(
            _("还缺证明材料"),
            _("选了“其他证件”或“没有证件”的学生，附上证明材料后才能上交。"),
        ),
        "entry_state": Said(
            _("这一条已经上交或处理过"), _("请刷新页面，按最新的状态办理。"), "warn"
        ),
        "own_entry": Said(_("自己记录的结果不能自己处理"), _("请由学籍管理员处理。")),
        "unknown_student": Said(
            _("这个班没有这位学生的确认表"), _("没有学籍的学生请在最下面单独记录。")
        ),
        "unknown_finding": Said(_("没有这条核对结果"), _("请刷新页面后再试。")),
        "unknown_entry": Said(_("没有这一条"), _("可能已由他人办理，请刷新页面。"), "warn"),
        "words_needed": Said(_("请写下家长的答复"), _("只写与这一项有关的内容。")),
    }
