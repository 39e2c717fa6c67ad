"""The routes for documents and photos of people who are signed in, at the door of uploads."""

from flask import Response, jsonify, request

from services.scan.intake.desk import Desk
from services.scan.intake.documents import MAX_BYTES as DOCUMENT_BYTES
from services.scan.intake.documents import take_document
from services.scan.intake.origin import Origin
from services.scan.intake.photos import MAX_BYTES as PHOTO_BYTES
from services.scan.intake.photos import take_photo
from services.scan.uploads.domain import RefusedError
from services.scan.uploads.who import CAMPAIGN_HEADER, checked_campaign
from shared.kernel.errors import ActorRefusedError
from shared.kernel.ids import ActorToken, SheetId, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.actors import Actors
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.body import BodyError, read_body

DOCUMENTS, PHOTOS = "/scan/documents", "/scan/photos"
UNIT_HEADER, SHEET_HEADER = "Hecha-Unit", "Hecha-Sheet"


def add_intake(app: WebApp, desk: Desk, actors: Actors) -> None:
    """One paper of a class: its bytes in, the objects it became out."""

    @app.post(DOCUMENTS)
    def document() -> tuple[Response, int]:
        origin = _origin(actors)
        objects = take_document(desk, origin, _body(DOCUMENT_BYTES))
        return jsonify(objects=list(objects)), 201

    @app.post(PHOTOS)
    def photo() -> tuple[Response, int]:
        origin = _origin(actors)
        sheet = request.headers.get(SHEET_HEADER, "")
        wanted = SheetId(sheet) if sheet else None
        return jsonify(objects=[take_photo(desk, origin, wanted, _body(PHOTO_BYTES))]), 201


def _body(largest: int) -> bytes:
    try:
        return bytes(read_body(largest))
    except BodyError as error:
        raise RefusedError(error.status, error.code) from None


def _origin(actors: Actors) -> Origin:
    """Who hands something in, and for which class.

    Raises:
        RefusedError: 401 without a valid token, 400 without a campaign of the province.
    """
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise RefusedError(401, "no_ticket")
    try:
        actor = actors.of(ActorToken(bearer.strip()))
    except ActorRefusedError:
        raise RefusedError(401, "no_ticket") from None
    campaign = checked_campaign(request.headers.get(CAMPAIGN_HEADER, ""), province_of(actor.path))
    return Origin(actor, campaign, UnitCode(request.headers.get(UNIT_HEADER, "")))
