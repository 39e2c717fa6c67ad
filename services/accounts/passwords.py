"""Which passwords are refused: how many pieces somebody who guesses would have to put together.

A password is cut into pieces, longest first: common words (also written p@ssw0rd), runs along a
keyboard's rows and columns or the alphabet, repeated characters, years and dates, and what is
printed on the sheet of accounts (the account, the codes of its units). Each such piece counts
as one, and so does every other character. Length says little: "Admin@1234567890" is three pieces.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

MIN_CHARACTERS = 12
MAX_CHARACTERS = 128
MIN_PIECES = 8
MIN_DIFFERENT = 6

_RUN = 3  # characters that follow one another along a line
_LINES = (
    *("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol", "!@#$%^&*()"),
)
_PATTERNS = (
    re.compile(r"(.)\1{2,}"),
    re.compile(r"(?:19|20)\d\d(?:[-./]?(?:0?[1-9]|1[0-2])(?:[-./]?(?:0?[1-9]|[12]\d|3[01]))?)?"),
)
_WRITTEN_AS = str.maketrans("@$013457!", "asoleasti")


def trouble_with(password: str, *, known: Iterable[str]) -> str | None:
    """Why a password is refused: `short`, `long` or `guessable`; None when it may be used.

    Args:
        password: as it was typed.
        known: what an outsider can read beside the login: account, unit codes.
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < MIN_CHARACTERS:
        return "short"
    if len(text) > MAX_CHARACTERS:
        return "long"
    folded = text.casefold()
    if len(set(folded)) < MIN_DIFFERENT or pieces_of(folded, known) < MIN_PIECES:
        return "guessable"
    return None


def pieces_of(folded: str, known: Iterable[str] = ()) -> int:
    """How many pieces a case-folded text is made of."""
    words = _common() | {part.casefold() for part in known if len(part) >= _RUN}
    plain = folded.translate(_WRITTEN_AS)
    place = pieces = 0
    while place < len(folded):
        place += max(
            1,
            _word(folded, place, words),
            _word(plain, place, words),
            _along_a_line(folded, place),
            *(len(found[0]) for one in _PATTERNS if (found := one.match(folded, place))),
        )
        pieces += 1
    return pieces


def _word(text: str, place: int, words: Iterable[str]) -> int:
    return max((len(word) for word in words if text.startswith(word, place)), default=0)


def _along_a_line(text: str, place: int) -> int:
    """How many characters from here lie side by side on one line, either way; 0 when too few."""
    longest = 0
    for line in _both_ways():
        start = line.find(text[place])
        length = 0
        while (
            start >= 0
            and place + length < len(text)
            and start + length < len(line)
            and text[place + length] == line[start + length]
        ):
            length += 1
        longest = max(longest, length)
    return longest if longest >= _RUN else 0


@cache
def _both_ways() -> tuple[str, ...]:
    return (*_LINES, *(line[::-1] for line in _LINES))


@cache
def _common() -> frozenset[str]:
    text = files("services.accounts").joinpath("data", "common_words.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
