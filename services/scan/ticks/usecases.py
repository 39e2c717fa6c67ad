"""Paper without a picture: handed in, refused, or nobody reached; and taking that back.

Pictures and words stand side by side: a sheet is with the school by either, and what a person
said is not forgotten when a photo comes. Source: campaign workflow, S4, S5.
"""

from typing import Any

from sqlalchemy import Row

from services.scan import store
from services.scan.places import place_of
from services.scan.ticks.store import save_tick, ticked_in, ticked_sheet
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import How, SheetReturned
from shared.contracts.tick_commands import (
    REASONS,
    ShowTicks,
    Tick,
    TickReason,
    Ticks,
    TickSheet,
    TickShown,
)
from shared.kernel.authority import Act, Role
from shared.kernel.errors import (
    NotAllowedError,
    SheetEnteredError,
    TickReasonError,
    UnknownSheetError,
)
from shared.kernel.ids import CampaignId, PersonId, SheetId, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database, Tx

# Above the school pupils are numbers in a table, never a list.
_INSIDE_SCHOOL = frozenset({Role.HOMEROOM_TEACHER, Role.REGISTRAR, Role.SCHOOL_LEADER})
_BACK = {Tick.RETURNED: How.HAND, Tick.DECLINED: How.DECLINED}


def tick_sheet(database: Database, actor: Actor, request: TickSheet) -> TickShown:
    """Say where the paper of a sheet is; said twice it is said once.

    Raises:
        UnknownSheetError: no such sheet in this campaign.
        NotAllowedError: neither the homeroom teacher of its class nor the registrar.
        TickReasonError: why it is refused, or nobody reached, is missing.
        SheetEnteredError: something was entered from it, so its paper is here.
    """
    with database.transaction() as tx:
        row = store.sheet_of(tx, request.sheet)
    unit = None if row is None else UnitCode(row.unit)
    act = f"tick_{request.tick}" if request.tick else "untick"
    purpose = request.reason.value if request.reason else None
    deed = Deed(act, request.sheet, unit, purpose=purpose, sheet=request.sheet)
    with acting(database, actor, deed) as tx:
        if row is None or unit is None or row.campaign != request.campaign:
            raise UnknownSheetError(request.sheet)
        actor.require(act_of(request), place_of(tx, unit))
        _check_reason(request)
        store.lock_sheet(tx, request.sheet)
        before = ticked_sheet(tx, request.sheet)
        if before.tick == request.tick and before.reason == purpose:
            return _shown(before)
        _tell(tx, actor, request, before)
        values = {"tick": request.tick, "reason": purpose}
        save_tick(tx, request.sheet, {**values, "by": actor.person, "at": database.clock()})
        return _shown(ticked_sheet(tx, request.sheet))


def show_ticks(database: Database, actor: Actor, request: ShowTicks) -> Ticks:
    """What was said of the paper of a class, and which sheets are back by it or by a picture.

    Raises:
        UnknownUnitError, NotAllowedError: no such class, or not of the staff of its school.
    """
    with acting(database, actor, Deed("see_ticks", request.campaign, request.unit)) as tx:
        actor.require(act_of(request), place_of(tx, request.unit))
        if actor.role not in _INSIDE_SCHOOL:
            raise NotAllowedError(Act.EXPORT_NAMES)
        rows = ticked_in(tx, request.campaign, request.unit)
    return Ticks(request.unit, tuple(_shown(row) for row in rows))


def _check_reason(request: TickSheet) -> None:
    allowed = REASONS[request.tick] if request.tick else ()
    is_right = request.reason in allowed if allowed else request.reason is None
    if not is_right:
        raise TickReasonError(request.sheet)


def _tell(tx: Tx, actor: Actor, request: TickSheet, before: Row[Any]) -> None:
    """Say what becomes true of the sheet by these words, where it is not true already."""
    sheet = request.sheet
    has_picture = store.counts_anywhere(tx, sheet)
    old = _BACK.get(before.tick)
    new = _BACK.get(request.tick) if request.tick else None
    is_back = has_picture or new is not None
    is_refused, was_refused = new is How.DECLINED, old is How.DECLINED
    if (is_back, is_refused) == (bool(before.returned), was_refused):
        return
    if not is_back and sheet in store.entered_of(tx, [sheet]):
        raise SheetEnteredError(sheet)
    store.mark_returned(tx, sheet, is_returned=is_back)
    how = new or (How.PHOTO if has_picture else old or How.HAND)
    word = store.next_word(tx, sheet)
    fact = SheetReturned(
        CampaignId(request.campaign), sheet, how, is_returned=is_back, sequence=word
    )
    tx.say(fact, province=province_of(actor.path))


def _shown(row: Row[Any]) -> TickShown:
    return TickShown(
        SheetId(row.sheet),
        Tick(row.tick) if row.tick else None,
        TickReason(row.reason) if row.reason else None,
        PersonId(row.by) if row.by else None,
        row.at,
        bool(row.returned),
    )
