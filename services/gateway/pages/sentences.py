"""What the pages say: a stable code becomes a title and an advice.

First what happened, then what to do. Texts are written in Chinese and translated by the
catalogs in `translations/`.
"""

from dataclasses import dataclass

from flask_babel import gettext

from services.gateway.domain import Verdict, VerdictState


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction knows
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """One message to a guardian, in the visitor's language."""

    title: str
    advice: str


UNKNOWN = "unknown"

_ENDED = N_("结束日期：%(day)s")
_ASK_TEACHER = N_("也可以把纸质确认表交给班主任代传。")

_REFUSALS = {
    "home": (
        N_("请扫描确认表上的二维码"),
        N_("每张确认表有自己的二维码。请用手机扫描孩子确认表上的二维码，打开上传页面。"),
    ),
    "not_found": (
        N_("没有这个页面"),
        N_("请用手机重新扫描孩子确认表上的二维码。"),
    ),
    "unknown_code": (
        N_("没有找到这张确认表"),
        N_(
            "请扫描学校发的确认表上的二维码，并让二维码平整、清楚。"
            "如果仍然打不开，请联系班主任，不要在其他网站填写孩子的信息。"
        ),
    ),
    "cover": (
        N_("这是班级封面的二维码"),
        N_("班级封面供学校批量扫描使用。家长请扫描自己孩子确认表上的二维码。"),
    ),
    "closed": (
        N_("本次核查已经结束，不再接收照片"),
        N_("如果信息还需要更正，请联系孩子就读的学校。"),
    ),
    "bad_request": (
        N_("没有收到照片"),
        N_("请回到上一页，重新选择照片后再上传。"),
    ),
    "bad_key": (
        N_("上传地址不完整"),
        N_("请重新扫描确认表上的二维码，再上传照片。"),
    ),
    "too_small": (
        N_("文件太小，不像是一张照片"),
        N_("请重新拍摄整张确认表后再上传。"),
    ),
    "short_body": (
        N_("照片没有传完"),
        N_("网络可能中断了，请再试一次。"),
    ),
    "too_slow": (
        N_("网络太慢，照片没有传完"),
        N_("请换到信号好的地方再试一次。"),
    ),
    "length_required": (
        N_("照片没有传完"),
        N_("请换用手机自带的浏览器或微信打开本页，再试一次。"),
    ),
    "too_large": (
        N_("照片文件太大"),
        N_("一张照片最大15 MB。请用手机相机的普通模式重新拍摄。"),
    ),
    "not_an_image": (
        N_("这个文件不是照片"),
        N_("请选择JPEG、PNG、WebP或HEIC格式的照片，不要选择视频或文档。"),
    ),
    "too_many_pixels": (
        N_("照片尺寸太大"),
        N_("请关闭相机的高像素模式，用普通模式重新拍摄。"),
    ),
    "too_many_photos": (
        N_("这张确认表已收到的照片够多了"),
        N_("不需要再上传。如果要更换照片，请联系班主任。"),
    ),
    "too_many_requests": (
        N_("上传次数过多"),
        N_("请稍等几分钟再试。"),
    ),
    "busy": (
        N_("上传的人较多"),
        N_("照片还没有收下，请稍等片刻再试。"),
    ),
    "landing_away": (
        N_("系统暂时不能接收照片"),
        N_("照片还没有收下，请过几分钟再试。"),
    ),
    "question_incomplete": (
        N_("没有收到问题"),
        N_("请回到上一页，重新填写后再提交。"),
    ),
    "text_refused": (
        N_("问题没有写，或者太长"),
        N_("请用不超过500个字写下问题，再提交。"),
    ),
    "unknown_field": (
        N_("没有收到问题"),
        N_("请回到上一页，重新填写后再提交。"),
    ),
    "too_many_questions": (
        N_("还有几个问题在等待答复"),
        N_("请先等待答复；着急的话，请直接联系班主任。"),
    ),
    "too_many_tries": (
        N_("操作太频繁"),
        N_("请稍等几分钟再试。"),
    ),
    "help_away": (
        N_("现在不能提问"),
        N_("问题还没有收下，请过一会儿再试，或直接联系班主任。"),
    ),
    "wrong_query_code": (
        N_("查询码不对"),
        N_("请输入这张表下方“查询码”后面的8位数字。重新打印过的，请看最新的一张。"),
    ),
    "ledger_full": (
        N_("输错的次数太多，暂时不能查看"),
        N_("为防止他人猜测，请一小时后再试。急需了解办理情况的，请联系班主任。"),
    ),
    "ledger_away": (
        N_("现在不能查看"),
        N_("请过几分钟再试，或向班主任了解办理情况。"),
    ),
    "internal_server_error": (
        N_("系统出了问题"),
        N_("这不是您的操作造成的，请过几分钟再试。"),
    ),
}
_SAME_AS = {
    "method_not_allowed": "not_found",
    "request_entity_too_large": "too_large",
    "request_header_fields_too_large": "bad_request",
    "unsupported_media_type": "not_an_image",
    "service_unavailable": "busy",
}

_VERDICTS = {
    VerdictState.WAITING: (
        N_("已收到，正在识别"),
        N_("照片已加密保存。识别一般只要几秒钟。"),
    ),
    VerdictState.READ: (
        N_("已收到并识别"),
        N_("这就是孩子的确认表，上传完成。请把纸质表交回学校。"),
    ),
    VerdictState.OTHER_PUPIL: (
        N_("不是这位学生的表"),
        N_("照片里是另一张确认表。请核对纸上的姓名，重新拍摄这位学生的表。"),
    ),
    VerdictState.RETAKE: (
        N_("看不清，请重拍"),
        N_("请把纸铺平，四个角都拍进去，在光线充足的地方重拍一张。"),
    ),
    VerdictState.BY_HAND: (
        N_("已收到，由老师人工核对"),
        N_("不需要再做什么，也可以重拍一张更清楚的。"),
    ),
}
_UNKNOWN = (
    N_("还没有这张照片的结果"),
    N_("如果您还没有看到回执号，说明照片没有传上来，请重新选择照片。"),
)
_REASONS = {
    (VerdictState.READ, "unsigned"): (
        N_("已收到并识别，但没有看到签名"),
        N_("请家长签名后再拍一张；如果已经签名，请让签名清楚地出现在照片里。"),
    ),
    (VerdictState.READ, "corner_outside"): (
        N_("已收到，但有一个角不在照片里"),
        N_("有角没有拍到，更正的内容读不全。请把四个角都拍进去，再拍一张。"),
    ),
    (VerdictState.READ, "corner_covered"): (
        N_("已收到，但有一个角被遮住了"),
        N_("有角被手指或其他东西挡住了，更正的内容读不全。请移开后再拍一张。"),
    ),
    (VerdictState.READ, "too_small"): (
        N_("已收到，但拍得太远"),
        N_("更正的内容太小，读不出来。请靠近一些，让确认表占满画面，再拍一张。"),
    ),
    (VerdictState.READ, "blurred_changes"): (
        N_("已收到，但更正的内容看不清"),
        N_("这是孩子的确认表，但画面模糊，读不出更正的内容。请拿稳手机，对焦清楚后再拍一张。"),
    ),
    (VerdictState.READ, "not_flat"): (
        N_("已收到，但纸没有铺平"),
        N_("纸张弯曲，更正的内容读不准。请把纸铺平再拍一张。"),
    ),
    (VerdictState.READ, "glare_on_signature"): (
        N_("已收到，但签名处有反光"),
        N_("照片上标出的地方反光，看不到签名。请关闭闪光灯，换一个角度再拍一张。"),
    ),
    (VerdictState.RETAKE, "blurred"): (
        N_("画面模糊，请重拍"),
        N_("请拿稳手机，等画面对焦清楚后再拍。"),
    ),
    (VerdictState.RETAKE, "dark"): (
        N_("光线太暗，请重拍"),
        N_("请到窗边或打开灯再拍，不要让手机的影子落在纸上。"),
    ),
    (VerdictState.RETAKE, "glare"): (
        N_("纸面有反光，请重拍"),
        N_("请关闭闪光灯，换一个角度，避开灯光直射。"),
    ),
    (VerdictState.RETAKE, "cropped"): (
        N_("纸张没有拍全，请重拍"),
        N_("请把纸铺平，让四个角都在画面里。"),
    ),
    (VerdictState.RETAKE, "too_small"): (
        N_("拍得太远，请重拍"),
        N_("请靠近一些，让确认表占满画面。"),
    ),
    (VerdictState.RETAKE, "several_sheets"): (
        N_("照片里不止一张表，请重拍"),
        N_("请一次只拍一张确认表，把其他纸张移开。"),
    ),
    (VerdictState.RETAKE, "not_a_sheet"): (
        N_("照片里不是确认表，请重拍"),
        N_("老师看过这张照片，上面不是确认表。请拍摄学校发的那张确认表。"),
    ),
    (VerdictState.RETAKE, "not_ours"): (
        N_("这不是孩子学校的确认表"),
        N_("老师看过这张照片，上面是别的学校的表。请核对后重新拍摄。"),
    ),
    (VerdictState.RETAKE, "damaged_file"): (
        N_("照片文件损坏，请重拍"),
        N_("请重新拍摄一张，不要使用转发多次或编辑过的图片。"),
    ),
}

# What the script says before the server has said anything.
_SCRIPT_WORDS = {
    "checking": N_("正在检查照片…"),
    "sending": N_("正在上传…"),
    "retrying": N_("网络不稳定，正在自动重试…"),
    "failed": N_("照片没有传上去"),
    "failed_advice": N_("请检查网络后按“重试”，或稍后再来。照片还没有收下。"),
    "blurred": N_("可能看不清，建议重拍"),
    "blurred_advice": N_("请拿稳手机，等画面对焦清楚后再拍。如果您看得清楚，也可以仍然提交。"),
    "dark": N_("光线可能太暗，建议重拍"),
    "dark_advice": N_("请到窗边或打开灯再拍。如果您看得清楚，也可以仍然提交。"),
    "small": N_("照片尺寸太小，建议重拍"),
    "small_advice": N_("请直接拍摄确认表，不要使用缩略图。如果您看得清楚，也可以仍然提交。"),
    "unreadable": N_("手机打不开这个文件"),
    "unreadable_advice": N_("请选择一张照片，不要选择视频或文档。"),
    "large": N_("照片文件太大"),
    "large_advice": N_("一张照片最大15 MB。请用手机相机的普通模式重新拍摄。"),
    "slow_verdict": N_("已收到，识别还需要一点时间"),
    "slow_verdict_advice": N_("照片已加密保存，您可以关闭本页，稍后按“查看结果”。"),
}


def refusal(code: str) -> Sentence:
    """What to tell somebody who was refused; a general sentence for codes without their own."""
    known = _SAME_AS.get(code, code)
    return _said(_REFUSALS.get(known, _REFUSALS["bad_request"]))


def told(verdict: Verdict | None) -> Sentence:
    """What to tell about a photo; None when nothing is known about it."""
    if verdict is None:
        return _said(_UNKNOWN)
    return _said(_REASONS.get((verdict.state, verdict.reason), _VERDICTS[verdict.state]))


def ask_teacher() -> str:
    """The way out that always works."""
    return str(gettext(_ASK_TEACHER))


def ended(day: str) -> str:
    """Since when a campaign is over."""
    return str(gettext(_ENDED, day=day))


def script_words() -> dict[str, str]:
    """The script's words in the visitor's language."""
    return {key: gettext(text) for key, text in _SCRIPT_WORDS.items()}


def _said(texts: tuple[str, str]) -> Sentence:
    return Sentence(gettext(texts[0]), gettext(texts[1]))
