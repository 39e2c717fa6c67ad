"""The workbook of dedicated accounts (专用账号): what is handed down with one-time passwords."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts.account_commands import IssuedAccount
from shared.kernel.ids import CampaignId, UnitCode
from shared.workbooks.cells import book_of, harmless
from shared.workbooks.role_names import ROLE_NAMES

# Heading, width, note of the heading.
_COLUMNS = (
    ("单位代码", 24, "单位在学籍系统中的代码。以文本保存，请勿改为数字。"),
    ("单位名称", 34, "发放时名册中的名称。"),
    ("岗位", 14, "账号只能办理该岗位的事项。"),
    ("登录账号", 28, "登录时输入。以文本保存。"),
    ("一次性密码", 24, "仅供首次登录，大小写和连字符不影响；登录后必须换成自己的密码。"),
    ("使用人（领取时填写）", 20, "每个账号落实到人。多人合用一个账号时，请上级为每人单独开通。"),
    ("领取人签字", 16, "交接留痕。"),
)
_INSTRUCTIONS = (
    "一、本表是{campaign}核查工作的专用账号，核查结束后自动失效。",
    "二、请按单位裁开或分表下发：省发至地市、区县，区县发至学校，学校发给录入人员和班主任。每人只应看到自己的一行。",
    "三、首次登录须设置不少于 12 个字符的新密码，并填写本人姓名；审核、管理、审计等岗位还须在手机上设置第二步验证。",
    "四、一个账号多人使用时，请发放人员逐人开通：各人有各自的密码和第二步验证，每项操作都记在本人名下。",
    "五、连续输错五次锁定十五分钟。忘记密码、更换手机、人员变动，请发放人员重置或移交，不要借用他人账号。",
    "六、本表含一次性密码：请当面或用加密方式传递，领取完毕后删除电子文件，纸质件按密件保管。",
    "七、本表遗失时，请发放人员重新生成：尚未使用的账号会得到新的一次性密码，旧密码随即作废。",
)


def accounts_workbook(
    accounts: Sequence[IssuedAccount], names: Mapping[UnitCode, str], campaign: CampaignId
) -> bytes:
    """The workbook: instructions, and one row for each account with its one-time password."""

    def write(book: Any) -> None:
        _write_instructions(book, campaign)
        _write_rows(book, accounts, names)

    return book_of(write)


def _write_instructions(book: Any, campaign: CampaignId) -> None:
    sheet = book.add_worksheet("使用说明")
    sheet.set_column(0, 0, 100)
    sheet.write_string(
        0, 0, "核查工作专用账号使用说明", book.add_format({"bold": True, "font_size": 14})
    )
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(_INSTRUCTIONS, start=2):
        sheet.write_string(row, 0, line.format(campaign=campaign), wrapped)


def _write_rows(
    book: Any, accounts: Sequence[IssuedAccount], names: Mapping[UnitCode, str]
) -> None:
    sheet = book.add_worksheet("专用账号")
    sheet.activate()
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@", "border": 1})
    fixed = book.add_format({"num_format": "@", "border": 1, "font_name": "Consolas"})
    for column, (heading, width, note) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
        sheet.write_comment(0, column, note)
    for row, one in enumerate(accounts, start=1):
        cells = (one.unit, names.get(one.unit, ""), ROLE_NAMES[one.role])
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, harmless(cell), text)
        sheet.write_string(row, 3, one.login, fixed)
        sheet.write_string(row, 4, one.one_time_password, fixed)
        for column in (5, 6):
            sheet.write_blank(row, column, None, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(accounts)), len(_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
