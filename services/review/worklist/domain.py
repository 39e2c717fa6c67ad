"""Which chore a returned sheet is, and which sheet comes first."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.contracts.desk_commands import Chore, WorkSheet
from shared.contracts.lane_commands import DisagreementKind
from shared.contracts.review_commands import EntryState

_S = EntryState
SENT_BACK = frozenset({_S.RETURNED, _S.CONFLICTED})
_WITHOUT_ENTRY = frozenset(
    {DisagreementKind.INK_WITHOUT_ENTRY, DisagreementKind.UNSURE_WITHOUT_ENTRY}
)
ORDER = {chore: place for place, chore in enumerate(Chore)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about the chore of a sheet."""

    states: frozenset[EntryState]  # of all its entries
    unsettled: Collection[DisagreementKind]
    is_candidate: bool  # for the lane of sheets without a change
    asks: bool  # some entry of it asks for something


def chore_of(standing: Standing) -> Chore:
    """What a sheet that does not count as entered asks of the school."""
    if standing.states & SENT_BACK:
        return Chore.SENT_BACK
    is_written = bool(_WITHOUT_ENTRY & set(standing.unsettled))
    if _S.DRAFTED in standing.states or (is_written and not standing.asks):
        return Chore.TO_ENTER
    if standing.unsettled:
        return Chore.TO_SETTLE
    if _S.QUERIED in standing.states:
        return Chore.ASKED
    return Chore.NO_CHANGE if standing.is_candidate else Chore.BY_HAND


def urgency(sheet: WorkSheet) -> tuple[object, ...]:
    """Sorts sheets: by chore, what waits longest, what asks for most, then as the class goes."""
    since = sheet.since.timestamp() if sheet.since is not None else 0.0
    number = sheet.number_in_class if sheet.number_in_class is not None else 1000
    return (ORDER[sheet.chore], round(since / 3600), -sheet.ink, sheet.unit, number, sheet.sheet)
