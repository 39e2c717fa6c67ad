"""The sealed claim of a slot: what an edge knows of a photo, for storage alone."""

from dataclasses import dataclass

import msgspec

from shared.contracts.events import Lane, Sender
from shared.kernel.ids import ObjectId, SheetId
from shared.kernel.sheet_code import SheetCode


class BadClaimError(Exception):
    """Bytes that are no claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What was handed in, by whom, and for which sheet.

    `code` is the whole sheet code, a bearer ticket: it never leaves the slot. `ticket` is
    the sheet it names. `source` is the original that a rendition was made from.
    """

    sender: Sender
    lane: Lane
    idempotency_key: str
    media_type: str
    code: SheetCode | None = None
    ticket: SheetId | None = None
    actor: str | None = None
    consent: str | None = None  # version of the text agreed to
    orientation: int = 1  # EXIF, 1 .. 8, kept when the metadata was stripped
    source: ObjectId | None = None


def encode_claim(claim: Claim) -> bytes:
    """A claim as bytes."""
    return msgspec.json.encode(claim)


def decode_claim(data: bytes) -> Claim:
    """A claim from bytes.

    Raises:
        BadClaimError: they are none.
    """
    try:
        return msgspec.json.decode(data, type=Claim)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BadClaimError from None
