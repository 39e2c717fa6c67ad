"""What may be asked of storage, and what it answers: a key for one object, never a pixel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import ActorToken, CampaignId, ObjectId, ProvinceCode


class Purpose(StrEnum):
    """What an object is opened for; which service may is storage's rule."""

    READ = "read"  # scan reads the page
    LOOK = "look"  # a person looks at the view of a page
    DRILL = "drill"  # the province's operator proves that objects open


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """Ask for the data key of one object, wrapped to an ephemeral key.

    `signature` is the caller's, over everything else (`shared.plumbing.grants.signed_part`).
    `looker` is the person for whom a service looks; storage writes down that it was they.
    """

    object: ObjectId
    purpose: Purpose
    caller: str
    public_key: str  # X25519, hex
    nonce: str  # 32 hex digits, never twice
    expires_at: datetime
    signature: str = ""
    looker: ActorToken | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Where the sealed body lies for a short time, and its key."""

    url: str
    wrapped_key: str  # hex, HPKE to the request's public key, bound to the whole request
    suite: str
    province: ProvinceCode
    campaign: CampaignId
    object: ObjectId
    rendition: str
    sha256: str
    length: int
    media_type: str
    orientation: int


@dataclass(frozen=True, slots=True)
class ObjectStateRequest:
    """Ask what became of a handed-in object."""

    object: ObjectId


@dataclass(frozen=True, slots=True)
class ObjectState:
    """Whether an object is kept, and for whom; `refused` is the reason when it was not."""

    object: ObjectId
    is_kept: bool
    refused: str | None = None
    province: ProvinceCode | None = None  # of one that is kept
    campaign: CampaignId | None = None
    is_erased: bool = False  # its key is gone
    is_document: bool = False  # a page of a supporting document


@dataclass(frozen=True, slots=True)
class Capacity:
    """How full a province's archive is."""

    province: ProvinceCode
    objects: int
    bytes: int
    waiting: int  # slots not kept yet
