"""The route for supporting documents, at the door of uploads."""

from typing import Any

from flask import Response, jsonify, request

from services.scan.documents.usecases import MAX_BYTES, Documents, Origin, take
from services.scan.uploads.domain import RefusedError
from services.scan.uploads.who import CAMPAIGN_HEADER, checked_campaign
from shared.kernel.errors import ActorRefusedError
from shared.kernel.ids import ActorToken, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.actors import Actors
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.body import BodyError, read_body

PATH = "/scan/documents"
UNIT_HEADER = "Hecha-Unit"


def add_documents(app: WebApp, documents: Documents, actors: Actors) -> None:
    """One document of a class: its bytes in, the objects of its pages out."""

    @app.post(PATH)
    def document() -> tuple[Response, int]:
        origin = _origin(actors)
        try:
            body = read_body(MAX_BYTES)
        except BodyError as error:
            raise RefusedError(error.status, error.code) from None
        objects = take(documents, origin, bytes(body))
        return jsonify(objects=list(objects)), 201


def _origin(actors: Actors) -> Origin:
    """Who hands a document in, and for which class.

    Raises:
        RefusedError: 401 without a valid token, 400 without a campaign of the province.
    """
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    try:
        actor: Any = actors.of(ActorToken(bearer.strip()))
    except ActorRefusedError:
        actor = None
    if scheme.lower() != "bearer" or actor is None:
        raise RefusedError(401, "no_ticket")
    campaign = checked_campaign(request.headers.get(CAMPAIGN_HEADER, ""), province_of(actor.path))
    return Origin(actor, campaign, UnitCode(request.headers.get(UNIT_HEADER, "")))
