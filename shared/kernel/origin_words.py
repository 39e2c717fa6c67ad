"""The three origin words (三个核对词): the same on a printed copy and on the page behind its QR.

Derived from the campaign's check key, so nothing is stored, and whoever has not the key cannot
name the words of a sheet that they have not seen. Rule and vectors: docs/spec/sheet-code.md.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from shared.kernel.ids import SheetId
from shared.kernel.sheet_code import CodeKey, hash_of

COUNT: Final = 3
_DOMAIN = b"hecha origin words 1\0"
# Sixteen of each make 256 words, none of which sounds like another or means anything here.
FIRST: Final = (
    ("白", "white"),
    ("红", "red"),
    ("青", "green"),
    ("金", "golden"),
    ("银", "silver"),
    ("黄", "yellow"),
    ("蓝", "blue"),
    ("紫", "purple"),
    ("大", "big"),
    ("小", "small"),
    ("长", "long"),
    ("高", "high"),
    ("新", "new"),
    ("老", "old"),
    ("春", "spring"),
    ("秋", "autumn"),
)
SECOND: Final = (
    ("山", "mountain"),
    ("河", "river"),
    ("桥", "bridge"),
    ("树", "tree"),
    ("花", "flower"),
    ("鱼", "fish"),
    ("马", "horse"),
    ("船", "boat"),
    ("灯", "lamp"),
    ("屋", "house"),
    ("云", "cloud"),
    ("星", "star"),
    ("石", "stone"),
    ("田", "field"),
    ("鹿", "deer"),
    ("竹", "bamboo"),
)


@dataclass(frozen=True, slots=True)
class OriginWords:
    """Three words, each as two characters, with what they mean."""

    chinese: tuple[str, ...]
    english: tuple[str, ...]

    def __str__(self) -> str:
        return "·".join(self.chinese)


def origin_words(sheet: SheetId, serial: int, key: CodeKey) -> OriginWords:
    """The words of one printed copy of a sheet.

    Args:
        sheet: 12 hexadecimal digits.
        serial: of the copy, 1 .. 31.
        key: of the campaign that the sheet was printed for.
    """
    message = _DOMAIN + bytes.fromhex(sheet) + bytes([serial])
    digest = hmac.digest(key.key, message, hash_of(key.suite))
    pairs = [(FIRST[one >> 4], SECOND[one & 15]) for one in digest[:COUNT]]
    return OriginWords(
        tuple(first[0] + second[0] for first, second in pairs),
        tuple(f"{first[1]} {second[1]}" for first, second in pairs),
    )
