"""Verifying for an auditor at a page: all of a short log, the newest part of a long one."""

from collections.abc import Mapping
from itertools import islice

from services.audit import checkpoint_store, store
from services.audit.checking import Checker
from services.audit.checkpoints import LogKey
from services.audit.notes import (
    Checkpoint,
    NoteError,
    VerifierKey,
    is_signed,
    read_checkpoint,
    read_note,
)
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.audit_commands import MOST_VERIFIED, LogFinding, LogVerified, VerifyLog
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import ProvinceCode
from shared.kernel.units import PATH_END
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database, Tx

_TOLD = 20


def verify_log(
    database: Database,
    actor: Actor,
    request: VerifyLog,
    logs: Mapping[ProvinceCode, LogKey],
    most: int = MOST_VERIFIED,
) -> LogVerified:
    """Whether a log is whole; that it was verified is an act.

    A log of more than `most` events is verified from its last signed checkpoint before those.

    Raises:
        NotAllowedError: the log is the province's, and so are its auditors.
        UnknownUnitError: the log is kept elsewhere.
    """
    with acting(database, actor, Deed("verify_audit", request.province)) as tx:
        actor.require(act_of(request), Place(f"{request.province}{PATH_END}"))
        if request.province not in logs:
            raise UnknownUnitError(request.province)
        key = logs[request.province].public
        last = checkpoint_store.last(tx, request.province)
        word = checkpoint_store.last_witnessed(tx, request.province)
        start = _start(tx, request.province, key, most)
    checker = Checker(database, request.province, key)
    findings = checker.run(start)
    told = tuple(
        LogFinding(one.wrong, one.seq, one.until, one.source) for one in islice(findings, _TOLD)
    )
    return LogVerified(
        request.province,
        start.size if start is not None else 0,
        checker.checked,
        told,
        sum(1 for _ in findings),
        last.at if last is not None else None,
        word.at if word is not None else None,
    )


def _start(tx: Tx, province: ProvinceCode, key: VerifierKey, most: int) -> Checkpoint | None:
    """The newest checkpoint of the log's own hand with at least `most` events after it."""
    size = store.head_of(tx, province).compact.size
    if size <= most:
        return None
    for at, row in reversed(checkpoint_store.by_size(tx, province).items()):
        if at > size - most:
            continue
        try:
            note = read_note(row.note)
            found = read_checkpoint(note.text)
        except NoteError:
            continue
        if found.size == at and is_signed(note, key):
            return found
    return None
