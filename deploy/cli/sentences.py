"""Refusals as sentences that say what to do, in Chinese or English by `LANG`."""

import os

from shared.kernel.errors import DomainError

SENTENCES = {
    "wrong_passphrase": (
        "口令不对，或文件已被改动。请核对 HECHA_PASSPHRASE。",
        "The passphrase does not open this kit, or a file was altered. Check HECHA_PASSPHRASE.",
    ),
    "kit_exists": (
        "该文件夹里已有一套离线核查资料，未作任何改动。请换一个文件夹。",
        "The folder already holds a kit; nothing was changed. Choose another folder.",
    ),
    "no_kit": (
        "该文件夹里没有离线核查资料。请先运行 hecha kit init。",
        "The folder holds no kit. Run hecha kit init first.",
    ),
    "no_passphrase": (
        "请先用环境变量 HECHA_PASSPHRASE 设置口令（至少 8 个字符）。",
        "Set a passphrase of at least 8 characters in HECHA_PASSPHRASE first.",
    ),
    "nothing_printed": (
        "这套资料还没有打印。请先运行 hecha kit print。",
        "Nothing of this kit is printed yet. Run hecha kit print first.",
    ),
    "window_closed": (
        "时间开关未打开，暂时不能操作。",
        "The window for this is closed.",
    ),
    "no_pupil_in_scope": (
        "该班没有属于核查范围的学生，无需打印。",
        "Nobody in this class is in scope; there is nothing to print.",
    ),
    "no_window": (
        "该单位自己没有设置这个时间开关，无需关闭；它沿用上级的设置。",
        "The unit has no setting of its own to take away; it inherits the one above.",
    ),
    "window_order": (
        "时间开关的结束时间缺失或早于开始时间，请用 --until 写明。",
        "A window needs an end after its beginning: give it with --until.",
    ),
    "large_change": (
        "有班级变动超过五分之一，请核对后再确认。",
        "Some class changes by more than a fifth: check, then confirm.",
    ),
    "roster_not_checked": (
        "文件在核对之后又有改动，请重新核对。",
        "The file has changed since it was checked: check it again.",
    ),
    "no_code_key": (
        "该核查工作没有可用的编码密钥，或已经结束。",
        "The campaign has no open sheet code key.",
    ),
    "unknown_template": (
        "没有这个版式，请用 sheet-1 或 sheet-2。",
        "No such template: sheet-1 or sheet-2.",
    ),
    "unknown_unit": ("没有这个单位代码。", "No unit has this code."),
    "unknown_campaign": ("没有这项核查工作。", "No campaign has this id."),
    "unknown_sheet": ("没有这张确认表。", "No sheet has this id."),
}


def explain(refusal: DomainError) -> str:
    """One sentence for a person, with the refusal's ids behind it."""
    chinese, english = SENTENCES.get(refusal.code, (refusal.code, refusal.code))
    sentence = chinese if speaks_chinese() else english
    ids = " ".join(str(argument) for argument in refusal.args if argument)
    return f"{sentence} ({refusal.code}{': ' + ids if ids else ''})"


def speaks_chinese() -> bool:
    """Whether the caller's locale is a Chinese one."""
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return language.startswith("zh")
