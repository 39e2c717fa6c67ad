"""What became of a photo, in the words of whoever took it: what it is, and what to do."""

from flask_babel import gettext as _

from shared.contracts.scan_commands import PageState, PageVerdict, PhotoState

_Told = tuple[str, str, str]  # words, advice, tone


def photo_told(one: PhotoState, *, is_elsewhere: bool) -> _Told:
    """The state of a photo in words; `is_elsewhere`: it shows a sheet of another class."""
    if is_elsewhere:
        return _("是别班学生的表"), _("已计入那张表；请把纸交给那个班。"), "warn"
    if one.state is PageState.MATCHED:
        return _matched()[one.verdict]
    if one.state is PageState.UNREADABLE:
        return _("看不清"), _unreadable().get(one.reason, _again()), "bad"
    return _others().get(one.state, (_("没有识别成功"), _again(), "bad"))


def _again() -> str:
    return str(_("请把纸压平，在亮处从正上方重拍，四个角都拍进去。"))


def _matched() -> dict[PageVerdict, _Told]:
    usable = _("纸在学校即可办理；要换一张更清楚的，可以重拍。")
    return {
        PageVerdict.PENDING: (_("已认出，正在看各栏"), "", "good"),
        PageVerdict.COMPLETE: (_("已收到，看得清"), "", "good"),
        PageVerdict.UNSIGNED: (_("没有看到签名"), _("请监护人签名后重拍。"), "warn"),
        PageVerdict.CORNER_OUTSIDE: (_("有一个角没有拍进去"), _again(), "warn"),
        PageVerdict.CORNER_COVERED: (_("有一个角被遮住"), _again(), "warn"),
        PageVerdict.TOO_SMALL: (_("拍得太远，读不出变更内容"), _("请靠近重拍。"), "warn"),
        PageVerdict.BLURRED_CHANGES: (_("变更内容模糊"), _("请拿稳手机重拍。"), "warn"),
        PageVerdict.NOT_FLAT: (_("纸没有铺平"), _again(), "warn"),
        PageVerdict.GLARE_ON_SIGNATURE: (_("签名处反光"), _("请避开灯光重拍。"), "warn"),
        PageVerdict.READER_DIED: (_("已收到，变更内容由人查看"), usable, "warn"),
    }


def _unreadable() -> dict[str, str]:
    return {
        "blurred": _("太模糊：请擦净镜头，拿稳手机重拍。"),
        "dark": _("太暗：请到亮处重拍。"),
        "glare": _("有反光：请避开灯光重拍。"),
        "cropped": _("没有拍全：请把整张纸拍进去。"),
        "too_small": _("拍得太远：请靠近重拍。"),
    }


def _others() -> dict[PageState, _Told]:
    return {
        PageState.WAITING: (_("正在识别"), "", ""),
        PageState.DUPLICATE: (_("已有更清楚的照片"), _("不用再拍。"), "good"),
        PageState.CONFLICTING: (
            _("同一张表有两份不同的纸"),
            _("请把两份都交给学籍管理员核对。"),
            "warn",
        ),
        PageState.MISFILED: (_("是另一名学生或以前核查的表"), _("请核对手里的纸再拍。"), "bad"),
        PageState.UNMATCHED: (
            _("认不出是谁的"),
            _("请在“认不出的照片”里指定，或由学籍管理员指定；也可以把二维码拍清楚再传一次。"),
            "warn",
        ),
        PageState.DISCARDED: (_("有人看过，不能用"), _again(), "bad"),
        PageState.COVER: (_("是班级封面"), _("封面不用拍照。"), "warn"),
        PageState.BLANK: (_("是空白的一面"), _("请拍有内容的一面。"), "warn"),
        PageState.FOREIGN: (_("不是本系统的确认表"), _("请核对手里的纸再拍。"), "bad"),
        PageState.REFUSED: (_("照片不能识别"), _again(), "bad"),
        PageState.DAMAGED: (_("照片传输时损坏"), _("请重新上传。"), "bad"),
        PageState.FAILED: (_("没有识别成功"), _("已转技术人员处理；可以重拍再试。"), "bad"),
    }
