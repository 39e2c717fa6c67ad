"""Photos that no code names: the queue of a school or a class, and a person who says whose."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.looking.showing import picture
from services.portal.pages.places import names_of
from services.portal.pages.scanning import asking, words
from services.portal.pages.scanning.placing import told, whose
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.look_commands import PageToOpen
from shared.contracts.photo_commands import (
    AssignPhoto,
    Discarded,
    DiscardPhoto,
    OpenPhoto,
    UndoPhoto,
)
from shared.contracts.scan_commands import PageState
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError, PageNotSeenError
from shared.kernel.ids import ObjectId
from shared.kernel.sheet_code import Side
from shared.plumbing.web.app import WebApp


def add_photos(app: WebApp, staff: Staff) -> None:
    """The queue, a photo of it, and what is done to it."""
    _add_acts(app, staff)

    @app.get("/photos/waiting")
    def waiting_photos() -> str:
        return _queue(staff, entitled(staff, Act.FIX_PAGE))

    @app.get("/photos/waiting/<photo>")
    def waiting_photo(photo: str) -> str:
        return _page(staff, entitled(staff, Act.FIX_PAGE), ObjectId(photo))

    @app.get("/photos/waiting/<photo>.jpg")
    def waiting_picture(photo: str) -> Response:
        who = entitled(staff, Act.FIX_PAGE)
        return picture(staff, who, lambda: _view(staff, who, ObjectId(photo)))


def _add_acts(app: WebApp, staff: Staff) -> None:
    @app.post("/photos/waiting/<photo>")
    def assign_photo(photo: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.FIX_PAGE)
        try:
            sheet, side, serial = whose(staff, who)
            command = AssignPhoto(who.token, ObjectId(photo), sheet, Side(side), serial)
            asking.settle(staff.house, command)
        except DomainError as refused:
            return _page(staff, who, ObjectId(photo), refusal(refused)), 422
        return redirect(_next(staff, who, "assigned", photo), 303)

    @app.post("/photos/waiting/<photo>/discard")
    def discard_photo(photo: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.FIX_PAGE)
        refused = _refused(staff, who, DiscardPhoto(who.token, ObjectId(photo), _why()))
        return refused or redirect(_next(staff, who, "discarded", photo), 303)

    @app.post("/photos/waiting/<photo>/undo")
    def undo_photo(photo: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.FIX_PAGE)
        refused = _refused(staff, who, UndoPhoto(who.token, ObjectId(photo)))
        return refused or redirect(url_for("waiting_photo", photo=photo, said="undone"), 303)


def _refused(
    staff: Staff, who: Visitor, command: DiscardPhoto | UndoPhoto
) -> tuple[str, int] | None:
    """Do it; the queue with the reason where it is refused."""
    try:
        asking.settle(staff.house, command)
    except DomainError as refused:
        return _queue(staff, who, refusal(refused)), 422
    return None


def photo_reasons() -> dict[Discarded, str]:
    """Why a photo is thrown away; whoever sent it is asked for another one."""
    return {
        Discarded.NOT_LEGIBLE: _("看不清，请重拍"),
        Discarded.NOT_A_SHEET: _("不是确认表"),
        Discarded.NOT_OURS: _("不是本校学生的表"),
    }


def _queue(staff: Staff, who: Visitor, said: Said | None = None) -> str:
    found = asking.waiting_photos(staff, who)
    names = names_of(staff, [one.unit for one in found])
    return render_template(
        "scanning/photos.html",
        photos=[_line(one, names[one.unit]) for one in found],
        said=said or _said(),
        undo=_undo(),
    )


def _page(staff: Staff, who: Visitor, photo: ObjectId, said: Said | None = None) -> str:
    """A photo with whose it may be, and what can be done.

    Raises:
        UnknownPageError, NotAllowedError: there is no such photo, or it is not theirs to place.
    """
    found = asking.open_photo(staff.house, who, photo)
    names = names_of(staff, [found.unit])
    return render_template(
        "scanning/photo.html",
        said=said or _said(),
        undo=_undo(),
        photo=_line(found, names[found.unit]),
        state=words.page_states()[found.state],
        is_open=found.state is PageState.UNMATCHED,
        may_undo=found.may_undo,
        has_picture=found.view is not None,
        candidates=told(staff, who, found.candidates),
        reasons=list(photo_reasons().items()),
    )


def _view(staff: Staff, who: Visitor, photo: ObjectId) -> PageToOpen:
    """Where the picture of a photo lies.

    Raises:
        PageNotSeenError: nobody has laid it flat yet.
    """
    found = asking.open_photo(staff.house, who, photo)
    if found.view is None:
        raise PageNotSeenError(photo)
    return PageToOpen(found.view, None, None)


def _line(one: OpenPhoto, place: str) -> dict[str, Any]:
    number = one.number_in_class
    return {
        "photo": one.object,
        "place": place,
        "sent_for": _("%(number)s 号", number=number) if number is not None else "",
        "reason": words.reason(one.reason) if one.is_looked_at else _("正在查看"),
        "at": moments.told_short(one.read_at),
    }


def _next(staff: Staff, who: Visitor, said: str, done: str) -> str:
    """The next photo that waits, else the queue; both offer to take the last step back."""
    left = asking.waiting_photos(staff, who)
    if not left:
        return url_for("waiting_photos", said=said, undo=done)
    return url_for("waiting_photo", photo=left[0].object, said=said, undo=done)


def _said() -> Said | None:
    done = {
        "assigned": Said(_("已指定"), _("照片已计入那张表；指错了可以马上撤销。"), "good"),
        "discarded": Said(_("已作废"), _("上传的人会看到要重拍；可以马上撤销。"), "good"),
        "undone": Said(_("已撤销"), _("这张照片重新等待指定。"), "good"),
    }
    return done.get(request.args.get("said", ""))


def _undo() -> str:
    """The photo of the last step, while it may be taken back."""
    found = request.args.get("undo", "")
    return found if found.isalnum() else ""


def _why() -> Discarded:
    chosen = request.form.get("reason", "")
    return Discarded(chosen) if chosen in set(Discarded) else Discarded.NOT_LEGIBLE
