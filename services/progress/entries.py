"""How a change entry stands, from what was told of it in any order: pure rules.

Facts about an entry name its revision. The newest revision counts; within one revision the
stage that can only follow the others counts. Both are a maximum, so neither order nor
repetition matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from shared.contracts.progress_commands import Ages
from shared.kernel.working_days import WorkingDays

# Each step that waits for a decision has ten working days; a warning is given at seven.
# Source: the ministry's bulletins of 2015.
DECISION_DAYS, WARNING_DAYS = 10, 7


class Stage(IntEnum):
    """How far one revision of an entry has come, in the order in which stages can follow."""

    UNKNOWN = 0
    SUBMITTED = 1
    RETURNED = 2
    APPROVED = 3
    REJECTED = 4
    APPLIED = 5
    CONFLICTED = 6
    EXPIRED = 7
    WITHDRAWN = 8


UNDECIDED = frozenset({Stage.SUBMITTED, Stage.RETURNED})
TO_APPLY = frozenset({Stage.APPROVED, Stage.CONFLICTED})
# What does not ask for a change any more, or never got so far as to be submitted.
WITHOUT_CHANGE = frozenset({Stage.UNKNOWN, Stage.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class EntryFlags:
    """What is known of one entry."""

    revision: int = 0
    stage: Stage = Stage.UNKNOWN
    due: date | None = None  # Beijing; of the newest revision that was submitted
    is_queried: bool = False
    query_sequence: int = -1

    def told(self, revision: int, stage: Stage, due: date | None = None) -> "EntryFlags":
        """The flags once a stage of a revision is heard of; an older one changes nothing."""
        if (revision, stage) <= (self.revision, self.stage):
            return self
        return replace(self, revision=revision, stage=stage, due=due)

    def queried(self, sequence: int, *, is_open: bool) -> "EntryFlags":
        """The flags once a query is opened or answered; a lower sequence changes nothing."""
        if sequence <= self.query_sequence:
            return self
        return replace(self, is_queried=is_open, query_sequence=sequence)


def in_stage(entries: Iterable[EntryFlags], *stages: Stage) -> int:
    """How many entries stand at one of these stages."""
    return sum(entry.stage in stages for entry in entries)


def waiting_by_due(entries: Iterable[EntryFlags]) -> dict[date, int]:
    """How many entries wait for a decision, by the day it is due."""
    waiting: dict[date, int] = {}
    for entry in entries:
        if entry.stage is Stage.SUBMITTED and entry.due is not None:
            waiting[entry.due] = waiting.get(entry.due, 0) + 1
    return waiting


def ages_of(waiting: Mapping[date, int], today: date, calendar: WorkingDays) -> Ages:
    """Waiting entries by their age in working days, reckoned from the day they are due.

    Source of the classes: the warning at seven days, red at ten.
    """
    under_7 = from_7 = over_10 = 0
    for due, entries in waiting.items():
        age = DECISION_DAYS - calendar.between(today, due)
        if age > DECISION_DAYS:
            over_10 += entries
        elif age >= WARNING_DAYS:
            from_7 += entries
        else:
            under_7 += entries
    is_provisional = not all(calendar.is_known(day) for day in (today, *waiting))
    return Ages(under_7, from_7, over_10, is_provisional)
