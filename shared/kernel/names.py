"""How names of people are compared and shown. A stored name is never rewritten.

Transcribed names hold an interpunct that programs write in five ways. Old registers hold
characters of the private use area that no other machine can show.
"""

import re
import unicodedata

INTERPUNCT = "\u00b7"
MAX_LENGTH = 60

_INTERPUNCTS = re.compile("[\u2022\u2027\u30fb\uff0e\u0387\uff65]")
_SPACES = re.compile(r"\s+")
# Spaces that only widen a short name: 王　明.
_PADDING = re.compile(r"(?<=[\u2e80-\U0003ffff])\s+(?=[\u2e80-\U0003ffff])")


def tidied(text: str) -> str:
    """A name as it is stored: outer and padding spaces gone, everything else untouched."""
    if text.isalpha():
        return text
    return _PADDING.sub("", _SPACES.sub(" ", text.strip()))


def shown(name: str) -> str:
    """A name as it is shown and matched: one interpunct for all of them."""
    return _INTERPUNCTS.sub(INTERPUNCT, name)


def is_name(text: str) -> bool:
    """Whether a tidied text can be somebody's name: letters, no digits, not too long."""
    if text.isalpha():
        return len(text) <= MAX_LENGTH
    has_letter = any(character.isalpha() or _is_private(character) for character in text)
    return (
        has_letter
        and len(text) <= MAX_LENGTH
        and not any(character.isdigit() or character in "<>{}[]|\\" for character in text)
    )


def has_private_use(text: str) -> bool:
    """Whether a character belongs to no standard: it will print as something else elsewhere."""
    return any(_is_private(character) for character in text)


def _is_private(character: str) -> bool:
    return unicodedata.category(character) == "Co"
