"""The no-change lane: a class confirmed in one act, after a random sample was looked at."""

import json
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.review import store
from services.review.acting import Acting, acting
from services.review.domain import ASKING, UNFINISHED
from services.review.entries import store as entries
from services.review.entries.desk import open_desk
from services.review.lane import store as lane
from services.review.lane.domain import draw, is_candidate
from services.review.office import Office
from services.review.reconciling import store as settlements
from services.review.reconciling.standing import (
    Paper,
    States,
    differences,
    is_settled,
    paper_of,
    tell_standing,
)
from services.review.windows import check_open
from shared.contracts.actors import Actor
from shared.contracts.change_events import SheetConfirmed
from shared.contracts.lane_commands import (
    ConfirmClass,
    Confirmed,
    ConfirmSheet,
    DrawSample,
    MarkLooked,
    Sample,
    SampledSheet,
    UndoConfirmation,
)
from shared.kernel.errors_review import (
    NothingToConfirmError,
    SampleNotSeenError,
    SheetUnsureError,
    TooLateToUndoError,
    UnknownSampleError,
)
from shared.kernel.ids import CampaignId, FactId, SheetId, StudentId, UnitCode
from shared.kernel.units import province_of_campaign
from shared.plumbing.database import Tx
from shared.plumbing.taking_back import take_back

_CHANCE = secrets.SystemRandom()


def draw_sample(office: Office, actor: Actor, request: DrawSample) -> Sample:
    """The sample of a class: asked again it is the same one, unless there are new candidates.

    So nobody draws until a sample pleases.

    Raises:
        NothingToConfirmError: no sheet seems to ask for no change.
        WindowClosedError, NotAllowedError, UnknownUnitError: not now, not here.
    """
    with (
        acting(office, actor, request, "draw_sample", request.unit) as who,
        office.database.transaction() as tx,
    ):
        _take_up_class(office, tx, who, request.campaign, request.unit)
        papers = _candidates(tx, request.campaign, request.unit)
        known = lane.open_sample_of(tx, request.campaign, request.unit)
        if known is not None and set(papers) <= set(lane.candidates_in(known)):
            who.done(tx)
            return _shown(tx, known)
        if not papers:
            raise NothingToConfirmError(request.unit)
        if known is not None:
            lane.close_sample(tx, known.sample)
        row = {
            "sample": secrets.token_hex(16),
            "campaign": request.campaign,
            "unit": request.unit,
            "drawn_by": who.person,
            "drawn_at": office.database.clock(),
            "candidates": json.dumps(list(papers)),
            "is_open": True,
        }
        lane.add_sample(tx, row, [_to_look_at(one) for one in draw(list(papers), _CHANCE)])
        who.done(tx)
        drawn = lane.sample_by_id(tx, str(row["sample"]))
        assert drawn is not None
        return _shown(tx, drawn)


def mark_looked(office: Office, actor: Actor, request: MarkLooked) -> Sample:
    """Note what somebody saw; one sheet that is not blank, and every candidate is looked at.

    Raises:
        UnknownSampleError: no such open sample, or not such a sheet in it.
        WindowClosedError, NotAllowedError: not now, not you.
    """
    with (
        acting(office, actor, request, "mark_looked", request.sheet) as who,
        office.database.transaction() as tx,
    ):
        known = _open_sample(office, tx, who, request.sample)
        who.sheet = request.sheet
        seen = {
            "object": _picture(tx, request.sheet)[0],
            "is_blank": request.is_blank,
            "looked_by": who.person,
            "looked_at": office.database.clock(),
        }
        if not lane.mark(tx, known.sample, request.sheet, seen):
            raise UnknownSampleError(request.sample)
        if not request.is_blank:
            asked = {row.sheet for row in lane.sampled_of(tx, known.sample)}
            rest = [one for one in lane.candidates_in(known) if one not in asked]
            lane.add_to_sample(tx, known.sample, [_to_look_at(one) for one in rest])
        who.done(tx)
        return _shown(tx, known)


def confirm_class(office: Office, actor: Actor, request: ConfirmClass) -> Confirmed:
    """Confirm in one act every candidate of a sample that still is one.

    Sent twice it is done once.

    Raises:
        UnknownSampleError: no such open sample.
        SampleNotSeenError: some of it was not looked at.
        NothingToConfirmError: no candidate is left.
        WindowClosedError, NotAllowedError: not now, not you.
    """
    with (
        acting(office, actor, request, "confirm_class", request.sample) as who,
        office.database.transaction() as tx,
    ):
        if (before := _confirmed_before(tx, who, request.sample)) is not None:
            return before
        known = _open_sample(office, tx, who, request.sample)
        unseen = sum(row.is_blank is None for row in lane.sampled_of(tx, known.sample))
        if unseen:
            raise SampleNotSeenError(known.sample, unseen)
        campaign, unit = CampaignId(known.campaign), UnitCode(known.unit)
        drawn_from = set(lane.candidates_in(known))
        chosen = [one for one in _candidates(tx, campaign, unit) if one in drawn_from]
        if not chosen:
            raise NothingToConfirmError(unit)
        lane.close_sample(tx, known.sample)
        return _confirm(office, tx, who, known.sample, chosen)


def confirm_sheet(office: Office, actor: Actor, request: ConfirmSheet) -> Confirmed:
    """Confirm one sheet by itself: somebody has looked at its paper.

    Sent twice it is done once.

    Raises:
        SheetUnsureError: it has entries, or ink that nobody has settled.
        SheetNotBackError, WindowClosedError, NotAllowedError: not this, not now, not you.
    """
    with (
        acting(office, actor, request, "confirm_sheet", request.sheet) as who,
        office.database.transaction() as tx,
    ):
        open_desk(office, tx, who, request.sheet)
        row = store.sheet_of(tx, request.sheet, lock=True)
        newest = lane.newest_confirmation(tx, request.sheet) if row.is_confirmed else None
        before = None if newest is None else _confirmed_before(tx, who, newest)
        if before is not None and before.sheets == (request.sheet,):
            return before
        states = entries.states_of(tx, request.sheet)
        paper = paper_of(row, store.cells_of(tx, request.sheet))
        settled = settlements.settled_of(tx, request.sheet)
        is_open = not all(is_settled(one, paper, settled) for one in differences(paper, states))
        if is_open or row.is_confirmed or _asks(states):
            raise SheetUnsureError(request.sheet)
        return _confirm(office, tx, who, secrets.token_hex(16), [request.sheet])


def undo_confirmation(office: Office, actor: Actor, request: UndoConfirmation) -> Confirmed:
    """Take an own confirmation back, whole, while none of its words has left.

    Raises:
        TooLateToUndoError: a word has left, or it was somebody else's act.
    """
    with (
        acting(office, actor, request, "undo_confirmation", request.confirmation) as who,
        office.database.transaction() as tx,
    ):
        rows = lane.confirmed_in(tx, request.confirmation)
        if not rows or any(row.confirmed_by != who.person for row in rows):
            raise TooLateToUndoError(request.confirmation)
        unit = UnitCode(store.sheet_of(tx, SheetId(rows[0].sheet)).unit)
        who.require(store.place_of(tx, unit), unit)
        if not all(take_back(tx, FactId(row.fact)) for row in rows):
            raise TooLateToUndoError(request.confirmation)
        for row in rows:
            store.change_sheet(tx, SheetId(row.sheet), is_confirmed=False)
            tell_standing(tx, SheetId(row.sheet))
        lane.forget(tx, request.confirmation)
        who.done(tx)
        return Confirmed(request.confirmation, ())


def _confirm(
    office: Office, tx: Tx, who: Acting, confirmation: str, chosen: Sequence[SheetId]
) -> Confirmed:
    now = office.database.clock()
    facts: dict[SheetId, FactId] = {}
    for sheet in sorted(chosen):
        row = store.sheet_of(tx, sheet, lock=True)
        campaign = CampaignId(row.campaign)
        facts[sheet] = tx.say(
            SheetConfirmed(campaign, sheet, UnitCode(row.unit)),
            province=province_of_campaign(campaign),
            not_before=now + office.rules.undo,
        )
        store.change_sheet(tx, sheet, is_confirmed=True)
        tell_standing(tx, sheet)
    lane.add_confirmed(tx, confirmation, facts, who.person, now)
    who.done(tx)
    return Confirmed(confirmation, tuple(facts))


def _confirmed_before(tx: Tx, who: Acting, confirmation: str) -> Confirmed | None:
    """What this person confirmed in the same act already: its answer was lost on the way."""
    rows = lane.confirmed_in(tx, confirmation)
    if not rows or any(row.confirmed_by != who.person for row in rows):
        return None
    unit = UnitCode(store.sheet_of(tx, SheetId(rows[0].sheet)).unit)
    who.require(store.place_of(tx, unit), unit)
    return Confirmed(confirmation, tuple(SheetId(row.sheet) for row in rows))


def _candidates(tx: Tx, campaign: CampaignId, unit: UnitCode) -> dict[SheetId, Paper]:
    """The sheets of a class that seem to ask for no change, in its order."""
    rows = settlements.sheets_of(tx, campaign, unit)
    found: dict[SheetId, Paper] = {}
    for row in rows:
        sheet = SheetId(row.sheet)
        paper = paper_of(row, store.cells_of(tx, sheet))
        is_back = row.is_returned and not row.is_declined and not row.is_confirmed
        is_stale = bool(store.changed_since(tx, StudentId(row.student), row.record_version))
        states = entries.states_of(tx, sheet)
        if is_candidate(paper, states, is_back=is_back, is_stale=is_stale):
            found[sheet] = paper
    wrong = lane.not_blank(tx, list(found))
    return {
        sheet: paper
        for sheet, paper in found.items()
        if not wrong & {(sheet, object_) for object_, _ in paper.pictures.values()}
    }


def _open_sample(office: Office, tx: Tx, who: Acting, sample: str) -> Row[Any]:
    row = lane.sample_by_id(tx, sample)
    if row is None:
        raise UnknownSampleError(sample)
    _take_up_class(office, tx, who, CampaignId(row.campaign), UnitCode(row.unit))
    if not row.is_open:
        raise UnknownSampleError(sample)
    return row


def _take_up_class(
    office: Office, tx: Tx, who: Acting, campaign: CampaignId, unit: UnitCode
) -> None:
    who.require(store.place_of(tx, unit), unit)
    check_open(tx, campaign, unit, office.database.clock())


def _asks(states: States) -> bool:
    return any(mine & (ASKING | UNFINISHED) for mine in states.values())


def _to_look_at(sheet: SheetId) -> dict[str, Any]:
    nothing = dict.fromkeys(("object", "is_blank", "looked_by", "looked_at"))
    return {"sheet": sheet, **nothing}


def _picture(tx: Tx, sheet: SheetId) -> tuple[Any, int]:
    sides = store.cells_of(tx, sheet)
    return (sides[0].object, sides[0].page) if sides else (None, 0)


def _shown(tx: Tx, row: Row[Any]) -> Sample:
    looked = lane.sampled_of(tx, row.sample)
    found = []
    for one in looked:
        sheet = store.sheet_of(tx, SheetId(one.sheet))
        object_, page = _picture(tx, SheetId(one.sheet))
        found.append(
            SampledSheet(SheetId(one.sheet), sheet.number_in_class, object_, page, one.is_blank)
        )
    found.sort(key=lambda one: (one.number_in_class is None, one.number_in_class, one.sheet))
    may_confirm = all(one.is_blank is not None for one in looked)
    return Sample(
        row.sample, UnitCode(row.unit), lane.candidates_in(row), tuple(found), may_confirm
    )
