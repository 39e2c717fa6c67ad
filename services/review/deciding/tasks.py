"""Handing decisions out, one at a time, and taking them back unsaid."""

from sqlalchemy.exc import IntegrityError

from services.review.acting import Acting, acting
from services.review.deciding import queue
from services.review.deciding.authority import bench_of, check_queue
from services.review.domain import OPEN, Entry, check_checker
from services.review.entries import store as entries
from services.review.entries.showing import shown, shown_all
from services.review.office import Office
from services.review.store import place_of
from shared.contracts.actors import Actor
from shared.contracts.look_commands import SheetInHands, SheetInHandsRequest
from shared.contracts.review_commands import NextTask, TaskCommand, TaskShown
from shared.kernel.errors_review import EntryHeldError
from shared.kernel.ids import CampaignId
from shared.plumbing.database import Tx


def next_task(office: Office, actor: Actor, request: NextTask) -> TaskShown:
    """The decision the actor has in hands, or else the most urgent one of their own queue.

    Raises:
        NotAllowedError: this role decides nothing.
    """
    with acting(office, actor, request, "next_task", request.campaign) as who:
        try:
            return _hand_out(office, who, request)
        except IntegrityError:
            # The same person asked twice at once: what the other one took is in hands now.
            return _hand_out(office, who, request)


def _hand_out(office: Office, who: Acting, request: NextTask) -> TaskShown:
    with office.database.transaction() as tx:
        bench = bench_of(who)
        now, person = office.database.clock(), who.person
        task = queue.in_hands(tx, person, now)
        if task is None or task.campaign != request.campaign:
            queue.put_back(tx, person)
            task = queue.take_next(tx, request.campaign, bench.queue, person, now)
        who.unit = bench.queue if task is None else task.unit
        who.sheet = None if task is None else task.sheet
        who.done(tx)
        return _handed(office, tx, who, request.campaign, task)


def open_task(office: Office, actor: Actor, request: TaskCommand) -> TaskShown:
    """Take one decision out of the order, such as the sibling of one that was just decided.

    Raises:
        EntryHeldError: somebody else has it.
        OwnEntryError, NotAllowedError, UnknownEntryError: it is not this actor's to decide.
    """
    with (
        acting(office, actor, request, "open_task", request.entry) as who,
        office.database.transaction() as tx,
    ):
        entry = entries.entry_of(tx, request.entry, lock=True)
        check_queue(who, entry, place_of(tx, entry.unit))
        now, person = office.database.clock(), who.person
        check_checker(entry, entries.makers_of(tx, entry.entry), person)
        if entry.holder not in (None, person) and entry.held_until and entry.held_until > now:
            raise EntryHeldError(entry.entry, entry.holder or "", entry.held_until.isoformat())
        if entry.holder != person:
            queue.put_back(tx, person)
        who.done(tx, entry.field)
        return _handed(office, tx, who, entry.campaign, entry)


def put_task_back(office: Office, actor: Actor, request: TaskCommand) -> TaskShown:
    """Let others have the decision that is in hands."""
    with (
        acting(office, actor, request, "put_task_back", request.entry) as who,
        office.database.transaction() as tx,
    ):
        entry = entries.entry_of(tx, request.entry, lock=True)
        check_queue(who, entry, place_of(tx, entry.unit))
        if entry.holder == who.person:
            queue.put_back(tx, who.person)
        who.done(tx, entry.field)
        left = queue.waiting(tx, entry.campaign, who.actor.unit)
        return TaskShown(None, (), left)


def sheet_in_hands(office: Office, request: SheetInHandsRequest) -> SheetInHands:
    """Whether somebody may see the paper of a sheet because they decide about it now."""
    with office.database.transaction() as tx:
        now = office.database.clock()
        is_held = queue.holds_sheet(tx, request.person, request.sheet, now)
    return SheetInHands(request.sheet, is_held)


def _handed(
    office: Office, tx: Tx, who: Acting, campaign: CampaignId, task: Entry | None
) -> TaskShown:
    left = queue.waiting(tx, campaign, who.actor.unit)
    if task is None:
        return TaskShown(None, (), left)
    now, person = office.database.clock(), who.person
    mine = queue.lease(tx, task, person, now, office.rules.lease)
    siblings = [
        one
        for one in entries.entries_of(tx, task.sheet)
        if one.entry != task.entry and one.state in OPEN
    ]
    own = shown(office, tx, mine, with_history=True)
    return TaskShown(own, shown_all(office, tx, siblings), left)
