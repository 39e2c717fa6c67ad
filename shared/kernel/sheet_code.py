"""The sheet code: what the QR of a sheet carries. Format: docs/spec/sheet-code.md.

105 bits, written as 21 Crockford base 32 characters:

    layout 10 | side 1 | print serial 5 | sheet id 48 | check 41

The check is keyed per campaign and province, so a code can be neither invented nor
edited, and it can be verified without a database. A right check alone is not a match:
the sheet and serial must also have been issued.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from shared.kernel.ids import CampaignId, ProvinceCode, SheetId

SheetCode = NewType("SheetCode", str)  # 21 characters, a bearer ticket: never in a log

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 21
MAX_LAYOUT = 1023
MAX_SERIAL = 31
HEAD_BYTES = 8
CHECK_BITS = 41
KEY_BYTES = 32

_DOMAIN = b"hecha sheet code 1\0"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("OIL", "011")


class CodeType(StrEnum):
    """The path letter before the code; it is part of the check."""

    SHEET = "S"
    COVER = "B"


class Side(StrEnum):
    """Which side of the paper a code stands on."""

    FRONT = "front"
    BACK = "back"


class CodeSuite(StrEnum):
    """The keyed hash of a campaign's codes."""

    SHA256 = "sha256"
    SM3 = "sm3"


@dataclass(frozen=True, slots=True)
class CodeKey:
    """The check key of one campaign; closed ones still tell an old sheet from a forged one."""

    campaign: CampaignId
    province: ProvinceCode
    key: bytes
    is_closed: bool = False
    suite: CodeSuite = CodeSuite.SHA256


@dataclass(frozen=True, slots=True)
class CodeHead:
    """What a code says about its paper."""

    type: CodeType
    layout: int  # 1 .. 1023
    side: Side
    serial: int  # print serial, 1 .. 31
    sheet: SheetId  # of a cover: the cover's id


@dataclass(frozen=True, slots=True)
class VerifiedCode:
    """A head whose check is right under `key`."""

    head: CodeHead
    key: CodeKey


def make_code(head: CodeHead, key: CodeKey) -> SheetCode:
    """Write the code of one side of a sheet or cover.

    Raises:
        ValueError: layout, serial or id out of range.
    """
    packed = _pack(head)
    bits = int.from_bytes(packed) << CHECK_BITS | _check(head.type, packed, key)
    return SheetCode(
        "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5))
    )


def verify_code(letter: str, code: str, keys: Iterable[CodeKey]) -> VerifiedCode | None:
    """Find the campaign whose key made this code.

    Letter and code are read case-insensitively, O as 0, I and L as 1.

    Returns:
        The head and its key, or None when the text is no code or no key fits.
    """
    bits = _bits(code)
    kind = _type(letter)
    if bits is None or kind is None:
        return None
    packed = (bits >> CHECK_BITS).to_bytes(HEAD_BYTES)
    head = _unpack(kind, packed)
    if head is None:
        return None
    said = (bits & (1 << CHECK_BITS) - 1).to_bytes(6)
    fitting = [
        key for key in keys if hmac.compare_digest(said, _check(kind, packed, key).to_bytes(6))
    ]
    return VerifiedCode(head, fitting[0]) if fitting else None


def read_head(letter: str, code: str) -> CodeHead | None:
    """What a code claims, unchecked: only to say why it was refused, never to match."""
    bits = _bits(code)
    kind = _type(letter)
    if bits is None or kind is None:
        return None
    return _unpack(kind, (bits >> CHECK_BITS).to_bytes(HEAD_BYTES))


def code_url(host: str, type_: CodeType, code: SheetCode) -> str:
    """The text of the QR symbol, all upper case so that it stays in alphanumeric mode."""
    return f"HTTPS://{host.upper()}/{type_}/{code}"


def parse_url(text: str) -> tuple[str, str] | None:
    """Split a symbol's text into path letter and code; scheme and host are not looked at.

    Returns None for anything that does not end in one letter and 21 characters.
    """
    parts = text.rsplit("/", 2)
    if len(parts) != 3 or len(parts[1]) != 1 or len(parts[2]) != CODE_LENGTH:
        return None
    return parts[1], parts[2]


def _pack(head: CodeHead) -> bytes:
    if not 1 <= head.layout <= MAX_LAYOUT:
        raise ValueError(f"layout {head.layout} is not in 1..{MAX_LAYOUT}")
    if not 1 <= head.serial <= MAX_SERIAL:
        raise ValueError(f"print serial {head.serial} is not in 1..{MAX_SERIAL}")
    sheet = int(head.sheet, 16)
    if len(head.sheet) != 12:
        raise ValueError("a sheet id has 12 hex digits")
    side = 1 if head.side is Side.BACK else 0
    return (head.layout << 54 | side << 53 | head.serial << 48 | sheet).to_bytes(HEAD_BYTES)


def _unpack(kind: CodeType, packed: bytes) -> CodeHead | None:
    value = int.from_bytes(packed)
    layout, serial = value >> 54, value >> 48 & 31
    if layout == 0 or serial == 0:
        return None
    side = Side.BACK if value >> 53 & 1 else Side.FRONT
    return CodeHead(kind, layout, side, serial, SheetId(f"{value & (1 << 48) - 1:012x}"))


def _check(kind: CodeType, packed: bytes, key: CodeKey) -> int:
    digest = hmac.digest(key.key, _DOMAIN + kind.encode() + packed, hash_of(key.suite))
    return int.from_bytes(digest) >> 256 - CHECK_BITS


def hash_of(suite: CodeSuite) -> str:
    """The name of a suite's hash for `hmac`.

    Raises:
        RuntimeError: this Python cannot compute it.
    """
    if suite is CodeSuite.SM3 and "sm3" not in hashlib.algorithms_available:
        raise RuntimeError("this Python's OpenSSL has no SM3")
    return suite.value


def _bits(code: str) -> int | None:
    folded = code.upper().translate(_LOOKALIKES)
    if len(folded) != CODE_LENGTH or any(character not in _VALUES for character in folded):
        return None
    bits = 0
    for character in folded:
        bits = bits << 5 | _VALUES[character]
    return bits


def _type(letter: str) -> CodeType | None:
    try:
        return CodeType(letter.upper())
    except ValueError:
        return None
