"""Pages of supporting documents, for whoever may see what they prove."""

from flask import Response, render_template, url_for

from services.portal.pages.looking.asking import look_at_document, look_at_proof
from services.portal.pages.looking.showing import picture
from services.portal.pages.staff import Staff, entitled
from shared.contracts.reality_commands import LookAtProof
from shared.contracts.review_commands import LookAtDocument
from shared.kernel.authority import Act
from shared.kernel.ids import EntryId, ObjectId
from shared.plumbing.web.app import WebApp


def add_documents(app: WebApp, staff: Staff) -> None:
    """A page for one page of a document, and its picture."""

    @app.get("/entries/<entry>/documents/<object_>.jpg")
    def document_picture(entry: str, object_: str) -> Response:
        who = entitled(staff, Act.SEE_PAGE)
        wanted = LookAtDocument(who.token, EntryId(entry), ObjectId(object_))
        return picture(staff, who, lambda: look_at_document(staff.house, wanted))

    @app.get("/entries/<entry>/documents/<object_>")
    def document_page(entry: str, object_: str) -> str:
        entitled(staff, Act.SEE_PAGE)
        return _page(url_for("document_picture", entry=entry, object_=object_))

    @app.get("/findings/<finding>/proofs/<object_>.jpg")
    def proof_picture(finding: str, object_: str) -> Response:
        who = entitled(staff, Act.ADD_DOCUMENT)
        wanted = LookAtProof(who.token, finding, ObjectId(object_))
        return picture(staff, who, lambda: look_at_proof(staff.house, wanted))

    @app.get("/findings/<finding>/proofs/<object_>")
    def proof_page(finding: str, object_: str) -> str:
        entitled(staff, Act.ADD_DOCUMENT)
        return _page(url_for("proof_picture", finding=finding, object_=object_))


def _page(address: str) -> str:
    return render_template("looking/document.html", picture=address)
