"""Which photos the demo takes, and what must come of each: the ground truth, from a seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.ids import SheetId


class Kind(StrEnum):
    """What is wrong with a photo, if anything."""

    GOOD = "good"
    BAD = "bad"
    HOPELESS = "hopeless"
    FOREIGN = "foreign"  # shows a QR that is none of ours, no sheet in view
    DUPLICATE = "duplicate"  # the same bytes once more
    WRONG_PUPIL = "wrong_pupil"  # another pupil's sheet through this pupil's page


# What may come of a kind. A bad or hopeless photo may be refused with a reason; it may
# never be taken for another sheet. A good one must be read.
ALLOWED_STATES = {
    Kind.GOOD: {"matched"},
    Kind.BAD: {"matched", "unreadable", "unmatched"},
    Kind.HOPELESS: {"unreadable", "unmatched", "matched"},
    Kind.FOREIGN: {"foreign"},
    Kind.DUPLICATE: {"duplicate"},
    Kind.WRONG_PUPIL: {"misfiled"},
}
# Shares of the odd ones among all photos; the rest is good.
SHARES = {Kind.BAD: 0.15, Kind.HOPELESS: 0.05, Kind.FOREIGN: 0.03, Kind.WRONG_PUPIL: 0.03}
DUPLICATE_SHARE = 0.04
LEVELS = {Kind.BAD: "hard", Kind.HOPELESS: "extreme"}

LEAST = len(Kind)


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo to be taken and sent."""

    number: int  # from 0, names the file
    kind: Kind
    ticket: SheetId  # whose page it is sent through
    shown: SheetId | None  # which sheet lies before the lens; None = none of ours
    level: str  # of the simulator
    seed: int
    copy_of: int | None = None  # number of the shot whose bytes are sent again


def plan_shots(sheets: Sequence[SheetId], *, wanted: int, seed: int) -> tuple[Shot, ...]:
    """Choose `wanted` photos of distinct sheets, the odd ones among them, and some duplicates.

    Raises:
        ValueError: fewer sheets than photos, or too few photos for one of each kind.
    """
    if wanted < LEAST:
        raise ValueError(f"at least {LEAST} photos: one of each kind")
    if len(sheets) < wanted:
        raise ValueError(f"{wanted} photos need as many sheets, there are {len(sheets)}")
    rng = random.Random(seed)
    chosen = rng.sample(list(sheets), wanted)
    kinds = _kinds(wanted)
    rng.shuffle(kinds)
    shots = [
        _shot(number, kind, ticket, chosen, rng)
        for number, (kind, ticket) in enumerate(zip(kinds, chosen, strict=True))
    ]
    good = [shot for shot in shots if shot.kind is Kind.GOOD]
    repeated = rng.sample(good, max(1, round(wanted * DUPLICATE_SHARE)))
    copies = [
        Shot(
            wanted + i, Kind.DUPLICATE, shot.ticket, shot.shown, shot.level, shot.seed, shot.number
        )
        for i, shot in enumerate(repeated)
    ]
    return (*shots, *copies)


def _kinds(wanted: int) -> list[Kind]:
    odd = [kind for kind, share in SHARES.items() for _ in range(max(1, round(wanted * share)))]
    return odd + [Kind.GOOD] * (wanted - len(odd))


def _shot(
    number: int, kind: Kind, ticket: SheetId, chosen: Sequence[SheetId], rng: random.Random
) -> Shot:
    shown: SheetId | None = ticket
    if kind is Kind.FOREIGN:
        shown = None
    elif kind is Kind.WRONG_PUPIL:
        shown = rng.choice([sheet for sheet in chosen if sheet != ticket])
    level = LEVELS.get(kind) or rng.choice(("easy", "normal"))
    return Shot(number, kind, ticket, shown, level, rng.randrange(2**31))
