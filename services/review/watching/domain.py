"""What strikes the eye of those who watch decisions.

Source: rubber stamps and copied returns of the campaign of 2015, as reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from shared.contracts.watch_commands import DeciderFigures
from shared.kernel.ids import PersonId, UnitCode

FAST_S = 2.0
FEWEST_SHEETS = 30  # below that a share says nothing
MOST_KEY_DATA = 0.4


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict, and how long the task was open before it."""

    person: PersonId
    queue: UnitCode
    is_approved: bool
    seconds: float


def figures_of(verdicts: Iterable[Verdict]) -> tuple[DeciderFigures, ...]:
    """Per person and queue; whoever decides fast comes first."""
    by: dict[tuple[PersonId, UnitCode], list[Verdict]] = {}
    for one in verdicts:
        by.setdefault((one.person, one.queue), []).append(one)
    found = [_figures(person, queue, mine) for (person, queue), mine in by.items()]
    return tuple(sorted(found, key=lambda one: (-one.fast, one.person, one.queue)))


def is_striking(sheets: int, with_key_data: int) -> bool:
    """Whether a school asks for no change of key data at all, or for too many."""
    if sheets < FEWEST_SHEETS:
        return False
    return with_key_data == 0 or with_key_data > MOST_KEY_DATA * sheets


def _figures(person: PersonId, queue: UnitCode, mine: Sequence[Verdict]) -> DeciderFigures:
    return DeciderFigures(
        person,
        queue,
        len(mine),
        sum(one.is_approved for one in mine),
        sum(one.seconds < FAST_S for one in mine),
        round(median(one.seconds for one in mine), 1),
    )
