"""A supporting document on its way: as a file to scan's door, then tied to what it proves."""

import time
from collections.abc import Callable

from flask import request
from flask_babel import gettext as _

from services.portal.pages.handing import DOCUMENTS, HandedOver, RefusedPaperError, hand_over
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.review_commands import DocumentKind
from shared.kernel.errors_review import DocumentRefusedError, UnknownDocumentError
from shared.kernel.ids import ObjectId, UnitCode

MAX_FORM_BYTES = 21 << 20  # a document of 20 MiB, and the rest of its form
# Storage has verified and archived a page a moment after it was handed in.
_KEPT_WITHIN_S, _ASK_AGAIN_S = 12.0, 0.3

Tie = Callable[[ObjectId, DocumentKind], object]


def take_large_form() -> None:
    """Let this request's form be as large as a document; asked before anything reads it."""
    request.max_content_length = MAX_FORM_BYTES


def prove(staff: Staff, who: Visitor, unit: UnitCode, tie: Tie) -> None:
    """Hand in the document of this request's form, and tie every page of it.

    Args:
        staff: what the pages work with.
        who: hands it in.
        unit: the class of the sheet or pupil it is about.
        tie: says to review that an object is a proof.

    Raises:
        DocumentRefusedError: there is none, or it cannot be read; args: a code.
        DomainError: as `tie` refuses.
        DoorAwayError: nobody takes it in.
    """
    word, chosen = request.form.get("document", ""), request.files.get("file")
    if word not in set(DocumentKind):
        raise DocumentRefusedError("no_kind")
    if chosen is None or not chosen.filename:
        raise DocumentRefusedError("no_file")
    try:
        objects = hand_over(staff, who, HandedOver(DOCUMENTS, unit), chosen.stream.read())
    except RefusedPaperError as refused:
        raise DocumentRefusedError(refused.reason) from None
    for object_ in objects:
        _tied(tie, object_, DocumentKind(word))


def _tied(tie: Tie, object_: ObjectId, kind: DocumentKind) -> None:
    deadline = time.monotonic() + _KEPT_WITHIN_S
    while True:
        try:
            tie(object_, kind)
            return
        except UnknownDocumentError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_ASK_AGAIN_S)


def document_refused(error: DocumentRefusedError) -> Said:
    """Why a document was not taken, and what to do."""
    code = str(error.args[0]) if error.args else ""
    advice = {
        "no_file": _("请先选择证明材料的照片或 PDF，再登记。"),
        "no_kind": _("请先选择是哪一种证明材料。"),
        "too_many_pages": _("一份证明材料最多 4 页；请只交有关的几页。"),
        "too_large": _("一份证明材料最大 20 MB；请重拍，或降低扫描分辨率。"),
        "not_an_image": _("请用照片（JPEG、PNG、HEIC）或 PDF。"),
        "not_allowed": _("证明材料由本班班主任或本校学籍管理员登记。"),
    }
    return Said(
        _("证明材料没有登记"), advice.get(code, _("文件打不开或已损坏，请重新拍照或扫描再试。"))
    )
