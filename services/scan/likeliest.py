"""Which sheets a page that nothing names may be, the likeliest first: for people, never a match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.scan.digits import store as digits_store
from services.scan.digits.ranking import shares
from services.scan.digits.rules import Context, claims_of
from services.scan.digits.seen import CornerSeen
from shared.contracts.batch_commands import Candidate
from shared.kernel.ids import SheetId, UnitCode
from shared.plumbing.database import Tx

# As natural logarithms, what speaks against a sheet besides the digits; people decide anyway.
_CAME_BACK = -3.0
_NOT_DECLARED = -1.0
# Of the address a photo was sent to: few send another pupil's sheet.
_NOT_THE_TICKET = -4.0
_LEAST_SHARE = 0.001
_CORNERS = ("top_left", "bottom_right")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around a page: its school, what lies beside it, where it was sent to.

    `here` are sheets and sides that its pile holds already; `classes` are theirs, `declared`
    those of the pile's covers, or the one that a photo was taken for, as `declared_by` says;
    `ticket` is the sheet of the address a photo was sent to.
    """

    campaign: str
    school: str
    here: frozenset[tuple[str, str]] = frozenset()
    classes: frozenset[str] = frozenset()
    declared: frozenset[UnitCode] = frozenset()
    declared_by: str = "cover"
    ticket: SheetId | None = None


class Likeliest:
    """The sheets of a school, asked once for all pages that may be of them."""

    def __init__(self, tx: Tx, around: Around) -> None:
        self._tx = tx
        self._around = around
        self._numbers = digits_store.numbers_of_school(tx, around.campaign, around.school)

    def candidates_of(self, object_: str, page: int, *, most: int) -> tuple[Candidate, ...]:
        """The likeliest first; one for each side of a sheet."""
        corners = digits_store.read_of(self._tx, object_, page)
        steps = [corner.steps for corner in corners]
        found = shares(steps, [row.number for row in self._numbers], self._priors())
        if found is None:
            return tuple(self._without_digits())[:most]
        ranked = sorted(zip(found, self._numbers, strict=True), key=lambda one: -one[0])
        likely = (one for one in ranked[: 4 * most] if one[0] >= _LEAST_SHARE)
        named = self._named(corners)
        return tuple(_one_a_side(self._candidate(row, share, named) for share, row in likely))[
            :most
        ]

    def _priors(self) -> list[float]:
        return [self._prior(row) for row in self._numbers]

    def _prior(self, row: Row[Any]) -> float:
        around = self._around
        if around.ticket is not None:
            return 0.0 if row.sheet == around.ticket else _NOT_THE_TICKET
        is_declared = not around.declared or row.unit in around.declared
        return (0.0 if self._is_missing(row) else _CAME_BACK) + (
            0.0 if is_declared else _NOT_DECLARED
        )

    def _without_digits(self) -> Iterable[Candidate]:
        """Of a photo the sheet it was sent for, of a pile what is missing in its classes."""
        around = self._around
        if around.ticket is not None:
            rows = [row for row in self._numbers if row.sheet == around.ticket]
        else:
            classes = around.declared or around.classes
            rows = [row for row in self._numbers if row.unit in classes and self._is_missing(row)]
            rows = [row for row in rows if row.side == "front"]
        # "front" comes after "back" in the alphabet.
        rows.sort(key=lambda row: row.side, reverse=True)
        ordered = sorted(rows, key=lambda row: (row.unit, row.number_in_class or 0, -row.serial))
        return _one_a_side(self._candidate(row, None, {}) for row in ordered)

    def _is_missing(self, row: Row[Any]) -> bool:
        return not row.returned and (row.sheet, row.side) not in self._around.here

    def _named(self, corners: Sequence[CornerSeen]) -> dict[str, tuple[str, ...]]:
        """Of each number that a corner clearly shows, which corners do."""
        wanted = {one.number for corner in corners for one in corner.possible}
        printed = digits_store.printed_of(self._tx, self._around.campaign, wanted)
        claims = claims_of(corners, printed, Context(UnitCode(self._around.school)))
        return {
            claim: tuple(
                name for name, other in zip(_CORNERS, claims, strict=False) if other == claim
            )
            for claim in claims
            if claim is not None
        }

    def _candidate(
        self, row: Row[Any], share: float | None, named: dict[str, tuple[str, ...]]
    ) -> Candidate:
        signals = named.get(row.number, ())
        if row.unit in self._around.declared:
            signals = (*signals, self._around.declared_by)
        if row.sheet == self._around.ticket:
            signals = (*signals, "ticket")
        return Candidate(
            SheetId(row.sheet),
            row.serial,
            row.side,
            UnitCode(row.unit),
            row.number_in_class,
            round(share, 3) if share is not None else None,
            self._is_missing(row),
            signals,
        )


def _one_a_side(found: Iterable[Candidate]) -> Iterable[Candidate]:
    """Of several prints of one side the first, which is the likeliest or the newest."""
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.sheet, one.side) not in seen:
            seen.add((one.sheet, one.side))
            yield one
