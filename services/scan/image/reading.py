"""What the reader says about one page: codes found, engine, time, and why nothing was found."""

import re
from dataclasses import dataclass
from enum import StrEnum

Corner = tuple[int, int]  # thousandths of the picture's width and height, as stored

_OURS = re.compile(r"/([SB])/([0-9A-Z]{21})$", re.IGNORECASE)


class Cause(StrEnum):
    """Why no code of ours was read: measured, and worded so that somebody can act on it."""

    DAMAGED_FILE = "damaged_file"
    NOT_AN_IMAGE = "not_an_image"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"  # this page and all that follow
    ENCRYPTED_PDF = "encrypted_pdf"
    ENCRYPTED_ARCHIVE = "encrypted_archive"
    ARCHIVE_LIMITS = "archive_limits"  # too many entries or bytes, packed too far, nested
    ANIMATED = "animated"
    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    DARK = "dark"
    GLARE = "glare"
    CROPPED = "cropped"
    BLANK = "blank"  # an empty side
    NO_CODE = "no_code"  # a sheet of ours, sharp and whole, whose codes are gone


class Engine(StrEnum):
    """The stage that read the code, cheapest first."""

    FAST = "zxing-half"
    FULL = "zxing-full"
    GUIDED = "zxing-guided"
    ENHANCED = "zxing-enhanced"
    RESCUE = "zbar"
    NONE = ""


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A text that looks like one of our codes; whether its check is right is not known here."""

    letter: str  # S or B
    code: str
    corners: tuple[Corner, ...]  # of the symbol, clockwise from its own top left


@dataclass(frozen=True, slots=True)
class Reading:
    """The reader's answer for one page."""

    codes: tuple[FoundCode, ...] = ()
    others: int = 0  # symbols that are none of ours
    engine: Engine = Engine.NONE
    cause: Cause | None = None  # only where no code was found
    width: int = 0
    height: int = 0
    corners: tuple[Corner, ...] = ()  # of the sheet, by its markers
    markers: int = 0
    cpu_ms: int = 0


def code_in(text: str) -> tuple[str, str] | None:
    """Letter and code of an address of ours; None for any other text."""
    found = _OURS.search(text)
    return (found[1].upper(), found[2].upper()) if found else None
