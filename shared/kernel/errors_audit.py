"""Refusals of the audit log."""

from shared.kernel.errors import DomainError


class WitnessRefusedError(DomainError):
    """The witness does not countersign a checkpoint; args: reason code, the size it knows or ""."""

    code = "witness_refused"

    def __init__(self, reason: str, known_size: str = "") -> None:
        super().__init__(reason, known_size)
        self.reason = reason
        self.known_size = known_size


class UnknownEventError(DomainError):
    """The log has no event at this place; args: the place."""

    code = "unknown_event"


class NoCheckpointError(DomainError):
    """No checkpoint covers this event yet; one is made every minute. Args: the place."""

    code = "no_checkpoint"


class TooManyEventsError(DomainError):
    """More events than one export of the pages may hold; args: how many, the limit."""

    code = "too_many_events"


class LedgerRefusedError(DomainError):
    """A sheet's ledger stays shut; args: `wrong_code` or `too_many_tries`."""

    code = "ledger_refused"
