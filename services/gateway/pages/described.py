"""The edge's JSON endpoints, as scripts and tests may read them at `/api/openapi.json`."""

from flask import Response, jsonify

from services.gateway.domain import LARGEST_PHOTO
from services.gateway.pages.shapes import Health, PhotoTaken, PhotoTold
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.described import Schema, Told, openapi

PARAMETERS: dict[str, Schema] = {
    "code": {"type": "string", "pattern": "^[0-9A-Za-z]{21}$"},
    "key": {"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"},
}
_LANGUAGE: dict[str, Schema] = {"lang": {"type": "string", "enum": ["zh", "en"]}}
_RECEIPT: dict[str, Schema] = {
    "receipt": {"type": "string", "pattern": "^[0-9A-Z]{4}-[0-9A-Z]{4}$"}
}

PHOTO_TAKEN = Told(
    "hand a photo in; the same key again answers the same",
    {202: PhotoTaken},
    refuses=(400, 404, 408, 410, 411, 413, 415, 429, 503),
    takes=("image/jpeg", "image/png", "image/webp", "image/heic", "application/octet-stream"),
    largest=LARGEST_PHOTO,
    asks=_LANGUAGE,
)
PHOTO_TOLD = Told(
    "what became of a photo",
    {200: PhotoTold},
    refuses=(400, 404),
    asks={**_LANGUAGE, **_RECEIPT},
    pages=True,
)
LIVES = Told("whether the edge lives", {200: Health})
READY = Told("whether photos can be taken", {200: Health, 503: Health})


def add_description(app: WebApp) -> None:
    """Add the description of every endpoint that tells what it answers."""

    @app.get("/api/openapi.json")
    def description() -> Response:
        return jsonify(openapi(app, "hecha gateway", PARAMETERS))
