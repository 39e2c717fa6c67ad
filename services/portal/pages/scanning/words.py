"""States and reasons of scanned pages in words: what is the matter, and what to do."""

from flask_babel import gettext as _

from shared.contracts.batch_commands import BatchState
from shared.contracts.scan_commands import PageState, PageVerdict


def batch_states() -> dict[BatchState, str]:
    """Where a bulk scan stands."""
    return {
        BatchState.ARRIVING: _("交送中"),
        BatchState.READING: _("识别中"),
        BatchState.READ: _("待确认"),
        BatchState.COMMITTED: _("已确认"),
        BatchState.DISCARDED: _("已作废"),
    }


def page_states() -> dict[PageState, str]:
    """What became of a page."""
    return {
        PageState.WAITING: _("等待识别"),
        PageState.MATCHED: _("已匹配"),
        PageState.DUPLICATE: _("重复"),
        PageState.CONFLICTING: _("两份纸，同一张表"),
        PageState.MISFILED: _("别的班级或学校"),
        PageState.UNMATCHED: _("需要您指定"),
        PageState.UNREADABLE: _("看不清"),
        PageState.REFUSED: _("不能接收"),
        PageState.COVER: _("班级封面"),
        PageState.BLANK: _("空白页"),
        PageState.DISCARDED: _("已作废"),
        PageState.FOREIGN: _("不是本系统的表"),
        PageState.DAMAGED: _("文件损坏"),
        PageState.FAILED: _("识别失败"),
    }


def reason(code: str) -> str:
    """Why a page is in its state; "" where there is nothing to say."""
    return _reasons().get(code, "")


def verdict(one: PageVerdict) -> str:
    """What is left to do about a matched page; "" where nothing is."""
    told: dict[PageVerdict, str] = {
        PageVerdict.PENDING: _("正在查看各栏"),
        PageVerdict.COMPLETE: "",
        PageVerdict.UNSIGNED: _("没有签名"),
        PageVerdict.CORNER_OUTSIDE: _("有一个角不在图中，请重新扫描"),
        PageVerdict.CORNER_COVERED: _("有一个角被遮住，请重新扫描"),
        PageVerdict.TOO_SMALL: _("图太小，读不出变更内容"),
        PageVerdict.BLURRED_CHANGES: _("模糊，读不出变更内容"),
        PageVerdict.NOT_FLAT: _("纸没有铺平，读不准变更内容"),
        PageVerdict.GLARE_ON_SIGNATURE: _("签名处反光"),
        PageVerdict.READER_DIED: _("识别程序出错，请人工查看"),
    }
    return told[one]


def discard_reasons() -> dict[str, str]:
    """Why people throw pages away; the code is kept with the page."""
    return {
        "not_a_sheet": _("不是确认表"),
        "scanned_again": _("已重新扫描"),
        "spoilt": _("纸张作废，需要补印"),
        "other_school": _("别校的表，已转交"),
    }


def _reasons() -> dict[str, str]:
    return _of_matching() | _of_pictures() | discard_reasons()


def _of_matching() -> dict[str, str]:
    return {
        "no_code": _("没有可用的二维码"),
        "one_signal_only": _("只有一项依据，需要人工确认"),
        "numbers_disagree": _("两处表号不一致"),
        "not_issued": _("没有打印记录"),
        "superseded_serial": _("旧的一份，仍然有效"),
        "by_person": _("由人指定"),
        "other_copy": _("同一张表有两份不同的纸，请留下有签名的一份"),
        "same_sheet_same_side": _("同一面扫描了两次，取较清楚的一次"),
        "same_bytes": _("同一个文件交了两次"),
        "several_sheets": _("一页里有几张表"),
        "other_campaign": _("以前核查的表"),
        "other_school": _("别校的表，请转交"),
        "other_pupil": _("另一名学生的表"),
        "bad_check": _("二维码不是本系统印的"),
        "not_our_code": _("二维码不是本系统的"),
        "empty_side": _("空白的一面"),
        "batch": _("整批作废"),
    }


def _of_pictures() -> dict[str, str]:
    return {
        "damaged_file": _("文件损坏，请重新扫描"),
        "not_an_image": _("不是图片或 PDF"),
        "too_many_pixels": _("分辨率太高，请用 200 dpi"),
        "too_many_pages": _("超过 2500 页，后面的没有读"),
        "encrypted_pdf": _("PDF 有密码，请去掉密码"),
        "encrypted_archive": _("压缩包有密码，请去掉密码"),
        "archive_limits": _("压缩包里文件太多或太大"),
        "animated": _("是动画图片"),
        "too_small": _("拍得太远"),
        "blurred": _("模糊，请重新扫描"),
        "dark": _("太暗，请重新扫描"),
        "glare": _("有反光，请重新扫描"),
        "cropped": _("纸张没有拍全"),
        "reader_died": _("识别程序出错，会自动重试"),
    }
