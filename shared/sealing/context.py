"""What a sealed body is bound to: known before sealing, authenticated, never stored with it."""

import struct
from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode

FORMAT_VERSION = 1


class Suite(StrEnum):
    """Which ciphers a body is sealed with; its number stands in the header."""

    AES = "aes-256-gcm-sha512"
    SM = "sm4-gcm-sm3"

    @property
    def number(self) -> int:
        """The number in the header of a body."""
        return 1 if self is Suite.AES else 2

    @property
    def key_bytes(self) -> int:
        """Length of a data key."""
        return 32 if self is Suite.AES else 16


class Rendition(StrEnum):
    """Which picture of a page an object is."""

    ORIGINAL = "original"  # as handed in, metadata stripped
    VIEW = "view"  # rectified, at most 120 KB: what people look at
    DOCUMENT = "document"  # one page of a supporting document, upright, metadata stripped
    PRINT = "print"  # a PDF of sheets, kept for a short time


@dataclass(frozen=True, slots=True)
class ObjectContext:
    """Where an object belongs; a body opens under exactly the context it was sealed in."""

    suite: Suite
    province: ProvinceCode
    campaign: CampaignId
    object: ObjectId
    rendition: Rendition

    def encoded(self) -> bytes:
        """Length-prefixed fields, so that no two contexts read alike."""
        words = (self.suite, self.province, self.campaign, self.object, self.rendition)
        return bytes([FORMAT_VERSION]) + b"".join(prefixed(word.encode()) for word in words)


def prefixed(part: bytes) -> bytes:
    """A part behind its length, two bytes, big-endian."""
    return struct.pack(">H", len(part)) + part
