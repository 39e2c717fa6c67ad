"""Time windows (时间开关): what is open for a unit, and when it opens.

Source: campaign workflow, P4. The nearest setting up the tree holds; none means closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import UnitCode
from shared.kernel.units import codes_up


class Action(StrEnum):
    """The two switches of a campaign."""

    EXPORT_SHEETS = "export_sheets"
    ENTER_CHANGES = "enter_changes"


@dataclass(frozen=True, slots=True)
class Window:
    """One setting of one unit, half open: `opens_at` <= t < `closes_at`, aware UTC."""

    opens_at: datetime
    closes_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Whether the window is open at this moment."""
        return self.opens_at <= at < self.closes_at


def nearest_window(settings: Mapping[UnitCode, Window], path: str) -> Window | None:
    """The setting that holds for the unit at `path`, or None when nobody has set one."""
    return next((settings[code] for code in codes_up(path) if code in settings), None)
