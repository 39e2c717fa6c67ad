"""Where a sheet stands: what its paper asks for, held against what was keyed.

A sheet counts as entered when every change its paper asks for was taken up, every entry is
finished by the school, and whatever paper and entries disagree about is settled with a reason.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.review import store
from services.review.domain import ASKING, UNFINISHED
from services.review.entries import store as entries
from services.review.reconciling import store as settlements
from shared.contracts.change_events import SheetEntered
from shared.contracts.lane_commands import DisagreementKind
from shared.contracts.review_commands import EntryState
from shared.kernel.ids import CampaignId, ObjectId, SheetId, UnitCode
from shared.kernel.units import province_of_campaign
from shared.plumbing.database import Tx


@dataclass(frozen=True, slots=True)
class Paper:
    """What was seen on a sheet's change cells, all legible sides together."""

    cells: Mapping[str, str]  # field -> blank, ink, unsure
    pictures: Mapping[str, tuple[ObjectId, int]]  # field -> object and page it was seen on
    is_whole: bool  # every side was seen and is legible
    is_newest: bool  # all of it on the newest print
    is_signed: bool

    @property
    def is_blank(self) -> bool:
        """Whether the whole sheet was seen, and nothing asks for a change."""
        return self.is_whole and all(ink == "blank" for ink in self.cells.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """Paper and entries say differently about one field."""

    field: str
    kind: DisagreementKind


States = Mapping[str, frozenset[EntryState]]  # of every entry of a sheet, by field


def paper_of(sheet: Row[Any], sides: Iterable[Row[Any]]) -> Paper:
    """What is seen on a sheet's newest pictures; older paper that came back counts too."""
    legible = [side for side in sides if side.is_legible]
    cells: dict[str, str] = {}
    pictures: dict[str, tuple[ObjectId, int]] = {}
    for side in legible:
        seen = json.loads(side.cells)
        cells |= seen
        pictures |= dict.fromkeys(seen, (ObjectId(side.object), side.page))
    is_whole = sheet.sides is not None and len(legible) >= sheet.sides
    is_signed = any(side.signature == "present" for side in legible)
    is_newest = all(side.serial == sheet.serial for side in legible)
    return Paper(cells, pictures, is_whole, is_newest, is_signed)


def differences(paper: Paper, states: States) -> tuple[Difference, ...]:
    """Where paper and entries differ, by field; what was not seen cannot differ."""
    found = []
    for field, ink in sorted(paper.cells.items()):
        mine = states.get(field, frozenset())
        if ink == "blank" and mine & ASKING:
            found.append(Difference(field, DisagreementKind.ENTRY_WITHOUT_INK))
        elif ink == "ink" and not mine & ASKING:
            found.append(Difference(field, DisagreementKind.INK_WITHOUT_ENTRY))
        elif ink == "unsure" and not mine & ASKING:
            found.append(Difference(field, DisagreementKind.UNSURE_WITHOUT_ENTRY))
    return tuple(found)


def is_settled(difference: Difference, paper: Paper, settled: Mapping[Any, Row[Any]]) -> bool:
    """Whether somebody gave a reason, for the very picture that shows it now."""
    row = settled.get((difference.field, difference.kind.value))
    return row is not None and row.object == paper.pictures[difference.field][0]


def is_entered(
    paper: Paper, states: States, *, is_open: bool, is_finished: bool, is_confirmed: bool
) -> bool:
    """Whether a sheet counts as entered.

    Args:
        paper: what was seen.
        states: of its entries.
        is_open: paper and entries differ, and nobody has said why.
        is_finished: somebody said that the paper holds nothing else.
        is_confirmed: somebody said that it asks for no change.
    """
    every = frozenset[EntryState]().union(*states.values()) if states else frozenset()
    if every & UNFINISHED:
        return False
    if not every & ASKING:
        return is_confirmed
    # Paper that no machine has seen whole is finished when somebody says so.
    return (paper.is_whole or is_finished) and not is_open


def tell_standing(tx: Tx, sheet: SheetId) -> None:
    """Say how a sheet stands, if that is not what was said last."""
    row = store.sheet_row(tx, sheet)
    if row is None or row.unit is None:
        return
    states = entries.states_of(tx, sheet)
    paper = paper_of(row, store.cells_of(tx, sheet))
    settled = settlements.settled_of(tx, sheet)
    found = differences(paper, states)
    now = is_entered(
        paper,
        states,
        is_open=not all(is_settled(one, paper, settled) for one in found),
        is_finished=row.finished_by is not None,
        is_confirmed=row.is_confirmed,
    )
    if now == row.is_entered:
        return
    sequence = row.sequence + 1
    store.change_sheet(tx, sheet, is_entered=now, sequence=sequence)
    campaign = CampaignId(row.campaign)
    said = SheetEntered(campaign, sheet, UnitCode(row.unit), now, sequence)
    tx.say(said, province=province_of_campaign(campaign))
