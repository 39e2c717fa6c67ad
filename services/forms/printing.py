"""Doing one print job: snapshot, draw the copies' identities, render, seal, write the books.

Nothing is in the books before everything is done, so a job that dies anywhere is simply
done again: by the next worker once its claim has run out. Only then are facts said, all in
the transaction that marks the job printed.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from sqlalchemy.exc import IntegrityError

from services.forms import store
from services.forms.books import book_rows, facts_of
from services.forms.planning import PlannedClass, file_of, plan_classes
from services.forms.ports import PrintRoom, RosterAwayError, ShelfAwayError, Shelved
from services.forms.render.job import PrintedFile
from services.forms.report import Report
from services.forms.store import Job
from shared.contracts.forms_commands import JobState
from shared.kernel.errors import DomainError, NoCodeKeyError, NoPupilInScopeError
from shared.kernel.ids import CampaignId
from shared.kernel.sheet_code import CodeKey
from shared.kernel.units import province_of

_log = logging.getLogger(__name__)

# Renewed after every class; drawing and putting away the largest file stays well below it.
CLAIM_FOR = timedelta(seconds=30)
MAX_ATTEMPTS = 5
RETRY_AFTER = timedelta(seconds=5)


class ClaimLostError(Exception):
    """Another worker has taken the job over; this one leaves without a trace."""


def run_next_job(room: PrintRoom) -> bool:
    """Do the oldest waiting job; False when there is none."""
    claim, now = secrets.token_hex(8), room.database.clock()
    with room.database.transaction() as tx:
        job = store.claim_job(tx, at=now, until=now + CLAIM_FOR, claim=claim)
    if job is None:
        return False
    if job.attempts > MAX_ATTEMPTS:
        # Its workers died or met a bug every time.
        _fail(room, job, claim, "given_up")
        return True
    try:
        _run(room, job, claim)
    except ClaimLostError:
        _log.warning("print job taken over", extra={"job": job.job})
    except (RosterAwayError, ShelfAwayError) as away:
        _try_again(room, job, claim, away.code)
    except IntegrityError:
        _try_again(room, job, claim, "identity_taken")
    except DomainError as refusal:
        _fail(room, job, claim, refusal.code)
    return True


def discard_expired(room: PrintRoom) -> int:
    """Remove the files nobody collected in time, and those collected; answers how many."""
    now = room.database.clock()
    with room.database.transaction() as tx:
        expired = store.expired_jobs(tx, at=now)
    for job in expired:
        room.shelf.discard(msgspec.json.decode(job.row.shelf, type=Shelved))
        state = JobState.EXPIRED if job.state is JobState.PRINTED else job.state
        with room.database.transaction() as tx:
            store.change_job(tx, job.job, state=state, shelf=None)
    return len(expired)


def _run(room: PrintRoom, job: Job, claim: str) -> None:
    key = _key_of(room, job.order.campaign)
    snapshots = []
    for unit in job.classes:
        snapshots.append(room.roster.snapshot(job.order.campaign, unit))
        _keep_claim(room, job, claim)
    planned = plan_classes(room, job, snapshots)
    if not planned:
        raise NoPupilInScopeError(job.order.unit)
    total = sum(len(one.pupils) for one in planned)
    _keep_claim(room, job, claim, sheets_total=total)
    printed = room.render(file_of(room, job.order, key, planned))
    _keep_claim(room, job, claim, sheets_done=len(printed.sheets))
    province = province_of(job.path)
    shelved = room.shelf.put(job.job, province, job.order.campaign, printed.pdf)
    try:
        _write_books(room, job, claim, (planned, printed, shelved))
    except BaseException:
        # Not in the books: nobody could ever find the file again.
        room.shelf.discard(shelved)
        raise


def _key_of(room: PrintRoom, campaign: CampaignId) -> CodeKey:
    key = next((key for key in room.code_keys() if key.campaign == campaign), None)
    if key is None or key.is_closed:
        raise NoCodeKeyError(campaign)
    return key


def _keep_claim(room: PrintRoom, job: Job, claim: str, **values: object) -> None:
    until = room.database.clock() + CLAIM_FOR
    with room.database.transaction() as tx:
        if not store.change_claimed(tx, job.job, claim, claimed_until=until, **values):
            raise ClaimLostError


def _write_books(
    room: PrintRoom,
    job: Job,
    claim: str,
    done: tuple[Sequence[PlannedClass], PrintedFile, Shelved],
) -> None:
    planned, printed, shelved = done
    now = room.database.clock()
    new_sheets, new_copies = book_rows(job.order.campaign, planned, printed)
    stamp = {"job": job.job, "printed_at": now}
    with room.database.transaction() as tx:
        held = store.change_claimed(
            tx,
            job.job,
            claim,
            state=JobState.PRINTED,
            pages=printed.page_count,
            sha256=printed.sha256,
            report=Report.of(printed).written(),
            shelf=msgspec.json.encode(shelved),
            expires_at=now + room.keep_for,
            claimed_until=None,
        )
        if not held:
            raise ClaimLostError
        store.add_copies(tx, new_sheets, [{**row, **stamp} for row in new_copies])
        for fact in facts_of(job.order.campaign, planned, printed):
            tx.say(fact, province=province_of(job.path))


def _try_again(room: PrintRoom, job: Job, claim: str, reason: str) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        _fail(room, job, claim, reason)
        return
    later = room.database.clock() + RETRY_AFTER * job.attempts
    with room.database.transaction() as tx:
        store.change_claimed(tx, job.job, claim, state=JobState.QUEUED, claimed_until=later)
    _log.warning("print job put off", extra={"job": job.job, "reason": reason})


def _fail(room: PrintRoom, job: Job, claim: str, code: str) -> None:
    with room.database.transaction() as tx:
        store.change_claimed(tx, job.job, claim, state=JobState.FAILED, failure=code)
    _log.error("print job failed", extra={"job": job.job, "code": code})
