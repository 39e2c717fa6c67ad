"""When a printed number names a sheet by machine: two independent signals, or a person.

Source: the sheet number as second code, docs/spec/sheet-code.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.scan.digits.seen import CornerSeen
from services.scan.domain import Decision, Issued, Match
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import SheetId, SheetNumber, UnitCode
from shared.kernel.sheet_code import Side

# Of a number of another school: there are thousands of times as many of these.
_CLEAR = math.log(0.5)
_APART = 3.0  # nats between an issued number and the next issued one
SIGNALS = 2

BY_NUMBER = "by_number"
ONE_SIGNAL = "one_signal_only"
DISAGREE = "numbers_disagree"


@dataclass(frozen=True, slots=True)
class Printed:
    """The copy that a number was printed on, and its sheet."""

    issued: Issued
    serial: int
    side: Side


@dataclass(frozen=True, slots=True)
class Context:
    """What else is known of a page: its school, classes it is said to be of, its ticket.

    A class is said by its cover in the pile, or by the teacher who photographed for it.
    """

    school: UnitCode | None = None
    declared: frozenset[UnitCode] = frozenset()
    ticket: SheetId | None = None

    def is_near(self, printed: Printed) -> bool:
        """Whether a sheet is one of the few that are expected here."""
        if self.ticket is not None:
            return printed.issued.sheet == self.ticket
        return self.school is not None and printed.issued.is_of(self.school)

    def supports(self, printed: Printed) -> bool:
        """Whether something besides the number names the same sheet, or its class."""
        return printed.issued.sheet == self.ticket or printed.issued.unit in self.declared


def decide_by_number(
    corners: Sequence[CornerSeen], printed: Mapping[SheetNumber, Printed], context: Context
) -> Decision:
    """The state of a page that no code names, from its printed numbers.

    Matched only where two signals agree: one corner, and the other corner read by itself, or
    the class that is declared, or the ticket. A corner that names another sheet forbids it.

    Args:
        corners: what was read at each corner.
        printed: those of the numbers that were issued in this campaign.
        context: what else is known.
    """
    claims = [one for one in claims_of(corners, printed, context) if one is not None]
    if not claims:
        alone = ONE_SIGNAL if context.ticket is not None else "no_code"
        return Decision(PageState.UNMATCHED, alone)
    if len(set(claims)) > 1:
        return Decision(PageState.UNMATCHED, DISAGREE)
    found = printed[claims[0]]
    if len(claims) + context.supports(found) < SIGNALS:
        return Decision(PageState.UNMATCHED, ONE_SIGNAL)
    return _placed(found, context)


def claims_of(
    corners: Sequence[CornerSeen], printed: Mapping[SheetNumber, Printed], context: Context
) -> tuple[SheetNumber | None, ...]:
    """The issued number that each corner clearly shows; None of one that shows none."""
    return tuple(_claim(corner, printed, context) for corner in corners)


def _claim(
    corner: CornerSeen, printed: Mapping[SheetNumber, Printed], context: Context
) -> SheetNumber | None:
    """The issued number that a corner shows; None where none is, or two are."""
    issued = [one for one in corner.possible if one.number in printed]
    near = [one for one in issued if context.is_near(printed[one.number]) or one.log >= _CLEAR]
    if not near or any(near[0].log - one.log < _APART for one in issued if one != near[0]):
        return None
    return near[0].number


def _placed(found: Printed, context: Context) -> Decision:
    issued = found.issued
    if context.ticket is not None and context.ticket != issued.sheet:
        return Decision(PageState.MISFILED, "other_pupil")
    if context.school is not None and not issued.is_of(context.school):
        return Decision(PageState.MISFILED, "other_school")
    is_old = found.serial < issued.newest_serial
    match = Match(issued.sheet, found.serial, found.side)
    return Decision(PageState.MATCHED, "superseded_serial" if is_old else BY_NUMBER, match)
