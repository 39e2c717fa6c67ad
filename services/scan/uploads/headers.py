"""What tus says in headers, read and checked. Source: tus resumable upload protocol 1.0.0."""

import base64
import binascii

from flask import request

from services.scan.uploads.domain import MAX_BYTES, RefusedError
from services.scan.uploads.receiving import ALGORITHMS

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
BODY_TYPE = "application/offset+octet-stream"
MAX_METADATA = 4096
OFFERED = {
    "Tus-Version": VERSION,
    "Tus-Extension": EXTENSIONS,
    "Tus-Max-Size": str(MAX_BYTES),
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}


def check_version() -> None:
    """See that the client speaks our version.

    Raises:
        RefusedError: 412.
    """
    if request.headers.get("Tus-Resumable") != VERSION:
        raise RefusedError(412, "wrong_version")


def check_body_type() -> None:
    """See that the body is what tus sends.

    Raises:
        RefusedError: 415.
    """
    if request.mimetype != BODY_TYPE:
        raise RefusedError(415, "wrong_content_type")


def number(name: str) -> int | None:
    """A header that is a whole number; None without it.

    Raises:
        RefusedError: 400, it is none.
    """
    text = request.headers.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise RefusedError(400, "bad_number")
    return int(text)


def metadata() -> dict[str, str]:
    """`Upload-Metadata`: keys with their texts, "" for a key alone.

    Raises:
        RefusedError: 400, it is not what the protocol says.
    """
    text = request.headers.get("Upload-Metadata", "").strip()
    if len(text) > MAX_METADATA:
        raise RefusedError(400, "bad_metadata")
    found: dict[str, str] = {}
    for pair in text.split(",") if text else []:
        key, _, value = pair.strip().partition(" ")
        if not key or key in found:
            raise RefusedError(400, "bad_metadata")
        found[key] = _decoded(value)
    return found


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise RefusedError(400, "bad_metadata") from None
