"""The witness: countersigns how a log of the level below stands, if it only ever grew.

Source: C2SP tlog-witness. It keeps one row per log and nothing of what the log says.
"""

from collections.abc import Mapping

from services.audit import checkpoint_store
from services.audit.checkpoints import Submission
from services.audit.merkle import EMPTY_ROOT, is_consistent
from services.audit.notes import (
    Checkpoint,
    Kind,
    Note,
    NoteError,
    Signature,
    VerifierKey,
    cosign,
    is_signed,
    read_checkpoint,
    read_note,
)
from shared.kernel.errors_audit import WitnessRefusedError
from shared.plumbing.database import Database
from shared.plumbing.identity import Identity


class OwnWitness:
    """A witness whose memory is a database of ours."""

    def __init__(
        self, database: Database, name: str, identity: Identity, logs: Mapping[str, VerifierKey]
    ) -> None:
        """Countersign for the logs in `logs`, by origin."""
        self._database = database
        self._name = name
        self._identity = identity
        self._logs = logs

    @property
    def key(self) -> VerifierKey:
        """By which its word is believed."""
        return VerifierKey(self._name, Kind.COSIGNATURE, self._identity.public_key)

    def countersign(self, submission: Submission) -> Signature:
        """Its signature under a checkpoint that continues the one before.

        Raises:
            WitnessRefusedError: `bad_note`, `unknown_log`, `bad_signature`, `other_size` (with
                the size it knows), or `inconsistent`: the log was rewritten.
        """
        note, checkpoint = self._read(submission)
        now = self._database.clock()
        with self._database.transaction() as tx:
            seen = checkpoint_store.lock_watched(tx, checkpoint.origin, EMPTY_ROOT, now)
            if seen.size != submission.old_size:
                raise WitnessRefusedError("other_size", str(seen.size))
            sizes = seen.size, checkpoint.size
            if not is_consistent(*sizes, submission.proof, bytes(seen.root), checkpoint.root):
                raise WitnessRefusedError("inconsistent")
            checkpoint_store.save_watched(tx, checkpoint, now)
        public = self._identity.public_key
        return cosign(note.text, self._name, self._identity, public, int(now.timestamp()))

    def _read(self, submission: Submission) -> tuple[Note, Checkpoint]:
        try:
            note = read_note(submission.note)
            checkpoint = read_checkpoint(note.text)
        except NoteError:
            raise WitnessRefusedError("bad_note") from None
        key = self._logs.get(checkpoint.origin)
        if key is None:
            raise WitnessRefusedError("unknown_log")
        if not is_signed(note, key):
            raise WitnessRefusedError("bad_signature")
        return note, checkpoint
