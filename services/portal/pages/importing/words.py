"""Columns, findings and states of a roster file in words."""

from functools import cache
from typing import Any

from flask_babel import gettext as _

from services.portal.pages import moments
from shared.contracts.fields import FieldType, national
from shared.contracts.roster_commands import ImportReport
from shared.contracts.roster_file_commands import FileBrief, FileState
from shared.kernel.errors import UnknownColumnError

MOST_CLASSES = 40
# Columns that an import understands although no sheet shows them, by the header they go by.
_EXTRA = {"original_row": "原行号", "error_text": "错误说明", "registered_on": "学籍注册日期"}


@cache
def labels() -> dict[str, str]:
    """Every column that can be taken, by key, as a roster calls it."""
    fields = (one for one in national().fields if one.type is not FieldType.IMAGE)
    return {one.key: one.label for one in fields} | _EXTRA


def key_of(label: str) -> str | None:
    """The field of a label; None for a column that is left out.

    Raises:
        UnknownColumnError: no field has this label.
    """
    wanted = label.strip()
    if not wanted:
        return None
    found = next((key for key, known in labels().items() if known == wanted), None)
    if found is None:
        raise UnknownColumnError
    return found


def columns(report: ImportReport) -> list[dict[str, Any]]:
    """What every column was taken for."""
    return [
        {
            "header": one.header,
            "label": labels().get(one.field or "", one.field or ""),
            "guessed": one.guessed,
        }
        for one in report.columns
    ]


def errors(report: ImportReport) -> list[dict[str, Any]]:
    """The first wrong rows."""
    return [
        {"row": one.row, "label": labels().get(one.field or "", ""), "sentence": one.sentence}
        for one in report.errors
    ]


def warnings(report: ImportReport) -> list[str]:
    """What is worth a look although the rows are good."""
    told = _warnings()
    return [
        told[code].format(count=count) for code, count in report.warnings.items() if code in told
    ]


def states() -> dict[FileState, str]:
    """How far a file is."""
    return {
        FileState.ARRIVING: _("正在上传"),
        FileState.ARRIVED: _("已上传"),
        FileState.CHECKING: _("正在核对"),
        FileState.CHECKED: _("待确认"),
        FileState.WRITING: _("正在写入"),
        FileState.WRITTEN: _("已写入"),
        FileState.REFUSED: _("不能导入"),
        FileState.DROPPED: _("已取消"),
    }


def line(one: FileBrief) -> dict[str, Any]:
    """A file of the list."""
    return {
        "file": one.file,
        "state": states()[one.state],
        "begun_at": moments.told_short(one.begun_at),
        "rows": one.rows,
        "wrong": one.wrong,
    }


def _warnings() -> dict[str, str]:
    return {
        "unknown_code": _("{count} 个单元格的代码不在现行代码表内，已按原样保留，请核对。"),
        "phone_doubtful": _("{count} 个联系电话格式可疑，已按原样保留。"),
        "digits_doubtful": _("{count} 个编码位数不对，已按原样保留。"),
        "range_doubtful": _("{count} 个证件有效期无法识别，已按原样保留。"),
        "private_use": _("{count} 个姓名含系统外自造字，打印时可能显示不出，请换用标准字。"),
        "guardian_id_doubtful": _(
            "{count} 个监护人身份证件号校验不符，已按原样保留，请在确认表上核对。"
        ),
        "registered_unknown": _("{count} 名学生没有学籍注册日期，按截止日期前注册计入核查范围。"),
        "status_unknown": _("{count} 名学生没有在校状态，按在校计入核查范围。"),
        "imported_before": _("这个文件以前导入过，相同的行不会重复写入。"),
        "vanish_unsure": _("{count} 个班有无法识别的错行，暂不把名册上缺少的学生移出范围。"),
    }
