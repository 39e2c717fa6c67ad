"""Rules of the no-change lane: who is a candidate, and how many have to be looked at.

Source: campaign workflow, Q3 (blank change column and signature mean: nothing changes).
"""

from math import ceil
from random import Random

from services.review.domain import ASKING, UNFINISHED
from services.review.reconciling.standing import Paper, States
from shared.kernel.ids import SheetId

LEAST = 3
SHARE = 0.1


def is_candidate(paper: Paper, states: States, *, is_back: bool, is_stale: bool) -> bool:
    """Whether a sheet seems to ask for no change.

    Anything unsure keeps it out: a cell or a mark, a missing side, a signature that is not
    plainly there, an older print, an entry, or a record that changed after the guardian saw it.
    """
    every = frozenset().union(*states.values()) if states else frozenset()
    if every & (ASKING | UNFINISHED) or not is_back or is_stale:
        return False
    return paper.is_blank and paper.is_newest and paper.is_signed and bool(paper.cells)


def sample_size(candidates: int) -> int:
    """How many of so many candidates somebody looks at: a tenth, three at least."""
    return min(candidates, max(LEAST, ceil(candidates * SHARE)))


def draw(candidates: list[SheetId], chance: Random) -> list[SheetId]:
    """The sheets to look at, in the order of the class."""
    chosen = set(chance.sample(candidates, sample_size(len(candidates))))
    return [sheet for sheet in candidates if sheet in chosen]
