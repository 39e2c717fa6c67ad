"""Photographing for guardians: one sheet, or a pile in a row; each photo with what became of it."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages.classes import asking
from services.portal.pages.classes.photo_words import photo_told
from services.portal.pages.classes.pupils import ClassSeen, Pupil, see_class
from services.portal.pages.classes.words import called
from services.portal.pages.handing import PHOTOS, HandedOver, RefusedPaperError, hand_over
from services.portal.pages.looking.showing import picture
from services.portal.pages.places import own_part, trail_of
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.look_commands import LookAtPhoto
from shared.contracts.scan_commands import PageState, PageVerdict, PhotoState
from shared.kernel.authority import Act
from shared.kernel.ids import ObjectId, SheetId, UnitCode
from shared.plumbing.web.app import WebApp

MOST = 60  # photos of a class at once, and as many ids as an address holds
_NOTHING_TO_SEE = (PageVerdict.PENDING, PageVerdict.COMPLETE, PageVerdict.READER_DIED)
MAX_FORM_BYTES = 60 << 20  # without a script they come in one form, which lies in memory


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as the page shows it."""

    whose: str  # a pupil by number in class; "" while nobody knows
    sheet: SheetId | None
    words: str
    advice: str
    tone: str  # good, warn, bad or ""
    object: ObjectId
    has_trouble: bool  # there is something on it to point at


def add_photographing(app: WebApp, staff: Staff) -> None:
    """The page of a class, or of one sheet of it."""

    @app.get("/class/<unit>/photos")
    def photos(unit: str) -> str:
        who = entitled(staff, Act.SEND_PHOTO)
        return _page(staff, who, UnitCode(unit))

    @app.get("/class/<unit>/photos/live")
    def photos_live(unit: str) -> str:
        who = entitled(staff, Act.SEND_PHOTO)
        own_part(staff, who, UnitCode(unit), Act.SEND_PHOTO)
        seen = see_class(staff, who, UnitCode(unit))
        return render_template("classes/photos_sent.html", unit=unit, **_sent(staff, seen))

    @app.get("/class/<unit>/photos/<photo>")
    def photo_page(unit: str, photo: str) -> str:
        who = entitled(staff, Act.SEND_PHOTO)
        return _one(staff, who, UnitCode(unit), ObjectId(photo))

    @app.get("/class/<unit>/photos/<photo>.jpg")
    def photo_picture(unit: str, photo: str) -> Response:
        who = entitled(staff, Act.SEND_PHOTO)
        own_part(staff, who, UnitCode(unit), Act.SEND_PHOTO)
        request_ = LookAtPhoto(who.token, ObjectId(photo))
        return picture(staff, who, lambda: asking.look_at_photo(staff.house, request_))

    @app.post("/class/<unit>/photos")
    def photos_form(unit: str) -> Any:
        request.max_content_length = MAX_FORM_BYTES
        check_meant(staff)
        who = entitled(staff, Act.SEND_PHOTO)
        objects, refused = _handed_in(staff, who, UnitCode(unit))
        sent = ",".join([*_sent_before(), *objects][:MOST])
        address = url_for("photos", unit=unit, sheet=_sheet(), sent=sent, refused=refused)
        return make_response(redirect(address, 303))


def _handed_in(staff: Staff, who: Visitor, unit: UnitCode) -> tuple[list[ObjectId], str | None]:
    """Every photo of the form that is taken, and why the first one was not that is not."""
    chosen = [one for one in request.files.getlist("photo") if one.filename][:MOST]
    sheet = _sheet()
    over = HandedOver(PHOTOS, unit, SheetId(sheet) if sheet else None)
    found: list[ObjectId] = []
    refused = None if chosen else "no_file"
    for one in chosen:
        try:
            found += hand_over(staff, who, over, one.stream.read())
        except RefusedPaperError as error:
            refused = refused or error.reason
    return found, refused


def _page(staff: Staff, who: Visitor, unit: UnitCode) -> str:
    """What was sent, and a form for more.

    Raises:
        UnknownUnitError, NotAllowedError: no such class, or it is not theirs.
    """
    here = own_part(staff, who, unit, Act.SEND_PHOTO)
    seen = see_class(staff, who, unit)
    sheet = _sheet()
    pupil = seen.of_sheet(sheet) if sheet else None
    return render_template(
        "classes/photos.html",
        here=here,
        unit=unit,
        trail=[*trail_of(staff, who, here), here],
        said=_refused(),
        sheet=pupil.sheet if pupil else None,
        whose=_whose(pupil),
        sent=",".join(_sent_before()),
        left=len(seen.missing()),
        **_sent(staff, seen),
    )


def _one(staff: Staff, who: Visitor, unit: UnitCode, photo: ObjectId) -> str:
    """One photo, what is the matter with it, and where.

    Raises:
        UnknownUnitError, NotAllowedError: no such class, or it is not theirs.
    """
    here = own_part(staff, who, unit, Act.SEND_PHOTO)
    seen = see_class(staff, who, unit)
    [state] = asking.photo_states(staff.house, [photo])
    return render_template(
        "classes/photo.html",
        here=here,
        unit=unit,
        trail=[*trail_of(staff, who, here), here],
        said=None,
        photo=_row(state, seen),
    )


def _sent(staff: Staff, seen: ClassSeen) -> dict[str, Any]:
    states = asking.photo_states(staff.house, _sent_before())
    moving = any(
        one.state is PageState.WAITING
        or (one.state is PageState.MATCHED and one.verdict is PageVerdict.PENDING)
        for one in states
    )
    return {"rows": [_row(one, seen) for one in states], "is_moving": moving}


def _row(one: PhotoState, seen: ClassSeen) -> Photo:
    pupil = seen.of_sheet(one.sheet) if one.sheet else None
    is_elsewhere = one.sheet is not None and pupil is None
    told = photo_told(one, is_elsewhere=is_elsewhere)
    has_trouble = pupil is not None and one.verdict not in _NOTHING_TO_SEE
    return Photo(_whose(pupil), pupil.sheet if pupil else None, *told, one.object, has_trouble)


def _whose(pupil: Pupil | None) -> str:
    return f"{called(pupil)} {pupil.name}" if pupil else ""


def _sent_before() -> list[ObjectId]:
    """The photos this page tells of, as its address names them."""
    named = request.values.get("sent", "").split(",")
    return [ObjectId(one) for one in named if one.isalnum()][:MOST]


def _sheet() -> str | None:
    found = request.values.get("sheet", "")
    return found if found.isalnum() else None


def _refused() -> Said | None:
    """That a photo was not taken a moment ago, as the address tells it."""
    code = request.args.get("refused", "")
    if not code:
        return None
    words = {
        "no_file": _("请先拍照，或从相册选择照片。"),
        "not_an_image": _("请用 JPEG、PNG、WebP 或 HEIC 格式的照片。"),
        "too_many_pixels": _("照片尺寸太大，请关闭相机的高像素模式。"),
        "too_large": _("照片文件太大，请用普通模式重拍。"),
        "unknown_sheet": _("这张确认表不在这个班，请从班级页面重新进入。"),
        "not_allowed": _("只能替本班的家长拍照。"),
    }
    return Said(_("有照片没有收下"), words.get(code, _("请重新拍照再试。")))
