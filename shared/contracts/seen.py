"""The words for what is seen on a sheet: on the bus, in tables, and on pages."""

from enum import StrEnum


class Ink(StrEnum):
    """Whether something is written in a change cell; in doubt a person looks."""

    BLANK = "blank"
    INK = "ink"
    UNSURE = "unsure"


class Presence(StrEnum):
    """Whether something is written where a name or a date belongs; never who signed."""

    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"


class Grade(StrEnum):
    """How a reading may be shown to a clerk."""

    A = "A"  # pre-filled, one key confirms
    B = "B"  # pre-filled, the clerk has to look
    C = "C"  # candidates beside an empty field
