"""Refusals as sentences that say what to do, in Chinese or English by `LANG`."""

import os
import sys
from datetime import datetime

from deploy.cli.audit_sentences import AUDIT
from deploy.cli.sentences_accounts import ACCOUNTS
from deploy.cli.sentences_review import REVIEW
from deploy.cli.sentences_support import SUPPORT
from shared.kernel.clock import BEIJING
from shared.kernel.errors import DomainError, WindowClosedError

SENTENCES = (
    ACCOUNTS
    | REVIEW
    | AUDIT
    | SUPPORT
    | {
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
            "时间开关未打开，上级也没有设定打开时间，暂时不能操作；请联系上级管理员。",
            "The window for this is closed and nobody above has set when it opens: ask them.",
        ),
        "no_pupil_in_scope": (
            "该班没有属于核查范围的学生，无需打印。",
            "Nobody in this class is in scope; there is nothing to print.",
        ),
        "no_window": (
            "该单位自己没有设置这个时间开关，无需关闭；它沿用上级的设置。",
            "The unit has no setting of its own to take away; it inherits the one above.",
        ),
        "window_not_narrower": (
            "下级只能在上级开放的时间之内收窄，且须省级允许；请请省级管理员办理。",
            "A region only narrows what it inherits, and only if the province allows it: ask there.",
        ),
        "window_from_above": (
            "这个时间开关由上级设置，只能由上级调整。",
            "This window was set by the level above, which alone changes it.",
        ),
        "window_order": (
            "时间开关的结束时间缺失或早于开始时间，请用 --until 写明。",
            "A window needs an end after its beginning: give it with --until.",
        ),
        "large_change": (
            "有班级变动超过五分之一，请核对后再确认。",
            "Some class changes by more than a fifth: check, then confirm.",
        ),
        "roster_file": (
            "这份名册文件现在不能取用，请重新上传并核对。",
            "This roster file cannot be had or worked on now: send it again and check it.",
        ),
        "unknown_column": (
            "指定的栏目不存在，请从字段表中选择。",
            "A column was assigned to a field that there is not: choose one of the catalogue.",
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
        "too_many_sheets": (
            "一个文件装不下这么多张，请按班打印。",
            "One file cannot hold so many sheets: print class by class.",
        ),
        "unknown_unit": (
            "没有这个单位代码，请核对。",
            "No unit has this code: check it.",
        ),
        "unknown_campaign": (
            "没有这项核查工作，请核对编号，如 44-2026a。",
            "No campaign has this id: it is a province, then a name, such as 44-2026a.",
        ),
        "unknown_sheet": ("没有这张确认表。", "No sheet has this id."),
        "bad_sheet_number": (
            "表号有误：应为16位数字，校验不符，请对照纸面重新输入。",
            "A sheet number has 16 digits, and these do not add up: type it again from the paper.",
        ),
        "unknown_sheet_number": (
            "本校没有这个表号的确认表，可能是其他学校的表。",
            "No sheet of this school carries this number: it may be another school's.",
        ),
        "no_such_side": (
            "这张确认表只有正面。",
            "This sheet was printed on its front only.",
        ),
        "page_not_placed": (
            "这一页还没有指定是谁的，不能确认；请先指定或作废。",
            "Nobody has said whose page this is: assign it or throw it away first.",
        ),
        "unknown_job": ("没有这项打印任务。", "No print job has this id."),
        "print_not_ready": (
            "文件尚未打印完成，或打印失败，请重新打印。",
            "The file is not printed yet, or printing failed: print it again.",
        ),
        "download_refused": (
            "提取码不对，或文件已被领取、已过期。请重新打印。",
            "A wrong download code, or the file was collected or has expired: print it again.",
        ),
        "grant_refused": (
            "省库拒绝打开这个对象。",
            "The province's storage does not open this object.",
        ),
        "sealed_object": (
            "密封内容无法打开，可能已被改动。请从备份恢复。",
            "Sealed content does not open; it may have been altered. Restore it from a backup.",
        ),
        "unreadable_roster": (
            "名册无法读取，请重新导出。",
            "The roster cannot be read: export it again.",
        ),
        "unknown_batch": (
            "没有这个批次，请用 hecha scan batches 查看。",
            "No bulk scan has this id: hecha scan batches lists them.",
        ),
        "unknown_page": (
            "批次中没有这一页，或这一页还没有识别完。",
            "The bulk scan has no such page, or it was not read yet.",
        ),
        "batch_held": (
            "这个批次正由他人处理，请稍后再试，或请对方放开。",
            "Somebody else is working on this bulk scan: try later, or ask them to let it go.",
        ),
        "batch_not_yours": (
            "只有提交该批次的人可以确认入库；可请其移交。",
            "Only who handed this bulk scan in may commit it; they can hand it over.",
        ),
        "batch_closed": (
            "这个批次已确认入库或已作废，不能再改动；已确认的可用 hecha scan take-back 撤回。",
            "This bulk scan was committed or thrown away before; one that was committed can be "
            "taken back: hecha scan take-back.",
        ),
        "batch_not_read": (
            "批次中还有页面没有识别完，请稍后再确认，或只确认部分页面。",
            "Pages of this bulk scan are not read yet: commit later, or only some pages.",
        ),
        "page_committed": (
            "这一页已确认入库，不能再改动；如需改动，请先用 hecha scan take-back 撤回。",
            "This page counts already and cannot be changed; hecha scan take-back stages it again.",
        ),
        "page_not_seen": (
            "这张确认表没有显示这一处的页面，或还没有人看过。",
            "No page of the sheet shows this, or nobody has looked at it yet.",
        ),
        "nothing_committed": (
            "这个批次没有已确认入库的页面，无需撤回。",
            "No page of this bulk scan counts: there is nothing to take back.",
        ),
        "page_entered": (
            "已有人据这一页的确认表录入，这一页不能撤回，其他页可以。",
            "Something was entered from this page's sheet, so it stays; take back other pages.",
        ),
        "page_placed": (
            "这张照片不需要人工指定；如已指定错，请先撤销。",
            "This photo waits for nobody: if it was placed wrongly, undo that first.",
        ),
        "sheet_entered": (
            "已有人据这张确认表录入，不能再改它的回收标记。",
            "Something was entered from this sheet: whether it is back cannot be changed.",
        ),
        "tick_reason": (
            "拒签和联系不上须说明原因。",
            "Refused and not reached need a reason of the list.",
        ),
        "nothing_to_undo": (
            "这一页没有可以撤销的操作。",
            "Nobody did anything to this page that could be undone.",
        ),
        "unknown_report": ("没有这份汇总。", "No report has this id."),
        "report_not_ready": (
            "还有下级单位没有上报；确需提前汇总请加 --early。",
            "Units below have not reported: wait for them, or add --early.",
        ),
        "report_state": (
            "这份汇总现在不能这样处理（已签发、已处理或已有更新的汇总）。",
            "The report stands where this cannot be done: signed, judged or corrected since.",
        ),
        "no_report_here": (
            "这一级单位不上报，或没有上级单位。",
            "Units of this level do not report, or nobody stands above them.",
        ),
        "units_file": (
            "单位文件有误，请更正后再试。",
            "The units file cannot be taken: correct it.",
        ),
        "report_seed": (
            "这段随机数种子只用于正式报告，请换用 4000000000 以下的种子。",
            "These seeds are kept for reported figures: use seeds below 4,000,000,000.",
        ),
        "no_printed_sheets": (
            "没有找到已打印的确认表。请给出 hecha kit print 打印过的文件夹或其 manifest.json。",
            "No printed sheets there: give a folder that hecha kit print has filled, or its manifest.",
        ),
        "folder_not_empty": (
            "该文件夹不是空的，未作任何改动。请换一个新文件夹。",
            "The folder is not empty; nothing was changed. Choose a new one.",
        ),
        "no_truth": (
            "没有标准答案。请给出 hecha rehearse 生成的文件夹。",
            "There is no truth to score against: give a folder that hecha rehearse has made.",
        ),
        "no_results": (
            "结果文件无法读取，或与这些图片无关。请给出 kit read --cells 或 scan cell 的输出。",
            "The results cannot be read or are of other pictures: give what kit read --cells or "
            "scan cell printed.",
        ),
        "no_hand_fonts": (
            "HECHA_HAND_FONTS 所指的文件夹里没有手写字体（应在 han/ 之下）。",
            "The folder that HECHA_HAND_FONTS names has no fonts in han/.",
        ),
    }
)
# How a print job failed, beside the refusals above.
FAILURES = {
    "shelf_away": (
        "打印文件无法存入对象存储，请检查其是否运行及凭证，然后重新打印。",
        "The object store did not take the file: check that it runs and the keys, print again.",
    ),
    "roster_away": (
        "名册服务没有及时应答，请稍后重新打印。",
        "The roster did not answer in time: print again later.",
    ),
    "identity_taken": (
        "确认表编号反复冲突，请重新打印。",
        "Sheet numbers collided again and again: print again.",
    ),
    "given_up": (
        "打印进程多次中断，已放弃；请查看 forms 服务的日志，然后重新打印。",
        "Printing was cut off again and again: look at the log of forms, then print again.",
    ),
}
_OPENS_LATER = ("时间开关将于北京时间 {at} 打开。", "The window opens at {at}, Beijing time.")


def explain(refusal: DomainError) -> str:
    """One sentence for a person, with the refusal's ids behind it."""
    plain = SENTENCES.get(refusal.code, (refusal.code, refusal.code))
    special = f"{refusal.code}:{refusal.args[0]}" if refusal.args else ""
    chinese, english = SENTENCES.get(special, plain)
    if isinstance(refusal, WindowClosedError) and refusal.opens_at:
        at = f"{datetime.fromisoformat(refusal.opens_at).astimezone(BEIJING):%Y-%m-%d %H:%M}"
        chinese, english = (one.format(at=at) for one in _OPENS_LATER)
    sentence = chinese if speaks_chinese() else english
    ids = " ".join(str(argument) for argument in refusal.args if argument)
    return f"{sentence} ({refusal.code}{': ' + ids if ids else ''})"


def explain_failure(code: str) -> str:
    """One sentence for the way a print job failed."""
    chinese, english = {**SENTENCES, **FAILURES}.get(code, (code, code))
    return f"{chinese if speaks_chinese() else english} ({code})"


def tell(chinese: str, english: str) -> None:
    """A sentence for the person at the terminal."""
    print(chinese if speaks_chinese() else english, file=sys.stderr)


def tell_of_file(wrong: OSError) -> None:
    """The sentence for a file or folder that cannot be read or written."""
    tell(
        f"无法读写 {wrong.filename}（{wrong.strerror}），请检查路径和权限。",
        f"Cannot read or write {wrong.filename} ({wrong.strerror}): check the path and rights.",
    )


def speaks_chinese() -> bool:
    """Whether the caller's locale is a Chinese one."""
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return language.startswith("zh")
