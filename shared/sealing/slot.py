"""The slot of an object: its wrapped key and sealed claim, signed by the edge that took it.

Putting the slot is the commit of an upload: a body without a slot was never accepted.
"""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode
from shared.sealing.claim import Claim, encode_claim
from shared.sealing.context import FORMAT_VERSION, ObjectContext, Rendition, Suite
from shared.sealing.signing import Signer, canonical, check, signed
from shared.sealing.wrapping import Fingerprint, claim_info, key_info, wrap

KIND = b"slot 1"


class BadSlotError(Exception):
    """Bytes that are no slot of this format."""


@dataclass(frozen=True, slots=True)
class StoredBody:
    """Where a sealed body lies, and what it must be."""

    key: str
    version: str  # of the bucket; "" where it keeps none
    sha256: str
    length: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as read back; `document` is what was signed."""

    context: ObjectContext
    holder: Fingerprint  # of the key the data key is wrapped to
    wrapped_key: bytes
    sealed_claim: bytes
    body: StoredBody
    edge: str
    at: datetime
    document: dict[str, Any]

    def check(self, public_key: bytes) -> None:
        """Check the edge's signature.

        Raises:
            BadSignatureError: another edge, or altered since.
        """
        check(self.document, KIND, public_key)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A province's public key for one campaign, from the key manifest."""

    public_key: bytes
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an edge holds just before it puts the slot."""

    context: ObjectContext
    data_key: bytes
    body: StoredBody
    claim: Claim


def build_slot(sealed: Sealed, recipient: Recipient, signer: Signer, at: datetime) -> bytes:
    """The bytes of a slot; the data key may be forgotten afterwards."""
    context, holder = sealed.context, recipient.fingerprint
    claim = encode_claim(sealed.claim)
    document = {
        "version": FORMAT_VERSION,
        "suite": context.suite.value,
        "province": context.province,
        "campaign": context.campaign,
        "object": context.object,
        "rendition": context.rendition.value,
        "holder": holder,
        "wrapped_key": _text(
            wrap(sealed.data_key, recipient.public_key, key_info(context, holder))
        ),
        "claim": _text(wrap(claim, recipient.public_key, claim_info(context, holder))),
        "body": {
            "key": sealed.body.key,
            "version": sealed.body.version,
            "sha256": sealed.body.sha256,
            "length": sealed.body.length,
        },
        "edge": signer.name,
        "at": at.isoformat(),
    }
    return canonical(signed(document, KIND, signer))


class _Plain(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    suite: Suite
    province: str
    campaign: str
    object: str
    rendition: Rendition
    holder: str
    wrapped_key: str
    claim: str
    body: StoredBody
    edge: str
    at: datetime
    signature: str


def read_slot(data: bytes) -> Slot:
    """A slot from its bytes; nothing of it is believed before `check`.

    Raises:
        BadSlotError: they are none.
    """
    try:
        document = msgspec.json.decode(data, type=dict[str, Any])
        plain = msgspec.convert(document, _Plain)
        wrapped, claim = b64decode(plain.wrapped_key), b64decode(plain.claim)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
        raise BadSlotError from None
    if plain.version != FORMAT_VERSION or plain.at.tzinfo is None:
        raise BadSlotError
    context = ObjectContext(
        plain.suite,
        ProvinceCode(plain.province),
        CampaignId(plain.campaign),
        ObjectId(plain.object),
        plain.rendition,
    )
    holder = Fingerprint(plain.holder)
    return Slot(context, holder, wrapped, claim, plain.body, plain.edge, plain.at, document)


def sha256_of(data: bytes) -> str:
    """What a slot says of a body."""
    return hashlib.sha256(data).hexdigest()


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
