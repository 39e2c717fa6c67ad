"""Where a question lies, when it climbs, which text is one: pure rules.

Source: campaign workflow, P5, C2, K2, S6.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.fields import national
from shared.contracts.support_commands import LONGEST_TEXT
from shared.kernel.authority import Role
from shared.kernel.errors_support import TextRefusedError, UnknownFieldError
from shared.kernel.ids import UnitCode
from shared.kernel.units import codes_up
from shared.kernel.working_days import WorkingDays

# A question nobody answers for so long goes to the level above.
CLIMBS_AFTER_DAYS = 1


@dataclass(frozen=True, slots=True)
class Above:
    """The unit a question goes to next."""

    unit: UnitCode
    is_top: bool  # a province: nobody stands above


def level_above(path: str) -> Above | None:
    """The unit above the one at a path; None for a province."""
    codes = codes_up(path)
    return Above(codes[1], is_top=len(codes) == 2) if len(codes) > 1 else None


def due_at(since: datetime, calendar: WorkingDays) -> datetime:
    """When a question climbs that has lain with a unit since then."""
    return calendar.later(since, CLIMBS_AFTER_DAYS)


def desks_of(role: Role, path: str) -> tuple[UnitCode, ...]:
    """The units whose questions somebody finds in their inbox.

    A question of a guardian lies with the school; its homeroom teacher answers first.
    """
    codes = codes_up(path)
    return codes[:2] if role is Role.HOMEROOM_TEACHER else codes[:1]


def clean_text(text: str) -> str:
    """A text as it is kept: without control characters and blanks around it.

    Raises:
        TextRefusedError: nothing is left, or it is too long.
    """
    kept = "".join(one for one in text if one == "\n" or one.isprintable()).strip()
    if not kept or len(kept) > LONGEST_TEXT:
        raise TextRefusedError(str(LONGEST_TEXT))
    return kept


def known_field(field: str | None) -> str | None:
    """A field key of the catalogue, or None.

    Raises:
        UnknownFieldError: anything else.
    """
    if field is not None and field not in {one.key for one in national().fields}:
        raise UnknownFieldError
    return field
