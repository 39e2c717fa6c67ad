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
from services.review.domain import ASKING, TAKEN_UP, UNFINISHED
from services.review.entries import store as entries
from shared.contracts.change_events import SheetEntered
from shared.contracts.review_commands import EntryState
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId, UnitCode
from shared.plumbing.database import Tx


@dataclass(frozen=True, slots=True)
class Paper:
    """What was seen on a sheet's change cells, all legible sides together."""

    cells: Mapping[str, str]  # field -> blank, ink, unsure
    is_whole: bool  # every side of the newest print was seen and is legible
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something that paper and entries say differently about one field."""

    field: str
    kind: str  # ink_without_entry, unsure_without_entry, entry_without_ink


def paper_of(sheet: Row[Any], sides: Iterable[Row[Any]]) -> Paper:
    """What is seen on a sheet's newest pictures."""
    legible = [side for side in sides if side.is_legible]
    cells: dict[str, str] = {}
    for side in legible:
        cells |= json.loads(side.cells)
    is_whole = sheet.sides is not None and len(legible) >= sheet.sides
    return Paper(cells, is_whole, any(side.signature == "present" for side in legible))


def disagreements(
    paper: Paper, states: Mapping[str, frozenset[EntryState]]
) -> tuple[Disagreement, ...]:
    """Where paper and entries differ, by field.

    Args:
        paper: what was seen; a field that was not seen cannot be disagreed about.
        states: of every entry of the sheet, by field.
    """
    found = []
    for field in sorted(paper.cells.keys() | states.keys()):
        ink = paper.cells.get(field)
        mine = states.get(field, frozenset())
        if ink == "ink" and not mine & (TAKEN_UP | UNFINISHED):
            found.append(Disagreement(field, "ink_without_entry"))
        elif ink == "unsure" and not mine & (TAKEN_UP | UNFINISHED):
            found.append(Disagreement(field, "unsure_without_entry"))
        elif ink == "blank" and mine & ASKING:
            found.append(Disagreement(field, "entry_without_ink"))
    return tuple(found)


def is_entered(
    paper: Paper,
    states: Mapping[str, frozenset[EntryState]],
    open_disagreements: Iterable[Disagreement],
    *,
    is_finished: bool,
    is_confirmed: bool,
) -> bool:
    """Whether a sheet counts as entered."""
    every = frozenset[EntryState]().union(*states.values()) if states else frozenset()
    if every & UNFINISHED:
        return False
    if not every & ASKING:
        return is_confirmed
    # Paper that no machine has seen whole is finished when somebody says so.
    return (paper.is_whole or is_finished) and not tuple(open_disagreements)


def tell_standing(tx: Tx, sheet: SheetId) -> None:
    """Say how a sheet stands, if that is not what was said last."""
    row = store.sheet_row(tx, sheet)
    if row is None or row.unit is None:
        return
    states = entries.states_of(tx, sheet)
    paper = paper_of(row, store.cells_of(tx, sheet))
    found = disagreements(paper, states)
    now = is_entered(
        paper,
        states,
        found,
        is_finished=row.finished_by is not None,
        is_confirmed=row.is_confirmed,
    )
    if now == row.is_entered:
        return
    sequence = row.sequence + 1
    store.change_sheet(tx, sheet, is_entered=now, sequence=sequence)
    campaign = CampaignId(row.campaign)
    said = SheetEntered(campaign, sheet, UnitCode(row.unit), now, sequence)
    tx.say(said, province=ProvinceCode(campaign.split("-", 1)[0]))
