"""What forms send, taken from memory: nothing is spooled to a file."""

from urllib.parse import parse_qsl

from flask import request
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from shared.plumbing.web.body import BodyError, read_body

# The boundary lines and part headers around one photo.
ENVELOPE_BYTES = 64 * 1024
# 500 Chinese characters take nine bytes each in a form, those beyond the basic plane twelve.
LARGEST_FORM_BYTES = 16 * 1024
MOST_FIELDS = 8


def photo_of_form(body: bytes | bytearray) -> bytes:
    """The first file of the form.

    Raises:
        BodyError: no form, or no file in it.
    """
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise BodyError(415, "bad_request")
    decoder = MultipartDecoder(boundary.encode("ascii", "replace"), max_parts=16)
    decoder.receive_data(bytes(body))
    decoder.receive_data(None)
    try:
        return _first_file(decoder)
    except ValueError:
        raise BodyError(400, "bad_request") from None


def fields_of_form() -> dict[str, str]:
    """The fields of a plain form.

    Raises:
        BodyError: no such form, too large, or not in UTF-8.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        raise BodyError(415, "question_incomplete")
    body = read_body(LARGEST_FORM_BYTES)
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=MOST_FIELDS, errors="strict"))
    except ValueError:
        raise BodyError(400, "question_incomplete") from None


def _first_file(decoder: MultipartDecoder) -> bytes:
    pieces: list[bytes] = []
    is_in_file = False
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, File | Field):
            if pieces:
                break
            is_in_file = isinstance(event, File)
        elif isinstance(event, Data) and is_in_file:
            pieces.append(event.data)
    if not any(pieces):
        raise BodyError(400, "bad_request")
    return b"".join(pieces)
