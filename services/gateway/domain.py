"""What the public edge knows: tickets, photo keys, receipts, verdicts. Pure rules."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from shared.kernel.ids import ObjectId, UnitCode
from shared.kernel.sheet_code import (
    ALPHABET,
    CodeHead,
    CodeKey,
    SheetCode,
    make_code,
    verify_code,
)

PhotoKey = NewType("PhotoKey", str)  # 32 lower-case hex digits, drawn once per picked picture

SMALLEST_PHOTO = 1024
LARGEST_PHOTO = 15 * 1000 * 1000
RECEIPT_LENGTH = 8

_PHOTO_KEY = re.compile(r"[0-9a-f]{32}")
_OBJECT_DOMAIN = b"hecha photo object 1\0"
_RECEIPT_DOMAIN = b"hecha receipt 1\0"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A code whose check is right: it opens one sheet's write-only page."""

    code: SheetCode = field(repr=False)  # as printed, whatever way it was typed
    head: CodeHead
    key: CodeKey = field(repr=False)


class VerdictState(StrEnum):
    """What became of a photo, as the page tells it."""

    WAITING = "waiting"
    READ = "read"
    OTHER_PUPIL = "other_pupil"
    RETAKE = "retake"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reader found; `reason` is a code or "".

    `corners` are of the found sheet, clockwise from top left, in thousandths of the photo's
    width and height; empty when none were found. `places` are what `reason` is about, in the same
    measure. A verdict that is not final may still learn that the signature is missing.
    """

    state: VerdictState
    reason: str = ""
    corners: tuple[tuple[int, int], ...] = ()
    places: tuple[tuple[tuple[int, int], ...], ...] = ()
    is_final: bool = True


WAITING = Verdict(VerdictState.WAITING)


@dataclass(frozen=True, slots=True)
class Face:
    """Whose sheet it is, as far as a public page may say."""

    masked_name: str
    school_name: str
    class_name: str
    printed_on: date | None


@dataclass(frozen=True, slots=True)
class Lying:
    """A photo of the sheet, and where it lies: sealed, in the archive of its province."""

    number: str  # the first digits of its object's id
    sender: str  # a `Sender`
    received_at: datetime
    size_bytes: int
    locked_until: datetime | None
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A change of one field, and how far it is."""

    field: str
    is_key_data: bool
    state: str  # an `EntryState`
    since: datetime
    decided_by: UnitCode | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that was done about the sheet, so many times in a row."""

    at: datetime  # the last time
    act: str
    outcome: str
    role: str
    fields: tuple[str, ...]
    purpose: str | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that a sheet's guardian is told; None: the service that knows does not answer now."""

    photos: tuple[Lying, ...] | None
    changes: tuple[Standing, ...] | None
    happened: tuple[Happened, ...]  # newest first


@dataclass(frozen=True, slots=True)
class Accepted:
    """A photo that lies sealed in the province's bucket."""

    object: ObjectId | None  # None when this process does not know it any more
    receipt: str


def ticket_of(letter: str, code: str, keys: Iterable[CodeKey]) -> Ticket | None:
    """The ticket behind an address, or None when no key of ours made the code."""
    verified = verify_code(letter, code, keys)
    if verified is None:
        return None
    return Ticket(make_code(verified.head, verified.key), verified.head, verified.key)


def photo_key(text: str) -> PhotoKey | None:
    """A photo key, or None when the text is none."""
    return PhotoKey(text) if _PHOTO_KEY.fullmatch(text) else None


def receipt_of(code: SheetCode, key: PhotoKey) -> str:
    """The receipt number of a photo, the same for every repetition: "K7M2-3QXA"."""
    digest = hashlib.sha256(_RECEIPT_DOMAIN + code.encode() + bytes.fromhex(key)).digest()
    bits = int.from_bytes(digest[:5])
    word = "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{word[:4]}-{word[4:]}"


def object_of(code: SheetCode, key: PhotoKey) -> ObjectId:
    """The object a photo becomes, the same for every repetition at every replica.

    Both parts are unguessable, so nobody meets another's object but by knowing both.
    """
    digest = hashlib.sha256(_OBJECT_DOMAIN + code.encode() + bytes.fromhex(key)).hexdigest()
    return ObjectId(digest[:32])
