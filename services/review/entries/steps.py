"""One step of an entry, written down: its new state, its history, how its sheet stands now."""

from dataclasses import dataclass, replace
from typing import Any

from services.review.domain import Entry, Step, after
from services.review.entries import store
from services.review.entries.store import Line
from services.review.office import Office
from services.review.reconciling.standing import tell_standing
from shared.contracts.facts import Fact
from shared.kernel.units import province_of_campaign
from shared.plumbing.database import Tx


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to an entry, by whom and why."""

    step: Step
    actor: str  # a person's id, or "service:<name>"
    reason: str | None = None  # a code
    note: str = ""  # somebody's words
    sealed: bytes | None = None  # a new difference


def take_step(office: Office, tx: Tx, entry: Entry, move: Move, **changes: Any) -> Entry:
    """Take one step with an entry that this transaction has locked; gives it as it is then.

    Args:
        office: knows the time, and seals the note.
        tx: the transaction of the act.
        entry: as it was read.
        move: what happens.
        changes: further fields of the entry.

    Raises:
        EntryStateError: the step leads nowhere from here.
    """
    now = office.database.clock()
    state, sequence = after(entry, move.step), entry.sequence + 1
    moved = replace(entry, state=state, sequence=sequence, touched_at=now, **changes)
    store.save(tx, moved, move.sealed)
    words = office.vault.seal_words(store.line_of(entry.entry, sequence), move.note)
    store.add_line(tx, moved, Line(move.step, move.actor, move.reason, words))
    tell_standing(tx, entry.sheet)
    return moved


def say(tx: Tx, entry: Entry, fact: Fact) -> None:
    """Say a fact of an entry in its province."""
    tx.say(fact, province=province_of_campaign(entry.campaign))
