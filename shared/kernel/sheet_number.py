"""The sheet number: 16 digits that a person can read out and key in.

13 random digits, the side (1 front, 2 back), two check digits; the whole number is
1 modulo 97 (ISO/IEC 7064, MOD 97-10). It is a look-up number, never accepted at the
public edge and never a match by itself. Format: docs/spec/sheet-code.md.
"""

import secrets

from shared.kernel.ids import SheetNumber
from shared.kernel.sheet_code import Side

DIGITS = 16
RANDOM_DIGITS = 13
_SIDE_DIGITS = {Side.FRONT: "1", Side.BACK: "2"}


def new_number_base() -> str:
    """13 fresh random digits, shared by both sides of one printed copy."""
    return f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"


def sheet_number(base: str, side: Side) -> SheetNumber:
    """The number printed on one side of the copy whose random part is `base`.

    Raises:
        ValueError: `base` is not 13 digits.
    """
    if len(base) != RANDOM_DIGITS or not (base.isascii() and base.isdigit()):
        raise ValueError("the random part of a sheet number has 13 digits")
    body = base + _SIDE_DIGITS[side]
    return SheetNumber(f"{body}{98 - int(body) * 100 % 97:02d}")


def is_sheet_number(text: str) -> bool:
    """Whether the digits (spaces ignored) form a number whose check is right."""
    digits = text.replace(" ", "")
    return (
        len(digits) == DIGITS
        and digits.isascii()
        and digits.isdigit()
        and digits[RANDOM_DIGITS] in "12"
        and int(digits) % 97 == 1
    )


def side_of(number: SheetNumber) -> Side:
    """Which side of its sheet a number was printed on."""
    return next(side for side, digit in _SIDE_DIGITS.items() if number[RANDOM_DIGITS] == digit)


def grouped(number: SheetNumber) -> str:
    """Four groups of four, as printed."""
    return " ".join(number[start : start + 4] for start in range(0, DIGITS, 4))
