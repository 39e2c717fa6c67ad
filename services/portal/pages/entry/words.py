"""Words of entering: chores, reasons, states, and why something typed is no value."""

from flask_babel import gettext as _

from services.portal.pages.proving import document_refused
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.values import label_of
from shared.contracts.desk_commands import Chore
from shared.contracts.lane_commands import DisagreementKind, QueryReason, SettleReason
from shared.contracts.review_commands import DocumentKind, EntryState, ReturnReason
from shared.contracts.scan_commands import PageVerdict
from shared.contracts.seen import Ink
from shared.kernel.errors import DomainError
from shared.kernel.errors_review import (
    DocumentRefusedError,
    InconsistentOutcomeError,
    InvalidValueError,
)


def chores() -> dict[Chore, str]:
    """What is to be done about a sheet."""
    return {
        Chore.SENT_BACK: _("退回和冲突"),
        Chore.TO_ENTER: _("待录入"),
        Chore.TO_SETTLE: _("纸面与录入不一致"),
        Chore.BY_HAND: _("须看纸质表"),
        Chore.ASKED: _("等监护人答复"),
        Chore.NO_CHANGE: _("看来无变更"),
    }


def ink_words() -> dict[Ink, str]:
    """What a machine saw in a cell."""
    return {Ink.INK: _("有笔迹"), Ink.UNSURE: _("看不准"), Ink.BLANK: _("无笔迹")}


def states() -> dict[EntryState, str]:
    """Where an entry stands, as a label."""
    return {
        EntryState.DRAFTED: _("草稿"),
        EntryState.QUERIED: _("等答复"),
        EntryState.DROPPED: _("已作罢"),
        EntryState.SUBMITTED: _("已提交"),
        EntryState.RETURNED: _("被退回"),
        EntryState.WITHDRAWN: _("已撤回"),
        EntryState.REJECTED: _("未通过"),
        EntryState.APPROVED: _("已通过，待生效"),
        EntryState.APPLIED: _("已写入学籍"),
        EntryState.CONFLICTED: _("学籍另有变动"),
        EntryState.EXPIRED: _("超期作废"),
    }


def settle_reasons() -> dict[SettleReason, str]:
    """Why paper and entries may differ."""
    return {
        SettleReason.STRAY_MARK: _("污渍或误笔"),
        SettleReason.SAME_VALUE: _("写的与原值相同"),
        SettleReason.OTHER_CELL: _("写错了栏，已在他栏录入"),
        SettleReason.GUARDIAN_SAID: _("监护人当面说明"),
        SettleReason.FAINT_INK: _("字迹太浅，机器没有看到"),
        SettleReason.OTHER: _("其他原因，写在说明里"),
    }


# Why there may be an entry where no ink was seen.
WITHOUT_INK = (
    SettleReason.FAINT_INK,
    SettleReason.GUARDIAN_SAID,
    SettleReason.OTHER_CELL,
    SettleReason.OTHER,
)


def query_reasons() -> dict[QueryReason, str]:
    """Why the guardian is asked."""
    return {
        QueryReason.UNREADABLE: _("字迹看不清"),
        QueryReason.IMPLAUSIBLE: _("内容不合常理"),
        QueryReason.CONTRADICTS: _("与其他栏或证件矛盾"),
        QueryReason.PROOF_MISSING: _("缺少证明"),
        QueryReason.OTHER: _("其他原因，写在说明里"),
    }


def document_kinds() -> dict[DocumentKind, str]:
    """What proves a change."""
    return {
        DocumentKind.HOUSEHOLD_BOOK: _("户口簿"),
        DocumentKind.POLICE_CERTIFICATE: _("公安机关证明"),
        DocumentKind.ID_DOCUMENT: _("其他身份证件"),
        DocumentKind.ATTESTATION: _("在校证明"),
        DocumentKind.OTHER: _("其他材料"),
    }


def return_reasons() -> dict[str, str]:
    """Why a decision sent an entry back."""
    return {
        ReturnReason.UNREADABLE.value: _("确认表上看不清"),
        ReturnReason.PROOF_MISSING.value: _("缺少证明材料"),
        ReturnReason.PROOF_CONTRADICTS.value: _("与证明材料不符"),
        ReturnReason.WRONG_FIELD.value: _("填错了栏目"),
        ReturnReason.TYPING_ERROR.value: _("录入有误"),
        ReturnReason.NOT_SIGNED.value: _("没有签名"),
        ReturnReason.DUPLICATE.value: _("证件号码与他人重复"),
        ReturnReason.NOT_PROVEN.value: _("证明不足"),
        ReturnReason.OTHER.value: _("其他，请写明"),
    }


def differing_words() -> dict[DisagreementKind, str]:
    """How paper and entries differ."""
    return {
        DisagreementKind.INK_WITHOUT_ENTRY: _("表上有笔迹，没有录入"),
        DisagreementKind.UNSURE_WITHOUT_ENTRY: _("表上看不准，没有录入"),
        DisagreementKind.ENTRY_WITHOUT_INK: _("录入了，表上没有看到笔迹"),
    }


def verdicts() -> dict[PageVerdict, str]:
    """What is wrong with a page, for who works from it."""
    return {
        PageVerdict.UNSIGNED: _("没有看到签名，请对着纸质表核对"),
        PageVerdict.CORNER_OUTSIDE: _("照片缺一角，请对着纸质表核对"),
        PageVerdict.CORNER_COVERED: _("照片一角被遮住，请对着纸质表核对"),
        PageVerdict.TOO_SMALL: _("照片太小，请对着纸质表核对"),
        PageVerdict.BLURRED_CHANGES: _("变更栏模糊，请对着纸质表核对"),
        PageVerdict.NOT_FLAT: _("纸面不平，请对着纸质表核对"),
        PageVerdict.GLARE_ON_SIGNATURE: _("签名处反光，请对着纸质表核对"),
        PageVerdict.READER_DIED: _("机器没能识读这张图片，请对着纸质表核对"),
    }


def why_no_value(reason: str) -> str:
    """What is wrong with something typed, and what it should look like."""
    words = {
        "empty": _("这一栏必须有内容，不能清空。"),
        "too_long": _("内容太长，请核对。"),
        "code": _("请从列表中选择。"),
        "date": _("请写成 2015-03-31 这样的日期，并核对是否存在这一天。"),
        "future": _("日期在今天之后，请核对。"),
        "month": _("请写成 2018-09 这样的年月。"),
        "range": _("请写成 2012-05-06/2022-05-06，长期有效的写 2012-05-06/长期。"),
        "name": _("姓名只能有汉字、字母和间隔号，请核对。"),
        "phone": _("请填 11 位手机号，或带区号的固定电话。"),
        "division": _("请填 6 位或 12 位行政区划代码。"),
        "integer": _("请只填整数。"),
        "decimal": _("请填数字，小数点后最多两位。"),
        "length": _("位数不对，请核对。"),
        "document": _("证件号码只能有字母和数字，请核对。"),
        "id_shape": _("身份证号应为 18 位，末位可以是 X。"),
        "id_check": _("末位校验码不对：请逐位核对；表上就是这样写的，请询问监护人。"),
        "id_birth_date": _("号码中的出生日期不存在，请逐位核对。"),
        "control_character": _("内容里有不可见的字符，请重新输入。"),
    }
    return words.get(reason) or str(_("内容不符合这一栏的要求，请核对。"))


def refused(error: DomainError) -> Said:
    """A refusal of entering, as what to do about it."""
    if isinstance(error, InvalidValueError) and len(error.args) > 1:
        title = _("“%(field)s”没有保存", field=label_of(str(error.args[0])))
        return Said(title, why_no_value(str(error.args[1])))
    if isinstance(error, InconsistentOutcomeError):
        return Said(_("几项之间对不上，没有提交"), _contradiction(error))
    if isinstance(error, DocumentRefusedError):
        return document_refused(error)
    return _plain().get(error.code) or refusal(error)


def away() -> Said:
    """Scan does not answer: the paper itself is there."""
    return Said(
        _("识读服务暂时没有应答"), _("图片和识读结果暂缺，可以对着纸质表继续录入。"), "warn"
    )


def _contradiction(error: InconsistentOutcomeError) -> str:
    words = {
        "id_other_birth_date": _("身份证号与出生日期不一致。"),
        "id_other_sex": _("身份证号与性别不一致。"),
        "id_missing": _("证件类型需要证件号码。"),
        "guardian_id_needed": _("学生没有证件号码时，必须有监护人的证件号码。"),
    }
    found = [words.get(str(code)) or why_no_value(str(code)) for code in error.args[1:]]
    return "".join([*found, _("请核对并一起改好，或询问监护人。")])


def _plain() -> dict[str, Said]:
    return {
        "no_change": Said(
            _("与学籍现有的值相同，不用录入"),
            _("表上确有笔迹的，请选“写的与原值相同”后按“不变更”。"),
            "warn",
        ),
        "unknown_field": Said(_("这一栏不从确认表录入"), _("请按其他学籍业务办理。")),
        "unknown_sheet": Said(_("没有这张确认表"), _("请从工作清单进入。")),
        "unknown_entry": Said(_("没有这个变更项"), _("请从工作清单进入。")),
        "sheet_not_back": Said(
            _("这张表还没有回收，不能录入"), _("请先登记回收，或等照片、扫描件识读完毕。")
        ),
        "window_closed": Said(
            _("现在不能录入变更"),
            _("本地区的录入开关没有打开；已保存的草稿都还在，开放后可继续。"),
            "warn",
        ),
        "entry_state": Said(_("这一项的状态已经变了"), _("请看下面的最新状态再办。"), "warn"),
        "entry_moved": Said(
            _("汇总之后又有改动，没有提交"), _("请核对下面最新的汇总，再按一次提交。"), "warn"
        ),
        "document_needed": Said(
            _("关键数据须有证明材料，没有提交"), _("请在标有“缺证明”的栏目登记证明材料。")
        ),
        "unknown_document": Said(
            _("存储没有及时收妥这份材料，没有登记"), _("请稍后再登记一次；仍不成功请重新拍照。")
        ),
        "documents_away": Said(
            _("存储服务暂时没有应答，没有登记"), _("请稍后再登记一次。"), "warn"
        ),
        "records_away": Said(
            _("学籍库暂时没有应答，没有保存"), _("您输入的内容还在，请稍后再按一次保存。"), "warn"
        ),
        "no_disagreement": Said(_("这一栏已经一致，不用说明"), _("请看下面的最新状态。"), "warn"),
        "words_needed": Said(_("请写明说明"), _("选“其他原因”，或登记答复时，说明不能为空。")),
        "nothing_to_confirm": Said(
            _("这个班没有可以整班确认的表"),
            _("整班确认只收已回收、已签名、变更栏全空的表；其余请逐张办理。"),
            "warn",
        ),
        "unknown_sample": Said(_("这次抽查已经用过"), _("请重新进入本班。"), "warn"),
        "sample_not_seen": Said(_("抽中的表还没有看完"), _("看完每一张，再整班确认。")),
        "sheet_unsure": Said(
            _("这张表不能确认为无变更"), _("还有变更项或没有处理的笔迹，请先逐栏处理。")
        ),
        "too_late_to_undo": Said(
            _("已经不能再撤销"), _("确认已经上报；如需更正，请逐张打开录入。"), "warn"
        ),
        "not_allowed": Said(_("这一步不归您办理"), _("他人录入的变更由本人或学籍管理员撤回。")),
    }
