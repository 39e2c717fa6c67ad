"""Looking before setting: which schools a setting touches, what would be left undone."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Protocol, TypeVar

from services.campaign import store, undone
from services.campaign.domain import switch_at
from services.campaign.telling import province_of
from services.campaign.undone import EntryState
from services.campaign.usecases import known_campaign, known_path
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.campaign_commands import MAX_NAMED, Rehearsal, RehearseWindow, Undone
from shared.contracts.change_events import (
    ChangeApproved,
    ChangeEntered,
    ChangeExpired,
    ChangeQueried,
    ChangeRejected,
    ChangeReturned,
    ChangeWithdrawn,
    SheetConfirmed,
    SheetEntered,
)
from shared.contracts.events import SheetIssued, SheetReturned
from shared.kernel.authority import Place
from shared.kernel.clock import BEIJING
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import PATH_END, Level
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database
from shared.plumbing.hears import Heard

Final = TypeVar("Final", ChangeWithdrawn, ChangeApproved, ChangeRejected, ChangeExpired)
# A confirmed sheet is entered for good, whatever sequence of `sheet_entered` comes late.
_CONFIRMED = 2**31 - 1


class CountsDrafts(Protocol):
    """Never asked inside a transaction."""

    def below(self, campaign: CampaignId, unit: UnitCode, apart: Sequence[UnitCode]) -> int | None:
        """Drafts at or below a unit and outside the units set apart; None: nobody says."""
        ...


def rehearse_window(
    database: Database, actor: Actor, request: RehearseWindow, drafts: CountsDrafts | None = None
) -> Rehearsal:
    """What a setting of a unit would touch, and what closing it now would leave undone.

    Raises:
        UnknownCampaignError, UnknownUnitError: no such campaign, or no such unit in its province.
        NotAllowedError: the actor sets no windows there.
    """
    now = database.clock()
    today = now.astimezone(BEIJING).date()
    deed = Deed(f"rehearse_{request.action}", request.campaign, request.unit)
    with acting(database, actor, deed) as tx:
        known_campaign(tx, request.campaign)
        path = known_path(tx, request.unit)
        if not path.startswith(f"{province_of(request.campaign)}{PATH_END}"):
            raise UnknownUnitError(request.unit)
        actor.require(act_of(request), Place(path))
        settings = store.told_up(tx, request.campaign, path)[request.action]
        switch = switch_at(request.action, settings, path, now)
        apart = store.apart_below(tx, request.campaign, request.action, path)
        schools = store.units_below(tx, path, Level.SCHOOL)
        touched = [code for code, at in schools if not _lies_in(at, apart)]
        left = undone.undone_below(tx, request.campaign, path, today)
        for _, where in _topmost(apart):
            left = _less(left, undone.undone_below(tx, request.campaign, where, today))
    codes = [UnitCode(code) for code, _ in apart]
    begun = drafts.below(request.campaign, request.unit, codes) if drafts is not None else None
    return Rehearsal(
        switch=switch,
        schools=len(touched),
        named_schools=tuple(touched[:MAX_NAMED]),
        apart=tuple(codes[:MAX_NAMED]),
        undone=left,
        drafts=begun,
    )


def issue_sheets(heard: Heard[SheetIssued]) -> None:
    """Sheets of a class were printed."""
    fact = heard.fact
    with heard.transaction() as tx:
        undone.mark_issued(tx, fact.campaign, fact.unit, [one.sheet for one in fact.sheets])


def return_sheet(heard: Heard[SheetReturned]) -> None:
    """A sheet is with the school, or is so no more."""
    fact = heard.fact
    with heard.transaction() as tx:
        undone.mark_returned(
            tx, fact.campaign, fact.sheet, is_returned=fact.is_returned, sequence=fact.sequence
        )


def confirm_sheet(heard: Heard[SheetConfirmed]) -> None:
    """A sheet asks for no change."""
    fact = heard.fact
    with heard.transaction() as tx:
        undone.mark_entered(tx, fact.campaign, fact.sheet, is_entered=True, sequence=_CONFIRMED)


def enter_sheet(heard: Heard[SheetEntered]) -> None:
    """Everything a sheet asks for is submitted, or that stopped being true."""
    fact = heard.fact
    with heard.transaction() as tx:
        undone.mark_entered(
            tx, fact.campaign, fact.sheet, is_entered=fact.is_entered, sequence=fact.sequence
        )


def enter_change(heard: Heard[ChangeEntered]) -> None:
    """A change waits for a decision."""
    fact = heard.fact
    of = (fact.campaign, fact.entry, fact.unit)
    with heard.transaction() as tx:
        undone.mark_entry(tx, of, EntryState.OPEN, fact.revision, fact.due)


def return_change(heard: Heard[ChangeReturned]) -> None:
    """A change waits for the school again."""
    fact = heard.fact
    with heard.transaction() as tx:
        of = (fact.campaign, fact.entry, fact.unit)
        undone.mark_entry(tx, of, EntryState.SENT_BACK, fact.revision)


def close_change(heard: Heard[Final]) -> None:
    """A change waits for nobody any more."""
    fact = heard.fact
    with heard.transaction() as tx:
        of = (fact.campaign, fact.entry, fact.unit)
        undone.mark_entry(tx, of, EntryState.CLOSED, fact.revision)


def query_change(heard: Heard[ChangeQueried]) -> None:
    """The guardian is asked about a change, or has answered."""
    fact = heard.fact
    with heard.transaction() as tx:
        of = (fact.campaign, fact.entry, fact.unit)
        undone.mark_queried(tx, of, is_open=fact.is_open, sequence=fact.sequence)


def _lies_in(path: str, apart: list[tuple[str, str]]) -> bool:
    return any(path.startswith(where) for _, where in apart)


def _topmost(apart: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that lie in no other one; they come in the tree's order."""
    found: list[tuple[str, str]] = []
    for code, path in apart:
        if not found or not path.startswith(found[-1][1]):
            found.append((code, path))
    return found


def _less(left: Undone, apart: Undone) -> Undone:
    return replace(
        left,
        **{one.name: getattr(left, one.name) - getattr(apart, one.name) for one in fields(Undone)},
    )
