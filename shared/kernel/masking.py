"""How personal values are shown to people who need not read them in full.

One function for each kind, used by every page. What is hidden is one star for a name,
so that its length is hidden too, and one star a digit for numbers.
"""

import unicodedata
from itertools import pairwise

STAR = "*"
_HEAD, _TAIL = 3, 4
_LEAST_HIDDEN = 4


def masked_name(name: str) -> str:
    """First and last character: 王*明; of two characters the first: 王*; of one nothing."""
    characters = _characters(name.strip())
    match len(characters):
        case 0:
            return ""
        case 1:
            return STAR
        case 2:
            return characters[0] + STAR
        case _:
            return characters[0] + STAR + characters[-1]


def masked_id(number: str) -> str:
    """The first three and last four characters of an ID number or student number."""
    return _masked(number)


def masked_phone(number: str) -> str:
    """The first three and last four digits of a phone number."""
    return _masked(number)


def _masked(text: str) -> str:
    hidden = len(text) - _HEAD - _TAIL
    if hidden >= _LEAST_HIDDEN:
        return text[:_HEAD] + STAR * hidden + text[-_TAIL:]
    # Seven characters of a short number would be nearly all of it.
    shown = 2 if len(text) > _LEAST_HIDDEN + 1 else 0
    return STAR * (len(text) - shown) + text[len(text) - shown :]


def _characters(text: str) -> list[str]:
    # A mark or variation selector belongs to the character before it.
    starts = [i for i, one in enumerate(text) if i == 0 or unicodedata.category(one)[0] != "M"]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]
