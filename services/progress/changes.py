"""What progress does with each fact it hears of changes: entered, decided, applied."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from services.progress import store
from services.progress.entries import EntryFlags, Stage
from services.progress.saving import home_of, save
from services.progress.store import Whereabouts
from shared.contracts.change_events import (
    ChangeApplied,
    ChangeApproved,
    ChangeConflicted,
    ChangeEntered,
    ChangeExpired,
    ChangeQueried,
    ChangeRejected,
    ChangeReturned,
    ChangeWithdrawn,
    SheetConfirmed,
    SheetEntered,
)
from shared.contracts.facts import Fact
from shared.kernel.ids import EntryId
from shared.kernel.working_days import beijing_day
from shared.plumbing.hears import Heard

ChangeFact = (
    ChangeEntered
    | ChangeWithdrawn
    | ChangeApproved
    | ChangeReturned
    | ChangeRejected
    | ChangeExpired
    | ChangeApplied
    | ChangeConflicted
)
Told = TypeVar("Told", bound=ChangeFact)

# What each fact says of the revision it names.
STAGES: dict[type[Fact], Stage] = {
    ChangeEntered: Stage.SUBMITTED,
    ChangeReturned: Stage.RETURNED,
    ChangeApproved: Stage.APPROVED,
    ChangeRejected: Stage.REJECTED,
    ChangeApplied: Stage.APPLIED,
    ChangeConflicted: Stage.CONFLICTED,
    ChangeExpired: Stage.EXPIRED,
    ChangeWithdrawn: Stage.WITHDRAWN,
}


def confirm_sheet(heard: Heard[SheetConfirmed]) -> None:
    """Flag a sheet as confirmed; `sheet_entered` may still say that it is open again."""
    fact = heard.fact
    with heard.transaction() as tx:
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], home_of(heard.province))
        after = {fact.sheet: replace(before[fact.sheet], confirmed=True)}
        save(tx, fact.campaign, before, after, on=beijing_day(heard.at))


def enter_sheet(heard: Heard[SheetEntered]) -> None:
    """Flag a sheet as entered, or take the flag back."""
    fact = heard.fact
    with heard.transaction() as tx:
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], home_of(heard.province))
        flags = before[fact.sheet].told_entered(fact.sequence, is_entered=fact.is_entered)
        save(tx, fact.campaign, before, {fact.sheet: flags}, on=beijing_day(heard.at))


def note_query(heard: Heard[ChangeQueried]) -> None:
    """Keep whether a guardian is asked about an entry."""
    fact = heard.fact
    _note(
        heard,
        fact.entry,
        Whereabouts(fact.campaign, fact.sheet),
        lambda flags: flags.queried(fact.sequence, is_open=fact.is_open),
    )


def note_stage(heard: Heard[Told]) -> None:
    """Keep how far an entry has come; what roster tells names no sheet."""
    fact = heard.fact
    stage = STAGES[type(fact)]
    due = fact.due if isinstance(fact, ChangeEntered) else None
    where = (
        None
        if isinstance(fact, ChangeApplied | ChangeConflicted)
        else Whereabouts(fact.campaign, fact.sheet)
    )
    _note(heard, fact.entry, where, lambda flags: flags.told(fact.revision, stage, due))


def _note(
    heard: Heard[Any],
    entry: EntryId,
    told: Whereabouts | None,
    change: Callable[[EntryFlags], EntryFlags],
) -> None:
    """Write an entry's new flags, and count them with its sheet once that is known."""
    with heard.transaction() as tx:
        flags, known = store.lock_entry(tx, entry)
        where, after = known or told, change(flags)
        if where is None:
            store.save_entry(tx, entry, after, None)
            return
        home = home_of(heard.province)
        before = store.lock_sheets(tx, where.campaign, [where.sheet], home)
        store.save_entry(tx, entry, after, where)
        sheet = before[where.sheet]
        now = {where.sheet: replace(sheet, entries={**sheet.entries, entry: after})}
        save(tx, where.campaign, before, now, on=beijing_day(heard.at))
